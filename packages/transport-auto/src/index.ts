export { type TransportChoice, type TransportName, chooseTransport } from './choose-transport.ts'
