import { generateKeyPairSync, randomUUID } from 'node:crypto'
import { SignJWT } from 'jose'
import { afterAll, beforeEach, describe, expect, it } from 'vitest'
import { openAccountNotes } from '#account/commands/account-notes.ts'
import { openClients } from '#account/commands/clients.ts'
import { openLockOut } from '#account/commands/lock-out.ts'
import { openAccounts } from '#account/commands/sessions.ts'
import { openSignIn } from '#account/commands/sign-in.ts'
import { strengthProblem } from '#account/rules/assurance.ts'
import type { SignInGuard } from '#account/rules/guards.ts'
import { uuid } from '#kernel/ids.ts'
import { type Instant, instant, msOf, plusMinutes } from '#kernel/time.ts'
import { openIdentityPlatform } from '#partners/identity/adapter.ts'
import { SANDBOX_CLIENT } from '#partners/identity/protocol.ts'
import { openIdentityStandIn } from '#partners/identity/standin.ts'
import { actingAs, SYSTEM } from '#platform/actor.ts'
import { systemIds } from '#platform/chance.ts'
import { openCommitter } from '#platform/commit.ts'
import { openDb } from '#platform/db.ts'
import { ProblemError } from '#platform/problem.ts'
import { freshDatabase } from '#test/database.ts'
import { openVisitor, type Visitor } from '#test/sign-in.ts'

/**
 * Every guard of signing in, played against twice: with it the play is stopped; without it, it goes through. So it is the guard that
 * stops it, and a test of it that would pass either way is none.
 */
type Left = SignInGuard | 'pkce' | 'state' | 'nonce'
const without = new Set<Left>()

const database = await freshDatabase()
const db = openDb({ url: database.applicationUrl, connectionsMax: 4, onLost: () => undefined, otherwise: SYSTEM })
const owner = openDb({ url: database.url, connectionsMax: 2, onLost: () => undefined, otherwise: SYSTEM })
const committer = openCommitter(db)
const notes = openAccountNotes(committer, systemIds)
const OURS = 'http://localhost:9'
const NUMBER = '220102199001010017'
const AT = instant('2026-02-13T09:00:00+08:00')
const OFFICER = { number: '031001', actorId: 'officer:031001', role: 'station-officer', organ: '220102500100', shownName: '测试' } as const
const standIn = await actingAs(SYSTEM, () =>
  openIdentityStandIn({
    ...{ db: owner, port: 0, ourUrl: () => OURS, secret: 's', now: () => AT },
    directory: {
      residents: async () => [{ name: '王测试', identityNumber: NUMBER }],
      officers: async () => [{ officerNumber: OFFICER.number, name: '测试' }],
    },
  }),
)
const platform = openIdentityPlatform({ url: () => standIn.url, clientId: SANDBOX_CLIENT, secret: 's', insecure: true, timeoutSeconds: 60, without })
const accounts = openAccounts(db, committer, systemIds, without)
const signIn = openSignIn({
  ...{ db, committer, accounts, notes, platform, without, publicUrl: () => OURS },
  findPersonByNumber: async () => ({ personId: uuid('0197a000-0000-7000-8000-000000000001'), shownName: '王*' }),
  findOfficer: async () => OFFICER,
})
const lockOut = openLockOut(db, 's', notes, without)
const clients = openClients({ db, accounts, lockOut, notes, without, audience: () => `${OURS}/api/v1/token` })

afterAll(async () => {
  await standIn.close()
  await owner.end()
  await db.end()
})
beforeEach(() => without.clear())

const FROM = { browser: 'Chrome', source: '10.0.0.*' }
const isReturn = (to: string): boolean => to.includes('/sign-in/return')

interface Begun {
  readonly flow: string
  /** Path and query to which the platform sent the browser back. */
  readonly returned: string
}

/** Through the platform and back, without coming in. */
async function walked(kind: 'resident' | 'officer', visitor: Visitor = openVisitor()): Promise<Begun> {
  const begun = await signIn.begin({ kind, next: undefined }, AT)
  if (begun === undefined) throw new Error('the platform does not answer')
  const asked = await visitor.follow(begun.to, undefined, isReturn)
  const person = kind === 'resident' ? NUMBER : OFFICER.number
  const back = isReturn(asked.url) ? asked : await visitor.follow(asked.url, { act: 'sign-in', person, search: '', level: 'urn:yitang:real-name:3' }, isReturn)
  return { flow: begun.flow, returned: back.url.slice(OURS.length) }
}
const enter = async ({ flow, returned }: Begun) => {
  const outcome = await signIn.finish(flow, returned, FROM, AT, undefined)
  return 'refusal' in outcome ? outcome.refusal : outcome.signedIn.session.stage
}
const parameter = (returned: string, name: string): string => new URL(returned, OURS).searchParams.get(name) ?? ''
const withParameter = (returned: string, name: string, value: string): string => {
  const url = new URL(returned, OURS)
  url.searchParams.set(name, value)
  return url.pathname + url.search
}

it('a new installation has no account at all, and no key', async () => {
  for (const table of ['officers', 'officer_roles', 'passkeys', 'client_keys', 'sessions', 'identities', 'used_once'])
    expect([table, (await owner.run({ text: `select from ${table}`, values: [] })).rows.length]).toEqual([table, 0])
})

describe('what binds the platform’s answer to whoever asked', () => {
  it('state: an answer to something else is not taken', async () => {
    const play = async () => {
      const begun = await walked('resident')
      return enter({ ...begun, returned: withParameter(begun.returned, 'state', 'somebody-elses-state-0000000000') })
    }
    expect(await play()).toBe('untrusted')
    without.add('state')
    expect(await play()).toBe('complete')
  })

  it('PKCE and nonce: a code that a thief brought, under the victim’s state, is stopped by either alone', async () => {
    const play = async (...left: readonly Left[]) => {
      without.clear()
      for (const one of left) without.add(one)
      const [victim, thief] = [await walked('resident'), await walked('resident')]
      return enter({ flow: victim.flow, returned: withParameter(victim.returned, 'code', parameter(thief.returned, 'code')) })
    }
    expect(await play()).not.toBe('complete')
    expect(await play('nonce')).not.toBe('complete')
    expect(await play('pkce')).toBe('untrusted')
    expect(await play('pkce', 'nonce')).toBe('complete')
  })
})

it('the second factor: an officer’s session is half one until the passkey was shown', async () => {
  expect(await enter(await walked('officer'))).toBe('second-factor')
  without.add('second-factor')
  expect(await enter(await walked('officer'))).toBe('complete')
})

it('the lock: the sixth guess is not judged, even if it is right', async () => {
  const play = async (account: string) => {
    const guess = async (right: boolean) => lockOut.judged('enrolment-code', { account }, AT, async () => right || undefined)
    for (let i = 0; i < 5; i += 1) expect(await guess(false)).toBeUndefined()
    return guess(true).catch((error: unknown) => (error instanceof ProblemError ? error.problem.type : error))
  }
  expect(await play('a')).toBe('locked')
  without.add('lock-out')
  expect(await play('b')).toBe(true)
})

describe('a session', () => {
  const begun = () =>
    accounts.begin(
      {
        ...{ id: OFFICER.actorId, role: OFFICER.role, organ: OFFICER.organ, personId: null, shownName: '测试', officer: OFFICER.number },
        ...{ method: 'identity', stage: 'complete', level: null, keyId: null },
      },
      FROM,
      AT,
    )

  it('opens nothing to whoever reads the table of sessions', async () => {
    const stolen = async (): Promise<boolean> => {
      const { session } = await begun()
      const { rows } = await owner.run<{ token_hash: string }>({ text: 'select token_hash from sessions where id = $1::uuid', values: [session.sessionId] })
      return (await accounts.findSession(rows[0]?.token_hash ?? '', AT)) !== undefined
    }
    expect(await stolen()).toBe(false)
    without.add('hashed')
    expect(await stolen()).toBe(true)
  })

  it('ends when it is idle', async () => {
    const { token } = await begun()
    const later = plusMinutes(AT, 20)
    expect(await accounts.findSession(token, later)).toBeUndefined()
    without.add('idle')
    expect(await accounts.findSession(token, later)).toBeDefined()
  })

  it('ends in the end, however much it is used', async () => {
    const { token } = await begun()
    let now: Instant = AT
    for (let minutes = 10; minutes < 720; minutes += 10) {
      now = plusMinutes(AT, minutes)
      expect(await accounts.findSession(token, now)).toBeDefined()
    }
    now = plusMinutes(AT, 720)
    expect(await accounts.findSession(token, now)).toBeUndefined()
    without.add('absolute')
    expect(await accounts.findSession(token, now)).toBeDefined()
  })
})

it('the fresh proof: what is grave waits for one of a moment ago', () => {
  const strength = { role: 'security-administrator', method: 'identity', level: null, authenticatedAt: AT } as const
  const play = () => strengthProblem(strength, 'passkey.issue-code', plusMinutes(AT, 6), without)?.type
  expect(play()).toBe('reauthentication-needed')
  without.add('fresh-proof')
  expect(play()).toBeUndefined()
})

it('a client’s assertion that was overheard opens nothing a second time', async () => {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const by = { id: 'security-administrator:1', role: 'security-administrator', organ: null }
  const key = { clientId: 'jl-housing', kid: 'k1', role: 'department-verifier', organ: null, shownName: '吉林住建' } as const
  const valid = { publicKey: publicKey.export({ format: 'jwk' }) as Record<string, unknown>, validFrom: AT, validUntil: plusMinutes(AT, 60) }
  await clients.register({ ...key, ...valid }, by, AT)
  const play = async (): Promise<readonly boolean[]> => {
    const now = msOf(AT) / 1000
    const claims = { iss: key.clientId, sub: key.clientId, aud: `${OURS}/api/v1/token`, iat: now, exp: now + 120, jti: randomUUID() }
    const assertion = await new SignJWT(claims).setProtectedHeader({ alg: 'ES256', kid: 'k1' }).sign(privateKey)
    const opened = async () => (await clients.authenticate(assertion, '10.0.0.1', AT)) !== undefined
    return [await opened(), await opened()]
  }
  expect(await play()).toEqual([true, false])
  without.add('replay')
  expect(await play()).toEqual([true, true])
})
