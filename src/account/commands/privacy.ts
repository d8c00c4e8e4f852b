import { overBefore, type Retention, retentionOn } from '#account/rules/retention.ts'
import {
  type ConsentRow,
  casesOverPiece,
  consentsFact,
  deleteOverTermChange,
  forgetNumberChanges,
  giveConsentChange,
  type Hold,
  hindrancesFact,
  liftHoldChange,
  overTermPiece,
  placeHoldChange,
  standingHoldFact,
  withdrawConsentChange,
} from '#account/store/privacy.ts'
import type { Uuid } from '#kernel/ids.ts'
import { dayOf, type Instant, startOfDay } from '#kernel/time.ts'
import type { Ids } from '#platform/chance.ts'
import { type Change, type Committer, decidedAgain } from '#platform/commit.ts'
import type { Db } from '#platform/db.ts'
import { type Act, type StreamKey, storedEvents, streamFact } from '#platform/events.ts'
import { gather } from '#platform/facts.ts'
import type { Sweep } from '#platform/outbox.ts'
import { deleteKeysChange } from '#platform/person-keys.ts'
import type { KeyOwner, PersonPurpose } from '#platform/sealed.ts'

export interface PrivacyDeps {
  readonly db: Db
  readonly committer: Committer
  readonly ids: Ids
  readonly retention: readonly Retention[]
}

/** What happened to somebody's data as a whole. On the person's own stream, except the deletions of many at once. */
export type PrivacyEvent =
  | { readonly type: 'PersonalDataDeleted'; readonly purposes: readonly PersonPurpose[]; readonly because: string; readonly basis: string }
  | { readonly type: 'LegalHoldPlaced'; readonly hold: Uuid; readonly basis: string }
  | { readonly type: 'LegalHoldLifted'; readonly hold: Uuid }
  | { readonly type: 'ConsentGiven'; readonly purpose: string; readonly version: string }
  | { readonly type: 'ConsentWithdrawn'; readonly purpose: string }
  | { readonly type: 'RecordsDeleted'; readonly kind: string; readonly rows: number; readonly before: Instant; readonly basis: string }

/** Of deletions that concern no single person. */
export const RETENTION_STREAM: StreamKey = { prefecture: '2200', stream: '00000000-0000-7000-8000-6b6570740000' as Uuid }

const ROWS_AT_ONCE = 500
const PEOPLE_AT_ONCE = 100

export type DeletionOutcome = 'deleted' | 'held' | 'open-cases' | 'unknown'

export interface Privacy {
  /** Deletes a person's keys, and with them what they sealed, in rows and events; the log stays whole. */
  deleteData(
    person: KeyOwner,
    order: { readonly purposes: readonly PersonPurpose[]; readonly basis: string },
    act: Act,
    extra?: readonly Change[],
  ): Promise<DeletionOutcome>
  placeHold(hold: Omit<Hold, 'id'>, act: Act, extra: (id: Uuid) => readonly Change[]): Promise<Uuid>
  /** @returns false when no such hold stands */
  liftHold(prefecture: string, id: Uuid, act: Act, extra?: readonly Change[]): Promise<boolean>
  consentsOf(person: KeyOwner): Promise<readonly ConsentRow[]>
  giveConsent(person: KeyOwner, purpose: string, version: string, act: Act, extra?: readonly Change[]): Promise<void>
  /** As easy as giving; what was done before stands (个人信息保护法 15). */
  withdrawConsent(person: KeyOwner, purpose: string, act: Act, extra?: readonly Change[]): Promise<void>
  /** Deletes what is over its term, once a day. */
  readonly sweep: Sweep
}

const systemAct = (at: Instant): Act => ({
  at,
  actor: 'system:retention',
  actorRole: 'system',
  actorOrgan: null,
  onBehalfOf: null,
  requestId: `retention:${dayOf(at)}`,
})

export function openPrivacy({ db, committer, ids, retention }: PrivacyDeps): Privacy {
  /** Appends to a stream that others append to as well. */
  const append = (key: StreamKey, event: PrivacyEvent, act: Act, changes: readonly Change[], basis: string | null = null): Promise<void> =>
    decidedAgain(async () => {
      const { past } = await gather(db, { past: streamFact<PrivacyEvent>(key) })
      await committer.commit({ events: storedEvents(key, past.at(-1)?.seq ?? 0, [event], act, { basis }), changes })
    })
  const streamOf = ({ prefecture, id }: KeyOwner): StreamKey => ({ prefecture, stream: id })

  const deleteKeys = (person: KeyOwner, purposes: readonly PersonPurpose[], because: string, basis: string, act: Act, extra: readonly Change[] = []) =>
    append(
      streamOf(person),
      { type: 'PersonalDataDeleted', purposes, because, basis },
      act,
      [deleteKeysChange(person, purposes, act.at), ...(purposes.includes('register') ? forgetNumberChanges(person) : []), ...extra],
      basis,
    )

  async function applyTerm({ id, keep, basis, deletes }: Retention, now: Instant): Promise<void> {
    if (keep === null || deletes === undefined) return
    const before = overBefore(keep, dayOf(now))
    const ground = basis.join('、')
    if (deletes.how === 'rows') {
      for (;;) {
        const rows = (await db.run<{ rows: number }>(overTermPiece(deletes, before, ROWS_AT_ONCE))).rows[0]?.rows ?? 0
        if (rows === 0) return
        const event: PrivacyEvent = { type: 'RecordsDeleted', kind: id, rows, before, basis: ground }
        await append(RETENTION_STREAM, event, systemAct(now), [deleteOverTermChange(deletes, before, ROWS_AT_ONCE)], ground)
      }
    }
    if (deletes.how === 'case-keys') {
      for (;;) {
        const { rows: people } = await db.run<{ prefecture: string; id: Uuid }>(casesOverPiece(before, PEOPLE_AT_ONCE))
        for (const person of people) await deleteKeys(person, ['case'], id, ground, systemAct(now))
        if (people.length < PEOPLE_AT_ONCE) return
      }
    }
  }

  let done = ''
  return {
    async deleteData(person, { purposes, basis }, act, extra = []) {
      const { hindrances } = await gather(db, { hindrances: hindrancesFact(person) })
      if (!hindrances.known) return 'unknown'
      if (hindrances.holds > 0) return 'held'
      if (hindrances.openCases > 0) return 'open-cases'
      await deleteKeys(person, purposes, 'order', basis, act, extra)
      return 'deleted'
    },
    async placeHold(hold, act, extra) {
      const id = ids.uuid(act.at)
      await append(
        { prefecture: hold.prefecture, stream: hold.personId },
        { type: 'LegalHoldPlaced', hold: id, basis: hold.basis },
        act,
        [placeHoldChange({ ...hold, id }, act), ...extra(id)],
        hold.basis,
      )
      return id
    },
    async liftHold(prefecture, id, act, extra = []) {
      const { found } = await gather(db, { found: standingHoldFact(prefecture, id) })
      if (found === null) return false
      await append({ prefecture, stream: found.personId }, { type: 'LegalHoldLifted', hold: id }, act, [liftHoldChange(prefecture, id, act), ...extra])
      return true
    },
    consentsOf: async (person) => (await gather(db, { consents: consentsFact(person) })).consents,
    giveConsent: (person, purpose, version, act, extra = []) =>
      append(streamOf(person), { type: 'ConsentGiven', purpose, version }, act, [giveConsentChange(person, purpose, version as never, act.at), ...extra]),
    withdrawConsent: (person, purpose, act, extra = []) =>
      append(streamOf(person), { type: 'ConsentWithdrawn', purpose }, act, [withdrawConsentChange(person, purpose, act.at), ...extra]),
    sweep: {
      name: 'account.retention',
      async run(now) {
        const today = dayOf(now)
        if (today === done) return
        for (const kind of retentionOn(retention, today)) await applyTerm(kind, startOfDay(today))
        done = today
      },
    },
  }
}
