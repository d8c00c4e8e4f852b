import { expect, it } from 'vitest'
import type { Facts, ServiceVersion } from '#catalogue/model.ts'
import { FIRST_REVIEW_SETTINGS } from '#catalogue/queries.ts'
import { checksOf, findVersionOn } from '#catalogue/rules.ts'
import { uuid } from '#kernel/ids.ts'
import { day, startOfDay } from '#kernel/time.ts'
import online from '#services/id-card-online.ts'
import { replayed } from '#supervision/rules/replay.ts'

const on = day('2021-06-01')
const id = (n: number) => uuid(`019c5526-eba0-7dbf-b53b-${String(n).padStart(12, '0')}`)
const takenOn = day('2020-06-01')
/** Reviewed in June 2021: a card of ten years that ends soon, made a year before. */
const facts = (reason: string, validTo: string): Facts => ({
  ...{ at: startOfDay(on), on, channel: 'online', guardian: null, photo: null, openDuplicate: null, openCardApplication: null },
  settings: FIRST_REVIEW_SETTINGS,
  form: { identityNumber: '220102199001010011', reason, photoConfirmed: true, handover: { by: 'station' } },
  person: {
    ...{ prefecture: '2201', id: id(1), identityNumber: '220102199001010011', name: '测试', sex: 'male', ethnicity: '汉', birth: day('1990-01-01') },
    ...{ phone: null, address: '测试路1号', township: '220102001', household: id(2), relationToHead: 'head', guardians: [], status: 'valid', flags: [] },
    ...{ hardship: 'none', fingerprintsOn: takenOn, synthetic: true, version: 1 },
  },
  cards: [
    {
      ...{ prefecture: '2201', id: id(3), personId: id(1), kind: 'resident-id-card', issuer: '220102000000', issuedOn: takenOn, validTo: day(validTo) },
      ...{ status: 'valid', caseId: null, version: 1 },
    },
  ],
  photoOnRecord: { takenOn, digest: null },
})

it('another dated version of the rules is replayed on what past reviews knew: what would differ, and by which check', () => {
  const [of2021, of2024] = ['2021-06-01', '2024-11-26'].map((from) => findVersionOn(online, day(from))) as [ServiceVersion, ServiceVersion]
  const again = (reason: string, validTo: string, outcome: 'pass' | 'refer') => {
    const known = facts(reason, validTo)
    return replayed(of2024, { number: '1', service: online.id, outcome, checks: checksOf(of2021, known), facts: known }, FIRST_REVIEW_SETTINGS)
  }
  expect(again('lost', '2030-06-01', 'pass')).toMatchObject({ before: 'pass', after: 'pass', checks: [] })
  expect(again('expiry', '2021-07-01', 'refer')).toMatchObject({
    ...{ before: 'refer', after: 'fail' },
    checks: [{ id: 'online-reason', before: 'refer', after: 'fail' }],
  })
})
