/** 三员: three offices, three people; a role takes two; whoever leaves is out. */
import { afterAll, describe, expect, test } from 'vitest'
import { openOfficers } from '#account/commands/officers.ts'
import { openAccounts } from '#account/commands/sessions.ts'
import type { Role } from '#account/model.ts'
import type { KnownOfficer } from '#account/store/officers.ts'
import { instant } from '#kernel/time.ts'
import { actingAs, SYSTEM } from '#platform/actor.ts'
import { systemIds } from '#platform/chance.ts'
import { openCommitter } from '#platform/commit.ts'
import { openDb } from '#platform/db.ts'
import type { Act } from '#platform/events.ts'
import { type Answer, jsonAnswer, openOnce } from '#platform/once.ts'
import { freshDatabase } from '#test/database.ts'

const database = await freshDatabase()
const db = openDb({ url: database.applicationUrl, connectionsMax: 8, onLost: () => undefined, otherwise: SYSTEM })
afterAll(() => db.end())
const committer = openCommitter(db)
const accounts = openAccounts(db, committer)
const officers = openOfficers({ db, committer, ids: systemIds, accounts })

const AT = instant('2026-02-13T09:00:00+08:00')
const STATION = '220102500100'
const PROVINCE = '220000000000'
const by = (n: number): Act => ({
  ...{ at: AT, actor: `security-administrator:${PROVINCE}:${n}`, actorRole: 'security-administrator', actorOrgan: PROVINCE },
  ...{ onBehalfOf: null, requestId: `r-${n}` },
})
/** As the database sees the request: a security administrator, whom the policies bind. */
const asAdministrator = <T>(n: number, work: () => Promise<T>): Promise<T> =>
  actingAs({ id: by(n).actor, role: 'security-administrator', organ: PROVINCE, personId: null, purpose: null }, work)
let keys = 0
const once = (n: number) => openOnce(by(n).actor, `officer-key-${++keys}`, '/api/v1/officers', {}, AT)
const answer = (officer: KnownOfficer): Answer => jsonAnswer(200, officer)
const codeOf = (answered: Answer | undefined) => (answered?.status === 409 ? JSON.parse(answered.body).refusals[0].code : answered?.status)

const register = (number: string, personId: string | null = null) =>
  asAdministrator(1, () => officers.register({ number, organ: STATION, personId: personId as never }, by(1), once(1), answer))
const propose = (number: string, role: Role, n = 1) => asAdministrator(n, () => officers.propose(number, role, STATION, by(n), once(n), answer))
const decide = (id: string, n: number, approve = true) => asAdministrator(n, () => officers.decide(id as never, approve, by(n), once(n), answer))
const proposed = async (number: string, role: Role): Promise<string> => {
  await propose(number, role)
  const found = await officers.find(number)
  return found?.roles.find((one) => one.role === role && one.state === 'proposed')?.id ?? ''
}

describe('a role', () => {
  test('is proposed by one and approved by another, with events and both names', async () => {
    await register('031001')
    expect(codeOf(await register('031001'))).toBe('number-taken')
    const id = await proposed('031001', 'station-officer')
    expect(codeOf(await propose('031001', 'station-officer'))).toBe('role-twice')
    expect(codeOf(await decide(id, 1))).toBe('own-proposal')
    expect((await decide(id, 2))?.status).toBe(200)
    expect(codeOf(await decide(id, 3))).toBe('decided-already')
    expect(await officers.find('031001')).toMatchObject({
      role: 'station-officer',
      roles: [{ state: 'in-force', proposedBy: by(1).actor, decidedBy: by(2).actor }],
    })
    const { rows } = await db.run<{ type: string; actor: string }>({
      text: 'select e.type, e.actor from events e join officers o on o.id = e.stream where o.number = $1 order by e.seq',
      values: ['031001'],
    })
    expect(rows.map(({ type }) => type)).toEqual(['OfficerRegistered', 'RoleProposed', 'RoleApproved'])
  })

  test('that nobody in service has, or that nobody is, is refused; an unknown officer is nobody', async () => {
    expect(codeOf(await propose('031001', 'resident'))).toBe('no-role')
    expect(await propose('039999', 'dispatcher')).toBeUndefined()
    expect(await decide('0190c0de-0000-7000-8000-000000000000', 2)).toBeUndefined()
  })
})

describe('the three administrators', () => {
  test.each([
    ['administrator', 'security-administrator'],
    ['administrator', 'audit-administrator'],
    ['security-administrator', 'audit-administrator'],
  ] as const)('%s and %s: of two appointments of one officer at the same moment, one is refused', async (first, second) => {
    const number = `0320${++keys}`
    await register(number)
    const [one, two] = [await proposed(number, first), await proposed(number, second)]
    const outcomes = await Promise.all([decide(one, 2), decide(two, 3)])
    expect(outcomes.map(codeOf).toSorted()).toEqual([200, 'second-administrator'])
    expect((await officers.find(number))?.roles.filter(({ state }) => state === 'in-force')).toHaveLength(1)
    expect(codeOf(await propose(number, (await officers.find(number))?.role === first ? second : first))).toMatch(/second-administrator|role-twice/)
  })

  test('nor may one person hold two of them under two numbers, also at the same moment', async () => {
    const person = systemIds.uuid(AT)
    await register('033001', person)
    await register('033002', person)
    const [one, two] = [await proposed('033001', 'administrator'), await proposed('033002', 'audit-administrator')]
    const outcomes = await Promise.all([decide(one, 2), decide(two, 3)])
    expect(outcomes.map(codeOf).toSorted()).toEqual([200, 'second-administrator'])
  })

  test('the database refuses it too, whatever the program asks', async () => {
    await register('034001')
    const insert = (role: string) =>
      db.run({
        text: `insert into officer_roles (prefecture, id, number, role, organ, state, proposed_by, proposed_at, decided_by, decided_at)
          values ('2200', $1, '034001', $2, $3, 'in-force', 'a', $4, 'b', $4)`,
        values: [systemIds.uuid(AT), role, STATION, AT],
      })
    await insert('administrator')
    await expect(insert('audit-administrator')).rejects.toThrow('officer_roles_one_administrator')
    await expect(
      db.run({
        text: `insert into officer_roles (prefecture, id, number, role, organ, state, proposed_by, proposed_at, decided_by, decided_at)
          values ('2200', $1, '034001', 'auditor', $2, 'in-force', 'a', $3, 'a', $3)`,
        values: [systemIds.uuid(AT), STATION, AT],
      }),
    ).rejects.toThrow('officer_roles')
  })
})

describe('whoever leaves', () => {
  test.each(['transfer', 'retire'] as const)('%s: roles and sessions end, and the next request is nobody’s', async (how) => {
    const number = `0350${++keys}`
    await register(number)
    await decide(await proposed(number, 'station-officer'), 2)
    const actorId = (await officers.find(number))?.actorId as string
    const { token } = await accounts.signIn({ id: actorId, role: 'station-officer', organ: STATION, personId: null }, number, AT, 600)
    expect(await accounts.findSession(token, AT)).toBeDefined()
    const gone = await asAdministrator(1, () =>
      how === 'retire' ? officers.retire(number, by(1), once(1), answer) : officers.transfer(number, '220103500100', by(1), once(1), answer),
    )
    expect(gone?.status).toBe(200)
    expect(await accounts.findSession(token, AT)).toBeUndefined()
    const after = await officers.find(number)
    expect(after?.roles.map(({ state }) => state)).toEqual(['ended'])
    expect([after?.status, after?.organ]).toEqual(how === 'retire' ? ['retired', STATION] : ['active', '220103500100'])
    if (how === 'retire') expect(codeOf(await propose(number, 'dispatcher'))).toBe('retired')
  })
})
