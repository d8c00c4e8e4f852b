/** Shoulders, clothing, and the mark that says that the person does not exist. */
import { area, brush, type Canvas, type Colour, curve, lay, mix, type Point, shade, within } from '#sim/portrait/canvas.ts'
import type { Stand } from '#sim/portrait/head.ts'
import type { Look } from '#sim/portrait/look.ts'

/** From one side to the other, pixels from the axis and below the chin. */
const necklines: Record<Look['garment'], readonly Point[]> = {
  'round-neck': [
    [-44, 58],
    [0, 76],
    [44, 58],
  ],
  sweater: [
    [-40, 56],
    [0, 70],
    [40, 56],
  ],
  shirt: [[0, 92]],
  jacket: [[0, 112]],
}

export function drawClothes(canvas: Canvas, look: Look, stand: Stand): void {
  const h = look.headHeight
  const male = look.sex === 'male'
  const wide = male ? 14 : 0
  const collar = look.garment === 'round-neck' || look.garment === 'sweater' ? 22 : 12
  const half = male ? 66 : 57
  const place = ([u, v]: Point): Point => stand.place(u, v)
  const sleeve: Point[] = [
    [half + 6, h + collar],
    [half + 34, h + 46],
    [136 + wide, h + 66],
    [176 + wide, h + 88],
    [206 + wide, h + 190],
    [214 + wide, h + 420],
  ]
  const neckline = necklines[look.garment].map(([u, v]): Point => [u, h + v])
  const edge = [...curve(sleeve), ...curve(sleeve.map(([u, v]): Point => [-u, v]).reverse())]
  const opening = curve([[-half - 6, h + collar], ...neckline, [half + 6, h + collar]])
  const shape = [...edge, ...(look.garment === 'shirt' || look.garment === 'jacket' ? [[0, neckline[0]?.[1] ?? h] as Point] : opening.slice(1, -1))]
  const mask = area(canvas, [shape.map(place)])
  const [x0, y0] = stand.place(-50, h + 60)
  lay(canvas, mask, (x, y) => shade(look.cloth, 1.12 - Math.min(0.34, Math.hypot(x - x0, (y - y0) * 0.7) / 560)))
  for (const side of [-1, 1]) {
    const fold = curve([place([side * (half + 20), h + 56]), place([side * (half + 44), h + 96]), place([side * (half + 40), h + 150])])
    lay(canvas, within(area(canvas, [brush(fold, (t) => 9 * (1 - t) + 2)], 9), mask), shade(look.cloth, 0.72), 0.55)
  }
  if (look.garment === 'shirt') drawCollar(canvas, stand, h, half, shade(look.cloth, 1.2), shade(look.cloth, 0.7))
  else if (look.garment === 'jacket') drawJacket(canvas, look, stand, half)
  else
    lay(
      canvas,
      within(area(canvas, [brush(opening.map(place), () => (look.garment === 'sweater' ? 13 : 6) * stand.scale)], 1), area(canvas, [shape.map(place)], 1)),
      shade(look.cloth, 0.8),
      0.9,
    )
}

function drawCollar(canvas: Canvas, stand: Stand, h: number, half: number, colour: Colour, line: Colour): void {
  for (const side of [-1, 1]) {
    const leaf: Point[] = [
      [half + 3, h + 4],
      [half + 20, h + 40],
      [half - 4, h + 84],
      [4, h + 92],
      [half - 26, h + 62],
    ].map(([u, v]): Point => stand.place(side * (u as number), v as number))
    const mask = area(canvas, [leaf], 1)
    lay(canvas, area(canvas, [leaf.map(([x, y]): Point => [x + side * 2, y + 5])], 7), shade(line, 0.8), 0.5)
    lay(canvas, mask, colour)
    lay(canvas, within(area(canvas, [brush(leaf.slice(1, 4), () => 1.6)]), mask), line, 0.8)
  }
  const placket = [stand.place(0, h + 92), stand.place(1, h + 420)]
  lay(canvas, area(canvas, [brush(placket, () => 1.6)]), line, 0.9)
}

function drawJacket(canvas: Canvas, look: Look, stand: Stand, half: number): void {
  const h = look.headHeight
  const place = ([u, v]: Point): Point => stand.place(u, v)
  lay(
    canvas,
    area(canvas, [
      (
        [
          [-half - 8, h + 26],
          [0, h + 88],
          [half + 8, h + 26],
          [40, h + 420],
          [-40, h + 420],
        ] as Point[]
      ).map(place),
    ]),
    look.underCloth,
  )
  drawCollar(canvas, stand, h, half - 4, mix(look.underCloth, [255, 255, 255], 0.18), shade(look.underCloth, 0.72))
  for (const side of [-1, 1]) {
    const lapel: Point[] = [
      [half + 14, h + 26],
      [half + 50, h + 64],
      [half + 10, h + 110],
      [half + 22, h + 118],
      [20, h + 420],
      [6, h + 420],
      [half - 8, h + 84],
    ].map(([u, v]): Point => place([side * (u as number), v as number]))
    lay(canvas, area(canvas, [lapel.map(([x, y]): Point => [x + side * 3, y + 3])], 6), shade(look.cloth, 0.5), 0.5)
    const mask = area(canvas, [lapel], 1)
    lay(canvas, mask, shade(look.cloth, 0.92))
    lay(canvas, within(area(canvas, [brush([...lapel, lapel[0] as Point], () => 1.8)]), mask), shade(look.cloth, 0.6), 0.7)
  }
}

/** 测 and 试 as strokes on a grid of 16, and Latin capitals as strokes on 5 × 8: no font is needed. */
const glyphs: Record<string, { width: number; strokes: readonly (readonly Point[])[] }> = {
  测: {
    width: 16,
    strokes: [
      [
        [1, 2],
        [3, 3.5],
      ],
      [
        [0.5, 6],
        [2.5, 7.5],
      ],
      [
        [0.5, 15],
        [3.2, 9.5],
      ],
      [
        [5, 11],
        [5, 2],
        [10, 2],
        [10, 11],
      ],
      [
        [7.5, 4.5],
        [7.5, 9.5],
        [4.5, 15],
      ],
      [
        [8, 11.5],
        [10.2, 14.5],
      ],
      [
        [12, 3],
        [12, 11.5],
      ],
      [
        [15, 1],
        [15, 15],
        [13, 14],
      ],
    ],
  },
  试: {
    width: 16,
    strokes: [
      [
        [2, 1.5],
        [4, 3.5],
      ],
      [
        [0.5, 6],
        [3.5, 6],
        [3.5, 14],
        [5.5, 12.5],
      ],
      [
        [6, 5],
        [15.5, 5],
      ],
      [
        [11.6, 1],
        [12, 8],
        [13.5, 13],
        [15, 14.8],
        [15.7, 11.5],
      ],
      [
        [13.5, 1.5],
        [15, 3],
      ],
      [
        [6.5, 8.5],
        [10.5, 8.5],
      ],
      [
        [8.5, 8.5],
        [8.5, 13.6],
      ],
      [
        [6, 14.5],
        [11, 13],
      ],
    ],
  },
  S: {
    width: 5,
    strokes: [
      [
        [5, 1],
        [3.6, 0],
        [1, 0],
        [0, 1.4],
        [0, 2.8],
        [1, 3.8],
        [4, 4.4],
        [5, 5.4],
        [5, 6.8],
        [4, 8],
        [1, 8],
        [0, 7],
      ],
    ],
  },
  P: {
    width: 5,
    strokes: [
      [
        [0, 8],
        [0, 0],
        [4, 0],
        [5, 1],
        [5, 3.4],
        [4, 4.4],
        [0, 4.4],
      ],
    ],
  },
  E: {
    width: 5,
    strokes: [
      [
        [5, 0],
        [0, 0],
        [0, 8],
        [5, 8],
      ],
      [
        [0, 4],
        [4, 4],
      ],
    ],
  },
  C: {
    width: 5,
    strokes: [
      [
        [5, 1.4],
        [4, 0],
        [1, 0],
        [0, 1.4],
        [0, 6.6],
        [1, 8],
        [4, 8],
        [5, 6.6],
      ],
    ],
  },
  I: {
    width: 1,
    strokes: [
      [
        [0.5, 0],
        [0.5, 8],
      ],
    ],
  },
  M: {
    width: 7,
    strokes: [
      [
        [0, 8],
        [0, 0],
      ],
      [
        [0.2, 0.2],
        [3.5, 6.5],
      ],
      [
        [3.5, 6.5],
        [6.8, 0.2],
      ],
      [
        [7, 0],
        [7, 8],
      ],
    ],
  },
  N: {
    width: 5,
    strokes: [
      [
        [0, 8],
        [0, 0],
      ],
      [
        [0.2, 0.2],
        [4.8, 7.8],
      ],
      [
        [5, 8],
        [5, 0],
      ],
    ],
  },
}

export function drawMark(canvas: Canvas): void {
  let x = 34
  const write = (text: string, size: number, top: number, weight: number): void => {
    for (const letter of text) {
      const glyph = glyphs[letter]
      if (!glyph) continue
      const ink = inkOn(canvas, x, top)
      for (const stroke of glyph.strokes) {
        const line = stroke.map(([u, v]): Point => [x + u * size, top + v * size])
        lay(canvas, area(canvas, [brush(line, () => weight)]), ink, 0.88)
      }
      x += glyph.width * size + 2
    }
  }
  write('测试', 0.86, 422, 1.2)
  x += 3
  write('SPECIMEN', 1.05, 425.5, 1.25)
}

/** Dark on light and light on dark. */
function inkOn({ width, pixels }: Canvas, x: number, y: number): Colour {
  const green = pixels[(Math.floor(y) * width + Math.floor(x)) * 3 + 1] as number
  return green > 130 ? [30, 30, 34] : [232, 232, 226]
}
