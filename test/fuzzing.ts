/** A small province whose people bear names and numbers that are found again wherever they turn up, and what is wrong with an answer. */
import { ROLES, type Role } from '#account/model.ts'
import { can } from '#account/rules/can.ts'
import { type Api, type MadePerson, openApi } from '#test/api.ts'
import { type Known, type Operation, operationsOf, requestsFrom, type Sending, wrongWith } from '#test/fuzz.ts'
import type { Product } from '#test/product.ts'

const STATIONS = ['220102500100', '220103500100'] as const
/** Who works for the whole province. */
const PROVINCIAL: ReadonlySet<Role> = new Set([
  'factory-worker',
  'dispatcher',
  'supervisor',
  'administrator',
  'referral-reviewer',
  'auditor',
  'security-administrator',
  'audit-administrator',
])
/** Whoever looks up many is slowed; each request comes from the next of so many officers. */
const OFFICERS = 6

interface Canary {
  readonly person: MadePerson['person']
  readonly phone: string
  readonly caseNumber: string
  readonly station: string
}

interface Caller {
  readonly role: Role | undefined
  readonly organ: string | null
  readonly personId: string | null
  readonly token: string | undefined
}

export interface FuzzWorld {
  readonly operations: readonly Operation[]
  readonly canaries: readonly Canary[]
  readonly callers: readonly Caller[]
  readonly known: Known
}

const NAMES = ['欧阳金丝雀', '司马知更鸟', '上官白头翁', '诸葛戴胜鸟', '夏侯红隼鸟']

export async function openFuzzWorld(product: Pick<Product, 'url'>): Promise<FuzzWorld> {
  const api = openApi(product)
  const operations = operationsOf((await api.get('/api/openapi.json')).body).filter(({ path }) => path.startsWith('/api/') || path.startsWith('/partners/'))
  const canaries: Canary[] = []
  const photos: string[] = []
  for (const [index, name] of NAMES.entries()) {
    const phone = `1390000${1_000 + index}`
    const { person } = await api.makePerson({ age: 30, within: '2201', name, phone, card: { expiresOn: '2026-03-10' } })
    const station = STATIONS[index % STATIONS.length] as string
    const officer = await api.signIn({ role: 'station-officer', organ: station })
    photos.push(await api.portrait(index + 1, officer))
    const { body, text } = await api.post('/api/v1/cases', api.renewal(person.identityNumber, photos[index] as string), officer)
    if (!body.number) throw new Error(`the canary has no case: ${text}`)
    canaries.push({ person, phone, caseNumber: body.number, station })
  }
  const numbers = canaries.map(({ person }) => person.identityNumber)
  return {
    operations,
    canaries,
    callers: await callersOf(api, canaries),
    known: {
      number: canaries.map(({ caseNumber }) => caseNumber),
      caseNumber: canaries.map(({ caseNumber }) => caseNumber),
      identityNumber: numbers,
      lastFour: numbers.map((number) => number.slice(-4)),
      personId: canaries.map(({ person }) => person.id),
      photo: photos,
      digest: photos,
      year: [2026, 1900],
      slot: ['2026-02-13-am', '2026-02-13-pm'],
      service: ['id-card-renewal', 'id-card-replacement'],
      id: ['id-card-renewal', ...canaries.map(({ person }) => person.id)],
      serial: ['TEST00000001'],
      prefecture: ['2201'],
      organ: [...STATIONS],
    },
  }
}

async function callersOf(api: Api, canaries: readonly Canary[]): Promise<readonly Caller[]> {
  const callers: Caller[] = [{ role: undefined, organ: null, personId: null, token: undefined }]
  for (const { person } of canaries.slice(0, 2))
    callers.push({ role: 'resident', organ: null, personId: person.id, token: await api.signIn({ person: person.id }) })
  for (const role of ROLES) {
    if (role === 'resident' || role === 'partner') continue
    for (let nth = 1; nth <= (role === 'station-officer' || role === 'referral-reviewer' ? OFFICERS : 1); nth += 1) {
      const organ = PROVINCIAL.has(role) ? '220000000000' : (STATIONS[nth % STATIONS.length] as string)
      const token = await api.signIn({ officer: `${role}:${organ}:${nth}` })
      callers.push({ role, organ, personId: null, token })
    }
  }
  return callers
}

export interface Finding {
  readonly what: string
  readonly nth: number
  readonly role: string
  readonly status: number
  readonly sending: Sending
  readonly answer: string
}

export interface FuzzResult {
  readonly sent: number
  /** Status → how many answers had it. */
  readonly statuses: Readonly<Record<string, number>>
  readonly findings: readonly Finding[]
}

export async function fuzz(
  product: Pick<Product, 'url'>,
  world: FuzzWorld,
  { count, seed, atOnce = 6, onDone }: { count: number; seed: number; atOnce?: number; onDone?: (done: number) => void },
): Promise<FuzzResult> {
  const statuses: Record<string, number> = {}
  const findings: Finding[] = []
  const queue = requestsFrom(world.operations, world.known, count, seed).entries()
  let done = 0
  const work = async (): Promise<void> => {
    for (const [nth, [operation, sending]] of queue) {
      // Each operation meets each caller: the number of operations and that of callers go round at different speeds.
      const caller = world.callers[(nth + Math.floor(nth / world.operations.length)) % world.callers.length] as Caller
      const answer = await send(product.url, sending, caller.token)
      statuses[answer.status] = (statuses[answer.status] ?? 0) + 1
      for (const what of wrongs(world, operation, sending, caller, answer))
        findings.push({ what, nth, role: caller.role ?? 'nobody', status: answer.status, sending, answer: answer.text.slice(0, 300) })
      done += 1
      onDone?.(done)
    }
  }
  await Promise.all(Array.from({ length: atOnce }, work))
  return { sent: done, statuses, findings }
}

interface Answered {
  readonly status: number
  readonly type: string
  readonly text: string
}

const LARGE = 1024 * 1024

async function send(url: string, { method, url: path, headers, body }: Sending, token: string | undefined): Promise<Answered> {
  try {
    const answer = await fetch(url + path, {
      method,
      headers: { ...headers, ...(token && { authorization: `Bearer ${token}` }) },
      redirect: 'manual',
      ...(body !== undefined && { body }),
    })
    return { status: answer.status, type: answer.headers.get('content-type') ?? '', text: await answer.text() }
  } catch (error) {
    // Told that it is too large, and the connection ended, while it was still being sent.
    if ((body?.length ?? 0) > LARGE) return { status: 0, type: '', text: '' }
    throw error
  }
}

export function* wrongs({ canaries }: FuzzWorld, operation: Operation, sending: Sending, caller: Caller, { status, type, text }: Answered): Generator<string> {
  if (status === 0) return
  if (status >= 500 && status !== 503) yield 'a fault'
  if (sending.method === operation.method && !operation.declared.has(status)) yield `an undeclared status ${status}`
  if (status >= 400 && sending.method !== 'HEAD') {
    const found = wrongWith(status, type, text)
    if (found !== undefined) yield found
  }
  if (/\bat \S+ \(?(?:file:|node:|\/)|select .* from |syntax error|pg_|\/src\//i.test(status >= 400 ? text : '')) yield 'an error with its insides'
  for (const canary of canaries) {
    const sent = `${decoded(sending.url)} ${sending.body ?? ''}`
    for (const [what, value] of Object.entries({ number: canary.person.identityNumber, name: canary.person.name, phone: canary.phone }))
      if (text.includes(value) && !sent.includes(value) && !maySee(caller, canary, sent)) yield `the ${what} of another person`
  }
}

function decoded(url: string): string {
  try {
    return decodeURIComponent(url)
  } catch {
    return url
  }
}

/** Whether a caller may see somebody's data in the answer to what was sent: their own; or whom the request names, as the table of rights says. */
function maySee({ role, organ, personId }: Caller, { person, caseNumber, station }: Canary, sent: string): boolean {
  if (role === undefined) return false
  if (personId === person.id) return true
  const actor = { id: 'x', role, organ, personId }
  if (sent.includes(person.identityNumber) && can(actor, 'person.find')) return true
  const resource = { personId: person.id, organ: station, jurisdiction: new Set(organ === '220000000000' ? [station] : [organ ?? '']), acceptedBy: 'another' }
  return sent.includes(caseNumber) && can(actor, 'case.read', resource)
}

/** Any of the people, or anything that looks like an identity number, in a line of the log. */
export function* personalIn(output: string, { canaries }: FuzzWorld): Generator<string> {
  const personal = canaries.flatMap(({ person, phone }) => [person.identityNumber, person.name, phone])
  for (const line of output.split('\n'))
    if (/(?<![0-9A-Za-z-])\d{17}[\dXx](?![0-9A-Za-z-])/.test(line) || personal.some((value) => line.includes(value))) yield line.slice(0, 300)
}

/** One for each kind of wrong at each operation, with what makes it again. */
export const told = (findings: readonly Finding[], seed: number): readonly string[] => [
  ...new Map(
    findings.map((one) => [
      `${one.what} ${one.sending.method} ${one.sending.url.split('?')[0]?.replace(/\d{4,}|%[0-9A-F]{2}.*/g, '…')}`,
      `${one.what}: ${one.role} ${one.sending.method} ${one.status} (seed ${seed}, request ${one.nth}) ${JSON.stringify(one.sending).slice(0, 400)} → ${one.answer}`,
    ]),
  ).values(),
]
