/** Canaries pushed through every flow of the running product, right and wrong, and what came back that the public or an operator sees. */
import type pg from 'pg'
import { type Api, type MadePerson, openApi } from '#test/api.ts'
import { type Canary, canary, STATION, type Watch } from '#test/canaries/scan.ts'
import { shownTo } from '#test/canaries/shown.ts'
import type { Product } from '#test/product.ts'

export interface Played {
  /** What a request was answered with when it was refused or failed: status and body. */
  readonly refused: readonly string[]
  /** Headers of every answer: addresses among them. */
  readonly headers: readonly string[]
  /** How often each status was answered. */
  readonly statuses: Readonly<Record<number, number>>
  /** Every list and view, while the cases are open. */
  readonly shown: Awaited<ReturnType<typeof shownTo>>
}

interface Stage {
  readonly api: Api
  readonly send: (
    method: string,
    path: string,
    token: string | undefined,
    body?: unknown,
    headers?: Record<string, string>,
  ) => Promise<{ status: number; text: string }>
  readonly officer: string
  readonly photo: string
}

/** @param owner a connection of the database's owner, to make it fail on demand */
export async function playCanaries(product: Product, owner: pg.ClientBase, watch: Watch, count: number): Promise<Played> {
  const api = openApi(product)
  const refused: string[] = []
  const headers: string[] = []
  const statuses: Record<number, number> = {}
  let keys = 0
  const send: Stage['send'] = async (method, path, token, body, more = {}) => {
    const answer = await fetch(product.url + path, {
      method,
      redirect: 'manual',
      headers: {
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...(method !== 'GET' && { 'idempotency-key': `canary-${++keys}` }),
        ...(token && { authorization: `Bearer ${token}` }),
        ...more,
      },
      ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    })
    const text = await answer.text()
    statuses[answer.status] = (statuses[answer.status] ?? 0) + 1
    headers.push(JSON.stringify([...answer.headers]))
    if (answer.status >= 400) refused.push(`${method} ${answer.status} ${text}`)
    return { status: answer.status, text }
  }
  const officer = await api.signIn({ role: 'station-officer', organ: STATION })
  const stage: Stage = { api, send, officer, photo: await api.portrait(1, officer) }
  const made: { readonly one: Canary; readonly person: MadePerson; readonly number: string | undefined }[] = []
  for (let n = 0; n < count; n += 1) {
    const one = canary(n)
    watch.add(one.name, one.phone, one.address, one.strangerNumber)
    made.push(await playOne(stage, watch, one, n))
  }
  await failing(stage, owner, watch, count)
  const first = made.find(({ number }) => number !== undefined)
  const shown = first?.number === undefined ? [] : await shownTo(product, first.number, first.person.person.id)
  await collecting(stage, made)
  return { refused, headers, statuses, shown }
}

async function playOne(stage: Stage, watch: Watch, one: Canary, n: number) {
  const { api, send, officer } = stage
  const child = n % 5 === 2
  const wishes = { age: child ? 12 : 30, name: one.name, phone: one.phone, within: '2201', ...(child ? { card: null } : { card: { expiresOn: '2026-03-10' } }) }
  const person = (await api.makePerson(wishes)) as MadePerson & { readonly guardians?: readonly MadePerson[] }
  const { identityNumber } = person.person
  const guardian = person.guardians?.[0]?.person.identityNumber
  watch.add(identityNumber, ...(guardian ? [guardian] : []))
  await send('POST', '/api/v1/people/find', officer, { identityNumber, purpose: 'application' })
  const number = await applying(stage, one, identityNumber, guardian, n)
  await wrongs(stage, one, identityNumber, number)
  if (number !== undefined) {
    await send('POST', `/api/v1/cases/${number}/settle-fee`, officer, { how: 'paid', means: 'cash', receiptNumber: `A${n}00000`, amountCents: 2000 })
    await send('POST', '/api/v1/progress', undefined, { number, lastFour: identityNumber.slice(-4) })
    await send('POST', '/api/v1/progress', undefined, { number, lastFour: '000X' })
    const resident = await api.signIn({ person: person.person.id })
    await send('GET', `/api/v1/cases/${number}`, resident)
    await send('GET', `/api/v1/cases/${number}`, officer)
  }
  return { one, person, number }
}

/** By the kind of canary: collected, sent by mail, a child's, a loss, a second one of the same kind. */
async function applying({ api, send, officer, photo }: Stage, one: Canary, identityNumber: string, guardian: string | undefined, n: number) {
  const mail = { by: 'mail', recipient: one.name, phone: one.phone, address: one.address }
  const more = n % 5 === 1 ? { handover: mail } : guardian ? { reason: 'expiry', guardian: { identityNumber: guardian, relation: 'parent' } } : {}
  const renewal = api.renewal(identityNumber, photo, more)
  const body = {
    ...(n % 5 === 3
      ? { service: 'id-card-loss-report', form: { identityNumber, lostOn: '2026-02-12', place: '测试市场' } }
      : guardian
        ? { service: 'id-card-first', form: { ...renewal.form, reason: 'own-wish' } }
        : renewal),
    channel: 'window',
  }
  const first = await send('POST', '/api/v1/cases', officer, body)
  // The same person again: refused, with the number of the open case.
  await send('POST', '/api/v1/cases', officer, body)
  return first.status === 201 ? (JSON.parse(first.text) as { number: string }).number : undefined
}

/** What people and programs get wrong, each with a canary in it. */
async function wrongs({ api, send, officer, photo }: Stage, one: Canary, identityNumber: string, number: string | undefined): Promise<void> {
  const { strangerNumber, name, phone } = one
  const off = `${identityNumber.slice(0, 17)}${identityNumber.endsWith('1') ? '2' : '1'}`
  const known = number ?? '22012026021300012'
  await send('POST', '/api/v1/cases', officer, api.renewal(off, photo))
  await send('POST', '/api/v1/cases', officer, api.renewal(strangerNumber, photo))
  await send('POST', '/api/v1/cases', officer, api.renewal(identityNumber, name))
  await send('POST', '/api/v1/cases', officer, { ...api.renewal(identityNumber, photo), [name]: phone, service: identityNumber })
  await send('POST', '/api/v1/cases', officer, `{"service": "id-card-renewal", "form": {"identityNumber": "${identityNumber}", "name": "${name}`)
  await send('POST', '/api/v1/cases', officer, `identityNumber=${identityNumber}&name=${name}`, { 'content-type': 'text/plain' })
  await send('POST', '/api/v1/people/find', officer, { identityNumber: strangerNumber, purpose: 'application' })
  await send('POST', '/api/v1/people/find', officer, { identityNumber, purpose: name })
  await send('POST', '/api/v1/people/find', undefined, { identityNumber, purpose: 'application' })
  await send('POST', `/api/v1/cases/${known}/withdraw`, officer, { reason: `${identityNumber}要求撤回，电话${phone}` })
  await send('POST', `/api/v1/cases/${known}/withdraw`, officer, { reason: '要求撤回', name })
  await send('POST', `/api/v1/cases/${known}/settle-fee`, officer, { how: 'waived', basis: phone, note: identityNumber })
  await send('POST', `/api/v1/cases/${known}/hand-over`, officer, {
    ...{ to: 'proxy', identityCheckedBy: 'document', oldCard: 'handed-back', temporaryCard: 'none' },
    proxy: { name, identityNumber: strangerNumber, authority: '委托书' },
  })
  await send('GET', `/api/v1/cases/${identityNumber}`, officer)
  await send('GET', `/api/v1/cases?cursor=${encodeURIComponent(name)}&list=${identityNumber}`, officer)
  await send('GET', `/api/v1/people/${strangerNumber}`, officer)
  await send('GET', `/progress?number=${identityNumber}`, undefined)
  await send('GET', `/window/cases/${phone}`, officer)
  await send('GET', `/window/cases/${identityNumber}`, undefined)
  await send('POST', '/api/v1/progress', undefined, { number: identityNumber, lastFour: name })
  await send('GET', '/api/v1/cases', identityNumber, undefined, { cookie: `yitang-session=${phone}`, 'user-agent': name.length > 0 ? 'canary' : '' })
}

/** The database refuses what is written: the fault's own words hold the whole row. */
async function failing({ api, send, officer, photo }: Stage, owner: pg.ClientBase, watch: Watch, n: number): Promise<void> {
  const one = canary(n)
  const { person } = await api.makePerson({ age: 30, name: one.name, phone: one.phone, within: '2201', card: { expiresOn: '2026-03-10' } })
  watch.add(one.name, one.phone, one.address, one.strangerNumber, person.identityNumber)
  for (const table of ['cases', 'events']) {
    await owner.query(`alter table ${table} add constraint canary_fault check (false) not valid`)
    try {
      await send('POST', '/api/v1/cases', officer, api.renewal(person.identityNumber, photo))
    } finally {
      await owner.query(`alter table ${table} drop constraint canary_fault`)
    }
  }
}

/** Made, sent, arrived; collected by the person or by somebody else for them. */
async function collecting({ api, send, officer }: Stage, made: readonly { readonly one: Canary; readonly number: string | undefined }[]): Promise<void> {
  // A day at a time: the move of a day with a thousand cards takes minutes, and no answer may take longer than the client waits.
  for (let day = 14; day <= 26; day += 1) await api.moveTo(`2026-02-${day}T10:00:00`)
  for (const [n, { one, number }] of made.entries()) {
    if (number === undefined) continue
    const proxy = n % 2 === 0 ? { to: 'self' } : { to: 'proxy', proxy: { name: one.name, identityNumber: one.strangerNumber, authority: '委托书' } }
    await send('POST', `/api/v1/cases/${number}/hand-over`, officer, { identityCheckedBy: 'document', oldCard: 'handed-back', temporaryCard: 'none', ...proxy })
    await send('GET', `/api/v1/cases/${number}`, officer)
  }
}

/** All rows of all tables, as a dump would have them. */
export async function dumped(owner: pg.ClientBase): Promise<ReadonlyMap<string, string>> {
  const { rows } = await owner.query<{ name: string }>(
    "select quote_ident(schemaname) || '.' || quote_ident(tablename) as name from pg_tables where schemaname not in ('pg_catalog', 'information_schema')",
  )
  const dump = new Map<string, string>()
  for (const { name } of rows) {
    const { rows: lines } = await owner.query<{ line: string }>(`select t::text as line from ${name} t`)
    dump.set(name, lines.map(({ line }) => line).join('\n'))
  }
  return dump
}
