/**
 * `npm run verify-log`: proves that every event and every reading in the database is as it was when it was sealed, that none is missing
 * and none was added. Believes the published files and nothing else.
 *
 *     --published=<folder>   a copy of what was published; without it, that of the data folder
 *     --all                  names everything that it finds, not only the first hundred
 */
import { existsSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { publishedFolder } from '#platform/evidence/published.ts'
import { type Finding, findingInWords } from '#platform/evidence/verify/findings.ts'
import { type Verified, verifyLog } from '#platform/evidence/verify/log.ts'
import { EVENTS, type LeafSource } from '#platform/evidence/verify/rows.ts'

const READINGS: LeafSource = {
  kind: 'reading',
  table: 'readings',
  stream: 'id',
  seq: null,
  columns: [
    ...['prefecture', 'id', 'at', 'person_id', 'actor', 'actor_role', 'actor_organ', 'officer'],
    ...['what', 'outcome', 'case_number', 'purpose', 'note', 'fields', 'count', 'request_id', 'on_behalf_of'],
  ],
  addedLater: true,
  instants: ['at'],
  name: 'what',
}

export const leafSources: readonly LeafSource[] = [EVENTS, READINGS]

const SHOWN = 100

export function reportLines({ proved, heads, days, waiting, findings }: Verified): readonly string[] {
  return [
    `proved ${proved} leaves under ${heads} heads and ${days} roots of days`,
    ...(waiting > 0 ? [`${waiting} rows wait to be sealed`] : []),
    findings === 0 ? 'everything is as it was sealed' : `${findings} findings: what is named above is not as it was sealed`,
  ]
}

if (import.meta.main) {
  const { values } = parseArgs({ options: { published: { type: 'string' }, all: { type: 'boolean', default: false } } })
  const published = values.published ?? publishedFolder(process.env.YITANG_DATA || './data')
  if (!existsSync(published)) {
    process.stderr.write(`There are no published heads in ${published}. Say where they are with --published=<folder>.\n`)
    process.exit(2)
  }
  let shown = 0
  const onFinding = (finding: Finding): void => {
    shown += 1
    if (values.all || shown <= SHOWN) process.stdout.write(`${findingInWords(finding)}\n`)
    else if (shown === SHOWN + 1) process.stdout.write('… more, named with --all\n')
  }
  const verified = await verifyLog({ databaseUrl: process.env.DATABASE_URL ?? '', sources: leafSources, published, onFinding })
  for (const line of reportLines(verified)) process.stdout.write(`${line}\n`)
  process.exitCode = verified.findings === 0 ? 0 : 1
}
