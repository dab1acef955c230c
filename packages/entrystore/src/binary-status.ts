import { Status } from '@pelikan/core'
import { BinaryCommand, BinaryStatus } from '@pelikan/protocol-memcache'

/** What a binary answer says of `status`: commands differ in what they say of the same. */
export function binaryStatusOf(command: BinaryCommand, status: Status): BinaryStatus {
  switch (status) {
    case Status.Ok:
      return BinaryStatus.Ok
    case Status.NotStored:
      if (command === BinaryCommand.Add) return BinaryStatus.Exists
      if (command === BinaryCommand.Replace) return BinaryStatus.NotFound
      return BinaryStatus.NotStored
    case Status.Exists:
      return BinaryStatus.Exists
    case Status.NotFound:
      return BinaryStatus.NotFound
    case Status.TooLarge:
      return counts(command) ? BinaryStatus.NoMemory : BinaryStatus.TooLarge
    case Status.NotANumber:
      return BinaryStatus.NotANumber
    default:
      return BinaryStatus.NoMemory
  }
}

function counts(command: BinaryCommand): boolean {
  return command === BinaryCommand.Increment || command === BinaryCommand.Decrement
}
