"""What pymemcache must be able to do with the server at HOST PORT, with OPERATIONS from each of 16 threads.

Says how many operations they did. Told "restarted" then, its connections find the server again.
"""

import random
import sys
import threading
import time

from pymemcache.client.base import Client, PooledClient
from pymemcache.exceptions import MemcacheError
from pymemcache.serde import pickle_serde

THREADS = 16
OPERATIONS = int(sys.argv[3])

server = (sys.argv[1], int(sys.argv[2]))
client = Client(server, default_noreply=False, serde=pickle_serde)


def commands():
    assert client.get("py") is None
    assert client.set("py", b"one")
    assert client.get("py") == b"one"
    assert not client.add("py", b"two")
    assert client.replace("py", b"two")
    assert client.append("py", b" and") and client.prepend("py", b"so ")
    assert client.get("py") == b"so two and"
    value, token = client.gets("py")
    assert client.cas("py", b"three", token) is True
    assert client.cas("py", b"four", token) is False
    assert client.cas("py-missing", b"four", token) is None
    assert client.touch("py", 100) and not client.touch("py-missing", 100)
    assert client.get("py") == b"three"
    assert client.delete("py") and not client.delete("py")
    assert client.set("number", "9") and client.incr("number", 2) == 11 and client.decr("number", 20) == 0
    assert client.incr("py-missing", 1) is None
    assert client.set_many({f"many-{i}": i for i in range(100)}) == []
    assert client.get_many([f"many-{i}" for i in range(0, 200, 2)]) == {f"many-{i}": i for i in range(0, 100, 2)}
    assert client.delete_many([f"many-{i}" for i in range(100)])
    client.set("object", {"name": "Zoë", "list": [1, 2.5, None]})
    assert client.get("object") == {"name": "Zoë", "list": [1, 2.5, None]}
    for size in (0, 1, 16 * 1024, 1024 * 1024 - 1024):
        assert client.set("size", bytes(size)) and client.get("size") == bytes(size)
    try:
        client.set("large", bytes(1024 * 1024 + 1024))
        raise AssertionError("a value over the limit was stored")
    except MemcacheError:
        pass
    client.close()
    assert client.get("large") is None
    assert client.version()
    stats = client.stats()
    assert stats[b"curr_items"] >= 1 and stats[b"threads"] >= 1
    assert client.stats("settings")[b"cas_enabled"] in (True, b"yes")
    assert client.flush_all() and client.get("object") is None


def load(pool, number, done):
    chance, known = random.Random(number), {}
    for _ in range(OPERATIONS):
        key = f"load-{number}-{chance.randrange(50)}"
        if chance.random() < 0.5:
            known[key] = bytes(chance.randrange(2000))
            assert pool.set(key, known[key])
        else:
            assert pool.get(key) == known.get(key), key
        done.append(1)


commands()
done = []
pool = PooledClient(server, max_pool_size=THREADS, default_noreply=False)
threads = [threading.Thread(target=load, args=(pool, number, done)) for number in range(THREADS)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print(f"{len(done)} operations", flush=True)
if sys.stdin.readline() == "restarted\n":
    for _ in range(200):
        try:
            assert pool.set("again", b"1")
            break
        except (MemcacheError, OSError):
            time.sleep(0.05)
    assert pool.get("again") == b"1"
    print("connected again")
