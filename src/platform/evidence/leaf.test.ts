import { hash } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type EventFields, leafHash, leafOf } from '#platform/evidence/leaf.ts'

const EVENT: EventFields = {
  prefecture: '2201',
  stream: '019c5a3e-0000-7000-8000-000000000001',
  seq: 3,
  type: 'CaseAccepted',
  at: '2026-02-13T03:59:00.000Z',
  actor: 'station-officer:220102500100:1',
  actorRole: 'station-officer',
  actorOrgan: '220102500100',
  onBehalfOf: null,
  basis: '居民身份证法 5',
  serviceVersion: '2021-05-07',
  requestId: 'r-1',
  body: '{"a":1}',
}

const fieldsOf = (e: EventFields): (string | null)[] => [
  ...[e.prefecture, e.stream, String(e.seq), e.type, e.at, e.actor, e.actorRole],
  ...[e.actorOrgan, e.onBehalfOf, e.basis, e.serviceVersion, e.requestId, e.body],
]

/** Text as PostgreSQL keeps it: anything but U+0000. */
const stored = fc.string({ unit: 'binary' }).filter((text) => !text.includes('\u0000'))
const field = fc.oneof(fc.constant(null), fc.constant(''), fc.constant('.'), stored)

describe('the leaf of a row', () => {
  test('is SM3 over a zero octet and every field', () => {
    const text = `\0event\0.2201\0.${EVENT.stream}\0.3\0.CaseAccepted\0.2026-02-13T03:59:00.000Z\0.station-officer:220102500100:1\0.station-officer\0.220102500100\0\0.居民身份证法 5\0.2021-05-07\0.r-1\0.{"a":1}`
    expect(leafOf(EVENT)).toBe(hash('sm3', Buffer.from(text), 'hex'))
    expect(leafOf(EVENT)).toBe(leafHash('event', fieldsOf(EVENT)))
  })

  test.each(Object.keys(EVENT) as (keyof EventFields)[])('differs when %s differs', (name) => {
    const changed = { ...EVENT, [name]: name === 'seq' ? 4 : `${EVENT[name] ?? ''}x` }
    expect(leafOf(changed)).not.toBe(leafOf(EVENT))
  })

  test('tells what is not there from what is empty', () => {
    expect(leafOf({ ...EVENT, onBehalfOf: '' })).not.toBe(leafOf({ ...EVENT, onBehalfOf: null }))
    expect(leafOf({ ...EVENT, basis: null, serviceVersion: 'x' })).not.toBe(leafOf({ ...EVENT, basis: 'x', serviceVersion: null }))
  })

  test('is another for any other fields, and for another kind', () => {
    fc.assert(
      fc.property(fc.array(field, { maxLength: 5 }), fc.array(field, { maxLength: 5 }), (some, others) => {
        expect(leafHash('event', some) === leafHash('event', others)).toBe(JSON.stringify(some) === JSON.stringify(others))
        expect(leafHash('event', some)).not.toBe(leafHash('reading', some))
      }),
    )
  })
})
