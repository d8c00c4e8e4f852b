/** Audit completeness: what the database says was changed against what the product says happened and was read. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { beginDecoding, decoded, endDecoding } from '#bench/audit/decoding.ts'
import { openJudge, type Verdict } from '#bench/audit/judging.ts'
import { openProduct, type Played, play, type ReadingMark } from '#bench/audit/play.ts'
import type { Figure } from '#bench/figure.ts'
import { migrate } from '#platform/migrate.ts'
import { admit, newPassword } from '#scripts/application.ts'
import { temporaryServer } from '#scripts/temporary-database.ts'

export interface Audited {
  readonly verdict: Verdict
  readonly played: Played
  /** Rows among the readings, as decoded, by reader, what and outcome. */
  readonly kept: ReadonlyMap<string, number>
  /** Where answers and rows differ: both counts. */
  readonly differing: readonly string[]
}

export interface AuditSize {
  readonly operations: number
  readonly people?: number
  readonly seed?: number
  readonly say?: (line: string) => void
  /** Tests only: does something to the database before or after each part of the play, which must be found. */
  readonly meddle?: { readonly before?: string; readonly after?: string }
}

interface AuditPlace extends AuditSize {
  /** Of the owner, on a server whose wal_level is logical. */
  readonly ownerUrl: string
  readonly applicationUrl: string
}

/** On a server of its own that tells what it was made to change. */
export async function audit(size: AuditSize): Promise<Audited> {
  const server = await temporaryServer(undefined, { wal_level: 'logical' })
  try {
    await migrate(server.url, join(import.meta.dirname, '..', 'migrations'))
    return await auditIn({ ...size, ownerUrl: server.url, applicationUrl: await admit(server.url, newPassword(), { sandbox: true }) })
  } finally {
    await server.stop()
  }
}

/** The log is read in between, so that it does not grow without end. */
const OPERATIONS_AT_ONCE = 5_000
/** Enough that most who apply have no application open yet. */
const peopleFor = (operations: number): number => Math.ceil(operations / 8) + 60

async function auditIn({
  ownerUrl,
  applicationUrl,
  operations,
  people = peopleFor(operations),
  seed = 8,
  say = () => {},
  meddle,
}: AuditPlace): Promise<Audited> {
  const dataDir = mkdtempSync(join(tmpdir(), 'yitang-audit-'))
  const product = await openProduct(applicationUrl, dataDir, people, seed)
  const owner = new pg.Client({ connectionString: ownerUrl })
  await owner.connect()
  const judge = openJudge()
  const kept = new Map<string, number>()
  const total = { operations: 0, read: new Map<ReadingMark, number>(), answers: new Map<string, number>() }
  await beginDecoding(owner)
  if (meddle?.before) await owner.query(meddle.before)
  try {
    for (let round = 0; total.operations < operations; round += 1) {
      const part = await play(product, Math.min(OPERATIONS_AT_ONCE, operations - total.operations), seed + round)
      total.operations += part.operations
      for (const [key, n] of part.read) total.read.set(key, (total.read.get(key) ?? 0) + n)
      for (const [key, n] of part.answers) total.answers.set(key, (total.answers.get(key) ?? 0) + n)
      if (meddle?.after) await owner.query(meddle.after)
      for await (const transaction of decoded(owner)) {
        judge.take(transaction)
        for (const { table, kind, row } of transaction.changes) {
          if (table !== 'readings' || kind !== 'INSERT') continue
          const key = `${row.actor} ${row.what} ${row.outcome}`
          kept.set(key, (kept.get(key) ?? 0) + 1)
        }
      }
      say(`  ${total.operations} operations`)
    }
  } finally {
    await endDecoding(owner)
    await product.close()
    await owner.end()
    rmSync(dataDir, { recursive: true, force: true })
  }
  const keys = [...new Set([...total.read.keys(), ...kept.keys()])]
  const differing = keys
    .filter((key) => total.read.get(key as ReadingMark) !== kept.get(key))
    .map((key) => `${key}: ${total.read.get(key as ReadingMark) ?? 0} answers, ${kept.get(key) ?? 0} rows`)
  return { verdict: judge.verdict(), played: total, kept, differing }
}

const sum = (counts: ReadonlyMap<string, number>): number => [...counts.values()].reduce((a, b) => a + b, 0)

/** A ratio is 1 only where nothing is left over on either side. */
export function auditFigures({ verdict, played, kept, differing }: Audited): readonly Figure[] {
  const exactly = { least: 1 }
  return [
    { name: 'row changes that belong to an event ÷ row changes', unit: 'ratio', rounds: [verdict.audited / verdict.changed], reach: exactly },
    { name: 'rows of state that changed ÷ streams that went on', unit: 'ratio', rounds: [verdict.states / verdict.streams], reach: exactly },
    { name: 'leaves handed to the evidence log ÷ events and readings', unit: 'ratio', rounds: [verdict.leaves / verdict.acts], reach: exactly },
    {
      name: 'readings ÷ access rows',
      unit: 'ratio',
      rounds: [differing.length === 0 ? sum(played.read) / sum(kept) : 0],
      reach: exactly,
      note: `${played.operations} operations, ${verdict.changed} rows, ${verdict.acts} acts, ${sum(kept)} readings`,
    },
  ]
}
