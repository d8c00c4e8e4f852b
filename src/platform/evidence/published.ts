/**
 * What is published, outside the database: files that only grow, one JSON object on each line. Whoever holds a copy of them can prove
 * what the database says, without believing whoever runs it.
 *
 *     <data>/published/keys.jsonl                       every public key that ever signed
 *     <data>/published/days.jsonl                       the province's root of each day
 *     <data>/published/heads-<prefecture>-<log>.jsonl   every head of a log
 */
import { appendFileSync, closeSync, existsSync, fstatSync, mkdirSync, openSync, readdirSync, readFileSync, readSync, renameSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { type PublishedHead, publishedHead, type SignedDay, signedDay } from '#platform/evidence/heads.ts'
import type { PublicKey } from '#platform/evidence/signing.ts'

const publicKeyLine = z.strictObject({ id: z.string(), algorithm: z.enum(['ed25519', 'sm2']), publicKey: z.base64() })

export const publishedFolder = (dataDir: string): string => join(dataDir, 'published')

const headsFile = (folder: string, { prefecture, log }: Pick<PublishedHead, 'prefecture' | 'log'>): string => join(folder, `heads-${prefecture}-${log}.jsonl`)
const daysFile = (folder: string): string => join(folder, 'days.jsonl')
const keysFile = (folder: string): string => join(folder, 'keys.jsonl')

export interface PublishedLog {
  readonly prefecture: string
  readonly log: string
  readonly file: string
}

/** The logs of which heads were published, by prefecture. */
export const publishedLogs = (folder: string): readonly PublishedLog[] =>
  !existsSync(folder)
    ? []
    : readdirSync(folder)
        .sort()
        .flatMap((name) => {
          const [, prefecture, log] = /^heads-(\d{4})-([\da-f-]{36})\.jsonl$/.exec(name) ?? []
          return prefecture === undefined || log === undefined ? [] : [{ prefecture, log, file: join(folder, name) }]
        })

/** A line that a stop cut short is no JSON; it is written again. @throws Error for any other that is not what it should be */
function parsedLines<T>(text: string, schema: z.ZodType<T>, file: string): T[] {
  const lines = text.split('\n')
  // What follows the last line break is empty, or was cut short.
  return lines.slice(0, -1).flatMap((line, i) => {
    const json = parsedJson(line)
    if (json === undefined) return []
    const parsed = schema.safeParse(json)
    if (!parsed.success) throw new Error(`line ${i + 1} of ${file} is not as it was published`)
    return [parsed.data]
  })
}

function parsedJson(line: string): unknown {
  try {
    return JSON.parse(line)
  } catch {
    return undefined
  }
}

const CHUNK = 1 << 20

/** The heads of a log as they were published, in parts of the file, so that its length does not matter. @throws Error for a line that is none */
export function* publishedHeads(file: string): Iterable<PublishedHead> {
  const handle = openSync(file, 'r')
  try {
    const buffer = Buffer.alloc(CHUNK)
    let rest: Buffer = Buffer.alloc(0)
    for (let length = readSync(handle, buffer); length > 0; length = readSync(handle, buffer)) {
      const all = Buffer.concat([rest, buffer.subarray(0, length)])
      const end = all.lastIndexOf(10) + 1
      rest = all.subarray(end)
      yield* parsedLines(all.toString('utf8', 0, end), publishedHead, file)
    }
  } finally {
    closeSync(handle)
  }
}

export const publishedDays = (folder: string): readonly SignedDay[] =>
  existsSync(daysFile(folder)) ? parsedLines(readFileSync(daysFile(folder), 'utf8'), signedDay, daysFile(folder)) : []

export const publishedKeys = (folder: string): readonly PublicKey[] =>
  existsSync(keysFile(folder)) ? parsedLines(readFileSync(keysFile(folder), 'utf8'), publicKeyLine, keysFile(folder)) : []

/** Enough for the longest head. */
const TAIL = 1 << 14

/** The last whole line of a file that only grows. */
export function lastPublishedHead(file: string): PublishedHead | undefined {
  if (!existsSync(file)) return undefined
  const handle = openSync(file, 'r')
  try {
    const { size } = fstatSync(handle)
    const buffer = Buffer.alloc(Math.min(size, TAIL))
    readSync(handle, buffer, 0, buffer.length, size - buffer.length)
    const whole = buffer.toString('utf8', 0, buffer.lastIndexOf(10) + 1)
    const line = whole.trimEnd().split('\n').at(-1)
    return line ? parsedLines(`${line}\n`, publishedHead, file)[0] : undefined
  } finally {
    closeSync(handle)
  }
}

export interface Publisher {
  /** The head that was published last of a log, also by another process. */
  last(of: Pick<PublishedHead, 'prefecture' | 'log'>): PublishedHead | undefined
  /** Heads that follow the last one. */
  publishHeads(heads: readonly PublishedHead[]): void
  lastDay(): SignedDay | undefined
  publishDay(day: SignedDay): void
  publishKeys(keys: readonly PublicKey[]): void
  /** The sandbox begins anew: what was published of its logs is put aside. */
  putAside(): void
}

export function openPublisher(folder: string): Publisher {
  const known = new Map<string, { readonly bytes: number; readonly head: PublishedHead | undefined }>()
  const append = (file: string, lines: readonly object[]): void => {
    if (lines.length === 0) return
    mkdirSync(folder, { recursive: true })
    // A line that a stop cut short must not run into the next.
    const begin = existsSync(file) && !endsWithBreak(file) ? '\n' : ''
    appendFileSync(file, begin + lines.map((line) => `${JSON.stringify(line)}\n`).join(''))
  }
  return {
    last(of) {
      const file = headsFile(folder, of)
      const bytes = existsSync(file) ? statSync(file).size : 0
      const before = known.get(file)
      if (before !== undefined && before.bytes === bytes) return before.head
      const head = lastPublishedHead(file)
      known.set(file, { bytes, head })
      return head
    },
    publishHeads(heads) {
      for (const [, own] of Map.groupBy(heads, ({ log }) => log)) append(headsFile(folder, own[0] as PublishedHead), own)
    },
    lastDay: () => publishedDays(folder).at(-1),
    publishDay: (day) => append(daysFile(folder), [day]),
    publishKeys(keys) {
      const there = new Set(publishedKeys(folder).map(({ id }) => id))
      append(
        keysFile(folder),
        keys.filter(({ id }) => !there.has(id)),
      )
    },
    putAside() {
      if (!existsSync(folder)) return
      for (let n = 1; ; n += 1) {
        const aside = `${folder}-before-reset-${n}`
        if (existsSync(aside)) continue
        renameSync(folder, aside)
        return
      }
    },
  }
}

function endsWithBreak(file: string): boolean {
  const handle = openSync(file, 'r')
  try {
    const { size } = fstatSync(handle)
    const last = Buffer.alloc(1)
    return size === 0 || (readSync(handle, last, 0, 1, size - 1) === 1 && last[0] === 10)
  } finally {
    closeSync(handle)
  }
}
