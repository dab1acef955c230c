import type { Connection, Receiver } from '@pelikan/core'

/** A session of the suite: it records what it is told and does what the test says. */
export class Probe implements Receiver {
  readonly connection: Connection
  text = ''
  drains = 0
  ends = 0
  closes = 0
  onReceive: (text: string) => void = () => {}
  onEnded: () => void = () => this.connection.end()

  constructor(connection: Connection) {
    this.connection = connection
  }

  receive(bytes: Buffer, start: number, end: number): void {
    const text = bytes.toString('latin1', start, end)
    this.text += text
    this.onReceive(text)
  }

  drained(): void {
    this.drains++
  }

  ended(): void {
    this.ends++
    this.onEnded()
  }

  closed(): void {
    this.closes++
  }

  answer(text: string): boolean {
    const bytes = Buffer.from(text, 'latin1')
    this.connection.output.write(bytes, 0, bytes.length)
    return this.connection.send()
  }
}
