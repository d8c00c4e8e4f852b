/** The background of a portrait: its colour, its evenness, a frame around it, and which pixels belong to it. */
import type { BackgroundMeasures, Raster } from '#attachment/model.ts'

export interface Ground {
  readonly measures: BackgroundMeasures
  /** 1 where the pixel is background, else 0. */
  readonly isGround: Uint8Array
}

/** How far (0–255, the largest channel) a pixel may lie from the background's colour and still belong to it. */
const REACH = 22
/** A frame is looked for within this many pixels from the edge. */
const FRAME_DEPTH = 12

type Rgb = readonly [number, number, number]

export const lightnessAt = (raster: Raster, at: number): number =>
  0.299 * (raster.data[at * 3] as number) + 0.587 * (raster.data[at * 3 + 1] as number) + 0.114 * (raster.data[at * 3 + 2] as number)

export function findGround(raster: Raster): Ground {
  const strips = stripPixels(raster)
  const colour: Rgb = [0, 1, 2].map((band) => middle(strips.map((at) => raster.data[at * 3 + band] as number))) as unknown as Rgb
  const frame = frameDepth(raster, colour)
  const isGround = flood(raster, colour, frame)
  const found = strips.filter((at) => isGround[at] === 1)
  const lights = sorted((found.length > 0 ? found : strips).map((at) => lightnessAt(raster, at)))
  return {
    isGround,
    measures: {
      red: colour[0],
      green: colour[1],
      blue: colour[2],
      spread: round1(share(lights, 0.9) - share(lights, 0.1)),
      clearShare: Math.round((found.length / Math.max(1, strips.length)) * 1000) / 1000,
      frame,
    },
  }
}

/** Pixels of the two upper side strips, where a centred head never reaches; clear of a possible frame. */
function stripPixels({ width, height }: Raster): number[] {
  const inset = Math.min(FRAME_DEPTH + 2, Math.floor(width / 20))
  const strip = Math.max(1, Math.round(width * 0.1))
  const found: number[] = []
  for (let y = inset; y < height * 0.4; y += 1) {
    for (let x = inset; x < inset + strip; x += 1) found.push(y * width + x, y * width + width - 1 - x)
  }
  return found
}

/** The deepest row or column near the edge of which at least four fifths differ from the background: top and both sides alike. */
function frameDepth(raster: Raster, colour: Rgb): number {
  const { width, height } = raster
  const reach = Math.min(FRAME_DEPTH, Math.floor(width / 20))
  const upper = Math.floor(height * 0.4)
  const differs = (from: number, step: number, count: number): boolean => {
    let other = 0
    for (let i = 0; i < count; i += 1) if (distance(raster, from + i * step, colour) > REACH) other += 1
    return other >= count * 0.8
  }
  let depth = 0
  for (let k = 0; k < reach; k += 1) {
    const sides = [differs(k * width, 1, width), differs(k, width, upper), differs(width - 1 - k, width, upper)]
    if (sides.filter(Boolean).length >= 2) depth = k + 1
  }
  return depth
}

function distance(raster: Raster, at: number, colour: Rgb): number {
  let most = 0
  for (let band = 0; band < 3; band += 1) most = Math.max(most, Math.abs((raster.data[at * 3 + band] as number) - (colour[band] as number)))
  return most
}

/** Spreads from the top and both sides over everything that is close to the background's colour. */
function flood(raster: Raster, colour: Rgb, inset: number): Uint8Array {
  const { width, height } = raster
  const isGround = new Uint8Array(width * height)
  const open: number[] = []
  const visit = (x: number, y: number): void => {
    if (x < inset || y < inset || x >= width - inset || y >= height) return
    const at = y * width + x
    if (isGround[at] === 1 || distance(raster, at, colour) > REACH) return
    isGround[at] = 1
    open.push(at)
  }
  for (let x = 0; x < width; x += 1) visit(x, inset)
  for (let y = 0; y < height; y += 1) {
    visit(inset, y)
    visit(width - 1 - inset, y)
  }
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    const [x, y] = [at % width, Math.floor(at / width)]
    visit(x - 1, y)
    visit(x + 1, y)
    visit(x, y - 1)
    visit(x, y + 1)
  }
  return isGround
}

export const sorted = (values: Iterable<number>): Float32Array => Float32Array.from(values).sort()

export const middle = (values: Iterable<number>): number => share(sorted(values), 0.5)

/** The value that this share of the sorted values stays below. */
export const share = (ordered: ArrayLike<number>, part: number): number => ordered[Math.min(ordered.length - 1, Math.floor(ordered.length * part))] ?? 0

export const round1 = (value: number): number => Math.round(value * 10) / 10
