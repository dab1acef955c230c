/** npm `memcached`, the client of most programs. */
import { connectMemcached } from './memcached-client.ts'
import { testClient } from './suite.ts'

testClient({ name: 'memcached', connect: connectMemcached })
