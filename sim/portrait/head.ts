/** Neck, ears, face and glasses. */
import { area, brush, type Canvas, type Colour, curve, ellipse, lay, mix, type Point, shade, smooth, within } from '#sim/portrait/canvas.ts'
import { earsShow, type Look } from '#sim/portrait/look.ts'

/** Where the head stands: `place(u, v)` takes pixels from the face's axis and from the top of the skull. */
export interface Stand {
  readonly place: (u: number, v: number) => Point
  readonly scale: number
}

const levels = (look: Look) => {
  const height = look.headHeight
  return { eye: height * 0.505, brow: height * 0.505 - 27, nose: height * 0.69, mouth: height * 0.815, chin: height }
}

const bothSides = (points: readonly Point[]): Point[] => [...points, ...[...points].reverse().map(([u, v]): Point => [-u, v])]

const outline = (stand: Stand, points: readonly Point[]): Point[] => smooth(points.map(([u, v]) => stand.place(u, v)))

export function faceOutline(look: Look, stand: Stand): Point[] {
  const { faceHalf: a, headHeight: h } = look
  return outline(
    stand,
    bothSides([
      [a * 0.3, 1],
      [a * 0.7, h * 0.07],
      [a * 0.93, h * 0.21],
      [a * 1.0, h * 0.4],
      [a * 1.0, h * 0.53],
      [a * 0.965, h * 0.66],
      [a * look.jaw, h * 0.81],
      [a * (look.jaw * 0.5 + look.chin * 0.44), h * 0.905],
      [a * look.chin * 0.66, h * 0.972],
      [a * look.chin * 0.2, h],
    ]),
  )
}

export function drawNeck(canvas: Canvas, look: Look, stand: Stand): void {
  const half = look.sex === 'male' ? 66 : 56
  const h = look.headHeight
  const neck = outline(
    stand,
    bothSides([
      [half - 4, h - 70],
      [half - 2, h - 6],
      [half + 6, h + 28],
      [half + 40, h + 58],
      [half + 30, h + 150],
    ]),
  )
  const [x0] = stand.place(0, 0)
  const mask = area(canvas, [neck])
  lay(canvas, mask, (x) => shade(look.skin, 0.9 - 0.16 * Math.min(1, Math.abs(x - x0) / 90) - 0.0007 * (x - x0)))
  const shadow = area(
    canvas,
    [
      outline(
        stand,
        bothSides([
          [look.faceHalf * 0.62, h - 26],
          [look.faceHalf * 0.55, h + 4],
          [look.faceHalf * 0.3, h + 22],
        ]),
      ),
    ],
    14,
  )
  lay(canvas, within(shadow, mask), shade(look.skin, 0.6), 0.6)
  for (const side of [-1, 1]) {
    const bone = curve([stand.place(side * 14, h + 62), stand.place(side * 44, h + 54), stand.place(side * 84, h + 56)])
    lay(canvas, within(area(canvas, [brush(bone, (t) => 5 * (1 - t) + 1)], 5), mask), shade(look.skin, 0.72), 0.5)
  }
}

export function drawEars(canvas: Canvas, look: Look, stand: Stand): void {
  const { eye } = levels(look)
  for (const side of [-1, 1]) {
    const ear = outline(
      stand,
      [
        [look.faceHalf - 8, eye - 14],
        [look.faceHalf + 4, eye - 22],
        [look.faceHalf + 11, eye - 10],
        [look.faceHalf + 9, eye + 16],
        [look.faceHalf + 2, eye + 38],
        [look.faceHalf - 8, eye + 36],
      ].map(([u, v]): Point => [side * (u as number), v as number]),
    )
    const mask = area(canvas, [ear])
    lay(canvas, mask, shade(look.skin, side < 0 ? 0.93 : 0.87))
    const fold = curve([
      stand.place(side * (look.faceHalf + 2), eye - 14),
      stand.place(side * (look.faceHalf + 7), eye),
      stand.place(side * (look.faceHalf + 2), eye + 22),
    ])
    lay(canvas, within(area(canvas, [brush(fold, () => 3.2 * stand.scale)], 3), mask), shade(look.skin, 0.66), 0.6)
  }
}

/** Light from the upper left, rounder towards the edges. */
function skinPaint(look: Look, stand: Stand): (x: number, y: number) => Colour {
  const [x0, y0] = stand.place(-12, look.headHeight * 0.46)
  const reach = look.headHeight * 0.62 * stand.scale
  return (x, y) => {
    const distance = Math.hypot((x - x0) * 1.18, y - y0) / reach
    const light = 1.045 - 0.17 * distance * distance - 0.03 * ((x - x0) / reach)
    return [look.skin[0] * light, look.skin[1] * (light - 0.006), look.skin[2] * (light - 0.012)]
  }
}

export function drawFace(canvas: Canvas, look: Look, stand: Stand): void {
  const mask = area(canvas, [faceOutline(look, stand)])
  lay(canvas, mask, skinPaint(look, stand))
  const soft = (points: readonly Point[], feather: number, colour: Colour, opacity: number): void =>
    lay(canvas, within(area(canvas, [points], feather * stand.scale), mask), colour, opacity)
  const blush: Colour = [look.skin[0] * 0.98, look.skin[1] * 0.8, look.skin[2] * 0.76]
  const level = levels(look)
  for (const side of [-1, 1]) {
    const [cx, cy] = stand.place(side * look.faceHalf * 0.56, level.nose - 6)
    soft(ellipse(cx, cy, 24 * stand.scale, 18 * stand.scale), 20, blush, look.sex === 'female' ? 0.4 : 0.25)
    const [sx, sy] = stand.place(side * look.faceHalf * 0.98, level.nose + 18)
    soft(ellipse(sx, sy, 18 * stand.scale, 62 * stand.scale, side * 0.16), 22, shade(look.skin, 0.72), side > 0 ? 0.5 : 0.34)
    const [ox, oy] = stand.place(side * 45, level.eye - 6)
    soft(ellipse(ox, oy, 30 * stand.scale, 15 * stand.scale), 14, shade(look.skin, 0.8), 0.45)
  }
  drawAge(look, stand, soft, level)
  drawBrows(canvas, look, stand, level.brow)
  for (const side of [-1, 1]) drawEye(canvas, look, stand, side, level.eye)
  drawNose(canvas, look, stand, level, soft)
  drawMouth(canvas, look, stand, level.mouth, soft)
}

type Soft = (points: readonly Point[], feather: number, colour: Colour, opacity: number) => void
type Levels = ReturnType<typeof levels>

function drawAge(look: Look, stand: Stand, soft: Soft, level: Levels): void {
  const depth = Math.min(1, Math.max(0, (look.ageYears - 38) / 40))
  for (const side of [-1, 1]) {
    const fold = curve([stand.place(side * 29, level.nose - 6), stand.place(side * 41, level.nose + 18), stand.place(side * 46, level.mouth - 4)])
    soft(
      brush(fold, (t) => (3.4 - 2 * t) * stand.scale),
      3,
      shade(look.skin, 0.7),
      0.16 + 0.44 * depth,
    )
    const bag = curve([stand.place(side * 26, level.eye + 17), stand.place(side * 44, level.eye + 23), stand.place(side * 62, level.eye + 16)])
    soft(
      brush(bag, () => 2.6 * stand.scale),
      3,
      shade(look.skin, 0.74),
      0.12 + 0.4 * depth,
    )
  }
  if (depth < 0.35) return
  for (const row of [0, 12, 23]) {
    const line = curve([stand.place(-44, level.brow - 24 - row), stand.place(0, level.brow - 27 - row), stand.place(44, level.brow - 24 - row)])
    soft(
      brush(line, () => 2 * stand.scale),
      2,
      shade(look.skin, 0.76),
      0.4 * depth,
    )
  }
}

function drawBrows(canvas: Canvas, look: Look, stand: Stand, row: number): void {
  const colour = mix(look.hair, look.skin, 0.16)
  for (const side of [-1, 1]) {
    const line = curve([stand.place(side * 21, row + 4), stand.place(side * 42, row - 3), stand.place(side * 60, row - 3), stand.place(side * 72, row + 5)])
    const shape = brush(line, (t) => look.browWeight * stand.scale * (t < 0.6 ? 6.4 + 1.6 * t : 7.4 * (1 - (t - 0.6) * 2)))
    lay(canvas, area(canvas, [shape], 2), colour, 0.72)
  }
}

function drawEye(canvas: Canvas, look: Look, stand: Stand, side: number, row: number): void {
  const k = look.eyeScale
  const tilt = look.eyeTilt
  const at = (u: number, v: number): Point => stand.place(side * (45 + u * k), row + (v - u * tilt) * k)
  const upper = [at(-21, 3), at(-13, -5), at(-2, -8.5), at(10, -7), at(21, -0.5)]
  const lower = [at(13, 5.5), at(2, 7.6), at(-11, 6)]
  const opening = area(canvas, [smooth([...upper, ...lower])])
  lay(canvas, opening, [238, 234, 230])
  const [ix, iy] = at(0, -1)
  const size = stand.scale * k
  lay(canvas, within(area(canvas, [ellipse(ix, iy, 9.4 * size, 9.4 * size)]), opening), [52, 34, 26])
  lay(canvas, within(area(canvas, [ellipse(ix, iy + 2.4 * size, 6.4 * size, 5.4 * size)], 3), opening), [104, 68, 46], 0.5)
  lay(canvas, within(area(canvas, [ellipse(ix, iy, 4.3 * size, 4.3 * size)]), opening), [14, 11, 11])
  lay(canvas, within(area(canvas, [brush(curve(upper), () => 6 * size)], 4), opening), [60, 44, 40], 0.4)
  lay(canvas, area(canvas, [ellipse(ix - 2.6 * size, iy - 2.8 * size, 1.9 * size, 1.9 * size)]), [252, 252, 252], 0.95)
  const lash = look.sex === 'female' ? 3.6 : 2.7
  lay(
    canvas,
    area(canvas, [
      brush(curve([...upper, at(24, look.sex === 'female' ? -3.4 : 0)]), (t) => size * (1.2 + lash * Math.sin(Math.PI * Math.min(1, 0.2 + t * 0.72)))),
    ]),
    [34, 25, 24],
    0.92,
  )
  lay(canvas, area(canvas, [brush(curve([at(20, 0.4), ...lower, at(-20, 3.6)]), () => 1.5 * size)], 1), shade(look.skin, 0.56), 0.55)
  lay(
    canvas,
    area(canvas, [brush(curve([at(-18, -6), at(-8, -13), at(6, -14), at(20, -8)]), (t) => size * (0.8 + 1.5 * Math.sin(Math.PI * t)))], 1),
    shade(look.skin, 0.62),
    0.6,
  )
}

function drawNose(canvas: Canvas, look: Look, stand: Stand, level: Levels, soft: Soft): void {
  const n = look.noseHalf
  const bridge = curve([stand.place(13, level.eye - 14), stand.place(10, level.eye + 14), stand.place(n * 0.62, level.nose - 10)])
  soft(
    brush(bridge, (t) => (8 - 3 * t) * stand.scale),
    8,
    shade(look.skin, 0.78),
    0.42,
  )
  const ridge = curve([stand.place(-1, level.eye - 8), stand.place(-2, level.eye + 22), stand.place(-2, level.nose - 12)])
  soft(
    brush(ridge, (t) => (7 + 5 * t) * stand.scale),
    8,
    mix(look.skin, [255, 250, 244], 0.6),
    0.42,
  )
  const [tx, ty] = stand.place(-3, level.nose - 10)
  soft(ellipse(tx, ty, 8 * stand.scale, 6 * stand.scale), 7, mix(look.skin, [255, 252, 248], 0.7), 0.4)
  const under = curve([
    stand.place(-n, level.nose - 3),
    stand.place(-n * 0.5, level.nose + 5),
    stand.place(0, level.nose + 8),
    stand.place(n * 0.5, level.nose + 5),
    stand.place(n, level.nose - 3),
  ])
  soft(
    brush(under, (t) => (2 + 4 * Math.sin(Math.PI * t)) * stand.scale),
    4,
    shade(look.skin, 0.66),
    0.6,
  )
  for (const side of [-1, 1]) {
    const wing = curve([stand.place(side * (n - 3), level.nose - 17), stand.place(side * (n + 2), level.nose - 7), stand.place(side * (n - 2), level.nose + 2)])
    lay(canvas, area(canvas, [brush(wing, (t) => (1 + 2 * t) * stand.scale)], 2), shade(look.skin, 0.66), 0.6)
    const [hx, hy] = stand.place(side * n * 0.48, level.nose + 2.4)
    lay(canvas, area(canvas, [ellipse(hx, hy, 5.2 * stand.scale, 2.6 * stand.scale, side * -0.25)], 2), shade(look.skin, 0.4), 0.72)
  }
}

function drawMouth(canvas: Canvas, look: Look, stand: Stand, row: number, soft: Soft): void {
  const { mouthHalf: m, lips, smile } = look
  const base: Colour = look.sex === 'female' ? mix(look.skin, [190, 72, 78], 0.62) : mix(look.skin, [168, 84, 80], 0.5)
  const at = (u: number, v: number): Point => stand.place(u, row + v)
  const line = [at(-m, -smile), at(-m * 0.5, 1), at(0, 1.6), at(m * 0.5, 1), at(m, -smile)]
  const top = [at(m * 0.52, -6 * lips), at(m * 0.16, -9.5 * lips), at(0, -7.4 * lips), at(-m * 0.16, -9.5 * lips), at(-m * 0.52, -6 * lips)]
  const bottom = [at(m * 0.58, 8 * lips), at(0, 12.5 * lips), at(-m * 0.58, 8 * lips)]
  lay(canvas, area(canvas, [[...curve(line), ...curve(top)]], 1), shade(base, 0.88), 0.9)
  lay(canvas, area(canvas, [[...curve(line), ...curve(bottom)]], 1), base, 0.9)
  const [gx, gy] = at(-3, 6.4 * lips)
  lay(canvas, area(canvas, [ellipse(gx, gy, m * 0.3 * stand.scale, 2.2 * stand.scale)], 3), mix(base, [255, 240, 236], 0.6), 0.5)
  lay(
    canvas,
    area(canvas, [brush(curve([at(-m - 2, -smile - 1), ...line, at(m + 2, -smile - 1)]), (t) => (0.8 + 1.7 * Math.sin(Math.PI * t)) * stand.scale)]),
    shade(base, 0.42),
    0.85,
  )
  const [cx, cy] = at(0, 20)
  soft(ellipse(cx, cy, m * 0.62 * stand.scale, 4.5 * stand.scale), 7, shade(look.skin, 0.74), 0.5)
}

export function drawGlasses(canvas: Canvas, look: Look, stand: Stand): void {
  if (look.glasses === 'none') return
  const { eye } = levels(look)
  const frame: Colour = look.glasses === 'half' ? [92, 84, 78] : [46, 40, 42]
  const rim = look.glasses === 'round' ? 2.4 : 2.8
  const inFront = earsShow(look.hairStyle) ? 4 : -2
  for (const side of [-1, 1]) {
    const [cx, cy] = stand.place(side * 46, eye + 3)
    const lens = look.glasses === 'square' ? squareLens(cx, cy, stand.scale) : ellipse(cx, cy, 35 * stand.scale, 27 * stand.scale)
    const rimLine = look.glasses === 'half' ? lens.filter(([, y]) => y < cy + 4) : [...lens, lens[0] as Point]
    if (look.glasses === 'half') rimLine.sort((a, b) => a[0] - b[0])
    lay(canvas, area(canvas, [lens]), [236, 242, 248], 0.06)
    lay(canvas, area(canvas, [brush(rimLine, () => rim * stand.scale)]), frame, 0.92)
    const temple = [stand.place(side * 80, eye - 4), stand.place(side * (look.faceHalf + inFront), eye - 8)]
    lay(canvas, area(canvas, [brush(temple, () => 3.4 * stand.scale)]), frame, 0.9)
  }
  const bridge = curve([stand.place(-13, eye), stand.place(0, eye - 5), stand.place(13, eye)])
  lay(canvas, area(canvas, [brush(bridge, () => 2.8 * stand.scale)]), frame, 0.92)
}

function squareLens(cx: number, cy: number, scale: number): Point[] {
  const corner = (x: number, y: number): Point => [cx + x * scale, cy + y * scale]
  return smooth([corner(-32, -14), corner(-24, -23), corner(24, -23), corner(33, -15), corner(31, 14), corner(22, 23), corner(-22, 23), corner(-31, 13)], 6)
}
