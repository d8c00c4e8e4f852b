/**
 * RFC 8785 (JSON Canonicalization Scheme): one value, one text, so that its bytes can be hashed.
 * Keys sort by UTF-16 code units, numbers are written as ECMAScript writes them, and strings are escaped as little as JSON allows.
 */

/** A plain value: what JSON can say, nothing that it would silently change. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json | undefined }

/**
 * Properties whose value is `undefined` are left out, as JSON has no such value.
 * @param but a property of the value itself to leave out as well
 * @throws TypeError on NaN and the infinities, on `undefined` by itself or inside an array, on lone surrogates,
 * on anything that is not plain (a Date, a Map, a bigint, a function), and on values that contain themselves.
 */
export const canonicalJson = (value: unknown, but?: string): string => write(value, 0, [], but)

/** Every event is written on its way into the log, so all of this is plain loops. `within`: the composites around the value that are watched. */
function write(value: unknown, depth: number, within: object[], but?: string): string {
  switch (typeof value) {
    case 'string':
      return text(value)
    case 'boolean':
      return value ? 'true' : 'false'
    case 'number':
      if (!Number.isFinite(value)) throw new TypeError(`JSON has no ${value}`)
      return JSON.stringify(value)
    case 'object':
      return value === null ? 'null' : composite(value, depth, within, but)
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

/** Nothing to escape and no surrogate to look at: nearly every text. */
const PLAIN = /^[ !#-[\]-\ud7ff\ue000-\uffff]*$/

function text(value: string): string {
  if (PLAIN.test(value)) return `"${value}"`
  if (!value.isWellFormed()) throw new TypeError('a string with a lone surrogate has no canonical form')
  return JSON.stringify(value)
}

/** What contains itself goes deeper than anything of ours: only from here on is it watched. */
const WATCHED_FROM = 32

function composite(value: object, depth: number, within: object[], but?: string): string {
  const watched = depth >= WATCHED_FROM
  if (watched) {
    if (within.includes(value)) throw new TypeError('a value that contains itself has no JSON')
    within.push(value)
  }
  const written = Array.isArray(value) ? list(value, depth + 1, within) : members(value, depth + 1, within, but)
  if (watched) within.pop()
  return written
}

function list(items: readonly unknown[], depth: number, within: object[]): string {
  let written = '['
  // By index, for the holes of a sparse array must not be passed over.
  for (let i = 0; i < items.length; i += 1) written += i === 0 ? write(items[i], depth, within) : `,${write(items[i], depth, within)}`
  return `${written}]`
}

function members(value: object, depth: number, within: object[], but?: string): string {
  const prototype = Object.getPrototypeOf(value)
  if (prototype !== Object.prototype && prototype !== null) throw new TypeError(`not a plain value: ${prototype.constructor?.name ?? 'object'}`)
  const record = value as Readonly<Record<string, unknown>>
  let written = '{'
  for (const key of sortedKeys(record)) {
    const member = record[key]
    if (member !== undefined && key !== but) written += `${written.length === 1 ? '' : ','}${name(key)}${write(member, depth, within)}`
  }
  return `${written}}`
}

function sortedKeys(record: object): readonly string[] {
  const keys = Object.keys(record)
  for (let i = 1; i < keys.length; i += 1) if ((keys[i] as string) < (keys[i - 1] as string)) return keys.sort()
  return keys
}
