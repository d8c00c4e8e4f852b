/** A superuser alters the database in every way at once; the verifier holds only what was published, and must name each alteration. */
import { performance } from 'node:perf_hooks'
import type { Figure } from '#bench/figure.ts'
import { NOW, type Office } from '#bench/office.ts'
import { seededChance } from '#kernel/chance.ts'
import type { Uuid } from '#kernel/ids.ts'
import { plusMs } from '#kernel/time.ts'
import { type StoredEvent, storedEvents } from '#platform/events.ts'
import { openPublisher, publishedFolder } from '#platform/evidence/published.ts'
import { sealingSweep } from '#platform/evidence/sealer.ts'
import { openSigner } from '#platform/evidence/signing.ts'
import type { Finding } from '#platform/evidence/verify/findings.ts'
import { verifyLog } from '#platform/evidence/verify/log.ts'
import { EVENTS } from '#platform/evidence/verify/rows.ts'

export interface TamperingSize {
  readonly alterations: number
  readonly rounds: number
}

const EVENTS_EACH = 10
/** As many streams as alterations of one row each, so that each is told from the others. */
const STREAMS_AT_ONCE = 200
/** Rows of log_pending in a sealing: what a busy prefecture has in some seconds. */
const SEALED_AT_ONCE = 50
/** Its rows are truncated, then an old state is put back. */
const PUT_BACK = '2202'
const ALTERED = '2201'

const streamOf = (prefecture: string, n: number): Uuid => `019c0000-${prefecture}-7000-8000-${n.toString(16).padStart(12, '0')}` as Uuid

const act = { actor: 'station-officer:220102500100:1', actorRole: 'station-officer', actorOrgan: '220102500100', onBehalfOf: null, requestId: 'bench' }

async function fill({ committer }: Office, seal: () => Promise<void>, prefecture: string, streams: number): Promise<void> {
  for (let n = 0; n < streams; n += STREAMS_AT_ONCE) {
    const events: StoredEvent[] = []
    for (let i = n; i < Math.min(n + STREAMS_AT_ONCE, streams); i += 1) {
      const happened = Array.from({ length: EVENTS_EACH }, (_, e) => ({ type: 'SomethingHappened', note: `事 ${e}`, more: 'x'.repeat(300) }))
      events.push(...storedEvents({ prefecture, stream: streamOf(prefecture, i) }, 0, happened, { ...act, at: plusMs(NOW, i) }))
    }
    await committer.commit({ events, changes: [] })
    await seal()
  }
}

/** What is done to the n-th stream of those altered, as SQL over a table `t(stream)`, and what must be said of it. */
const KINDS: readonly { readonly name: string; readonly sql: string; readonly found: (finding: Finding) => boolean }[] = [
  {
    name: 'update',
    sql: `update events e set body = '{"note":"forged"}' from t where e.stream = t.stream and seq = 4`,
    found: ({ what, seq }) => what === 'altered' && seq === 4,
  },
  { name: 'delete', sql: 'delete from events e using t where e.stream = t.stream and seq = 4', found: ({ what, seq }) => what === 'removed' && seq === 4 },
  {
    name: 'insert',
    sql: `insert into events select e.prefecture, e.stream, 11, e.type, e.at, e.actor, e.actor_role, e.actor_organ, e.on_behalf_of, e.basis, e.service_version, e.request_id, e.body, e.leaf
      from events e join t on e.stream = t.stream and seq = 10`,
    found: ({ what, seq }) => what === 'inserted' && seq === 11,
  },
  {
    name: 'swap',
    sql: `update events e set actor = 'somebody-else', leaf = o.leaf from events o, t where e.stream = t.stream and o.stream = t.stream and e.seq = 4 and o.seq = 5`,
    found: ({ what, seq }) => what === 'altered' && seq === 4,
  },
  {
    name: 'flipped bit of a row',
    sql: 'update events e set leaf = set_byte(e.leaf, 3, get_byte(e.leaf, 3) # 1) from t where e.stream = t.stream and seq = 4',
    found: ({ what, seq }) => what === 'altered' && seq === 4,
  },
  {
    name: 'flipped bit of the log',
    sql: 'update log_leaves l set leaf = set_byte(l.leaf, 3, get_byte(l.leaf, 3) # 1) from t where l.stream = t.stream and seq = 4',
    found: ({ what, seq }) => what === 'leaf-altered' && seq === 4,
  },
]

export async function measureTampering(
  office: Office,
  place: { readonly dataDir: string; readonly ownerUrl: string },
  size: TamperingSize,
  say: (line: string) => void,
): Promise<readonly Figure[]> {
  const published = publishedFolder(place.dataDir)
  const faults: string[] = []
  const sweep = sealingSweep({
    ...{ db: office.db, prefectures: [ALTERED, PUT_BACK], signer: openSigner(place.dataDir), publisher: openPublisher(published), batch: SEALED_AT_ONCE },
    log: { error: ((fields: { err: Error }) => faults.push(fields.err.message)) as never, warn: () => undefined },
  })
  const seal = () => sweep.run(NOW)
  const streams = Math.ceil(size.alterations * 0.9)
  const rowsPutBack = size.alterations - streams
  const streamsPutBack = Math.ceil((2 * rowsPutBack) / EVENTS_EACH)
  await fill(office, seal, ALTERED, streams)
  await fill(office, seal, PUT_BACK, streamsPutBack)
  if (faults.length > 0) throw new Error(faults[0])
  const leaves = (streams + streamsPutBack) * EVENTS_EACH
  say(`  tampering: ${leaves} leaves`)
  const verify = async (): Promise<{ found: readonly Finding[]; proved: number; seconds: number }> => {
    const found: Finding[] = []
    const begun = performance.now()
    const { proved } = await verifyLog({ databaseUrl: place.ownerUrl, sources: [EVENTS], published, onFinding: (one) => found.push(one) })
    return { found, proved, seconds: (performance.now() - begun) / 1000 }
  }
  const whole = await verify()
  if (whole.found.length > 0 || whole.proved !== leaves)
    throw new Error(`before anything was altered, ${JSON.stringify(whole.found[0])}, ${whole.proved} proved`)
  const wanted = await alter(office, streams, rowsPutBack)
  const runs = []
  for (let round = 0; round < size.rounds; round += 1) runs.push(await verify())
  const byStream = Map.groupBy(runs[0]?.found ?? [], ({ stream }) => stream)
  const named = wanted.filter(({ stream, found }) => byStream.get(stream)?.some(found)).length
  say(`  tampering: ${named} of ${wanted.length} named in ${runs[0]?.seconds.toFixed(1)} s`)
  return [
    { name: `alterations found and named, of ${wanted.length}`, unit: 'share', rounds: [named / wanted.length], reach: { least: 1 } },
    {
      name: 'until all are found',
      unit: 's',
      rounds: runs.map(({ seconds }) => seconds),
      reach: { most: 60 },
      note: `Reading and proving ${leaves} leaves in the database.`,
    },
    { name: 'verifying the log, with reading the database', unit: 'leaves/s', rounds: [leaves / whole.seconds] },
  ]
}

interface Wanted {
  readonly stream: string
  readonly found: (finding: Finding) => boolean
}

/** Every stream is altered in one way, drawn by chance; of the other prefecture the table is truncated and an old half of it put back. */
async function alter({ owner }: Office, streams: number, rowsPutBack: number): Promise<readonly Wanted[]> {
  const chance = seededChance(7)
  const drawn = Array.from({ length: streams }, (_, n) => ({ stream: streamOf(ALTERED, n) as string, kind: chance.pick(KINDS) }))
  for (const kind of KINDS) {
    const own = drawn.filter((one) => one.kind === kind).map(({ stream }) => stream)
    await owner.query(`with t as (select unnest($1::uuid[]) as stream) ${kind.sql}`, [own])
  }
  await owner.query(
    `create table old_state as select * from events where prefecture = $1 order by stream, seq limit (select count(*) - $2 from events where prefecture = $1)`,
    [PUT_BACK, rowsPutBack],
  )
  const { rows: gone } = await owner.query<{ stream: string; seq: number }>(
    'select stream, seq from events e where prefecture = $1 and not exists (select from old_state o where o.stream = e.stream and o.seq = e.seq)',
    [PUT_BACK],
  )
  await owner.query('insert into old_state select * from events where prefecture <> $1', [PUT_BACK])
  await owner.query('truncate events')
  await owner.query('insert into events select * from old_state')
  return [
    ...drawn.map(({ stream, kind: { found } }) => ({ stream, found })),
    ...gone.map(({ stream, seq }) => ({ stream, found: (finding: Finding) => finding.what === 'removed' && finding.seq === seq })),
  ]
}
