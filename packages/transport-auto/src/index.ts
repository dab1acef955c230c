export {
  type TransportChoice,
  type TransportName,
  type TransportOptions,
  chooseTransport,
} from './choose-transport.ts'
