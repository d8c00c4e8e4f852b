/** What is shown is written down, exactly; what can't be written down isn't shown; and whoever is too curious is held up. */
import { beforeAll, describe, expect, test } from 'vitest'
import { openReadings, type Reader } from '#account/commands/readings.ts'
import { openFlagReviews } from '#account/commands/reviews.ts'
import { openWithholdings } from '#account/commands/withholdings.ts'
import { openReadingQueries } from '#account/queries/readings.ts'
import { openCaseQueries } from '#case/queries.ts'
import { seededChance } from '#kernel/chance.ts'
import { day, type Instant, instant, plusMinutes } from '#kernel/time.ts'
import type { Act } from '#platform/events.ts'
import { jsonAnswer } from '#platform/once.ts'
import { type Problem, ProblemError } from '#platform/problem.ts'
import { openRegister } from '#register/commands.ts'
import type { Person } from '#register/model.ts'
import { FRIDAY_MORNING, officer, openWindows, STATION } from '#test/windows.ts'

const windows = await openWindows()
const { db, committer, queries, ids, places, services, sealer, calendar } = windows
const OTHER_STATION = '220103500100'

const readings = openReadings({
  db,
  committer,
  ids,
  facts: { withCaseAt: (organ, people) => queries.withCaseAt(organ, people), sameHousehold: async () => false },
})
const register = openRegister({ db, sealer, readings })
const caseQueries = openCaseQueries({ db, sealer, calendar, places, services, readings })
const log = openReadingQueries(db)

const rowsOf = async (actor: string) => (await log.audit({ actor }, { limit: 500 })).readings
const reader = (act: Act): Reader => ({ actor: { id: act.actor, role: 'station-officer', organ: act.actorOrgan, personId: null }, act })

async function problemOf(work: Promise<unknown>): Promise<Problem | undefined> {
  try {
    await work
    return undefined
  } catch (error) {
    if (error instanceof ProblemError) return error.problem
    throw error
  }
}

const people: Person[] = []
beforeAll(async () => {
  for (let i = 0; i < 32; i++) people.push((await windows.resident()).person)
})

const at = (i: number): Person => people[i] as Person

describe('what is shown', () => {
  test('is written before it is shown: who, of which organ, what for, which items, and the leaf', async () => {
    const act = officer(FRIDAY_MORNING, 40)
    await register.readPerson({ identityNumber: at(0).identityNumber, purpose: 'application', note: '换领居民身份证' }, act)
    expect(await rowsOf(act.actor)).toMatchObject([
      { personId: at(0).id, role: 'station-officer', organ: STATION, what: 'record', outcome: 'shown', purpose: 'application', note: '换领居民身份证' },
    ])
    const { rows } = await db.run<{ n: number }>({
      text: `select count(*)::int as n from readings r join log_pending p on p.prefecture = r.prefecture and p.stream = r.id and p.kind = 'reading' and p.leaves = r.leaf
        where r.actor = $1`,
      values: [act.actor],
    })
    expect(rows[0]?.n).toBe(1)
  })

  test('is not shown when it can’t be written down', async () => {
    const broken = openRegister({
      db,
      sealer,
      readings: openReadings({
        db,
        ids,
        committer: { commit: () => Promise.reject(new Error('the log is full')) },
        facts: { withCaseAt: async () => new Set(), sameHousehold: async () => false },
      }),
    })
    await expect(broken.readPerson({ identityNumber: at(0).identityNumber, purpose: 'application' }, officer())).rejects.toThrow('the log is full')
  })

  test('a purpose that says nothing by itself is refused without words of one’s own, and nothing is read; digits of people are blotted out', async () => {
    const act = officer(FRIDAY_MORNING, 41)
    const asked = { identityNumber: at(0).identityNumber, purpose: 'other-duty' as const }
    expect((await problemOf(register.readPerson(asked, act)))?.fields?.note?.zh).toContain('具体事由')
    expect(await rowsOf(act.actor)).toEqual([])
    const view = await register.readPerson({ ...asked, note: `核对 ${at(1).identityNumber} 的来访登记` }, act)
    expect(view?.name).not.toBe(at(0).name)
    const [row] = await rowsOf(act.actor)
    expect(row).toMatchObject({ purpose: 'other-duty', fields: [] })
    expect(row?.note).not.toContain(at(1).identityNumber)
    // Before the day from which the purpose may be stated.
    expect((await problemOf(register.readPerson({ ...asked, note: '来访登记' }, officer(instant('2025-06-02T10:00:00+08:00'), 41))))?.fields).toHaveProperty(
      'purpose',
    )
  })

  test('a case: seen by its station, refused to another, and nobody’s for a number that isn’t any; each is one row', async () => {
    const { person } = await windows.resident()
    const record = await windows.submitted(windows.renewalForm(person))
    const key = { prefecture: record.key.prefecture, number: record.state.submission?.number as never }
    const [mine, theirs] = [officer(FRIDAY_MORNING, 42), officer(FRIDAY_MORNING, 43, OTHER_STATION)]
    expect(await caseQueries.open(key, reader(mine))).toBeDefined()
    expect(await caseQueries.open(key, reader(theirs))).toBeUndefined()
    expect(await caseQueries.open({ ...key, number: '22012602000000018' as never }, reader(theirs))).toBeUndefined()
    expect((await rowsOf(mine.actor)).map(({ outcome, personId }) => [outcome, personId])).toEqual([['shown', person.id]])
    expect((await rowsOf(theirs.actor)).map(({ outcome, personId }) => [outcome, personId]).toSorted()).toEqual([
      ['not-found', null],
      ['refused', person.id],
    ])
  })

  test('rows equal answers, exactly, over random operations', async () => {
    const chance = seededChance(20_261_124)
    const { person } = await windows.resident()
    const record = await windows.submitted(windows.renewalForm(person))
    const key = { prefecture: record.key.prefecture, number: record.state.submission?.number as never }
    const answered = { shown: 0, refused: 0, 'not-found': 0, list: 0, slowed: 0 }
    for (let i = 0; i < 400; i++) {
      const act = {
        ...officer(plusMinutes(FRIDAY_MORNING, i * 5), 60 + chance.below(6), chance.below(3) === 0 ? OTHER_STATION : STATION),
        requestId: `random-${i}`,
      }
      const which = chance.below(4)
      if (which === 0) answered[(await caseQueries.open(key, reader(act))) ? 'shown' : 'refused'] += 1
      else if (which === 1) {
        await caseQueries.list({ list: 'open-at-organ', organ: STATION }, reader(act), undefined, 5)
        answered.list += 1
      } else {
        const known = chance.below(5) > 0
        const identityNumber = known ? at(chance.below(people.length)).identityNumber : '220102199001010017'
        const problem = await problemOf(
          register.readPerson({ identityNumber, purpose: 'application' }, act).then((view) => {
            answered[view ? 'shown' : 'not-found'] += 1
          }),
        )
        if (problem) answered.slowed += 1
      }
    }
    const { rows } = await db.run<{ kind: keyof typeof answered; n: number }>({
      text: "select case when what = 'list' then 'list' else outcome end as kind, count(*)::int as n from readings where request_id like 'random-%' group by 1",
      values: [],
    })
    const none = Object.fromEntries(Object.keys(answered).map((kind) => [kind, 0]))
    expect({ ...none, ...Object.fromEntries(rows.map(({ kind, n }) => [kind, n])) }).toEqual(answered)
  })
})

describe('the unusual', () => {
  const lookUp = (i: number, act: Act) => problemOf(register.readPerson({ identityNumber: at(i).identityNumber, purpose: 'application' }, act))
  const flagsOf = async (actor: string) => (await log.flags(true, 200)).filter((flag) => flag.actor === actor).map(({ kind }) => kind)

  test('an officer who looks up thirty people without a case is stopped at the twenty-first, and the auditor knows', async () => {
    const act = officer(FRIDAY_MORNING, 50)
    const problems: (Problem | undefined)[] = []
    for (let i = 0; i < 30; i++) problems.push(await lookUp(i, { ...act, at: plusMinutes(FRIDAY_MORNING, i) }))
    expect(problems.slice(0, 20)).toEqual(Array(20).fill(undefined))
    expect(problems.slice(20).every((found) => found?.type === 'too-many-requests' && found.retryAfterSeconds === 900)).toBe(true)
    expect(await flagsOf(act.actor)).toEqual(['bulk'])
    const rows = await rowsOf(act.actor)
    expect([rows.filter(({ outcome }) => outcome === 'shown').length, rows.filter(({ outcome }) => outcome === 'slowed').length]).toEqual([20, 10])
    expect(rows.filter(({ outcome }) => outcome === 'slowed').flatMap(({ fields }) => fields)).toEqual([])
    // Somebody who was read already may be read again, and an hour later others too.
    expect(await lookUp(5, { ...act, at: plusMinutes(FRIDAY_MORNING, 31) })).toBeUndefined()
    expect(await lookUp(25, { ...act, at: plusMinutes(FRIDAY_MORNING, 95) })).toBeUndefined()
  })

  test('a window that takes thirty applications in an hour is not', async () => {
    const act = officer(FRIDAY_MORNING, 51)
    for (let i = 0; i < 30; i++) {
      const now = plusMinutes(FRIDAY_MORNING, i)
      expect(await lookUp(i, { ...act, at: now })).toBeUndefined()
      await windows.submitted(windows.renewalForm(at(i)), now)
    }
    expect(await flagsOf(act.actor)).toEqual([])
  })

  test('off hours, one’s own record and one’s household are flagged, once an hour; a case at hand at night is off hours too', async () => {
    const own = people[3] as Person
    const curious = openReadings({
      db,
      committer,
      ids,
      facts: { withCaseAt: async () => new Set(), sameHousehold: async (_, other) => other.personId === at(4).id || other.personId === own.id },
    })
    const act = officer(instant('2026-02-13T23:10:00+08:00') as Instant, 52)
    await db.run({
      text: "insert into officers (prefecture, number, id, actor_id, organ, status, person_id, version) values ('2200', '031952', $1, $2, $3, 'active', $4, 1)",
      values: [ids.uuid(FRIDAY_MORNING), act.actor, STATION, own.id],
    })
    for (const who of [own, at(4), own]) {
      await curious.record(act, { subject: { prefecture: who.prefecture, personId: who.id }, what: 'record', outcome: 'shown', purpose: 'application' })
    }
    const flags = (await log.flags(true, 200)).filter((flag) => flag.actor === act.actor)
    expect(Object.fromEntries(flags.map(({ kind, readings: count, officer: number }) => [kind, [count, number]]))).toEqual({
      'off-hours': [3, '031952'],
      'own-record': [2, '031952'],
      'own-household': [1, '031952'],
    })
    // Reviewed once, by whoever comes first.
    const flag = flags[0] as (typeof flags)[number]
    const auditor = { ...act, actor: 'auditor:1', actorRole: 'auditor' }
    const reviews = openFlagReviews({ db, committer })
    const say = (what: string) => reviews.review(flag.id, what, auditor, windows.once(what), () => jsonAnswer(200, { reviewed: true }))
    const said = await Promise.allSettled([say('已约谈'), say('属实')])
    expect(said.filter((one) => one.status === 'fulfilled' && one.value?.status === 200)).toHaveLength(1)
    expect(await say('再说一次')).toBeUndefined()
  })

  test('a hundred attempts at cases of others within a minute end in an alarm and a stop, for a resident too', async () => {
    const { person } = await windows.resident({ card: { expiresOn: day('2026-03-05') } })
    const record = await windows.submitted(windows.renewalForm(person))
    const key = { prefecture: record.key.prefecture, number: record.state.submission?.number as never }
    const act: Act = { ...officer(FRIDAY_MORNING, 53), actor: 'resident:probe', actorRole: 'resident', actorOrgan: null }
    const asking: Reader = { actor: { id: act.actor, role: 'resident', organ: null, personId: at(9).id }, act }
    let stopped = 0
    for (let i = 0; i < 100; i++) if (await problemOf(caseQueries.open(key, asking))) stopped += 1
    expect(stopped).toBe(80)
    expect(await flagsOf(act.actor)).toEqual(['many-refused'])
  })
})

describe('kept from the person for a term', () => {
  test('by two people, on a basis: hidden until the term ends, seen by the auditor meanwhile, shown afterwards', async () => {
    const { person } = await windows.resident()
    const withholdings = openWithholdings({ db, committer, ids })
    const act = officer(FRIDAY_MORNING, 70, OTHER_STATION)
    const supervisor = (n: number): Act => ({ ...act, actor: `supervisor:${n}`, actorRole: 'supervisor' })
    const asked = { prefecture: person.prefecture, personId: person.id, organ: OTHER_STATION, basis: 'PIPL 35', reason: '侦查需要', days: 30 }
    const bodyOf = ({ id }: { readonly id: string }) => jsonAnswer(200, { id })
    const made = await withholdings.request(asked, supervisor(1), windows.once(asked), bodyOf)
    const { id } = JSON.parse(made.body) as { id: typeof person.id }
    const read = (minutes: number, note: string) =>
      register.readPerson({ identityNumber: person.identityNumber, purpose: 'case-investigation', note }, { ...act, at: plusMinutes(FRIDAY_MORNING, minutes) })
    const seenAt = async (at: Instant) => (await log.ofPerson(person.id, false, { limit: 50 }, at)).readings.length

    await read(1, '案件一 2026-1')
    // Asked for, but approved by nobody: nothing is hidden, and whoever asked can't approve.
    expect(await seenAt(plusMinutes(FRIDAY_MORNING, 2))).toBe(1)
    expect(await withholdings.approve(id, supervisor(1), windows.once(1), bodyOf)).toBeUndefined()
    expect((await withholdings.approve(id, supervisor(2), windows.once(2), bodyOf))?.status).toBe(200)
    expect(await withholdings.approve(id, supervisor(3), windows.once(3), bodyOf)).toBeUndefined()

    await read(3, '案件一 2026-1')
    await register.readPerson({ identityNumber: person.identityNumber, purpose: 'application' }, officer(FRIDAY_MORNING, 71))
    expect(await seenAt(plusMinutes(FRIDAY_MORNING, 4))).toBe(1)
    expect((await rowsOf(act.actor)).length).toBe(2)
    const days = (n: number) => plusMinutes(FRIDAY_MORNING, n * 24 * 60)
    expect(await seenAt(plusMinutes(days(30), -1))).toBe(1)
    expect(await seenAt(days(30))).toBe(3)
    // In pages, each reading once.
    const first = await log.ofPerson(person.id, false, { limit: 2 }, days(31))
    const second = await log.ofPerson(person.id, false, { limit: 2, cursor: first.next ?? undefined }, days(31))
    expect(new Set([...first.readings, ...second.readings].map((one) => one.id)).size).toBe(3)
    expect(second.next).toBeNull()
  })

  test('a cursor that is none of ours is said to be wrong, by its name, and never a fault', async () => {
    const none = '0190a000-0000-7000-8000-000000000000'
    for (const cursor of [`2026-02-30T00:00:00.000Z~${none}`, `2026-99-99T99:99:99Z~${none}`, `2026-02-13T00:00:00.000Z~nobody`, 'x', '']) {
      expect((await problemOf(log.audit({}, { limit: 5, cursor })))?.fields, cursor).toHaveProperty('cursor')
      expect((await problemOf(log.ofPerson(at(0).id, false, { limit: 5, cursor }, FRIDAY_MORNING)))?.fields, cursor).toHaveProperty('cursor')
    }
  })
})
