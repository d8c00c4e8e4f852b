/** Accepting a case: over HTTP and in process, each beside pgbench that plays the same two statements on the same server. */
import { randomUUID } from 'node:crypto'
import { type Applicants, openApplicants, submissionOf } from '#bench/applicants.ts'
import { type Ends, type Figure, warmRate } from '#bench/figure.ts'
import { requestText } from '#bench/load.ts'
import { type Office, officerInDatabase } from '#bench/office.ts'
import { DIGITS, findPgbench, playPgbench, type Script, scriptOf } from '#bench/pgbench.ts'
import { type Desk, openDesk, playLoad, type Server, startServer } from '#bench/server.ts'
import { acceptOne, CASES_PATH, LANES, lanesOf } from '#bench/submitting.ts'
import type { CaseRecord } from '#case/commands.ts'
import type { Piece } from '#platform/statement.ts'

const FIRST_PERSON = 100_000_000_001

export interface AcceptSize {
  readonly rounds: number
  /** Cases of a round on each of the eight connections, and how many of them only warm up. */
  readonly casesPerLane: number
  readonly warmUpPerLane: number
}

export interface Accepting {
  readonly applicants: Applicants
  readonly script: Script
  /** Cases per second of each round. */
  readonly rates: { readonly http: number[]; readonly inProcess: number[]; readonly pgbench: number[] }
}

export interface AcceptPlace {
  readonly office: Office
  readonly url: string
  readonly dataDir: string
  readonly say: (line: string) => void
  readonly nodeOptions?: readonly string[]
}

/** Accepts cases in every way, in turns, and says how fast. */
export async function accept(place: AcceptPlace, size: AcceptSize): Promise<Accepting> {
  const { office, url, say } = place
  const pgbench = findPgbench()
  const applicants = await openApplicants(office)
  const perRound = size.casesPerLane * LANES
  const script = await recordScript(office, applicants, perRound * size.rounds)
  const server = await startServer(office, place)
  const desk = openDesk(place)
  const rates: Accepting['rates'] = { http: [], inProcess: [], pgbench: [] }
  try {
    // Compiled code is warm after some thousand calls, long after the connections.
    await acceptOverHttp(server, applicants, size.casesPerLane)
    await acceptInProcess(desk, applicants, size.casesPerLane)
    await office.owner.query('analyze')
    const ways: Readonly<Record<keyof Accepting['rates'], () => Promise<Ends>>> = {
      pgbench: async () => (await playPgbench(pgbench, url, script, LANES, size.casesPerLane, officerInDatabase)).ends,
      http: () => acceptOverHttp(server, applicants, size.casesPerLane),
      inProcess: () => acceptInProcess(desk, applicants, size.casesPerLane),
    }
    const order = ['pgbench', 'http', 'inProcess'] as const
    const rows: Written[] = []
    for (let round = 0; round < size.rounds; round += 1) {
      for (const name of round % 2 === 0 ? order : order.toReversed()) {
        const before = round === 0 ? await countWritten(office) : undefined
        rates[name].push(warmRate(await ways[name](), size.warmUpPerLane))
        if (before) rows.push(writtenSince(before, await countWritten(office)))
      }
      const shown = order.map((name) => `${name} ${rates[name].at(-1)?.toFixed(0)}/s`)
      say(`  accepting, round ${round + 1} of ${size.rounds}: ${shown.join(', ')}`)
    }
    demandSame(rows)
  } finally {
    desk.close()
    await server.stop()
  }
  return { applicants, script, rates }
}

export function acceptFigures({ rates }: Pick<Accepting, 'rates'>): readonly Figure[] {
  const ratios = (of: readonly number[]): number[] => of.map((rate, round) => rate / (rates.pgbench[round] as number))
  return [
    { name: 'accepting a case over HTTP ÷ pgbench', unit: 'ratio', rounds: ratios(rates.http), reach: { least: 0.5, aim: 0.8 } },
    { name: 'accepting a case in process ÷ pgbench', unit: 'ratio', rounds: ratios(rates.inProcess), reach: { least: 0.7, aim: 0.9 } },
    { name: 'accepting a case over HTTP', unit: 'cases/s', rounds: rates.http },
    { name: 'accepting a case in process', unit: 'cases/s', rounds: rates.inProcess },
    { name: 'pgbench, the same two statements', unit: 'runs/s', rounds: rates.pgbench },
  ]
}

/** The requests are made before the clock runs. */
export async function acceptOverHttp(server: Server, applicants: Applicants, perLane: number): Promise<Ends> {
  const numbers = await applicants.more(perLane * LANES)
  const requests = numbers.map((number) => {
    const { service, channel, form } = submissionOf(number, applicants.photo)
    const headers = { authorization: `Bearer ${server.token}`, 'idempotency-key': randomUUID() }
    return requestText(CASES_PATH, headers, JSON.stringify({ service, channel, form }))
  })
  return (await playLoad({ host: server.host, port: server.port, lanes: lanesOf(requests) })).ends
}

const acceptInProcess = async (desk: Desk, applicants: Applicants, perLane: number): Promise<Ends> =>
  desk.accept({ photo: applicants.photo, numbers: await applicants.more(perLane * LANES) })

/** One real submission, heard; and people in the register for every run of it. */
export async function recordScript(office: Office, applicants: Applicants, people: number): Promise<Script> {
  const [number] = await applicants.more(1)
  let record: CaseRecord | undefined
  const pieces = await office.listen(async () => {
    record = await acceptOne(office, number as string, applicants.photo)
  })
  if (pieces.length !== 2 || record === undefined) throw new Error(`a case is accepted with two statements, not ${pieces.length}`)
  const personId = record.state.submission?.personId as string
  const index = office.sealer.blindIndex('identity-number', number as string)
  await setOutPeople(office, { personId, index }, people)
  const tokens = [
    { text: record.key.stream, of: 'run' },
    { text: record.state.submission?.number as string, of: 'run' },
    { text: keyOf(pieces), of: 'run' },
    { text: `open:id-card:${index}`, of: 'run' },
    { text: `person:${index}`, of: 'person' },
    { text: personId, of: 'person' },
  ] as const
  return scriptOf(pieces, tokens, [FIRST_PERSON, FIRST_PERSON + people - 1])
}

/** The digest of owner and key: a parameter of the facts, and again of the row that keeps the answer. */
function keyOf([facts, commit]: readonly Piece[]): string {
  const shared = facts?.values.filter((value) => typeof value === 'string' && value.length === 43 && commit?.values.includes(value)) ?? []
  if (shared.length !== 1) throw new Error(`one value is the key of the answer, not ${shared.length}`)
  return shared[0] as string
}

/** The person whose submission was heard, so many times over, with numbers at the end of the id and of the digest. */
async function setOutPeople({ owner }: Office, { personId, index }: { personId: string; index: string }, count: number): Promise<void> {
  const cut = (text: string): string => text.slice(0, -DIGITS)
  const values = [personId, cut(personId), cut(index), FIRST_PERSON, FIRST_PERSON + count - 1]
  await owner.query(
    `insert into register_people (prefecture, id, identity_index, township, household, status, flags, hardship, fingerprints_on, synthetic, version, sealed)
      select p.prefecture, ($2::text || n)::uuid, $3::text || n, p.township, p.household, p.status, p.flags, p.hardship, null, true, 1, p.sealed
      from register_people p, generate_series($4::bigint, $5::bigint) n where p.id = $1::uuid`,
    values,
  )
  await owner.query(
    `insert into person_keys (prefecture, person_id, purpose, wrapped)
      select k.prefecture, ($2::text || n)::uuid, k.purpose, k.wrapped
      from person_keys k, generate_series($3::bigint, $4::bigint) n where k.person_id = $1::uuid`,
    [personId, cut(personId), FIRST_PERSON, FIRST_PERSON + count - 1],
  )
  await owner.query(
    `insert into identity_claims (claim_key, prefecture, subject) select 'person:' || p.identity_index, p.prefecture, p.id from register_people p
      where p.id between ($1::text || $2::bigint)::uuid and ($1::text || $3::bigint)::uuid`,
    [cut(personId), FIRST_PERSON, FIRST_PERSON + count - 1],
  )
}

/** Rows by table. */
type Written = Readonly<Record<string, number>>

const COUNTED = ['cases', 'events', 'identity_claims', 'outbox', 'supervision_deltas', 'idempotency']

export async function countWritten({ owner }: Office): Promise<Written> {
  const counts = COUNTED.map((table) => `'${table}', (select count(*) from ${table})`)
  const { rows } = await owner.query<{ written: Written }>(`select json_build_object(${counts.join(', ')}) as written`)
  return rows[0]?.written as Written
}

const writtenSince = (before: Written, after: Written): Written =>
  Object.fromEntries(COUNTED.map((table) => [table, (after[table] as number) - (before[table] as number)]))

/** Making the applicants claims their numbers, too; pgbench's people were there before. */
function demandSame([pgbench, ...ours]: readonly Written[]): void {
  for (const rows of ours) {
    const comparable = { ...rows, identity_claims: (rows.identity_claims as number) - (rows.cases as number) }
    if (JSON.stringify(comparable) !== JSON.stringify(pgbench))
      throw new Error(`pgbench writes ${JSON.stringify(pgbench)} where we write ${JSON.stringify(comparable)}`)
  }
}
