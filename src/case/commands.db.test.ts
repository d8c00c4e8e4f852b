import { describe, expect, it } from 'vitest'
import type { CaseCommand } from '#case/model.ts'
import { cents } from '#kernel/money.ts'
import { day, plusMinutes } from '#kernel/time.ts'
import { PREFECTURES } from '#place/model.ts'
import { ProblemError } from '#platform/problem.ts'
import { FRIDAY_MORNING, officer, openWindows, STATION } from '#test/windows.ts'

const windows = await openWindows()
const { db, cases, queries, resident, once, answer, renewalForm, submitted } = windows
const pay: CaseCommand = { type: 'SettleFee', settlement: { how: 'paid', means: 'cash', receiptNumber: 'A0001', amount: cents(2000) } }
const count = async (table: string): Promise<number> =>
  (await db.run<{ n: number }>({ text: `select count(*)::int as n from ${table}`, values: [] })).rows[0]?.n ?? -1
const input = (form: Record<string, unknown>, service = 'id-card-renewal') => ({ service, channel: 'window' as const, form, organ: STATION })

describe('submitting', () => {
  it('decides in the same request: checked, accepted, granted, with its promise', async () => {
    const { person } = await resident()
    const record = await submitted(renewalForm(person))
    expect(record.state).toMatchObject({ status: 'granted', acceptedAt: FRIDAY_MORNING, fee: { amount: 2000 }, statutoryDueAt: '2026-04-14T15:59:59.999Z' })
    expect(record.key.prefecture).toBe('2224')
    expect(record.state.submission).toMatchObject({ issuer: '222401000000', organ: STATION })
    expect(JSON.stringify(record.past.map(({ event }) => event))).not.toContain(person.identityNumber)
  })

  it('two windows with the same person at once: one case, and the other is told its number', async () => {
    const { person } = await resident()
    const form = renewalForm(person)
    const outcomes = await Promise.all([1, 2, 3, 4].map((n) => cases.submit(input(form), officer(FRIDAY_MORNING, n), once(form), answer)))
    const done = outcomes.filter((outcome) => outcome.kind === 'done')
    const refused = outcomes.filter((outcome) => outcome.kind === 'refused')
    expect([done.length, refused.length]).toEqual([1, 3])
    const number = done[0]?.kind === 'done' ? done[0].state.submission?.number : undefined
    for (const outcome of refused)
      expect(outcome.kind === 'refused' && outcome.reasons[0]).toMatchObject({
        code: 'no-open-duplicate',
        sentence: { zh: expect.stringContaining(String(number)) },
      })
  })

  it('the same key twice, even at once, is one case and one answer', async () => {
    const { person } = await resident()
    const form = renewalForm(person)
    const before = await count('cases')
    const outcomes = await Promise.all([1, 2, 3].map(() => cases.submit(input(form), officer(), once(form, FRIDAY_MORNING, 'officer:1', 'same-key-1'), answer)))
    expect(await count('cases')).toBe(before + 1)
    const bodies = new Set(
      outcomes.map((outcome) => (outcome.kind === 'replayed' ? outcome.answer.body : outcome.kind === 'done' ? answer(outcome).body : outcome.kind)),
    )
    expect(bodies.size).toBe(1)
  })

  it('the same key with another body is refused, and another person’s key is theirs', async () => {
    const [a, b] = [await resident(), await resident()]
    const key = 'shared-key-1'
    await cases.submit(input(renewalForm(a.person)), officer(), once(renewalForm(a.person), FRIDAY_MORNING, 'officer:1', key), answer)
    const other = renewalForm(b.person)
    await expect(cases.submit(input(other), officer(), once(other, FRIDAY_MORNING, 'officer:1', key), answer)).rejects.toMatchObject({
      problem: { type: 'idempotency-key-reused' },
    })
    expect((await cases.submit(input(other), officer(), once(other, FRIDAY_MORNING, 'officer:2', key), answer)).kind).toBe('done')
  })

  it('a refusal is given again as it was, though the reason has gone meanwhile', async () => {
    const { person } = await resident({ card: null })
    const form = renewalForm(person)
    const key = 'refused-key-1'
    expect((await cases.submit(input(form), officer(), once(form, FRIDAY_MORNING, 'officer:1', key), answer)).kind).toBe('refused')
    const again = await cases.submit(input(form), officer(), once(form, FRIDAY_MORNING, 'officer:1', key), answer)
    expect(again).toMatchObject({ kind: 'replayed', answer: { status: 409 } })
  })

  it.each([
    ['a wrong check digit', { identityNumber: '220102199001010018' }, 'form.identityNumber', '校验'],
    ['a date that is none', { identityNumber: '222401200502290018' }, 'form.identityNumber', '不存在'],
    ['fifteen digits', { identityNumber: '220102900101001' }, 'form.identityNumber', '15 位'],
    ['an unknown field', { more: 1 }, 'form.more', '没有这个字段'],
    ['no fingerprints', { fingerprints: { how: 'captured', fingers: [], quality: 80 } }, 'form.fingerprints.fingers', ''],
    ['a station that is none', { handover: { by: 'station', organ: '220000000000' } }, 'form.handover.organ', '派出所'],
  ])('%s names the field and leaves nothing behind', async (_, wrong, path, said) => {
    const { person } = await resident()
    const [events, rows] = [await count('events'), await count('cases')]
    const form = renewalForm(person, wrong)
    const failure = await cases.submit(input(form), officer(), once(form), answer).catch((error: unknown) => error)
    expect(failure).toBeInstanceOf(ProblemError)
    const { problem } = failure as ProblemError
    expect(problem.type).toBe('invalid-input')
    expect(problem.fields?.[path]?.zh).toContain(said)
    expect([await count('events'), await count('cases')]).toEqual([events, rows])
  })

  it('in typed forms: full width, spaces and a small x are the same number', async () => {
    const { person } = await resident()
    const typed = [...person.identityNumber].map((c) => (/\d/.test(c) ? String.fromCharCode(c.charCodeAt(0) + 0xfee0) : 'x')).join('')
    const record = await submitted(renewalForm(person, { identityNumber: ` ${typed.slice(0, 6)} ${typed.slice(6)} ` }))
    expect(record.state.submission?.personId).toBe(person.id)
  })
})

describe('deciding', () => {
  it('two officers take the fee at once: one settlement', async () => {
    const { person } = await resident()
    const { key } = await submitted(renewalForm(person))
    const outcomes = await Promise.all([1, 2, 3].map((n) => cases.apply(key, pay, officer(FRIDAY_MORNING, n))))
    expect(outcomes.filter(({ kind }) => kind === 'done')).toHaveLength(1)
    const record = await queries.findByKey(key)
    expect(record?.past.filter(({ event }) => event.type === 'FeeSettled')).toHaveLength(1)
    expect(record?.state.status).toBe('producing')
  })

  it('a fee settled in the afternoon moves the promise, with its reason', async () => {
    const { person } = await resident()
    const { key } = await submitted(renewalForm(person))
    const outcome = await cases.apply(key, pay, officer(plusMinutes(FRIDAY_MORNING, 120)))
    if (outcome.kind !== 'done') throw new Error(outcome.kind)
    expect(outcome.past.map(({ event }) => event.type)).toContain('PromiseRevised')
    expect(outcome.state.promised?.slot).toEqual({ day: '2026-02-14', half: 'am' })
    expect(outcome.state.firstPromised?.slot).toEqual({ day: '2026-02-13', half: 'pm' })
  })

  it('a version that has gone on, or a case that is not the actor’s, changes nothing', async () => {
    const { person } = await resident()
    const { key, state } = await submitted(renewalForm(person))
    expect((await cases.apply(key, pay, officer(), { expectedVersion: state.version - 1 })).kind).toBe('version-changed')
    expect((await cases.apply(key, pay, officer(), { permitted: () => false })).kind).toBe('not-found')
    expect((await queries.findByKey(key))?.state.version).toBe(state.version)
  })

  it('the limit set by law is extended once, thirty days at most, and the page says why', async () => {
    const { person } = await resident()
    const { key, state } = await submitted(renewalForm(person))
    const extend = (days: number, ground: 'remote-address' | 'cut-off' = 'cut-off') =>
      cases.apply(key, { type: 'ExtendLimit', days, ground, reason: { zh: '大雪封路', en: 'Snow' } }, officer(plusMinutes(FRIDAY_MORNING, 60 * 24 * 40)))
    expect(await extend(31)).toMatchObject({ kind: 'refused', reasons: [{ code: 'too-long', basis: '居民身份证法 12' }] })
    expect(await extend(30, 'remote-address')).toMatchObject({ kind: 'refused', reasons: [{ code: 'not-transport-poor' }] })
    const outcome = await extend(30)
    if (outcome.kind !== 'done') throw new Error(outcome.kind)
    expect(outcome.state).toMatchObject({ statutoryDueAt: '2026-05-14T15:59:59.999Z', promised: state.promised })
    expect(await extend(1)).toMatchObject({ kind: 'refused', reasons: [{ code: 'extended-before' }] })
    const { statutory, timeline } = queries.view(outcome, FRIDAY_MORNING)
    expect(statutory).toMatchObject({ dueAt: '2026-05-14T15:59:59.999Z', extendedDays: 30 })
    expect(statutory?.because.at(-1)?.zh).toBe('已依法延长 30 天（居民身份证法 12）：大雪封路')
    expect(timeline.at(-1)).toMatchObject({ sentence: { zh: expect.stringContaining('2026年5月14日') }, because: [{ zh: '大雪封路' }] })
  })

  it('a limit that is over is not extended, nor one of another law', async () => {
    const { person } = await resident()
    const { key } = await submitted(renewalForm(person))
    const extend: CaseCommand = { type: 'ExtendLimit', days: 30, ground: 'cut-off', reason: { zh: '大雪封路', en: 'Snow' } }
    const late = officer(plusMinutes(FRIDAY_MORNING, 60 * 24 * 61))
    expect(await cases.apply(key, extend, late)).toMatchObject({ kind: 'refused', reasons: [{ code: 'already-over' }] })
    const temporary = await submitted({ identityNumber: person.identityNumber, photo: 'a'.repeat(64) }, FRIDAY_MORNING, 'id-card-temporary')
    expect(await cases.apply(temporary.key, extend, officer())).toMatchObject({ kind: 'refused', reasons: [{ code: 'not-extendable' }] })
  })

  it('a change that fails takes everything with it', async () => {
    const { person } = await resident()
    const { key, state } = await submitted(renewalForm(person))
    const bad = {
      text: 'insert into settings (prefecture, name, value, changed_at, changed_by) values ($1::text, null, $1::text, now(), $1::text)',
      values: ['2200'],
    }
    await expect(cases.apply(key, pay, officer(), { changes: [bad] })).rejects.toThrow()
    expect((await queries.findByKey(key))?.state.version).toBe(state.version)
  })

  it('the claim on one open application is given back when the case ends', async () => {
    const { person } = await resident()
    const { key } = await submitted(renewalForm(person))
    await cases.apply(key, { type: 'Withdraw', reason: '不办了' }, officer())
    expect((await submitted(renewalForm(person))).state.status).toBe('granted')
  })
})

describe('the register follows in the same transaction', () => {
  it('a replacement blocks the lost card at once; handing over ends it and the temporary one', async () => {
    const { person, cards } = await resident()
    const { key, state } = await submitted(renewalForm(person, { reason: 'lost' }), FRIDAY_MORNING, 'id-card-replacement')
    const statuses = async () => {
      const { rows } = await db.run<{ kind: string; status: string }>({
        text: 'select kind, status from cards where person_id = $1 order by kind, issued_on, id',
        values: [person.id],
      })
      return rows.map(({ kind, status }) => `${kind}:${status}`)
    }
    expect(await statuses()).toEqual(['resident-id-card:reported-lost'])
    const paid = { ...pay, settlement: { ...pay.settlement, amount: cents(4000) } } as CaseCommand
    await cases.apply(key, paid, officer())
    const temporary = await submitted({ identityNumber: person.identityNumber, photo: 'a'.repeat(64) }, FRIDAY_MORNING, 'id-card-temporary')
    await cases.apply(temporary.key, { type: 'SettleFee', settlement: { how: 'paid', means: 'cash', receiptNumber: 'A0002', amount: cents(1000) } }, officer())
    const handOver: CaseCommand = {
      type: 'HandOver',
      to: 'self',
      identityCheckedBy: 'fingerprint',
      oldCard: 'declared-lost',
      temporaryCard: 'none',
      proxy: null,
    }
    await cases.apply(temporary.key, handOver, officer())
    expect(await statuses()).toEqual(['resident-id-card:reported-lost', 'temporary-id-card:valid'])

    await cases.apply(key, { type: 'RecordCardMade', serial: 'S1', issuedOn: day('2026-02-13'), validTo: day('2046-02-13') }, officer())
    await cases.apply(key, { type: 'RecordDispatched', waybill: 'W1', expectedOn: day('2026-02-14') }, officer())
    await cases.apply(key, { type: 'RecordArrived', organ: STATION, collectFrom: day('2026-02-14') }, officer())
    expect(await cases.apply(key, handOver, officer())).toMatchObject({ kind: 'refused', reasons: [{ code: 'temporary-card-required' }] })
    expect((await cases.apply(key, { ...handOver, temporaryCard: 'handed-back' }, officer())).kind).toBe('done')
    expect(await statuses()).toEqual(['resident-id-card:replaced', 'resident-id-card:valid', 'temporary-id-card:surrendered'])
    expect([cards.length, state.product?.oldCardId]).toEqual([1, cards[0]?.id])
  })
})

it('every row equals the fold of its events', async () => {
  expect(await queries.differingFromEvents(PREFECTURES)).toEqual([])
  await db.run({ text: "update cases set status = 'granted' where id = (select id from cases where status = 'withdrawn' limit 1)", values: [] })
  expect(await queries.differingFromEvents(PREFECTURES)).toHaveLength(1)
})

describe('on whose behalf', () => {
  const behalfs = async (number: string) =>
    (
      await db.run<{ type: string; on_behalf_of: string | null }>({
        text: 'select e.type, e.on_behalf_of from events e join cases c on c.prefecture = e.prefecture and c.id = e.stream where c.number = $1 order by e.seq',
        values: [number],
      })
    ).rows

  it('each act says by whom, for whom and on what consent; what an officer decides alone says nothing', async () => {
    const { person } = await resident()
    const { state } = await submitted(renewalForm(person))
    const rows = await behalfs(state.submission?.number ?? '')
    expect(rows.find(({ type }) => type === 'CaseSubmitted')?.on_behalf_of).toBe(`${person.id} in-person`)
  })

  it('a grown-up’s guardian may not apply for them', async () => {
    const [{ person }, { person: mother }] = [await resident(), await resident({ age: 55 })]
    const form = renewalForm(person, { guardian: { identityNumber: mother.identityNumber, relation: 'parent' } })
    const outcome = await cases.submit(input(form), officer(), once(form), answer)
    expect(outcome.kind === 'refused' && outcome.reasons.map(({ code }) => code)).toEqual(['guardian-not-needed'])
  })
})
