/** What a JPEG says of itself before its pixels: read byte by byte with bounds, so that a hostile file costs nothing (ITU-T T.81 Annex B, JFIF 1.02). */

export interface JpegHeader {
  readonly width: number
  readonly height: number
  /** 1 grey, 3 colour, 4 printing inks. */
  readonly components: number
  readonly progressive: boolean
  /** Dots per inch of the JFIF segment; absent when it gives none. */
  readonly densityDpi?: number
  /** Estimated from the first quantisation table against Annex K's, 1–100. */
  readonly quality?: number
  readonly scans: number
}

export type JpegProblem = 'empty' | 'too-large' | 'not-a-jpeg' | 'damaged' | 'too-many-pixels' | 'too-complex' | 'unsupported' | 'more-than-a-picture'

export interface JpegRefusal {
  readonly ok: false
  readonly problem: JpegProblem
  readonly detail?: string
}

export interface JpegLimits {
  readonly bytesMax: number
  readonly sideMax: number
  /** Each takes three bytes when it is unpacked, and six more while a progressive file is. */
  readonly pixelsMax: number
  readonly scansMax: number
}

export const jpegLimits: JpegLimits = { bytesMax: 2 * 1024 * 1024, sideMax: 4000, pixelsMax: 12_000_000, scansMax: 32 }

const DENSITY_IN_INCHES = 1
const CENTIMETRES_PER_INCH = 2.54

/** Checks size, signature, structure and limits. Pixels are not looked at: a file that passes may still be damaged inside. */
export function readJpegHeader(bytes: Uint8Array, limits: JpegLimits = jpegLimits): { readonly ok: true; readonly header: JpegHeader } | JpegRefusal {
  if (bytes.length === 0) return { ok: false, problem: 'empty' }
  if (bytes.length > limits.bytesMax) return { ok: false, problem: 'too-large', detail: `${bytes.length} bytes` }
  if (bytes[0] !== 0xff || bytes[1] !== 0xd8 || bytes[2] !== 0xff) return { ok: false, problem: 'not-a-jpeg', detail: kindOf(bytes) }
  const found = walk(bytes, limits)
  if ('problem' in found) return { ok: false, ...found }
  if (!found.frame) return { ok: false, problem: 'damaged', detail: 'no frame header' }
  if (!found.ended || found.scans === 0) return { ok: false, problem: 'damaged', detail: 'no end of image' }
  const { width, height } = found.frame
  if (width === 0 || height === 0) return { ok: false, problem: 'damaged', detail: 'no size' }
  if (found.more !== undefined) return { ok: false, problem: 'more-than-a-picture', detail: found.more }
  if (width > limits.sideMax || height > limits.sideMax || width * height > limits.pixelsMax)
    return { ok: false, problem: 'too-many-pixels', detail: `${width} × ${height}` }
  return {
    ok: true,
    header: {
      ...found.frame,
      scans: found.scans,
      ...(found.densityDpi !== undefined && { densityDpi: found.densityDpi }),
      ...(found.quality !== undefined && { quality: found.quality }),
    },
  }
}

interface Found {
  frame?: Pick<JpegHeader, 'width' | 'height' | 'components' | 'progressive'>
  densityDpi?: number
  quality?: number
  scans: number
  ended: boolean
  /** What else is in the file. */
  more?: string
}

function walk(bytes: Uint8Array, limits: JpegLimits): Found | Omit<JpegRefusal, 'ok'> {
  const found: Found = { scans: 0, ended: false }
  let at = 2
  while (at + 1 < bytes.length) {
    if (bytes[at] !== 0xff) return { problem: 'damaged', detail: `no marker at byte ${at}` }
    const marker = bytes[at + 1] as number
    if (marker === 0xff) {
      at += 1
      continue
    }
    if (marker === 0xd9) {
      found.ended = true
      takeRest(bytes.subarray(at + 2), found)
      return found
    }
    if (marker === 0x01 || (marker >= 0xd0 && marker <= 0xd8)) {
      at += 2
      continue
    }
    const length = word(bytes, at + 2)
    if (length < 2 || at + 2 + length > bytes.length) return { problem: 'damaged', detail: `a segment runs past the end at byte ${at}` }
    const segment = bytes.subarray(at + 4, at + 2 + length)
    const problem = take(marker, segment, found)
    if (problem) return problem
    at += 2 + length
    if (marker === 0xda) {
      found.scans += 1
      if (found.scans > limits.scansMax) return { problem: 'too-complex', detail: `more than ${limits.scansMax} scans` }
      at = afterScan(bytes, at)
    }
  }
  return found
}

/** The next marker after coded data: 0xff followed by neither a stuffed zero nor a restart. */
function afterScan(bytes: Uint8Array, from: number): number {
  let at = from
  for (;;) {
    at = bytes.indexOf(0xff, at)
    if (at < 0 || at + 1 >= bytes.length) return bytes.length
    const next = bytes[at + 1] as number
    if (next !== 0 && next !== 0xff && !(next >= 0xd0 && next <= 0xd7)) return at
    at += next === 0xff ? 1 : 2
  }
}

function take(marker: number, segment: Uint8Array, found: Found): Omit<JpegRefusal, 'ok'> | undefined {
  if (isFrame(marker)) {
    if (marker > 0xc2) return { problem: 'unsupported', detail: `coding process ${marker - 0xc0}` }
    if (segment.length < 6) return { problem: 'damaged', detail: 'a short frame header' }
    if (segment[0] !== 8) return { problem: 'unsupported', detail: `${segment[0]} bits` }
    if (found.frame) return { problem: 'damaged', detail: 'two frame headers' }
    found.frame = { height: word(segment, 1), width: word(segment, 3), components: segment[5] as number, progressive: marker === 0xc2 }
    if (![1, 3, 4].includes(found.frame.components)) return { problem: 'unsupported', detail: `${found.frame.components} components` }
  }
  if (marker === 0xe0 && segment.length >= 12 && ascii(segment, 0, 5) === 'JFIF\0') takeDensity(segment, found)
  if (marker === COMMENT) takeRest(segment, found)
  if (marker === 0xe2 && ascii(segment, 0, 4) === 'MPF\0') found.more = 'several pictures'
  if (marker === 0xdb && found.quality === undefined && segment.length >= 65 && segment[0] === 0) found.quality = qualityOf(segment.subarray(1, 65))
  return undefined
}

const COMMENT = 0xfe

/** How files of other kinds begin: what stands in a comment or after the picture and holds one of them makes the file two things at once. */
const OTHER_KINDS: readonly (readonly [kind: string, signature: Buffer])[] = (
  [
    ['another picture', '\xff\xd8\xff'],
    ['a film', 'ftyp'],
    ['a png', '\x89PNG\r\n'],
    ['a gif', 'GIF8'],
    ['a riff', 'RIFF'],
    ['an archive', 'PK\x03\x04'],
    ['an archive', 'PK\x05\x06'],
    ['an archive', 'Rar!\x1a'],
    ['an archive', '7z\xbc\xaf\x27\x1c'],
    ['a document', '%PDF-'],
    ['a program', '\x7fELF'],
    ['a program', 'This program cannot be run'],
    ['a script', '<script'],
    ['a script', '<?php'],
    ['a page', '<html'],
    ['a drawing', '<svg'],
  ] as const
).map(([kind, signature]) => [kind, Buffer.from(signature, 'latin1')])

/** Padding and a maker's remarks are let be: nothing of them is kept. */
function takeRest(rest: Uint8Array, found: Found): void {
  if (rest.length === 0 || found.more !== undefined) return
  const held = Buffer.from(rest.buffer, rest.byteOffset, rest.byteLength)
  const other = OTHER_KINDS.find(([, signature]) => held.includes(signature))
  if (other) found.more = other[0]
}

/** SOF0 to SOF15, without DHT, JPG and DAC, which share the range. */
const isFrame = (marker: number): boolean => marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc

function takeDensity(segment: Uint8Array, found: Found): void {
  const unit = segment[7]
  const across = word(segment, 8)
  if (unit === 0 || across === 0) return
  found.densityDpi = unit === DENSITY_IN_INCHES ? across : Math.round(across * CENTIMETRES_PER_INCH)
}

/** Sum of Annex K's luminance table (Table K.1). */
const ANNEX_K_SUM = 3_688

/** The common scaling of the tables, read backwards: 50 is Annex K's table, 100 all ones. */
function qualityOf(table: Uint8Array): number {
  const percent = (table.reduce((sum, value) => sum + value, 0) / ANNEX_K_SUM) * 100
  const quality = percent <= 100 ? (200 - percent) / 2 : 5000 / percent
  return Math.max(1, Math.min(100, Math.round(quality)))
}

const word = (bytes: Uint8Array, at: number): number => ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0)

const ascii = (bytes: Uint8Array, from: number, count: number): string => String.fromCharCode(...bytes.subarray(from, from + count))

/** A guess at what the file is instead, for the log and the answer. */
function kindOf(bytes: Uint8Array): string {
  const start = ascii(bytes, 0, 12)
  if (start.startsWith('\x89PNG')) return 'png'
  if (start.startsWith('GIF8')) return 'gif'
  if (start.startsWith('BM')) return 'bmp'
  if (start.startsWith('PK')) return 'zip'
  if (start.startsWith('%PDF')) return 'pdf'
  if (start.startsWith('RIFF') && start.slice(8) === 'WEBP') return 'webp'
  if (start.slice(4, 8) === 'ftyp') return 'heic'
  return bytes.subarray(0, 64).every((byte) => byte === 9 || byte === 10 || byte === 13 || byte >= 32) ? 'text' : 'unknown'
}
