/** The person in a portrait: head from the silhouette, face from the skin, eyes from two dark spots in it. */
import type { EyeMeasures, FaceMeasures, HeadMeasures, Raster } from '#attachment/model.ts'
import { type Ground, lightnessAt, middle, round1, share, sorted } from '#attachment/rules/background.ts'

/** First and last subject column of a row, or undefined. */
interface Extent {
  readonly left: number
  readonly right: number
}

const widthOf = (extent: Extent | undefined): number => (extent ? extent.right - extent.left + 1 : 0)

/** The silhouette's extent in each row; rows and stray specks narrower than a fiftieth of the picture count as empty. */
function silhouette(raster: Raster, ground: Ground): (Extent | undefined)[] {
  const { width, height } = raster
  const inset = ground.measures.frame
  const least = Math.max(3, Math.round(width / 50))
  return Array.from({ length: height }, (_, y) => {
    let [left, right, count] = [-1, -1, 0]
    for (let x = inset; x < width - inset; x += 1) {
      if (ground.isGround[y * width + x] === 1) continue
      if (left < 0) left = x
      right = x
      count += 1
    }
    return y >= inset && count >= least ? { left, right } : undefined
  })
}

/**
 * From the top of the hair down: the head's outline grows, stays, and ends at the neck (clearly narrower) or at the shoulders (suddenly wider).
 */
export function findHead(raster: Raster, ground: Ground): HeadMeasures | undefined {
  const rows = silhouette(raster, ground)
  const top = rows.findIndex((row, y) => row !== undefined && rows[y + 2] !== undefined && rows[y + 4] !== undefined)
  if (top < 0) return undefined
  const bottom = headBottom(rows, top, raster)
  const head = rows.slice(top, bottom + 1)
  const widths = head.map(widthOf)
  const width = Math.max(...widths)
  const wide = head.filter((row) => widthOf(row) >= width * 0.9) as Extent[]
  return { top, width, centre: round1(middle(wide.map((row) => (row.left + row.right) / 2))), bottom }
}

/**
 * Parts one below the other, each growing, staying, and ending where the outline narrows or flares. Hair tied up on the head is a part of its own,
 * but shoulders never narrow again: so the head ends with the last part that narrows, or with the first that ends at all.
 */
function headBottom(rows: readonly (Extent | undefined)[], top: number, { width, height }: Raster): number {
  const stride = Math.max(4, Math.round(height / 55))
  const smoothed = (y: number): number => middle([-2, -1, 0, 1, 2].map((k) => widthOf(rows[Math.min(height - 1, y + k)])))
  let [widest, narrowest, settled, ended, from] = [0, Number.POSITIVE_INFINITY, false, false, top]
  let bottom: number | undefined
  for (let y = top + stride; y < height - stride; y += 1) {
    const now = smoothed(y)
    if (ended) {
      narrowest = Math.min(narrowest, now)
      if (now <= narrowest * 1.2) continue
      ;[widest, settled, ended, from] = [0, false, false, y]
    }
    widest = Math.max(widest, now)
    const growth = (smoothed(y + stride) - now) / stride
    if (widest > width * 0.2 && growth < 0.35) settled = true
    const narrows = settled && now < widest * 0.8
    const flares = settled && growth > 2.2 && y - from > widest * 0.55
    if (narrows || (flares && bottom === undefined)) {
      bottom = y
      ;[ended, narrowest] = [true, now]
    }
  }
  return bottom ?? height - 1
}

export interface Face {
  readonly measures: FaceMeasures
  readonly left: number
  readonly right: number
  readonly top: number
  readonly bottom: number
}

/** The connected region, in and around the middle of the head, whose colour is that of its own skin. */
export function findFace(raster: Raster, ground: Ground, head: HeadMeasures): Face | undefined {
  const skin = skinTone(raster, ground, head)
  if (!skin) return undefined
  const region = skinRegion(raster, ground, head, skin)
  if (region.length < head.width * head.width * 0.12) return undefined
  const rows = new Map<number, { left: number; right: number }>()
  for (const at of region) {
    const [x, y] = [at % raster.width, Math.floor(at / raster.width)]
    const row = rows.get(y)
    if (!row) rows.set(y, { left: x, right: x })
    else {
      row.left = Math.min(row.left, x)
      row.right = Math.max(row.right, x)
    }
  }
  const extents = [...rows.entries()].sort((a, b) => a[0] - b[0])
  const widths = sorted(extents.map(([, row]) => widthOf(row)))
  const width = share(widths, 0.97)
  const wide = extents.filter(([, row]) => widthOf(row) >= width * 0.93)
  const lights = sorted(region.map((at) => lightnessAt(raster, at)))
  const burnt = region.filter((at) => Math.min(raster.data[at * 3] as number, raster.data[at * 3 + 1] as number) >= 252).length
  const [left, right] = [middle(wide.map(([, row]) => row.left)), middle(wide.map(([, row]) => row.right))]
  return {
    measures: {
      width,
      centre: round1((left + right) / 2),
      lightness: Math.round(share(lights, 0.5)),
      burntShare: Math.round((burnt / region.length) * 1000) / 1000,
    },
    left,
    right,
    top: extents[0]?.[0] ?? head.top,
    bottom: extents.at(-1)?.[0] ?? head.bottom,
  }
}

/** Colour as shares of the lightness, so that shade on a cheek does not change it. */
interface Tone {
  readonly blueness: number
  readonly redness: number
  readonly lightness: number
}

const toneAt = ({ data }: Raster, at: number): Tone => {
  const [r, g, b] = [data[at * 3] as number, data[at * 3 + 1] as number, data[at * 3 + 2] as number]
  const lightness = Math.max(1, 0.299 * r + 0.587 * g + 0.114 * b)
  return { blueness: (-0.169 * r - 0.331 * g + 0.5 * b) / lightness, redness: (0.5 * r - 0.419 * g - 0.081 * b) / lightness, lightness }
}

/** The head's own skin tone: the middle of what may be skin of any shade in the head's core. Whoever the person is, blood makes skin redder than it is blue. */
function skinTone(raster: Raster, ground: Ground, head: HeadMeasures): Tone | undefined {
  const half = head.width * 0.28
  const [from, to] = [Math.max(head.top, head.bottom - head.width * 0.75), head.bottom - head.width * 0.2]
  const candidates: number[] = []
  let seen = 0
  for (let y = Math.round(from); y < to; y += 1) {
    for (let x = Math.max(0, Math.round(head.centre - half)); x < Math.min(raster.width, head.centre + half); x += 1) {
      const at = y * raster.width + x
      if (ground.isGround[at] === 1) continue
      seen += 1
      const tone = toneAt(raster, at)
      if (tone.redness >= 0.03 && tone.redness <= 0.4 && tone.blueness <= -0.02 && tone.blueness >= -0.4 && tone.lightness > 18) candidates.push(at)
    }
  }
  if (seen === 0 || candidates.length < seen * 0.25) return undefined
  const light = sorted(candidates.map((at) => lightnessAt(raster, at)))
  const least = share(light, 0.4)
  const typical = candidates.filter((at) => lightnessAt(raster, at) >= least)
  const tones = typical.map((at) => toneAt(raster, at))
  return { blueness: middle(tones.map((tone) => tone.blueness)), redness: middle(tones.map((tone) => tone.redness)), lightness: share(light, 0.6) }
}

function skinRegion(raster: Raster, ground: Ground, head: HeadMeasures, skin: Tone): number[] {
  const { width } = raster
  const { top, bottom } = head
  const reach = 0.5 * Math.hypot(skin.blueness, skin.redness)
  const isSkin = (at: number): boolean => {
    if (ground.isGround[at] === 1) return false
    const tone = toneAt(raster, at)
    return tone.lightness >= skin.lightness * 0.52 && Math.hypot(tone.blueness - skin.blueness, tone.redness - skin.redness) < reach
  }
  const seen = new Uint8Array(raster.width * raster.height)
  const open: number[] = []
  const visit = (x: number, y: number): void => {
    const at = y * width + x
    if (x < 0 || x >= width || y < top || y > bottom || seen[at] === 1 || !isSkin(at)) return
    seen[at] = 1
    open.push(at)
  }
  for (let y = Math.round(Math.max(top, bottom - head.width * 0.7)); y < bottom - head.width * 0.3; y += 2) visit(Math.round(head.centre), y)
  const region: number[] = []
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    region.push(at)
    const [x, y] = [at % width, Math.floor(at / width)]
    visit(x - 1, y)
    visit(x + 1, y)
    visit(x, y - 1)
    visit(x, y + 1)
  }
  return region
}

/**
 * Two spots, level and as far apart as eyes are, each darker than what lies left, right, above and below it:
 * brows and rims are as dark along their length, so they fall out; nostrils are too close, the mouth is one.
 */
export function findEyes(raster: Raster, face: Face): EyeMeasures | undefined {
  const sums = lightSums(raster)
  const scale = face.measures.width
  const spots = (from: number, to: number) => darkSpots(raster, sums, face, from, to)
  const axis = face.measures.centre
  const left = spots(axis - scale * 0.36, axis - scale * 0.1)
  const right = spots(axis + scale * 0.1, axis + scale * 0.36)
  let best: { score: number; l: Spot; r: Spot } | undefined
  for (const l of left) {
    for (const r of right) {
      const gap = (r.x - l.x) / scale
      if (Math.abs(l.y - r.y) > scale * 0.06 || gap < 0.32 || gap > 0.6) continue
      const skew = Math.abs((l.x + r.x) / 2 - axis) / scale
      const score = Math.min(l.contrast, r.contrast) * (1 - 2 * skew) * (1 - Math.abs(l.y - r.y) / scale)
      if (!best || score > best.score) best = { score, l, r }
    }
  }
  if (!best) return undefined
  const contrast = Math.min(best.l.contrast, best.r.contrast) / Math.max(1, face.measures.lightness)
  return { row: round1((best.l.y + best.r.y) / 2), left: best.l.x, right: best.r.x, contrast: Math.round(contrast * 1000) / 1000 }
}

interface Spot {
  readonly x: number
  readonly y: number
  readonly contrast: number
}

/** The strongest spots in a strip of the face, best first. */
function darkSpots(raster: Raster, sums: Float64Array, face: Face, from: number, to: number): Spot[] {
  const scale = face.measures.width
  const [halfX, halfY] = [Math.max(1, Math.round(scale * 0.028)), Math.max(1, Math.round(scale * 0.024))]
  const [aside, above] = [Math.round(scale * 0.085), Math.round(scale * 0.08)]
  const mean = (x: number, y: number): number => boxMean(raster, sums, x - halfX, y - halfY, x + halfX, y + halfY)
  const found: Spot[] = []
  const [top, bottom] = [Math.round(face.top), Math.round(Math.min(face.bottom, face.top + scale * 1.3))]
  for (let y = top; y < bottom; y += 1) {
    for (let x = Math.round(from); x < to; x += 1) {
      const here = mean(x, y)
      const around = Math.min(mean(x - aside, y), mean(x + aside, y), mean(x, y - above), mean(x, y + above))
      if (around - here > 6) found.push({ x, y, contrast: around - here })
    }
  }
  return found.sort((a, b) => b.contrast - a.contrast || a.y - b.y || a.x - b.x).slice(0, 60)
}

/** Sums of lightness over all rows and columns before each pixel, so that any box is four look-ups. */
function lightSums(raster: Raster): Float64Array {
  const { width, height } = raster
  const sums = new Float64Array((width + 1) * (height + 1))
  for (let y = 0; y < height; y += 1) {
    let row = 0
    for (let x = 0; x < width; x += 1) {
      row += lightnessAt(raster, y * width + x)
      sums[(y + 1) * (width + 1) + x + 1] = (sums[y * (width + 1) + x + 1] as number) + row
    }
  }
  return sums
}

function boxMean({ width, height }: Raster, sums: Float64Array, left: number, top: number, right: number, bottom: number): number {
  const [x0, y0] = [Math.max(0, left), Math.max(0, top)]
  const [x1, y1] = [Math.min(width, right + 1), Math.min(height, bottom + 1)]
  if (x1 <= x0 || y1 <= y0) return 0
  const at = (x: number, y: number): number => sums[y * (width + 1) + x] as number
  return (at(x1, y1) - at(x0, y1) - at(x1, y0) + at(x0, y0)) / ((x1 - x0) * (y1 - y0))
}
