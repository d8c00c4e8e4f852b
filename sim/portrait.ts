/**
 * Portraits of people who do not exist, for tests, the seeded province and demonstrations.
 * Drawn, not photographed; each carries the mark 测试 SPECIMEN on the clothing. The same seed gives the same picture.
 */
import sharp from 'sharp'
import type { Raster } from '#attachment/model.ts'
import { seededChance } from '#kernel/chance.ts'
import { area, blurred, type Canvas, type Colour, createCanvas, lay } from '#sim/portrait/canvas.ts'
import { drawClothes, drawMark } from '#sim/portrait/clothes.ts'
import { drawHairBehind, drawHairFront } from '#sim/portrait/hair.ts'
import { drawEars, drawFace, drawGlasses, drawNeck, type Stand } from '#sim/portrait/head.ts'
import { chooseLook, earsShow, type Look, type LookWishes } from '#sim/portrait/look.ts'

export interface PortraitOptions extends LookWishes {
  /** Pixels right (positive) or left of the middle. */
  readonly shiftX?: number
  /** Pixels down (positive) or up. */
  readonly shiftY?: number
  /** 1 is right; 1.3 is a head that fills the picture. */
  readonly headScale?: number
  /** Pixels of tied-up hair above the head; the head moves down by as much. */
  readonly knotHeight?: number
  readonly background?: Colour
  /** Pixels of a dark frame around the picture. */
  readonly frame?: number
  /** Radius of blur, pixels. */
  readonly blur?: number
  /** Light on the person: 1 is right, 0.3 very dark, 1.6 over-exposed. */
  readonly exposure?: number
  readonly whiteTop?: boolean
  readonly monochrome?: boolean
  readonly width?: number
  readonly height?: number
}

const WIDTH = 358
const HEIGHT = 441
const WHITE: Colour = [250, 250, 250]

/** 358 × 441 pixels unless told otherwise (then the same picture, cropped or extended at right and below). */
export function drawPortrait(seed: number, options: PortraitOptions = {}): Raster {
  const chance = seededChance(seed)
  const look = dressed(chooseLook(chance, options), options)
  const canvas = createCanvas(options.width ?? WIDTH, options.height ?? HEIGHT, options.background ?? WHITE)
  const stand = standing(look, options)
  canvas.exposure = options.exposure ?? 1
  drawHairBehind(canvas, look, stand, chance)
  drawNeck(canvas, look, stand)
  drawClothes(canvas, look, stand)
  if (earsShow(look.hairStyle)) drawEars(canvas, look, stand)
  drawFace(canvas, look, stand)
  drawHairFront(canvas, look, stand, chance, options.knotHeight ?? 0)
  drawGlasses(canvas, look, stand)
  drawMark(canvas)
  canvas.exposure = 1
  if (options.blur) blurred(canvas, options.blur)
  if (options.frame) drawFrame(canvas, options.frame)
  return developed(canvas, chance.below(2 ** 31), options.monochrome ?? false)
}

function dressed(look: Look, options: PortraitOptions): Look {
  return options.whiteTop ? { ...look, garment: 'round-neck', cloth: [236, 236, 236] } : look
}

function standing(look: Look, options: PortraitOptions): Stand {
  const scale = options.headScale ?? 1
  const x0 = WIDTH / 2 + (options.shiftX ?? 0)
  const y0 = look.hairTop + look.hairRise * scale + (options.shiftY ?? 0) + (options.knotHeight ?? 0)
  return { scale, place: (u, v) => [x0 + u * scale, y0 + v * scale] }
}

function drawFrame(canvas: Canvas, width: number): void {
  const { width: w, height: h } = canvas
  const outer = [
    [0, 0],
    [w, 0],
    [w, h],
    [0, h],
  ] as const
  const inner = [
    [width, width],
    [w - width, width],
    [w - width, h - width],
    [width, h - width],
  ] as const
  lay(canvas, area(canvas, [outer, inner]), [40, 40, 46])
}

/** Fractions to bytes, with the grain of a sensor: three sums of chance give a bell. */
function developed(canvas: Canvas, grainSeed: number, monochrome: boolean): Raster {
  const { width, height, pixels } = canvas
  const data = new Uint8Array(width * height * 3)
  let state = grainSeed | 1
  const grain = (): number => {
    let sum = 0
    for (let i = 0; i < 3; i += 1) {
      state ^= state << 13
      state ^= state >>> 17
      state ^= state << 5
      sum += (state >>> 0) / 0x1_0000_0000 - 0.5
    }
    return sum * 2.6
  }
  for (let i = 0; i < data.length; i += 3) {
    const noise = grain()
    const grey = 0.299 * (pixels[i] as number) + 0.587 * (pixels[i + 1] as number) + 0.114 * (pixels[i + 2] as number)
    for (let band = 0; band < 3; band += 1) data[i + band] = Math.min(255, Math.max(0, Math.round((monochrome ? grey : (pixels[i + band] as number)) + noise)))
  }
  return { width, height, channels: 3, data }
}

/** A JPEG as a studio would hand it over: 350 dpi, 14 to 20 KB where the drawing allows. */
export async function portraitJpeg(seed: number, options: PortraitOptions = {}): Promise<Buffer> {
  const raster = drawPortrait(seed, options)
  let best = Buffer.alloc(0)
  for (const quality of [78, 70, 84, 88, 92]) {
    best = await sharp(raster.data, { raw: { width: raster.width, height: raster.height, channels: 3 } })
      .withMetadata({ density: 350 })
      .jpeg({ quality, chromaSubsampling: '4:2:0' })
      .toBuffer()
    if (best.length >= 14_000 && best.length <= 20_000) break
  }
  return best
}
