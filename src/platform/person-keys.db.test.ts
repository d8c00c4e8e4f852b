/** Deleting a person's key deletes the data and leaves the log whole. */
import { expect, test } from 'vitest'
import type { CaseNumber, Uuid } from '#kernel/ids.ts'
import { plusMinutes } from '#kernel/time.ts'
import { gather } from '#platform/facts.ts'
import { deleteKeysChange, wrappedKeysFact } from '#platform/person-keys.ts'
import { FRIDAY_MORNING, openWindows } from '#test/windows.ts'

const windows = await openWindows()
const { db, committer, cases, queries, register } = windows

async function applied() {
  const { person } = await windows.resident()
  const record = await windows.submitted(windows.renewalForm(person))
  return { person, record, number: record.state.submission?.number as CaseNumber }
}

const forget = (person: { prefecture: string; id: Uuid }, purposes: readonly ('register' | 'case')[]) =>
  committer.commit({ events: [], changes: [deleteKeysChange(person, purposes, FRIDAY_MORNING)] })

const leavesOf = async (stream: Uuid) =>
  (
    await db.run<{ seq: number; body: string; leaf: string }>({
      text: "select seq, body, encode(leaf, 'hex') as leaf from events where stream = $1 order by seq",
      values: [stream],
    })
  ).rows

test('everybody has a key for each purpose from the first commit, and none of it is readable', async () => {
  const { person } = await applied()
  const { wrapped } = await gather(db, { wrapped: wrappedKeysFact(person) })
  expect(Object.keys(wrapped).toSorted()).toEqual(['case', 'register'])
  const { rows } = await db.run<{ text: string }>({
    text: "select (select string_agg(e::text, ' ') from events e) || (select string_agg(p::text, ' ') from register_people p) as text",
    values: [],
  })
  for (const secret of [person.identityNumber, person.name, person.address]) expect(rows[0]?.text).not.toContain(secret)
})

test('without the key nothing of the case opens, the case is still shown, and no row or leaf has changed', async () => {
  const { person, record, number } = await applied()
  expect(await queries.identityNumberOf(record)).toBe(person.identityNumber)
  expect((await queries.reviewedFactsOf(record))?.person?.name).toBe(person.name)
  const before = await leavesOf(record.key.stream)
  await forget(person, ['case'])
  expect(await queries.identityNumberOf(record)).toBeUndefined()
  expect(await queries.reviewedFactsOf(record)).toBeUndefined()
  await expect(cases.sealFor(record, 'x')).rejects.toThrow('deleted')
  expect(await leavesOf(record.key.stream)).toEqual(before)
  const again = await queries.findByNumber(person.prefecture, number)
  expect(again && queries.view(again, plusMinutes(FRIDAY_MORNING, 5)).status).toBe(record.state.status)
  // The register's record is another purpose.
  expect((await gather(db, { person: register.personFact(person) })).person?.name).toBe(person.name)
})

test('a person whose register key was deleted is nobody any more, and no key can be made again', async () => {
  const { person } = await applied()
  await forget(person, ['register', 'case'])
  const { found, members } = await gather(db, {
    found: register.personByIdentityNumberFact(person.identityNumber),
    members: register.householdMembersFact({ prefecture: person.prefecture, id: person.household }),
  })
  expect([found, members]).toEqual([null, []])
  const { wrapped } = await gather(db, { wrapped: wrappedKeysFact(person) })
  expect(wrapped).toEqual({ register: null, case: null })
  const { rows } = await db.run<{ held: number }>({ text: 'select count(wrapped)::int as held from person_keys where person_id = $1', values: [person.id] })
  expect(rows[0]?.held).toBe(0)
})

test('whoever was registered before there were keys gets one with the next application, once', async () => {
  const { person } = await windows.resident()
  await windows.asOwner("delete from person_keys where person_id = $1 and purpose = 'case'", [person.id])
  const record = await windows.submitted(windows.renewalForm(person))
  expect(await queries.identityNumberOf(record)).toBe(person.identityNumber)
})
