/** Canaries: numbers, phones, names and addresses that stand nowhere else in the world, and whether one got somewhere it should not. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { identityCheckCharacter } from '#kernel/check-digits.ts'

/** Hardly anybody's name has it, so that a look for it finds every canary's. */
const MARK = '龘'
/** The first of some thousand common characters: three of them count the canaries. */
const FIRST = 0x4e00
const BASE = 500

/** Where everything is accepted. */
export const STATION = '220102500100'

export interface Canary {
  readonly name: string
  readonly phone: string
  readonly address: string
  /** Of somebody who is not in the register: a proxy, a wrong entry. */
  readonly strangerNumber: string
}

const written = (n: number): string => [n % BASE, Math.floor(n / BASE) % BASE, 7].map((digit) => String.fromCodePoint(FIRST + digit)).join('')

/** @param n 0, 1, 2 …; two different ones share nothing */
export function canary(n: number): Canary {
  const first17 = `220181${1930 + (n % 60)}0${1 + (n % 9)}1${n % 10}${String(n % 1000).padStart(3, '0')}`
  return {
    name: `${MARK}${written(n)}`,
    phone: `1978${String(3_000_000 + n).slice(-7)}`,
    address: `${MARK}街${written(n)}号`,
    strangerNumber: `${first17}${identityCheckCharacter(first17)}`,
  }
}

/** All that must be found nowhere, and what is found. */
export interface Watch {
  /** Also watches for this, e.g. the number that the register gave a canary. */
  add(...secrets: readonly string[]): void
  readonly size: number
  /** Each secret that stands in the text: whole, as it is, in an address's encoding, or in base64. */
  inText(text: string): readonly string[]
  /** The same in bytes that are no text. */
  inBytes(bytes: Buffer): readonly string[]
}

const ENCODED = /(?:[A-Za-z0-9+/_-]{4}){10,}/g

export function openWatch(): Watch {
  const secrets = new Set<string>()
  const plain = (text: string): string[] => {
    const runs = text.match(/\d{11,}[Xx]?/g) ?? []
    const marked = text
      .split(MARK)
      .slice(1)
      .flatMap((after) => [`${MARK}${after.slice(0, 3)}`, `${MARK}${after.slice(0, 5)}`])
    return [...runs.flatMap((run) => [...windows(run, 11), ...windows(run.toUpperCase(), 18)]), ...marked].filter((found) => secrets.has(found))
  }
  /** They may stand within a longer run of digits. */
  const windows = (run: string, length: number): string[] => Array.from({ length: Math.max(0, run.length - length + 1) }, (_, i) => run.slice(i, i + length))
  return {
    add: (...more) => {
      for (const secret of more) secrets.add(secret)
    },
    get size() {
      return secrets.size
    },
    inText(text) {
      const decoded = text.includes('%') ? text.replaceAll(/(?:%[0-9A-Fa-f]{2})+/g, safelyDecoded) : text
      const unescaped = decoded.includes('\\u')
        ? decoded.replaceAll(/\\u([0-9a-f]{4})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
        : decoded
      const inside = (unescaped.match(ENCODED) ?? []).map((run) => Buffer.from(run, 'base64').toString())
      return [...new Set([...plain(unescaped), ...inside.flatMap(plain)])]
    },
    inBytes: (bytes) => [...new Set([...plain(bytes.toString('latin1').replaceAll(/[^\dXx]+/g, ' ')), ...markedIn(bytes).flatMap(plain)])],
  }
}

/** What follows each mark, as text. */
function markedIn(bytes: Buffer): string[] {
  const mark = Buffer.from(MARK)
  const found: string[] = []
  for (let at = bytes.indexOf(mark); at >= 0; at = bytes.indexOf(mark, at + 1)) found.push(bytes.subarray(at, at + 24).toString())
  return found
}

function safelyDecoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

/** A running server throws files of its own away between the listing and the reading. */
function contentOf(path: string): Buffer {
  try {
    return readFileSync(path)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return Buffer.alloc(0)
    throw error
  }
}

/** Every secret in the files of a folder: path → what was found. */
export function inFolder(watch: Watch, folder: string, skip: (path: string) => boolean = () => false): Readonly<Record<string, readonly string[]>> {
  const found: Record<string, readonly string[]> = {}
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name)
    if (!entry.isFile() || skip(path)) continue
    const here = watch.inBytes(contentOf(path))
    if (here.length > 0) found[path] = here
  }
  return found
}
