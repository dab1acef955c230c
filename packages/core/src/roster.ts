/**
 * Members that come and go, many of them: an array in which each knows its place, and the last takes the place
 * of one that leaves.
 *
 * A `Set` replaces its table as members come and go, and a table that was replaced keeps the next one. Once one of
 * them is in the old generation, scavenges free no table after it and no member of these, until the old generation
 * itself is collected.
 *
 * @module
 */

/** What a {@link Roster} keeps; in one at a time. */
export interface RosterMember {
  /** Where the roster keeps it; written by the roster alone. */
  place: number
}

export class Roster<Member extends RosterMember> implements Iterable<Member> {
  readonly #members: Member[] = []

  get size(): number {
    return this.#members.length
  }

  /** Add `member`, which must not be in a roster. */
  add(member: Member): void {
    member.place = this.#members.length
    this.#members.push(member)
  }

  /** @returns whether it was there */
  delete(member: Member): boolean {
    const members = this.#members
    const { place } = member
    if (members[place] !== member) return false
    const last = members.pop()!
    if (last !== member) {
      members[place] = last
      last.place = place
    }
    return true
  }

  /** The last first, so that one who is visited may leave. When others leave, some may be visited twice. */
  *[Symbol.iterator](): Generator<Member> {
    for (let place = this.#members.length - 1; place >= 0; place--) {
      const member = this.#members[place]
      if (member !== undefined) yield member
    }
  }
}
