/** Requests that nobody should send, made from the OpenAPI document: for the test that the product answers each of them in words. */
import fc from 'fast-check'

export interface Operation {
  readonly method: string
  readonly path: string
  readonly parameters: readonly { readonly name: string; readonly in: string; readonly schema?: Schema }[]
  readonly body: Schema | undefined
}

interface Schema {
  readonly type?: string | readonly string[]
  readonly properties?: Readonly<Record<string, Schema>>
  readonly required?: readonly string[]
  readonly items?: Schema
  readonly enum?: readonly unknown[]
  readonly const?: unknown
  readonly anyOf?: readonly Schema[]
  readonly oneOf?: readonly Schema[]
}

interface Document {
  readonly paths: Readonly<
    Record<string, Readonly<Record<string, { parameters?: Operation['parameters']; requestBody?: { content: Record<string, { schema: Schema }> } }>>>
  >
}

export const operationsOf = (document: unknown): readonly Operation[] =>
  Object.entries((document as Document).paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, { parameters = [], requestBody }]) => ({
      method: method.toUpperCase(),
      path,
      parameters,
      body: requestBody && Object.values(requestBody.content)[0]?.schema,
    })),
  )

/** Values that break programs: no storage takes U+0000, no encoding half a pair, no column a number without end. */
const odd: fc.Arbitrary<unknown> = fc.constantFrom<unknown>(
  ...[null, true, 0, -1, 1.5, 1e308, 2 ** 53, '', ' ', '\u0000', 'a\u0000b', '\ud800', '\udc00x', '\u202e', '１２３', '-1', '9'.repeat(400)],
  ...['长'.repeat(5_000), "' or 1=1 --", '../../etc/passwd', '%00', '2026-02-30', '0000-00-00', '9999-12-31', '2026-02-13T25:00:00+08:00'],
  ...['9999-12-31T23:59:59Z', '0001-01-01T00:00:00Z', '22010000000000000x', '{}', '<b>', [], [[]], {}, { a: { b: [null] } }, { length: 1 }],
  ...[{ __proto__: null, constructor: 1, toString: 2 }, ['x', 1, null]],
)

const oddText: fc.Arbitrary<string> = odd.map((value) => (typeof value === 'string' ? value : JSON.stringify(value)))

/** A value of the right shape, most of the time, with something wrong somewhere. */
function broken(schema: Schema | undefined, depth = 0): fc.Arbitrary<unknown> {
  if (!schema || depth > 4) return odd
  const choices = schema.anyOf ?? schema.oneOf
  const right: fc.Arbitrary<unknown> = choices
    ? fc.oneof(...choices.map((choice) => broken(choice, depth)))
    : schema.const !== undefined
      ? fc.constant(schema.const)
      : schema.enum
        ? fc.constantFrom(...schema.enum)
        : schema.properties
          ? fc.record(Object.fromEntries(Object.entries(schema.properties).map(([name, property]) => [name, broken(property, depth + 1)])), {
              requiredKeys: [],
            })
          : schema.type === 'array'
            ? fc.array(broken(schema.items, depth + 1), { maxLength: 3 })
            : schema.type === 'integer' || schema.type === 'number'
              ? fc.integer({ min: -5, max: 2 ** 40 })
              : schema.type === 'boolean'
                ? fc.boolean()
                : fc.string({ maxLength: 20, unit: 'binary' })
  return fc.oneof({ weight: depth === 0 ? 12 : 4, arbitrary: right }, { weight: 1, arbitrary: odd })
}

export interface Sending {
  readonly method: string
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | undefined
}

const mediaTypes = [
  'application/json',
  'application/json',
  'application/json',
  'application/json',
  'text/plain',
  'application/x-www-form-urlencoded',
  'image/jpeg',
]
const ifMatches = [undefined, undefined, '"1"', '*', 'W/"0"', '"9999999999999"', 'nonsense', '"-1"']
const methods = ['PATCH', 'DELETE', 'PUT', 'OPTIONS', 'HEAD']

/** @param known values of path parameters that exist, by name: without them no request comes past the first lookup */
export function brokenRequest(operation: Operation, known: Readonly<Record<string, readonly string[]>>): fc.Arbitrary<Sending> {
  const ofPath = operation.parameters.filter((parameter) => parameter.in === 'path')
  const ofQuery = operation.parameters.filter((parameter) => parameter.in === 'query')
  const path = fc.record(
    Object.fromEntries(
      ofPath.map(({ name }) => [
        name,
        fc.oneof({ weight: 3, arbitrary: fc.constantFrom(...(known[name] ?? ['x'])) }, { weight: 1, arbitrary: oddText.filter((text) => text !== '') }),
      ]),
    ),
  )
  const query = fc.record(
    { ...Object.fromEntries(ofQuery.map(({ name, schema }) => [name, broken(schema, 1)])), surplus: odd, lang: oddText, mode: oddText },
    { requiredKeys: [] },
  )
  return fc
    .record({
      path,
      query,
      body: operation.method === 'GET' ? fc.constant(undefined) : broken(operation.body),
      mediaType: fc.constantFrom(...mediaTypes),
      ifMatch: fc.constantFrom(...ifMatches),
      key: fc.oneof({ weight: 6, arbitrary: fc.uuid() }, { weight: 1, arbitrary: fc.constantFrom('', 'short', 'k'.repeat(256), '含汉字的键') }),
      method: fc.oneof({ weight: 19, arbitrary: fc.constant(operation.method) }, { weight: 1, arbitrary: fc.constantFrom(...methods) }),
      cut: fc.oneof({ weight: 15, arbitrary: fc.constant(false) }, { weight: 1, arbitrary: fc.constant(true) }),
    })
    .map((made) => {
      const search = Object.entries(made.query).map(([name, value]) => `${name}=${encoded(typeof value === 'string' ? value : JSON.stringify(value))}`)
      const url = operation.path.replaceAll(/\{([^}]+)\}/g, (_, name: string) => encoded(String((made.path as Record<string, string>)[name] ?? 'x')))
      const text = made.body === undefined || made.method === 'HEAD' ? undefined : JSON.stringify(made.body)
      return {
        method: made.method,
        url: search.length > 0 ? `${url}?${search.join('&')}` : url,
        headers: {
          'idempotency-key': Buffer.from(made.key).toString('latin1'),
          ...(text !== undefined && { 'content-type': made.mediaType }),
          ...(made.ifMatch !== undefined && { 'if-match': made.ifMatch }),
        },
        body: text !== undefined && made.cut ? text.slice(0, -1) : text,
      }
    })
}

/** Half a pair has no encoding; sent as the bytes that a careless program would send. */
const encoded = (text: string): string => (text.isWellFormed() ? encodeURIComponent(text) : '%ED%A0%80')
