import { Mark, NEVER, Terms } from '@pelikan/core'
import { describe, expect, it } from 'vitest'

const SOON = 10
const LATER = 100

function judged(change: (terms: Terms) => void, marks = 0, deadline = NEVER): Terms {
  const terms = new Terms()
  change(terms)
  terms.judge(marks, deadline)
  return terms
}

describe('Terms', () => {
  it('ask for nothing at first, and after a reset', () => {
    const terms = new Terms()
    for (const name of Object.keys(terms) as (keyof Terms)[]) {
      if (typeof terms[name] === 'boolean') Object.assign(terms, { [name]: !terms[name] })
      if (typeof terms[name] === 'number') Object.assign(terms, { [name]: 7 })
    }
    terms.reset()
    terms.length = 0
    expect(terms).toEqual(new Terms())
  })

  it('win what is stale, once', () => {
    expect(judged(() => {}, Mark.Stale).won).toBe(true)
    expect(judged(() => {}, Mark.Stale | Mark.Won).won).toBe(false)
    expect(judged((terms) => (terms.claims = false), Mark.Stale).won).toBe(false)
    expect(judged(() => {}, Mark.Fetched | Mark.BinaryKey).won).toBe(false)
  })

  it('win what ends before a tick, by the deadline that is looked at', () => {
    const early = (terms: Terms): void => {
      terms.recacheBefore = SOON + 1
    }
    expect(judged(early, 0, SOON).won).toBe(true)
    expect(judged(early, 0, SOON + 1).won).toBe(false)
    expect(judged(early, 0, NEVER).won).toBe(false)
    const touching = (terms: Terms): void => {
      early(terms)
      terms.setsDeadline = true
      terms.deadline = LATER
    }
    expect(judged(touching, 0, SOON)).toMatchObject({
      won: true,
      deadlineBefore: SOON,
      deadlineAfter: LATER,
    })
    const touchingFirst = (terms: Terms): void => {
      touching(terms)
      terms.setsDeadlineFirst = true
    }
    expect(judged(touchingFirst, 0, SOON).won).toBe(false)
  })

  it('win what they made', () => {
    const terms = new Terms()
    terms.vivifyDeadline = LATER
    terms.judgeCreated()
    expect(terms).toMatchObject({
      created: true,
      won: true,
      deadlineBefore: NEVER,
      deadlineAfter: LATER,
    })
  })
})
