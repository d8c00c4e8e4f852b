import { actingAs, SYSTEM } from '#platform/actor.ts'
import type { Db } from '#platform/db.ts'
import type { Flood, Limits, SharedCount } from '#platform/edge/limits.ts'
import type { Log } from '#platform/log.ts'

/** The province's own: a person may be asked about from anywhere. */
const PREFECTURE = '2200'
const EXCHANGE_MS = 1_000
const KEPT_DAYS = 2

interface TotalRow {
  readonly counter: string
  readonly key: string
  readonly starts_at: string
  readonly spent: string
}

/** Adds what this process let through, and answers what all did. */
async function exchangeCounts(db: Db, counts: readonly SharedCount[]): Promise<readonly SharedCount[]> {
  const { rows } = await db.run<TotalRow & Record<string, unknown>>({
    text: `insert into rate_windows (prefecture, counter, key, starts_at, spent)
      select '${PREFECTURE}', t.counter, t.key, t.starts_at, t.spent
      from unnest($1::text[], $2::text[], $3::timestamptz[], $4::bigint[]) as t(counter, key, starts_at, spent)
      on conflict (prefecture, counter, key, starts_at) do update set spent = rate_windows.spent + excluded.spent
      returning counter, key, starts_at, spent`,
    values: [counts.map(({ counter }) => counter), counts.map(({ key }) => key), counts.map(({ startsAt }) => startsAt), counts.map(({ spent }) => spent)],
  })
  return rows.map(({ counter, key, starts_at, spent }) => ({
    counter,
    key,
    startsAt: new Date(starts_at).toISOString() as SharedCount['startsAt'],
    spent: Number(spent),
  }))
}

const keepFloods = (db: Db, floods: readonly Flood[]) =>
  db.run({
    text: `insert into floods (prefecture, limit_name, counted_by, key, hour, first_at, last_at, refused, actor, actor_role, actor_organ)
      select '${PREFECTURE}', t.limit_name, t.counted_by, t.key, t.hour, t.at, t.at, t.refused, t.actor, t.actor_role, t.actor_organ
      from unnest($1::text[], $2::text[], $3::text[], $4::timestamptz[], $5::timestamptz[], $6::bigint[], $7::text[], $8::text[], $9::text[])
        as t(limit_name, counted_by, key, hour, at, refused, actor, actor_role, actor_organ)
      on conflict (prefecture, limit_name, counted_by, key, hour)
        do update set last_at = greatest(floods.last_at, excluded.last_at), refused = floods.refused + excluded.refused`,
    values: [
      floods.map(({ limit }) => limit),
      floods.map(({ by }) => by),
      floods.map(({ key }) => key),
      floods.map(({ hour }) => hour),
      floods.map(({ at }) => at),
      floods.map(({ refused }) => refused),
      floods.map(({ actor }) => actor),
      floods.map(({ actorRole }) => actorRole),
      floods.map(({ actorOrgan }) => actorOrgan),
    ],
  })

const forgetOld = (db: Db, before: Date) => db.run({ text: 'delete from rate_windows where starts_at < $1::timestamptz', values: [before.toISOString()] })

/** Once, whatever there is to tell. What can't be told now is not kept: a limit must not fill the memory while the database is away. */
export async function exchange(db: Db, limits: Limits): Promise<void> {
  const { counts, floods } = limits.takeShared()
  await actingAs(SYSTEM, async () => {
    if (counts.length > 0) limits.learn(await exchangeCounts(db, counts))
    if (floods.length > 0) await keepFloods(db, floods)
  })
}

/** Each second, while there is something to tell. @returns what ends it */
export function shareLimits(db: Db, limits: Limits, log: Log): () => void {
  let rounds = 0
  let under = false
  const timer = setInterval(async () => {
    if (under) return
    under = true
    rounds += 1
    try {
      await exchange(db, limits)
      if (rounds % 3_600 === 1) await actingAs(SYSTEM, () => forgetOld(db, new Date(Date.now() - KEPT_DAYS * 86_400_000)))
    } catch (err) {
      log.warn({ err }, 'what was let through could not be told to the other processes')
    } finally {
      under = false
    }
  }, EXCHANGE_MS)
  timer.unref()
  return () => clearInterval(timer)
}
