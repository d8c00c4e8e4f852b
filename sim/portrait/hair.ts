/** Hair: the part behind the head, and the part in front of it. */
import type { Chance } from '#kernel/chance.ts'
import { area, brush, type Canvas, curve, ellipse, lay, type Mask, mix, type Point, shade, smooth, within } from '#sim/portrait/canvas.ts'
import { faceOutline, type Stand } from '#sim/portrait/head.ts'
import type { Look } from '#sim/portrait/look.ts'

const bothSides = (points: readonly Point[]): Point[] => [...points, ...[...points].reverse().map(([u, v]): Point => [-u, v])]

/** Falls behind neck and shoulders; drawn before them. */
export function drawHairBehind(canvas: Canvas, look: Look, stand: Stand, chance: Chance): void {
  const { faceHalf: a, headHeight: h } = look
  const falls: Partial<Record<Look['hairStyle'], Point[]>> = {
    long: bothSides([
      [20, 0],
      [a * 0.8, 20],
      [a + 20, h * 0.4],
      [a + 24, h * 0.8],
      [a + 16, h + 60],
      [a - 10, h + 120],
    ]),
    bob: bothSides([
      [20, 0],
      [a * 0.8, 20],
      [a + 20, h * 0.4],
      [a + 26, h * 0.75],
      [a + 10, h * 0.98],
      [a * 0.5, h * 0.97],
    ]),
    wavy: bothSides([
      [20, 0],
      [a * 0.8, 14],
      [a + 18, h * 0.3],
      [a + 20, h * 0.6],
      [a + 2, h * 0.78],
      [a * 0.5, h * 0.8],
    ]),
  }
  if (look.hairStyle === 'ponytail' || look.hairStyle === 'bun') drawTail(canvas, look, stand)
  const points = falls[look.hairStyle]
  if (!points) return
  const mask = area(canvas, [smooth(points.map(([u, v]) => stand.place(u, v)))])
  lay(canvas, mask, shade(look.hair, 0.8))
  const strands = Array.from({ length: 46 }, (): Point[] => {
    const u = (chance.next() * 2 - 1) * (a + 22)
    return brush(curve([stand.place(u * 0.8, h * 0.2), stand.place(u, h * 0.6), stand.place(u * (0.96 + chance.next() * 0.06), h + 130)]), () => 1.3)
  })
  lay(canvas, within(area(canvas, strands), mask), mix(look.hair, [150, 130, 118], 0.35), 0.5)
}

/** Tied hair that shows beside the neck. */
function drawTail(canvas: Canvas, look: Look, stand: Stand): void {
  const { faceHalf: a, headHeight: h } = look
  const side = look.hairStyle === 'bun' ? 1 : -1
  const reach = look.hairStyle === 'bun' ? 0.93 : 1.45
  const lock: Point[] = [
    [a * 0.5, h * 0.62],
    [a * 0.9, h * 0.72],
    [a * 0.94, h * 0.9],
    [a * 0.8, h * (reach - 0.08)],
    [a * 0.55, h * reach],
    [a * 0.3, h * 0.9],
  ]
  const mask = area(canvas, [smooth(lock.map(([u, v]) => stand.place(side * u, v)))], 1)
  lay(canvas, mask, shade(look.hair, 0.92))
  const strands = Array.from({ length: 9 }, (_, i): Point[] =>
    brush(
      curve(
        [
          [0.5 + i * 0.05, 0.64],
          [0.62 + i * 0.04, 0.85],
          [0.58 + i * 0.01, reach],
        ].map(([u, v]) => stand.place(side * a * (u as number), h * (v as number))),
      ),
      () => 1.3,
    ),
  )
  lay(canvas, within(area(canvas, strands), mask), mix(look.hair, [150, 130, 118], 0.35), 0.5)
}

/** The outer outline of the hair that frames the face, right half, from the crown down. */
function outerEdge(look: Look): Point[] {
  const { faceHalf: a, headHeight: h, hairRise: rise } = look
  const crown: Point[] = [
    [a * 0.22, -rise],
    [a * 0.58, -rise * 0.3],
  ]
  if (look.hairStyle === 'crew' || look.hairStyle === 'receding')
    return [...crown, [a * 0.83, h * 0.085], [a * 0.975, h * 0.2], [a + 2, h * 0.36], [a + 1, h * 0.46]]
  if (look.hairStyle === 'ponytail' || look.hairStyle === 'bun')
    return [...crown, [a * 0.845, h * 0.08], [a * 0.985, h * 0.2], [a + 5, h * 0.34], [a + 3, h * 0.46]]
  if (look.hairStyle === 'long') return [...crown, [a * 0.9, h * 0.07], [a + 11, h * 0.22], [a + 21, h * 0.48], [a + 23, h * 0.8], [a + 17, h * 1.12]]
  if (look.hairStyle === 'bob') return [...crown, [a * 0.9, h * 0.07], [a + 11, h * 0.22], [a + 22, h * 0.48], [a + 26, h * 0.76], [a + 12, h * 0.96]]
  if (look.hairStyle === 'wavy')
    return [...crown, [a * 0.94, h * 0.03], [a + 16, h * 0.2], [a + 15, h * 0.34], [a + 21, h * 0.5], [a + 12, h * 0.68], [a - 2, h * 0.74]]
  return [...crown, [a * 0.87, h * 0.075], [a + 2, h * 0.19], [a + 8, h * 0.32], [a + 4, h * 0.47]]
}

/** The edge against the face, right half seen, from below up to the middle; the left half may differ. */
function innerEdge(look: Look, side: -1 | 1): Point[] {
  const { faceHalf: a, headHeight: h } = look
  const part = side === 1 ? 0 : 1
  const edges: Record<Look['hairStyle'], Point[]> = {
    'side-part': [
      [a - 3, h * 0.5],
      [a - 10, h * 0.38],
      [a * 0.8, h * 0.29],
      part ? [a * 0.62, h * 0.2] : [a * 0.6, h * 0.235],
      part ? [a * 0.42, h * 0.165] : [a * 0.15, h * 0.215],
    ],
    crew: [
      [a - 2, h * 0.47],
      [a - 9, h * 0.36],
      [a * 0.8, h * 0.24],
      [a * 0.5, h * 0.185],
      [a * 0.12, h * 0.175],
    ],
    swept: [
      [a - 3, h * 0.49],
      [a - 10, h * 0.37],
      [a * 0.8, h * 0.25],
      [a * 0.52, h * 0.17],
      [a * 0.14, h * 0.16],
    ],
    fringe: [
      [a - 3, h * 0.51],
      [a - 9, h * 0.4],
      [a * 0.82, h * 0.34],
      [a * 0.55, h * (part ? 0.31 : 0.325)],
      [a * 0.16, h * 0.3],
    ],
    receding: [
      [a - 2, h * 0.46],
      [a - 7, h * 0.34],
      [a * 0.85, h * 0.2],
      [a * 0.6, h * 0.105],
      [a * 0.16, h * 0.13],
    ],
    bob: [
      [a * 0.95, h * 0.95],
      [a * 0.985, h * 0.7],
      [a * 0.965, h * 0.45],
      [a * 0.84, h * 0.35],
      [a * 0.5, h * 0.325],
      [a * 0.14, h * 0.33],
    ],
    long: [
      [a * 0.93, h * 1.12],
      [a * 0.99, h * 0.75],
      [a * 0.97, h * 0.5],
      [a * 0.85, h * 0.3],
      [a * 0.5, h * 0.17],
      [a * 0.08, h * 0.09],
    ],
    ponytail: [
      [a - 2, h * 0.46],
      [a - 9, h * 0.34],
      [a * 0.78, h * 0.22],
      [a * 0.5, h * 0.165],
      [a * 0.12, h * 0.155],
    ],
    bun: [
      [a - 2, h * 0.46],
      [a - 9, h * 0.34],
      [a * 0.8, h * 0.23],
      [a * 0.5, h * 0.16],
      [a * 0.1, h * 0.15],
    ],
    wavy: [
      [a * 0.97, h * 0.72],
      [a * 0.975, h * 0.52],
      [a * 0.92, h * 0.36],
      [a * 0.7, h * 0.24],
      [a * 0.4, h * 0.19],
      [a * 0.12, h * 0.2],
    ],
  }
  return edges[look.hairStyle].map(([u, v]): Point => [side * u, v])
}

export function drawHairFront(canvas: Canvas, look: Look, stand: Stand, chance: Chance, knotHeight: number): void {
  const outer = outerEdge(look)
  const loop: Point[] = [...outer, ...innerEdge(look, 1), ...[...innerEdge(look, -1)].reverse(), ...[...outer].reverse().map(([u, v]): Point => [-u, v])]
  const mask = area(
    canvas,
    [
      smooth(
        loop.map(([u, v]) => stand.place(u, v)),
        12,
      ),
    ],
    1,
  )
  const face = area(canvas, [faceOutline(look, stand)])
  const castShadow = area(
    canvas,
    [
      smooth(
        loop.map(([u, v]) => stand.place(u * 0.985, v + 7)),
        12,
      ),
    ],
    8,
  )
  lay(canvas, within(castShadow, face), shade(look.skin, 0.62), 0.38)
  if (knotHeight > 0) drawKnot(canvas, look, stand, knotHeight)
  const [x0] = stand.place(-20, 0)
  lay(canvas, mask, (x) => shade(look.hair, 1.12 - Math.min(0.3, Math.abs(x - x0) / 420)))
  drawStrands(canvas, look, stand, chance, mask)
  drawShine(canvas, look, stand, mask)
}

function drawKnot(canvas: Canvas, look: Look, stand: Stand, height: number): void {
  const [x, y] = stand.place(0, -look.hairRise - height / 2 + 6)
  const knot = area(canvas, [ellipse(x, y, 46 * stand.scale, (height / 2 + 6) * stand.scale)])
  lay(canvas, knot, shade(look.hair, 0.95))
  const [sx, sy] = [x - 12, y - height * 0.12]
  lay(canvas, within(area(canvas, [ellipse(sx, sy, 18, height * 0.18)], 12), knot), mix(look.hair, [170, 150, 140], 0.5), 0.5)
}

function drawStrands(canvas: Canvas, look: Look, stand: Stand, chance: Chance, mask: Mask): void {
  const { faceHalf: a, headHeight: h, hairRise: rise } = look
  const crownU = look.hairStyle === 'side-part' ? -a * 0.38 : (chance.next() - 0.5) * 12
  const wave = look.hairStyle === 'wavy' ? 9 : 0
  const strand = (): Point[] => {
    const side = chance.next() < 0.5 ? -1 : 1
    const spread = chance.next()
    const end: Point = [side * (a + 24) * (0.25 + 0.75 * spread), h * (0.16 + (look.hairStyle === 'crew' ? 0.3 : 0.95) * spread)]
    const middle: Point = [side * (a + 16) * (0.3 + 0.62 * spread) + wave * (chance.next() - 0.5) * 2, h * (0.02 + 0.26 * spread)]
    const start: Point = [crownU + side * a * 0.5 * chance.next(), -rise + 3 + 16 * chance.next()]
    const low: Point = [(middle[0] + end[0]) / 2 + side * 6 + wave * (chance.next() - 0.5) * 3, (middle[1] + end[1]) / 2]
    return brush(curve([start, middle, low, end].map(([u, v]) => stand.place(u, v))), (t) => 0.7 + 0.9 * Math.sin(Math.PI * t))
  }
  for (const [tone, opacity] of [
    [mix(look.hair, [176, 152, 138], 0.45), 0.42],
    [shade(look.hair, 0.55), 0.5],
    [mix(look.hair, [120, 100, 90], 0.4), 0.45],
  ] as const) {
    lay(canvas, within(area(canvas, Array.from({ length: 44 }, strand)), mask), tone, opacity)
  }
}

function drawShine(canvas: Canvas, look: Look, stand: Stand, mask: Mask): void {
  const { faceHalf: a, headHeight: h } = look
  const band = curve([stand.place(-a * 0.92, h * 0.19), stand.place(-a * 0.55, h * 0.06), stand.place(-a * 0.05, h * 0.025), stand.place(a * 0.5, h * 0.06)])
  lay(canvas, within(area(canvas, [brush(band, (t) => (4 + 11 * Math.sin(Math.PI * t)) * stand.scale)], 9), mask), mix(look.hair, [196, 184, 178], 0.55), 0.34)
}
