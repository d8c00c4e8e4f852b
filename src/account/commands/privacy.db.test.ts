/** Terms end, holds stop them, orders delete, and a person is given everything about them, and nothing about anybody else. */
import { describe, expect, test } from 'vitest'
import { openPrivacy, type PrivacyEvent, RETENTION_STREAM } from '#account/commands/privacy.ts'
import { exportAbout, ownersOf } from '#account/queries/export.ts'
import { SHIPPED_RETENTION } from '#account/rules/retention.ts'
import type { Uuid } from '#kernel/ids.ts'
import { DAY_MS, type Instant, instant, plusMs } from '#kernel/time.ts'
import { PREFECTURES } from '#place/model.ts'
import { type Act, type StreamKey, streamFact } from '#platform/events.ts'
import { gather } from '#platform/facts.ts'
import { COLUMNS } from '#platform/privacy/columns.ts'
import type { Person } from '#register/model.ts'
import { FRIDAY_MORNING, openWindows } from '#test/windows.ts'

const windows = await openWindows()
const { db, committer, ids, sealer, register, queries } = windows
const open = () => openPrivacy({ db, committer, ids, retention: SHIPPED_RETENTION })
const act = (at: Instant = FRIDAY_MORNING): Act => ({
  ...{ at, actor: 'security-administrator:1', actorRole: 'security-administrator', actorOrgan: null, onBehalfOf: null, requestId: 'r' },
})
const eventsOn = async (key: StreamKey) => (await gather(db, { past: streamFact<PrivacyEvent>(key) })).past.map(({ event }) => event)
const ownEvents = (person: Person) => eventsOn({ prefecture: person.prefecture, stream: person.id })

async function applied(more: object = {}) {
  const { person } = await windows.resident()
  return { person, record: await windows.submitted(windows.renewalForm(person, more)) }
}

const conclude = (person: Person, at: Instant = FRIDAY_MORNING) =>
  db.run({ text: "update cases set concluded_at = $2, status = 'concluded' where person_id = $1", values: [person.id, at] })

const told = async (person: Person, at: Instant) => {
  const values = [person.prefecture, ids.uuid(at), person.id, at]
  await db.run({ text: "insert into messages values ($1, $2, 1, $3, 'accepted', '已受理', 'Accepted', 'page', $4, false)", values })
}
const messagesOf = async (person: Person) =>
  (await db.run<{ n: number }>({ text: 'select count(*)::int as n from messages where person_id = $1', values: [person.id] })).rows[0]?.n

const YEARS = (count: number): Instant => instant(`${2026 + count}-02-14T03:00:00+08:00`)

describe('when a term is over', () => {
  test('what is over it goes, with an event that says so; what is not, and what is held, stays', async () => {
    const [gone, held, young] = [(await applied()).person, (await applied()).person, (await applied()).person]
    for (const person of [gone, held]) await told(person, FRIDAY_MORNING)
    await told(young, YEARS(2))
    const hold = await open().placeHold({ prefecture: held.prefecture, personId: held.id, basis: '刑事诉讼法 54', reason: '调查' }, act(), () => [])
    const before = plusMs(YEARS(3), -2 * DAY_MS)
    await open().sweep.run(before)
    expect(await messagesOf(gone)).toBe(1)
    await open().sweep.run(YEARS(3))
    expect([await messagesOf(gone), await messagesOf(held), await messagesOf(young)]).toEqual([0, 1, 1])
    expect(await eventsOn(RETENTION_STREAM)).toContainEqual(expect.objectContaining({ type: 'RecordsDeleted', kind: 'messages', rows: 1 }))
    expect(await open().liftHold(held.prefecture, hold, act())).toBe(true)
    expect(await open().liftHold(held.prefecture, hold, act())).toBe(false)
    await open().sweep.run(YEARS(3))
    expect(await messagesOf(held)).toBe(0)
    expect((await ownEvents(held)).map(({ type }) => type)).toEqual(['LegalHoldPlaced', 'LegalHoldLifted'])
  })

  test('ten years after the last case ended, what the cases say of the person is gone; the cases and the register stay', async () => {
    const { person, record } = await applied()
    const open2 = await applied()
    await conclude(person)
    await open().sweep.run(plusMs(YEARS(10), -2 * DAY_MS))
    expect(await queries.identityNumberOf(record)).toBe(person.identityNumber)
    await open().sweep.run(YEARS(10))
    expect(await queries.identityNumberOf(record)).toBeUndefined()
    expect(await queries.identityNumberOf(open2.record)).toBe(open2.person.identityNumber)
    expect(await ownEvents(person)).toEqual([{ type: 'PersonalDataDeleted', purposes: ['case'], because: 'case-content', basis: expect.any(String) }])
    expect((await gather(db, { person: register.personFact(person) })).person?.name).toBe(person.name)
  })
})

describe('on order', () => {
  const order = { purposes: ['register', 'case'], basis: '个人信息保护法 47' } as const

  test('nothing is deleted while a case is open or a hold stands', async () => {
    const { person } = await applied()
    expect(await open().deleteData(person, order, act())).toBe('open-cases')
    await conclude(person)
    const hold = await open().placeHold({ prefecture: person.prefecture, personId: person.id, basis: '刑事诉讼法 54', reason: '调查' }, act(), () => [])
    expect(await open().deleteData(person, order, act())).toBe('held')
    await open().liftHold(person.prefecture, hold, act())
    expect(await open().deleteData(person, order, act())).toBe('deleted')
    expect(await open().deleteData(person, order, act())).toBe('unknown')
  })

  test('the number leads to nobody, and may be registered again', async () => {
    const { person } = await windows.resident()
    expect(await open().deleteData(person, order, act())).toBe('deleted')
    expect((await gather(db, { found: register.personByIdentityNumberFact(person.identityNumber) })).found).toBeNull()
    await committer.commit({ events: [], changes: register.personChanges({ ...person, id: ids.uuid(FRIDAY_MORNING) }) })
    expect((await gather(db, { found: register.personByIdentityNumberFact(person.identityNumber) })).found?.name).toBe(person.name)
    const gone = await exportAbout({ db, sealer, prefectures: PREFECTURES }, person, FRIDAY_MORNING)
    expect(JSON.stringify(gone)).not.toContain(person.identityNumber)
    expect(gone.register_people?.[0]?.sealed).toEqual({ deleted: true })
  })
})

test('consent is given and withdrawn by one act each, and both are on record', async () => {
  const { person } = await windows.resident()
  const privacy = open()
  await privacy.giveConsent(person, 'face-sign-in', '2026-01-01', act())
  expect(await privacy.consentsOf(person)).toEqual([{ purpose: 'face-sign-in', version: '2026-01-01', givenAt: expect.any(String), withdrawnAt: null }])
  await privacy.withdrawConsent(person, 'face-sign-in', act())
  expect((await privacy.consentsOf(person))[0]?.withdrawnAt).not.toBeNull()
  expect((await ownEvents(person)).map(({ type }) => type)).toEqual(['ConsentGiven', 'ConsentWithdrawn'])
})

describe('everything about somebody', () => {
  test('from every table that keeps something of anybody, opened, with others masked', async () => {
    const other = (await applied()).person
    const recipient = { by: 'mail', recipient: '欧阳别人', phone: '13912345678', township: '220102001', address: '吉林省长春市南关区别人路1号' }
    const { person, record } = await applied({ handover: recipient })
    await told(person, FRIDAY_MORNING)
    const [owner] = await ownersOf({ db, prefectures: PREFECTURES }, person.id as Uuid)
    const given = await exportAbout({ db, sealer, prefectures: PREFECTURES }, owner as { prefecture: string; id: Uuid }, FRIDAY_MORNING)
    const tables = Object.entries(COLUMNS).filter(([, { about }]) => 'where' in about)
    expect(Object.keys(given).toSorted()).toEqual(tables.map(([table]) => table).toSorted())
    expect(given.register_people?.[0]?.sealed).toMatchObject({
      identityNumber: person.identityNumber,
      name: person.name,
      phone: person.phone,
      address: person.address,
    })
    expect(given.cases?.map(({ number }) => number)).toEqual([record.state.submission?.number])
    expect(given.cards?.length).toBeGreaterThan(0)
    expect(given.messages).toHaveLength(1)
    const submitted = given.events?.find(({ type }) => type === 'CaseSubmitted')?.body as { form: { identityNumber: string; handover: object } }
    expect(submitted.form).toMatchObject({ identityNumber: person.identityNumber, handover: { recipient: '欧*', phone: '139****5678', address: '吉林省****' } })
    const text = JSON.stringify(given)
    for (const secret of [other.identityNumber, other.id, other.name, '欧阳别人', '13912345678', '别人路']) expect(text, secret).not.toContain(secret)
    for (const handle of ['wrapped', 'claim_key', 'token_hash', '"k"']) expect(text, handle).not.toContain(handle)
  })
})
