/**
 * A small drawing surface: filled, feathered, clipped shapes with smooth edges.
 * Pure arithmetic on arrays, so that the same drawing gives the same pixels on every machine.
 */

export type Point = readonly [x: number, y: number]
export type Colour = readonly [red: number, green: number, blue: number]
/** A colour, or a colour for each place. */
export type Paint = Colour | ((x: number, y: number) => Colour)

export interface Canvas {
  readonly width: number
  readonly height: number
  /** Red, green, blue, 0–255, row by row; kept as fractions until the end. */
  readonly pixels: Float32Array
  /** Multiplies every paint from now on: the light on the subject. */
  exposure: number
}

/** How much of each pixel a shape covers, 0–1, for the rows from `top` to `bottom` only: most shapes are small. */
export interface Mask {
  readonly cover: Float32Array
  readonly width: number
  readonly top: number
  readonly bottom: number
}

export function createCanvas(width: number, height: number, ground: Colour): Canvas {
  const pixels = new Float32Array(width * height * 3)
  for (let i = 0; i < pixels.length; i += 1) pixels[i] = ground[i % 3] as number
  return { width, height, pixels, exposure: 1 }
}

const SLICES = 4

/** The area inside closed outlines (even-odd), with edges as fine as the pixel; `feather` softens them by about that many pixels. */
export function area(canvas: Canvas, outlines: readonly (readonly Point[])[], feather = 0): Mask {
  const { width, height } = canvas
  const radius = feather > 0 ? Math.max(1, Math.round(feather / 2)) : 0
  const ys = outlines.flatMap((outline) => outline.map((point) => point[1]))
  const top = Math.min(height - 1, Math.max(0, Math.floor(Math.min(...ys)) - radius * 2))
  const bottom = Math.max(top, Math.min(height - 1, Math.ceil(Math.max(...ys)) + radius * 2))
  const cover = new Float32Array(width * (bottom - top + 1))
  crossings(outlines, top * SLICES, (bottom + 1) * SLICES).forEach((xs, slice) => {
    const row = Math.floor(slice / SLICES) * width
    for (let i = 0; i + 1 < xs.length; i += 2) addSpan(cover, row, width, xs[i] as number, xs[i + 1] as number)
  })
  return { cover: radius > 0 ? softened(cover, width, bottom - top + 1, radius) : cover, width, top, bottom }
}

/** For each slice from `first` up to `end`, where the outlines cross its middle, from left to right. */
function crossings(outlines: readonly (readonly Point[])[], first: number, end: number): number[][] {
  const found = Array.from({ length: end - first }, (): number[] => [])
  const sliceAfter = (y: number): number => Math.ceil(y * SLICES - 0.5)
  for (const outline of outlines) {
    let from = outline[outline.length - 1] as Point
    for (const to of outline) {
      const [upper, lower] = from[1] <= to[1] ? [from, to] : [to, from]
      const last = Math.min(end, sliceAfter(lower[1]))
      for (let slice = Math.max(first, sliceAfter(upper[1])); slice < last; slice += 1) {
        const along = ((slice + 0.5) / SLICES - upper[1]) / (lower[1] - upper[1])
        found[slice - first]?.push(upper[0] + along * (lower[0] - upper[0]))
      }
      from = to
    }
  }
  for (const xs of found) xs.sort((a, b) => a - b)
  return found
}

function addSpan(cover: Float32Array, row: number, width: number, from: number, to: number): void {
  const left = Math.max(0, from)
  const right = Math.min(width, to)
  for (let x = Math.floor(left); x < right; x += 1) {
    cover[row + x] = (cover[row + x] as number) + Math.max(0, Math.min(x + 1, right) - Math.max(x, left)) / SLICES
  }
}

/** Two running means along both directions: close to a bell-shaped blur. */
function softened(plane: Float32Array, width: number, height: number, radius: number): Float32Array {
  let from = plane
  for (let pass = 0; pass < 2; pass += 1) {
    const rows = new Float32Array(plane.length)
    for (let y = 0; y < height; y += 1) boxLine(from, rows, y * width, 1, width, radius)
    from = new Float32Array(plane.length)
    for (let x = 0; x < width; x += 1) boxLine(rows, from, x, width, height, radius)
  }
  return from
}

/** A running mean of 2 × radius + 1 along one line; the line's ends are repeated. */
function boxLine(from: Float32Array, to: Float32Array, start: number, step: number, count: number, radius: number): void {
  const at = (i: number): number => from[start + Math.min(count - 1, Math.max(0, i)) * step] as number
  let sum = 0
  for (let i = -radius; i <= radius; i += 1) sum += at(i)
  for (let i = 0; i < count; i += 1) {
    to[start + i * step] = sum / (2 * radius + 1)
    sum += at(i + radius + 1) - at(i - radius)
  }
}

/** Where both masks are. */
export function within(a: Mask, b: Mask): Mask {
  const top = Math.max(a.top, b.top)
  const bottom = Math.max(top, Math.min(a.bottom, b.bottom))
  const { width } = a
  const cover = new Float32Array(width * (bottom - top + 1))
  const [startA, startB] = [(top - a.top) * width, (top - b.top) * width]
  for (let i = 0; i < cover.length; i += 1) cover[i] = (a.cover[startA + i] ?? 0) * (b.cover[startB + i] ?? 0)
  return { cover, width, top, bottom }
}

/** Lays paint over the canvas where the mask is. */
export function lay(canvas: Canvas, mask: Mask, paint: Paint, opacity = 1): void {
  const { pixels, exposure } = canvas
  const start = mask.top * mask.width
  for (let i = 0; i < mask.cover.length; i += 1) {
    const share = Math.min(1, mask.cover[i] as number) * opacity
    if (share <= 0) continue
    const place = start + i
    const colour = typeof paint === 'function' ? paint(place % mask.width, Math.floor(place / mask.width)) : paint
    for (let band = 0; band < 3; band += 1) {
      const under = pixels[place * 3 + band] as number
      pixels[place * 3 + band] = under + ((colour[band] as number) * exposure - under) * share
    }
  }
}

/** Blurs the picture as a lens out of focus does; `radius` in pixels. */
export function blurred(canvas: Canvas, radius: number): void {
  const { width, height, pixels } = canvas
  for (let band = 0; band < 3; band += 1) {
    const plane = softened(
      Float32Array.from({ length: width * height }, (_, i) => pixels[i * 3 + band] as number),
      width,
      height,
      radius,
    )
    for (let i = 0; i < plane.length; i += 1) pixels[i * 3 + band] = plane[i] as number
  }
}

/** A closed smooth outline through the points (Catmull-Rom). */
export function smooth(points: readonly Point[], steps = 10): Point[] {
  const n = points.length
  const at = (i: number): Point => points[(i + n) % n] as Point
  return points.flatMap((_, i) => Array.from({ length: steps }, (__, step) => between(at(i - 1), at(i), at(i + 1), at(i + 2), step / steps)))
}

/** An open smooth line through the points. */
export function curve(points: readonly Point[], steps = 10): Point[] {
  const last = points.length - 1
  const at = (i: number): Point => points[Math.min(last, Math.max(0, i))] as Point
  const line = Array.from({ length: last }, (_, i) =>
    Array.from({ length: steps }, (__, step) => between(at(i - 1), at(i), at(i + 1), at(i + 2), step / steps)),
  )
  return [...line.flat(), at(last)]
}

function between(before: Point, from: Point, to: Point, after: Point, t: number): Point {
  const along = (k: 0 | 1): number =>
    0.5 *
    (2 * from[k] +
      (to[k] - before[k]) * t +
      (2 * before[k] - 5 * from[k] + 4 * to[k] - after[k]) * t * t +
      (3 * from[k] - before[k] - 3 * to[k] + after[k]) * t ** 3)
  return [along(0), along(1)]
}

export function ellipse(x: number, y: number, radiusX: number, radiusY: number, turn = 0): Point[] {
  return Array.from({ length: 40 }, (_, i) => {
    const angle = (i / 40) * 2 * Math.PI
    const [u, v] = [radiusX * Math.cos(angle), radiusY * Math.sin(angle)]
    return [x + u * Math.cos(turn) - v * Math.sin(turn), y + u * Math.sin(turn) + v * Math.cos(turn)]
  })
}

/** The outline of a line drawn with a brush whose width (pixels) may change along it, `t` from 0 to 1. */
export function brush(line: readonly Point[], widthAt: (t: number) => number): Point[] {
  const last = line.length - 1
  const sides = line.map((point, i): [Point, Point] => {
    const before = line[Math.max(0, i - 1)] as Point
    const after = line[Math.min(last, i + 1)] as Point
    const length = Math.hypot(after[0] - before[0], after[1] - before[1]) || 1
    const half = widthAt(i / last) / 2
    const [nx, ny] = [(-(after[1] - before[1]) / length) * half, ((after[0] - before[0]) / length) * half]
    return [
      [point[0] + nx, point[1] + ny],
      [point[0] - nx, point[1] - ny],
    ]
  })
  return [...sides.map((side) => side[0]), ...sides.map((side) => side[1]).reverse()]
}

export const mix = (a: Colour, b: Colour, share: number): Colour => [a[0] + (b[0] - a[0]) * share, a[1] + (b[1] - a[1]) * share, a[2] + (b[2] - a[2]) * share]

export const shade = (colour: Colour, factor: number): Colour => [colour[0] * factor, colour[1] * factor, colour[2] * factor]
