/**
 * Requests made from the OpenAPI document: right ones, right ones with something wrong somewhere, and such as nobody should send; and
 * what must be true of every answer. The same seed makes the same requests.
 */
import fc from 'fast-check'

export interface Operation {
  readonly method: string
  readonly path: string
  readonly parameters: readonly { readonly name: string; readonly in: string; readonly schema?: Schema }[]
  readonly body: Schema | undefined
  /** Statuses that the document promises. */
  readonly declared: ReadonlySet<number>
}

interface Schema {
  readonly type?: string | readonly string[]
  readonly properties?: Readonly<Record<string, Schema>>
  readonly required?: readonly string[]
  readonly additionalProperties?: Schema | boolean
  readonly items?: Schema
  readonly enum?: readonly unknown[]
  readonly const?: unknown
  readonly anyOf?: readonly Schema[]
  readonly oneOf?: readonly Schema[]
  readonly allOf?: readonly Schema[]
  readonly format?: string
  readonly pattern?: string
  readonly minimum?: number
  readonly maximum?: number
  readonly minLength?: number
  readonly maxLength?: number
  readonly minItems?: number
  readonly maxItems?: number
}

interface Described {
  readonly parameters?: Operation['parameters']
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema: Schema }>> }
  readonly responses?: Readonly<Record<string, unknown>>
}

interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Described>>>>
}

export const operationsOf = (document: unknown): readonly Operation[] =>
  Object.entries((document as Document).paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, { parameters = [], requestBody, responses = {} }]) => ({
      method: method.toUpperCase(),
      path,
      parameters,
      body: requestBody && Object.values(requestBody.content)[0]?.schema,
      declared: new Set(Object.keys(responses).map(Number)),
    })),
  )

/** Values that exist, by the name of the field or parameter: without them no request comes past the first look-up. */
export type Known = Readonly<Record<string, readonly unknown[]>>

/** Values that break programs: no storage takes U+0000, no encoding half a pair, no column a number without end. */
const ODD_TEXTS = [
  ...['', ' ', '\u0000', 'a\u0000b', '\ud800', '\udc00x', 'a\u2028b', '\u202eabc', '\u200b', '１２３', '-1', '9'.repeat(400), '长'.repeat(5_000)],
  ...["' or 1=1 --", '"; drop table cases; --', '../../etc/passwd', '..\\..\\x', '%00', '%2e%2e%2f', `$\{7*7}`, '{{7*7}}', "=cmd|' /C calc'!A0", '@SUM(1)'],
  ...['2026-02-30', '0000-00-00', '9999-12-31', '2026-02-13T25:00:00+08:00', '9999-12-31T23:59:59Z', '0001-01-01T00:00:00Z', '22010000000000000x'],
  ...['{}', '<b>', '<img src=x onerror=alert(1)>', 'javascript:alert(1)', 'a\r\nset-cookie: x=1', 'null', 'true', '1e999', 'NaN', '\u001b[31m'],
]
const ODD_VALUES = [
  ...[null, true, 0, -1, 1.5, 1e308, 2 ** 53, [], [[]], {}, { a: { b: [null] } }, { length: 1 }, ['x', 1, null]],
  ...[{ __proto__: null, constructor: 1, toString: 2 }, JSON.parse('{"__proto__":{"role":"administrator"}}'), { constructor: { prototype: { role: 1 } } }],
]
const odd: fc.Arbitrary<unknown> = fc.constantFrom<unknown>(...ODD_TEXTS, ...ODD_VALUES)
const oddText: fc.Arbitrary<string> = odd.map((value) => (typeof value === 'string' ? value : JSON.stringify(value)))

const FORMATS: Readonly<Record<string, fc.Arbitrary<string>>> = {
  date: fc.constantFrom('2026-02-13', '2026-02-12', '2026-03-01', '2025-12-31', '2030-01-01'),
  'date-time': fc.constantFrom('2026-02-13T02:00:00Z', '2026-02-13T10:00:00+08:00', '2026-12-01T00:00:00Z'),
  uuid: fc.uuid(),
  uri: fc.constant('https://example.org/'),
  email: fc.constant('a@example.org'),
}

/** A value that the schema takes, as far as the schema says everything. */
function right(schema: Schema | undefined, name: string, known: Known, depth: number): fc.Arbitrary<unknown> {
  const held = known[name]
  if (held !== undefined && held.length > 0 && schema?.enum === undefined) {
    const arbitrary = fc.constantFrom(...held)
    return schema?.type === 'array' ? fc.array(arbitrary, { maxLength: 2 }) : arbitrary
  }
  if (!schema || depth > 6) return fc.constant(null)
  const inner = (next: Schema | undefined, called: string) => right(next, called, known, depth + 1)
  const choices = schema.anyOf ?? schema.oneOf
  if (choices) return fc.oneof(...choices.map((choice) => right(choice, name, known, depth + 1)))
  if (schema.allOf) return fc.tuple(...schema.allOf.map((one) => inner(one, name))).map((parts) => Object.assign({}, ...parts))
  if ('const' in schema) return fc.constant(schema.const)
  if (schema.enum) return fc.constantFrom(...schema.enum)
  switch (Array.isArray(schema.type) ? schema.type[0] : schema.type) {
    case 'object':
      return fc.record(Object.fromEntries(Object.entries(schema.properties ?? {}).map(([key, property]) => [key, inner(property, key)])), {
        requiredKeys: [...(schema.required ?? [])].filter((key) => schema.properties?.[key] !== undefined),
      })
    case 'array':
      return fc.array(inner(schema.items, name), { minLength: schema.minItems ?? 0, maxLength: Math.min(schema.maxItems ?? 3, (schema.minItems ?? 0) + 2) })
    case 'integer':
      return fc.integer({ min: Math.max(schema.minimum ?? -5, -(2 ** 31)), max: Math.min(schema.maximum ?? 1_000, 2 ** 31 - 1) })
    case 'number':
      return fc.double({ min: schema.minimum ?? -1e3, max: schema.maximum ?? 1e6, noNaN: true })
    case 'boolean':
      return fc.boolean()
    case 'null':
      return fc.constant(null)
    case 'string':
      return textOf(schema)
    default:
      return fc.constantFrom<unknown>('x', 1, true, null)
  }
}

function textOf({ format, pattern, minLength = 0, maxLength = 40 }: Schema): fc.Arbitrary<string> {
  const formatted = format === undefined ? undefined : FORMATS[format]
  if (formatted !== undefined) return formatted
  if (pattern !== undefined) {
    try {
      return fc.stringMatching(new RegExp(pattern, 'u')).map((text) => text.slice(0, Math.max(maxLength, minLength)))
    } catch {
      // Lookarounds: other values of this field come from what is known.
    }
  }
  return fc.string({ minLength, maxLength: Math.max(minLength, Math.min(maxLength, 40)), unit: 'grapheme' })
}

/** The right value, with something wrong at one place, or nothing right at all. */
const broken = (schema: Schema | undefined, name: string, known: Known): fc.Arbitrary<unknown> =>
  fc.oneof(
    { weight: 5, arbitrary: right(schema, name, known, 0) },
    { weight: 4, arbitrary: fc.tuple(right(schema, name, known, 0), odd, fc.nat(), fc.constantFrom('replace', 'remove', 'add')).map(spoiled) },
    { weight: 1, arbitrary: odd },
  )

type Spoil = readonly [value: unknown, odd: unknown, where: number, how: string]

/** What a server keeps to itself, sent along in the hope that it is taken. */
const SERVER_FIELDS = {
  status: 'granted',
  version: 999,
  role: 'administrator',
  organ: '220000000000',
  paidAt: '2026-02-13T00:00:00Z',
  personId: 'x',
  actor: 'x',
}

function spoiled([value, strange, where, how]: Spoil): unknown {
  if (value === null || typeof value !== 'object') return strange
  const copy = structuredClone(value) as Record<string, unknown>
  const keys = Object.keys(copy)
  const key = keys[where % Math.max(1, keys.length)]
  if (how === 'add' || key === undefined) return Array.isArray(copy) ? [...copy, strange] : { ...copy, ...SERVER_FIELDS, surplus: strange }
  const inside = copy[key]
  if (inside !== null && typeof inside === 'object' && where % 3 !== 0) copy[key] = spoiled([inside, strange, Math.floor(where / 3), how])
  else if (how === 'remove') delete copy[key]
  else copy[key] = strange
  return copy
}

export interface Sending {
  readonly method: string
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | undefined
}

const JSON_TYPE = 'application/json'
const mediaTypes = [JSON_TYPE, JSON_TYPE, JSON_TYPE, JSON_TYPE, JSON_TYPE, JSON_TYPE, 'text/plain', 'application/x-www-form-urlencoded', 'image/jpeg']
const ifMatches = [undefined, undefined, undefined, '"1"', '"2"', '*', 'W/"0"', '"9999999999999"', 'nonsense', '"-1"']
const methods = ['PATCH', 'DELETE', 'PUT', 'OPTIONS', 'HEAD']

const often = <T>(weight: number, usual: fc.Arbitrary<T>, rare: fc.Arbitrary<T>): fc.Arbitrary<T> =>
  fc.oneof({ weight, arbitrary: usual }, { weight: 1, arbitrary: rare })

export function requestOf(operation: Operation, known: Known): fc.Arbitrary<Sending> {
  const ofPath = operation.parameters.filter((parameter) => parameter.in === 'path')
  const ofQuery = operation.parameters.filter((parameter) => parameter.in === 'query')
  const pathValue = (name: string, schema: Schema | undefined) =>
    often(
      5,
      right(schema, name, known, 0).map((value) => String(value)),
      oddText.filter((text) => text !== ''),
    )
  const path = fc.record(Object.fromEntries(ofPath.map(({ name, schema }) => [name, pathValue(name, schema)])))
  const right1 = fc.record(Object.fromEntries(ofQuery.map(({ name, schema }) => [name, right(schema, name, known, 0)])), { requiredKeys: [] })
  const wrong = fc.record(
    { ...Object.fromEntries(ofQuery.map(({ name, schema }) => [name, broken(schema, name, known)])), surplus: odd, lang: oddText, mode: oddText },
    { requiredKeys: [] },
  )
  return fc
    .record({
      path,
      query: fc.oneof<fc.Arbitrary<Record<string, unknown>>[]>(right1, wrong),
      twice: often(15, fc.constant(false), fc.constant(true)),
      body: operation.method === 'GET' ? fc.constant(undefined) : broken(operation.body, '', known),
      mediaType: fc.constantFrom(...mediaTypes),
      ifMatch: fc.constantFrom(...ifMatches),
      key: often(12, fc.uuid(), fc.constantFrom('', 'short', 'k'.repeat(256), '含汉字的键')),
      method: often(39, fc.constant(operation.method), fc.constantFrom(...methods)),
      cut: often(29, fc.constant(false), fc.constant(true)),
      bulk: often(199, fc.constant(undefined), fc.constantFrom('large' as const, 'deep' as const)),
    })
    .map((made) => {
      const search = Object.entries(made.query).map(([name, value]) => `${name}=${encoded(typeof value === 'string' ? value : JSON.stringify(value))}`)
      const url = operation.path.replaceAll(/\{([^}]+)\}/g, (_, name: string) => encoded(String((made.path as Record<string, string>)[name] ?? 'x')))
      const hasBody = made.body !== undefined && !['HEAD', 'GET', 'OPTIONS'].includes(made.method)
      const text = hasBody ? (made.bulk === undefined ? JSON.stringify(made.body) : BULK[made.bulk]()) : undefined
      const all = made.twice ? [...search, ...search] : search
      return {
        method: made.method,
        url: all.length > 0 ? `${url}?${all.join('&')}` : url,
        headers: {
          'idempotency-key': Buffer.from(made.key).toString('latin1'),
          ...(text !== undefined && { 'content-type': made.mediaType }),
          ...(made.ifMatch !== undefined && { 'if-match': made.ifMatch }),
        },
        body: text !== undefined && made.cut ? text.slice(0, -1) : text,
      }
    })
}

const BULK = {
  large: () => JSON.stringify({ form: 'x'.repeat(10 * 1024 * 1024) }),
  deep: () => `{"form":${'['.repeat(100_000)}${']'.repeat(100_000)}}`,
} as const

/** Half a pair has no encoding; sent as the bytes that a careless program would send. */
const encoded = (text: string): string => (text.isWellFormed() ? encodeURIComponent(text) : '%ED%A0%80')

/** So many requests, the operations in turn. */
export function requestsFrom(operations: readonly Operation[], known: Known, count: number, seed: number): readonly (readonly [Operation, Sending])[] {
  const each = Math.ceil(count / operations.length)
  const rows = operations.map((operation, index) =>
    fc.sample(requestOf(operation, known), { numRuns: each, seed: seed + index }).map((sending) => [operation, sending] as const),
  )
  return Array.from({ length: each }, (_, nth) => rows.map((row) => row[nth] as readonly [Operation, Sending]))
    .flat()
    .slice(0, count)
}

/** @returns what is wrong with a refusal, in a word */
export function wrongWith(status: number, type: string, text: string): string | undefined {
  if (!type.startsWith('application/problem+json')) return `not a problem but ${type}`
  const body = JSON.parse(text) as { type: string; status: number; title?: string; titleEn?: string; fields?: Record<string, { zh: string; en: string }> }
  if (body.status !== status || !body.title || !body.titleEn) return 'not said in both languages'
  if (body.type !== '/problems/invalid-input') return undefined
  const fields = Object.values(body.fields ?? {})
  if (fields.length === 0) return 'no field named'
  return fields.every(({ zh, en }) => /\p{Script=Han}/u.test(zh) && en !== '') ? undefined : 'a field not explained in both languages'
}
