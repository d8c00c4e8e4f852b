/**
 * RFC 8785 (JSON Canonicalization Scheme): one value, one text, so that its bytes can be hashed.
 * Keys sort by UTF-16 code units, numbers are written as ECMAScript writes them, and strings are escaped as little as JSON allows.
 */

/** A plain value: what JSON can say, nothing that it would silently change. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json | undefined }

/**
 * Properties whose value is `undefined` are left out, as JSON has no such value.
 * @throws TypeError on NaN and the infinities, on `undefined` by itself or inside an array, on lone surrogates,
 * on anything that is not plain (a Date, a Map, a bigint, a function), and on values that contain themselves.
 */
export const canonicalJson = (value: unknown): string => write(value, [])

/** @param within the composites around the value, outermost first */
function write(value: unknown, within: object[]): string {
  switch (typeof value) {
    case 'string':
      return text(value)
    case 'boolean':
      return value ? 'true' : 'false'
    case 'number':
      if (!Number.isFinite(value)) throw new TypeError(`JSON has no ${value}`)
      return JSON.stringify(value)
    case 'object':
      return value === null ? 'null' : composite(value, within)
    default:
      throw new TypeError(`JSON has no ${typeof value}`)
  }
}

const names = new Map<string, string>()
/** The code's own are some hundred; what comes from outside need not be remembered. */
const NAMES_MAX = 1000

/** `"key":` */
function name(key: string): string {
  const known = names.get(key)
  if (known !== undefined) return known
  const written = `${text(key)}:`
  if (names.size < NAMES_MAX) names.set(key, written)
  return written
}

function text(value: string): string {
  if (!value.isWellFormed()) throw new TypeError('a string with a lone surrogate has no canonical form')
  return JSON.stringify(value)
}

/** Every event is written twice on its way into the log, so this is plain loops. */
function composite(value: object, within: object[]): string {
  if (within.includes(value)) throw new TypeError('a value that contains itself has no JSON')
  within.push(value)
  const written = Array.isArray(value) ? list(value, within) : members(value, within)
  within.pop()
  return written
}

function list(items: readonly unknown[], within: object[]): string {
  let written = '['
  // By index, for the holes of a sparse array must not be passed over.
  for (let i = 0; i < items.length; i += 1) written += i === 0 ? write(items[i], within) : `,${write(items[i], within)}`
  return `${written}]`
}

function members(value: object, within: object[]): string {
  const prototype = Object.getPrototypeOf(value)
  if (prototype !== Object.prototype && prototype !== null) throw new TypeError(`not a plain value: ${prototype.constructor?.name ?? 'object'}`)
  const record = value as Readonly<Record<string, unknown>>
  let written = '{'
  for (const key of Object.keys(record).sort()) {
    const member = record[key]
    if (member !== undefined) written += `${written.length === 1 ? '' : ','}${name(key)}${write(member, within)}`
  }
  return `${written}}`
}
