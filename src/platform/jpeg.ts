/**
 * Decoding a JPEG that a stranger sent, and writing its pixels into a file of our own. Call it in a worker thread: it takes tens of milliseconds.
 * The decoder is loaded on the main thread too, because its shared library must outlive the workers that use it.
 */
import sharp from 'sharp'
import { type JpegHeader, type JpegLimits, type JpegRefusal, jpegLimits, readJpegHeader } from '#platform/jpeg-header.ts'

export interface JpegRaster {
  readonly width: number
  readonly height: number
  readonly channels: 3
  readonly data: Uint8Array
}

export interface JpegInfo extends JpegHeader {
  /** Whether an orientation mark (EXIF) turns the picture; the raster is turned as viewers show it. */
  readonly turned: boolean
}

export type DecodedJpeg = { readonly ok: true; readonly raster: JpegRaster; readonly info: JpegInfo } | JpegRefusal

sharp.cache(false)
sharp.concurrency(1)

const UPRIGHT = 1

/** 24-bit RGB pixels as a viewer shows them, whatever the file's own colours. Never throws for what the bytes hold: a file that cannot be decoded in full is `damaged`. */
export async function decodeJpeg(bytes: Uint8Array, limits: JpegLimits = jpegLimits): Promise<DecodedJpeg> {
  const read = readJpegHeader(bytes, limits)
  if (!read.ok) return read
  try {
    const image = sharp(bytes, { failOn: 'warning', limitInputPixels: limits.pixelsMax, autoOrient: true })
    const { orientation, density } = await image.metadata()
    const { data, info } = await image.removeAlpha().toColourspace('srgb').raw().toBuffer({ resolveWithObject: true })
    if (info.channels !== 3) return await decodedGrey(bytes, limits, read.header, orientation)
    return { ok: true, raster: { width: info.width, height: info.height, channels: 3, data }, info: infoOf(read.header, orientation, density) }
  } catch (error) {
    return { ok: false, problem: 'damaged', detail: (error as Error).message.split('\n')[0] ?? '' }
  }
}

/** Grey files come as one channel: each value stands for all three. */
async function decodedGrey(bytes: Uint8Array, limits: JpegLimits, header: JpegHeader, orientation: number | undefined): Promise<DecodedJpeg> {
  const { data, info } = await sharp(bytes, { failOn: 'warning', limitInputPixels: limits.pixelsMax, autoOrient: true })
    .extractChannel(0)
    .raw()
    .toBuffer({ resolveWithObject: true })
  const colour = new Uint8Array(info.width * info.height * 3)
  for (let i = 0; i < colour.length; i += 1) colour[i] = data[Math.floor(i / 3)] as number
  return { ok: true, raster: { width: info.width, height: info.height, channels: 3, data: colour }, info: infoOf(header, orientation, undefined) }
}

/** JFIF's density where it is given, else EXIF's; the decoder's own default of 72 counts as none. */
function infoOf(header: JpegHeader, orientation: number | undefined, density: number | undefined): JpegInfo {
  const fromExif = density !== undefined && density !== 72 ? { densityDpi: density } : {}
  return { ...fromExif, ...header, turned: orientation !== undefined && orientation !== UPRIGHT }
}

/** Own files are no smaller than what a stranger's allows: with the same tables, the same pixels come back almost unchanged. */
const QUALITY = { least: 75, most: 95, unknown: 90 }

/**
 * A new file with nothing but these pixels: upright, 24-bit sRGB, baseline, and a JFIF segment with the density. Whatever else stood in the
 * file that was decoded (EXIF with place and device, colour profiles, comments, thumbnails, what follows the picture) is not in it.
 */
export async function encodeJpeg(raster: JpegRaster, { densityDpi, quality }: Pick<JpegInfo, 'densityDpi' | 'quality'>): Promise<Buffer> {
  const bytes = await sharp(raster.data, { raw: { width: raster.width, height: raster.height, channels: 3 } })
    .jpeg({ quality: Math.min(QUALITY.most, Math.max(QUALITY.least, quality ?? QUALITY.unknown)), chromaSubsampling: '4:2:0', progressive: false })
    .toBuffer()
  return Buffer.concat([bytes.subarray(0, 2), jfifSegment(densityDpi), withoutSegments(bytes)])
}

/** JFIF 1.02 with the density in dots per inch, or with none. */
function jfifSegment(densityDpi: number | undefined): Buffer {
  const segment = Buffer.from([0xff, 0xe0, 0, 16, 0x4a, 0x46, 0x49, 0x46, 0, 1, 2, 0, 0, 1, 0, 1, 0, 0])
  const density = Math.round(densityDpi ?? 0)
  if (density < 1 || density > 0xffff) return segment
  segment[11] = 1
  segment.writeUInt16BE(density, 12)
  segment.writeUInt16BE(density, 14)
  return segment
}

/** After the signature, without the application segments that the encoder may have put first. */
function withoutSegments(bytes: Buffer): Buffer {
  let at = 2
  while (bytes[at] === 0xff && (bytes[at + 1] as number) >= 0xe0 && (bytes[at + 1] as number) <= 0xef) at += 2 + bytes.readUInt16BE(at + 2)
  return bytes.subarray(at)
}
