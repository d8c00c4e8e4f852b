import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { CaseCommand, CaseEvent, CaseState, ExtensionGround, Submission } from '#case/model.ts'
import { type CaseRefusal, type DecideFacts, decide, grantedEvents } from '#case/rules/decide.ts'
import { effectsOf } from '#case/rules/effects.ts'
import { type At, ENDED, evolve, foldCase, NO_CASE, openCommands, PROCEDURE } from '#case/rules/procedure.ts'
import { refusalReason } from '#case/words/refusals.ts'
import { timelineSays } from '#case/words/timeline.ts'
import type { GrantedProduct, Promised } from '#catalogue/model.ts'
import { type CaseNumber, makeCaseNumber, uuid } from '#kernel/ids.ts'
import { cents } from '#kernel/money.ts'
import { day, endOfDay, type Instant, instant, plusDays, plusMinutes } from '#kernel/time.ts'

const id = (n: number) => uuid(`019c5526-eba0-7dbf-b53b-${String(n).padStart(12, '0')}`)
const start = instant('2026-02-13T11:59:00+08:00')
const promised = (on: string): Promised => ({
  slot: { day: day(on), half: 'pm' },
  readyBy: instant(`${on}T17:00:00+08:00`),
  withYouBy: endOfDay(day(on)),
  because: [],
  provisional: false,
})
const facts = (at: Instant = start): DecideFacts => ({
  at,
  promisedFrom: () => promised('2026-02-14'),
  dueAt: ({ pauses }) =>
    pauses.reduce((due, { from, to }) => plusMinutes(due, to === null ? 0 : (Date.parse(to) - Date.parse(from)) / 60_000), endOfDay(day('2026-02-14'))),
  extended: ({ amount }, before) =>
    before
      ? { ok: false, problem: 'extended-before' }
      : amount > 30
        ? { ok: false, problem: 'too-long' }
        : { ok: true, dueAt: endOfDay(plusDays(day('2026-04-14'), amount)) },
  newId: id(7),
  holdsTemporaryCard: false,
})
const product: GrantedProduct = {
  kind: 'resident-id-card',
  madeAt: 'factory',
  validFrom: day('2026-02-13'),
  validTo: day('2046-02-13'),
  issuer: '222401000000',
  template: 'korean',
  reason: 'renewal:expiry',
  oldCardId: id(3),
}
const number: CaseNumber = makeCaseNumber({ prefecture: '2224', on: day('2026-02-13'), random: 42 })
const fee = (amount: number) => ({ item: '工本费', amount: cents(amount), basis: '发改价格〔2003〕2322号', sentence: { zh: '', en: '' } })
const submitted: CaseEvent = {
  type: 'CaseSubmitted',
  number,
  service: 'id-card-renewal',
  serviceVersion: day('2021-05-07'),
  channel: 'window',
  personId: id(1),
  personShown: '测*',
  organ: '220102500100',
  issuer: '222401000000',
  form: { k: 'k1', c: '' },
  photoDigest: null,
  onBehalf: null,
  handover: { by: 'station', organ: '220102500100', deliveryClass: 'urban' },
  title: { zh: '换领', en: 'Renewal' },
}
const reviewed = (outcome: 'pass' | 'refer', amount: number): CaseEvent => ({
  type: 'CaseReviewed',
  checks: [],
  outcome,
  fee: fee(amount),
  product,
  effects: [],
  statutoryDueAt: endOfDay(day('2026-04-14')),
  facts: { k: 'k1', c: '' },
})
const referred: CaseEvent = {
  type: 'CaseReferred',
  reasons: [],
  dueAt: endOfDay(day('2026-02-14')),
  toOrgan: '222401000000',
  limit: { limit: { amount: 1, unit: 'working-day', basis: '', rollOver: false, kind: 'promised', pausable: true }, startedAt: start, pauses: [] },
}
const stateAfter = (...events: CaseEvent[]): CaseState => foldCase(events.map((event, i) => ({ event, at: plusMinutes(start, i), actor: 'officer' })))
const granted = (amount = 2000): CaseState =>
  stateAfter(submitted, reviewed('pass', amount), ...grantedEvents({ fee: fee(amount), product }, facts(), { by: 'automatic', reason: null, sampled: false }))

/** Applies a command and folds what happened, or answers the refusal. */
function apply(state: CaseState, command: CaseCommand, at: Instant = start): CaseState | CaseRefusal {
  const decision = decide(state, command, facts(at))
  if (!decision.ok) return decision.refusal
  return decision.events.reduce((now: CaseState, event) => evolve(now, { event, at, actor: 'x' }), state)
}
const pay: CaseCommand = { type: 'SettleFee', settlement: { how: 'paid', means: 'cash', receiptNumber: '0001', amount: cents(2000) } }
const handOver: CaseCommand = { type: 'HandOver', to: 'self', identityCheckedBy: 'fingerprint', oldCard: 'handed-back', temporaryCard: 'none', proxy: null }

describe('a card from the counter to the hand', () => {
  it('waits for its fee, then is made, sent, collected and concluded, with the promise kept', () => {
    let state = granted()
    expect(state.status).toBe('granted')
    const steps: [CaseCommand, string][] = [
      [pay, 'producing'],
      [{ type: 'RecordCardMade', serial: 'S1', issuedOn: day('2026-02-13'), validTo: day('2046-02-13') }, 'ready'],
      [{ type: 'RecordDispatched', waybill: 'W1', expectedOn: day('2026-02-14') }, 'delivering'],
      [{ type: 'RecordArrived', organ: '220102500100', collectFrom: day('2026-02-14') }, 'awaiting-collection'],
      [handOver, 'concluded'],
    ]
    for (const [command, status] of steps) {
      state = apply(state, command) as CaseState
      expect(state.status).toBe(status)
    }
    expect(state).toMatchObject({ kept: true, serial: 'S1', waybill: 'W1' })
  })

  it('is ordered at once when there is nothing to pay', () => expect(granted(0)).toMatchObject({ status: 'producing', settlement: { how: 'free' } }))

  it('is late when it comes after the promised day, and only then', () => {
    const arrive = (at: string) => {
      const sent = [
        pay,
        { type: 'RecordCardMade', serial: 'S', issuedOn: day('2026-02-13'), validTo: null },
        { type: 'RecordDispatched', waybill: 'W', expectedOn: day('2026-02-14') },
      ] as CaseCommand[]
      const state = sent.reduce((now, command) => apply(now, command) as CaseState, granted())
      const arrived = apply(state, { type: 'RecordArrived', organ: '220102500100', collectFrom: day('2026-02-14') }, instant(at)) as CaseState
      return (apply(arrived, handOver, instant('2026-03-01T09:00:00+08:00')) as CaseState).kept
    }
    expect(arrive('2026-02-14T23:59:59.999+08:00')).toBe(true)
    expect(arrive('2026-02-15T00:00:00.000+08:00')).toBe(false)
  })

  it('is made again when the parcel is lost, and a report that comes twice changes nothing', () => {
    const made: CaseCommand = { type: 'RecordCardMade', serial: 'S1', issuedOn: day('2026-02-13'), validTo: null }
    let state = apply(apply(granted(), pay) as CaseState, made) as CaseState
    expect(apply(state, made)).toBe(state)
    state = apply(state, { type: 'RecordDispatched', waybill: 'W1', expectedOn: day('2026-02-14') }) as CaseState
    state = apply(state, { type: 'NoteDelivery', what: 'lost', sentence: { zh: '', en: '' } }) as CaseState
    expect(state).toMatchObject({ status: 'producing', serial: null })
    state = apply(state, { ...made, serial: 'S2' }) as CaseState
    expect(state).toMatchObject({ status: 'ready', serial: 'S2' })
  })
})

describe('refusals', () => {
  it.each<[string, CaseState, CaseCommand, string]>([
    ['a wrong amount', granted(), { type: 'SettleFee', settlement: { how: 'paid', means: 'cash', receiptNumber: '1', amount: cents(1) } }, 'amount-differs'],
    ['paying twice', apply(granted(), pay) as CaseState, pay, 'not-in-this-state'],
    ['settling as free', granted(), { type: 'SettleFee', settlement: { how: 'free' } }, 'waiver-not-allowed'],
    [
      'waiving a replacement',
      { ...granted(), product: { ...product, reason: 'replacement:lost' } },
      { type: 'SettleFee', settlement: { how: 'waived', basis: '居民身份证法 21', note: '低保' } },
      'waiver-not-allowed',
    ],
    ['handing over before it is made', granted(), handOver, 'not-in-this-state'],
    ['a second look at what was not sampled', granted(), { type: 'RecordSecondLook', agrees: true, note: '' }, 'not-sampled'],
    ['deciding a case that was not referred', granted(), { type: 'DecideReferral', decision: 'grant', reason: '', basis: '' }, 'not-in-this-state'],
  ])('%s', (_, state, command, code) => expect(apply(state, command)).toMatchObject({ code }))

  it('keeping the old card, or the temporary one', () => {
    const waiting: CaseState = { ...(apply(granted(), pay) as CaseState), status: 'awaiting-collection' }
    expect(apply(waiting, { ...handOver, oldCard: 'none' })).toMatchObject({ code: 'old-card-required' })
    expect(decide(waiting, handOver, { ...facts(), holdsTemporaryCard: true })).toMatchObject({ ok: false, refusal: { code: 'temporary-card-required' } })
    expect(decide(waiting, { ...handOver, to: 'proxy' }, facts())).toMatchObject({ ok: false, refusal: { code: 'proxy-unnamed' } })
  })
})

describe('the limit set by law, extended', () => {
  const extend = (ground: ExtensionGround, days = 30): CaseCommand => ({ type: 'ExtendLimit', days, ground, reason: { zh: '大雪封山', en: 'Snow' } })
  const remote: CaseState = {
    ...granted(),
    submission: { ...(submitted as Submission), handover: { by: 'mail', inProvince: true, deliveryClass: 'remote-rural' } },
  }

  it('once, and the promise stays', () => {
    const extended = apply(remote, extend('remote-address')) as CaseState
    expect(extended).toMatchObject({ status: 'granted', promised: remote.promised, extension: { amount: 30, at: start, reason: { zh: '大雪封山' } } })
    expect(extended.statutoryDueAt).toBe(endOfDay(day('2026-05-14')))
    expect(apply(extended, extend('remote-address', 1))).toEqual({ code: 'extended-before' })
  })

  it('by thirty days at most, and as remote only where the card goes to a remote place', () => {
    expect(apply(remote, extend('remote-address', 31))).toEqual({ code: 'too-long' })
    expect(apply(granted(), extend('remote-address'))).toEqual({ code: 'not-transport-poor' })
    expect((apply(granted(), extend('cut-off', 5)) as CaseState).statutoryDueAt).toBe(endOfDay(day('2026-04-19')))
  })

  it('not where the law sets none, nor once the card is there', () => {
    expect(apply({ ...remote, statutoryDueAt: null }, extend('cut-off'))).toEqual({ code: 'not-extendable' })
    expect(apply({ ...remote, status: 'awaiting-collection' }, extend('cut-off'))).toMatchObject({ code: 'not-in-this-state' })
  })
})

describe('a referral', () => {
  const waiting = () => stateAfter(submitted, reviewed('refer', 2000), referred)

  it('is accepted when the officer grants it: acceptance is that moment, not the submission', () => {
    const at = plusMinutes(start, 90)
    const state = apply(waiting(), { type: 'DecideReferral', decision: 'grant', reason: '核对无误', basis: '居民身份证法 3' }, at) as CaseState
    expect(state).toMatchObject({ status: 'granted', acceptedAt: at, submittedAt: start, referral: null })
  })

  it('stands still while materials are awaited, and the pause ends with them', () => {
    const asked = apply(waiting(), {
      type: 'RequestMaterials',
      missing: [{ id: 'photo', sentence: { zh: '重拍', en: 'Retake' } }],
      basis: '行政许可法 32',
    }) as CaseState
    expect(asked).toMatchObject({ status: 'waiting-for-materials', pauses: [{ from: start, to: null }] })
    const at = plusMinutes(start, 30)
    const supplied = apply(asked, { type: 'SupplyMaterials', photoDigest: 'b'.repeat(64), note: '已重拍', checks: [] }, at) as CaseState
    expect(supplied).toMatchObject({
      status: 'reviewing',
      pauses: [{ to: at }],
      referral: { dueAt: plusMinutes(endOfDay(day('2026-02-14')), 30) },
      submission: { photoDigest: 'b'.repeat(64) },
    })
  })

  it('ends the case when it is rejected', () => {
    expect(apply(waiting(), { type: 'DecideReferral', decision: 'reject', reason: '冒用他人身份', basis: '居民身份证法 17' })).toMatchObject({
      status: 'rejected',
      promised: null,
    })
  })
})

/** A case of any kind, as the shell begins it. */
function begin(made: GrantedProduct | null, amount: number, outcome: 'pass' | 'refer', promises: boolean, limited = true): CaseState {
  const review = { ...reviewed(outcome, amount), product: made, statutoryDueAt: limited ? endOfDay(day('2026-04-14')) : null } as CaseEvent
  if (outcome === 'refer') return stateAfter(submitted, review, referred)
  const known = promises ? facts() : { ...facts(), promisedFrom: () => null }
  return stateAfter(submitted, review, ...grantedEvents({ fee: fee(amount), product: made }, known, { by: 'automatic', reason: null, sampled: true }))
}

const anyBegun = fc
  .record({
    made: fc.constantFrom<GrantedProduct | null>(
      ...[product, { ...product, madeAt: 'station', reason: 'found', oldCardId: null } as const],
      ...[{ ...product, kind: 'temporary-id-card', madeAt: 'station', reason: 'temporary', oldCardId: null } as const, null],
    ),
    amount: fc.constantFrom(0, 2000),
    outcome: fc.constantFrom('pass' as const, 'refer' as const),
    promises: fc.boolean(),
    limited: fc.boolean(),
  })
  .map(({ made, amount, outcome, promises, limited }) => ({ begun: begin(made, amount, outcome, promises, limited), promises }))

const anyCommand: fc.Arbitrary<CaseCommand> = fc.oneof(
  fc.constant(pay),
  fc.constant(handOver),
  fc.constantFrom<CaseCommand>(
    { type: 'DecideReferral', decision: 'grant', reason: 'x', basis: 'x' },
    { type: 'DecideReferral', decision: 'reject', reason: 'x', basis: 'x' },
    { type: 'RequestMaterials', missing: [], basis: 'x' },
    { type: 'SupplyMaterials', photoDigest: null, note: 'x', checks: [] },
    { type: 'Withdraw', reason: 'x' },
    { type: 'RevisePromise', to: promised('2026-03-01'), cause: 'capacity', reason: { zh: '', en: '' } },
    { type: 'ExtendLimit', days: 30, ground: 'cut-off', reason: { zh: '', en: '' } },
    { type: 'ExtendLimit', days: 31, ground: 'remote-address', reason: { zh: '', en: '' } },
    { type: 'RecordCardMade', serial: 'S1', issuedOn: day('2026-02-13'), validTo: null },
    { type: 'RecordCardMade', serial: 'S2', issuedOn: day('2026-02-13'), validTo: null },
    { type: 'RecordDispatched', waybill: 'W1', expectedOn: day('2026-02-14') },
    { type: 'NoteDelivery', what: 'lost', sentence: { zh: '', en: '' } },
    { type: 'NoteDelivery', what: 'late', sentence: { zh: '', en: '' } },
    { type: 'RecordArrived', organ: '220102500100', collectFrom: day('2026-02-14') },
    { type: 'NoteDelivery', what: 'returned', sentence: { zh: '', en: '' } },
    { type: 'ChaseCollection', sentence: { zh: '', en: '' } },
    { type: 'RederiveLimit', to: endOfDay(day('2026-04-15')), reason: { zh: '', en: '' } },
    { type: 'RecordSecondLook', agrees: true, note: '' },
    { type: 'SettleFee', settlement: { how: 'waived', basis: '居民身份证法 21', note: '' } },
    { ...handOver, oldCard: 'none', to: 'proxy' },
    { type: 'PassFoundCardOn', organ: '222401500100', why: 'unclaimed', sentence: { zh: '', en: '' } },
    { type: 'PassFoundCardOn', organ: '222401500100', why: 'replaced', sentence: { zh: '', en: '' } },
  ),
)

describe('whatever comes in whatever order', () => {
  const beginnings = fc.constantFrom(granted(), granted(0), stateAfter(submitted, reviewed('refer', 2000), referred))

  it('an illegal command happens nowhere, a legal one never throws, and versions count the events', () => {
    fc.assert(
      fc.property(beginnings, fc.array(anyCommand, { maxLength: 25 }), (beginning, commands) => {
        let state = beginning
        for (const [i, command] of commands.entries()) {
          const at = plusMinutes(start, i + 1)
          const decision = decide(state, command, facts(at))
          const legal: readonly string[] = PROCEDURE[state.status]
          if (!legal.includes(command.type)) expect(decision).toMatchObject({ ok: false, refusal: { code: 'not-in-this-state' } })
          if (!decision.ok) continue
          const before = state.version
          for (const event of decision.events) state = evolve(state, { event, at, actor: 'x' })
          expect(state.version).toBe(before + decision.events.length)
          if (state.concludedAt) expect(ENDED.has(state.status)).toBe(true)
        }
      }),
    )
  })

  it('no command throws in any state that a case of any kind can get into, and every refusal has its words', () => {
    fc.assert(
      fc.property(anyBegun, fc.array(anyCommand, { maxLength: 25 }), ({ begun, promises }, commands) => {
        let state = begun
        for (const [i, command] of commands.entries()) {
          const at = plusMinutes(start, i + 1)
          const decision = decide(state, command, { ...facts(at), ...(!promises && { promisedFrom: () => null }) })
          if (!decision.ok) {
            const { sentence, wayOut } = refusalReason(decision.refusal)
            expect([sentence.zh, sentence.en, wayOut.zh, wayOut.en].every((text) => text.length > 3)).toBe(true)
          } else
            for (const event of decision.events) {
              effectsOf(state, event, { at, prefecture: '2224', caseId: id(9), newId: id(8), cards: [] })
              timelineSays(event, (code) => ({ zh: code, en: code }))
              state = evolve(state, { event, at, actor: 'x' })
            }
        }
        expect(openCommands(state).every((command) => (PROCEDURE[state.status] as readonly string[]).includes(command))).toBe(true)
      }),
      { numRuns: 500 },
    )
  })

  it('a found card waits for its owner only: it is neither made, sent nor promised', () => {
    const found = begin({ ...product, madeAt: 'station', reason: 'found', oldCardId: null }, 0, 'pass', false)
    expect(found.status).toBe('awaiting-collection')
    expect(openCommands(found)).toEqual(['HandOver', 'ChaseCollection', 'PassFoundCardOn', 'RecordSecondLook', 'RederiveLimit'])
    for (const command of [
      { type: 'RecordDispatched', waybill: 'W1', expectedOn: day('2026-02-14') },
      { type: 'NoteDelivery', what: 'lost', sentence: { zh: '', en: '' } },
      { type: 'RevisePromise', to: promised('2026-03-01'), cause: 'capacity', reason: { zh: '', en: '' } },
    ] as const)
      expect(apply(found, command)).toEqual({ code: 'not-in-this-state', status: 'awaiting-collection', command: command.type })
  })

  it('nothing is made before the fee is settled, and an ended case stays ended', () => {
    fc.assert(
      fc.property(beginnings, fc.array(anyCommand, { maxLength: 25 }), (beginning, commands) => {
        let state = beginning
        const events: At<CaseEvent>[] = []
        for (const command of commands) {
          const ended = ENDED.has(state.status)
          const decision = decide(state, command, facts())
          if (!decision.ok) continue
          for (const event of decision.events) {
            if (event.type === 'ProductionOrdered' || event.type === 'CardMade') expect(state.settlement).not.toBeNull()
            state = evolve(state, { event, at: start, actor: 'x' })
            events.push({ event, at: start, actor: 'x' })
          }
          if (ended) expect(ENDED.has(state.status)).toBe(true)
        }
        expect(events.reduce(evolve, beginning)).toEqual(state)
      }),
    )
  })
})

it('a case that does not exist allows nothing', () => expect(decide(NO_CASE, pay, facts())).toMatchObject({ ok: false }))
