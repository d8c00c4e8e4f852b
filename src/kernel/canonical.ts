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

function write(value: unknown, within: readonly object[]): string {
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

function text(value: string): string {
  if (!value.isWellFormed()) throw new TypeError('a string with a lone surrogate has no canonical form')
  return JSON.stringify(value)
}

function composite(value: object, within: readonly object[]): string {
  if (within.includes(value)) throw new TypeError('a value that contains itself has no JSON')
  const inside = [...within, value]
  // `map` would skip the holes of a sparse array and leave them unseen, `from` does not.
  if (Array.isArray(value)) return `[${Array.from(value, (item) => write(item, inside)).join(',')}]`
  const prototype = Object.getPrototypeOf(value)
  if (prototype !== Object.prototype && prototype !== null) throw new TypeError(`not a plain value: ${prototype.constructor?.name ?? 'object'}`)
  const record = value as Readonly<Record<string, unknown>>
  const members: string[] = []
  for (const key of Object.keys(record).sort()) {
    if (record[key] !== undefined) members.push(`${text(key)}:${write(record[key], inside)}`)
  }
  return `{${members.join(',')}}`
}
