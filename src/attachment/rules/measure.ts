/** Everything that the photo standard speaks of, measured in pixels. */
import type { ColourMeasures, PhotoFile, PhotoMeasures, Raster } from '#attachment/model.ts'
import { findGround, lightnessAt, middle, round1, share, sorted } from '#attachment/rules/background.ts'
import { findEyes, findFace, findHead } from '#attachment/rules/subject.ts'

/** Measures a portrait; the same pixels give the same measures. Cost grows with the number of pixels. */
export function measurePhoto(raster: Raster, file: PhotoFile): PhotoMeasures {
  const ground = findGround(raster)
  const head = findHead(raster, ground)
  const face = head && findFace(raster, ground, head)
  const eyes = face && findEyes(raster, face)
  return {
    file,
    width: raster.width,
    height: raster.height,
    background: ground.measures,
    colour: colourOf(raster),
    sharpness: { edgeWidth: edgeWidth(raster) },
    ...(head && { head }),
    ...(face && { face: face.measures }),
    ...(eyes && { eyes }),
  }
}

const tintAt = ({ data }: Raster, at: number): number => {
  const [r, g, b] = [data[at * 3] as number, data[at * 3 + 1] as number, data[at * 3 + 2] as number]
  return Math.max(r, g, b) - Math.min(r, g, b)
}

function colourOf(raster: Raster): ColourMeasures {
  const { width, height } = raster
  const tints: number[] = []
  for (let at = 0; at < width * height; at += 7) tints.push(tintAt(raster, at))
  const chest: number[] = []
  for (let y = Math.floor(height * 0.9); y < height * 0.985; y += 1) {
    for (const [from, to] of [
      [0.3, 0.42],
      [0.58, 0.82],
    ] as const) {
      for (let x = Math.floor(width * from); x < width * to; x += 1) chest.push(y * width + x)
    }
  }
  return {
    chroma: share(sorted(tints), 0.9),
    clothingLightness: Math.round(middle(chest.map((at) => lightnessAt(raster, at)))),
    clothingTint: Math.round(middle(chest.map((at) => tintAt(raster, at)))),
  }
}

/**
 * How many pixels the sharpest edges need to go from dark to light: the picture's whole range over its steepest slopes.
 * About 1.5 for a sharp picture; a lens out of focus makes it grow with its blur.
 */
function edgeWidth(raster: Raster): number {
  const { width, height } = raster
  const lights = new Float32Array(width * height)
  const lightCounts = new Uint32Array(256)
  for (let at = 0; at < lights.length; at += 1) {
    const lightness = lightnessAt(raster, at)
    lights[at] = lightness
    lightCounts[Math.round(lightness)]! += 1
  }
  const slopeCounts = new Uint32Array(256 * SLOPE_STEPS)
  const inset = Math.max(1, Math.min(14, Math.floor(width / 20)))
  for (let y = inset; y < height - inset; y += 1) {
    for (let x = inset; x < width - inset; x += 1) {
      const at = y * width + x
      const across = ((lights[at + 1] as number) - (lights[at - 1] as number)) / 2
      const down = ((lights[at + width] as number) - (lights[at - width] as number)) / 2
      slopeCounts[Math.floor(Math.sqrt(across * across + down * down) * SLOPE_STEPS)]! += 1
    }
  }
  const steepest = shareOfCounts(slopeCounts, 0.995) / SLOPE_STEPS
  const contrast = shareOfCounts(lightCounts, 0.99) - shareOfCounts(lightCounts, 0.01)
  return round1(Math.min(99, contrast / Math.max(0.5, steepest)))
}

/** Slopes are counted to this part of a lightness step per pixel. */
const SLOPE_STEPS = 16

/** The bucket that this share of everything counted stays below. */
function shareOfCounts(counts: Uint32Array, part: number): number {
  const wanted = counts.reduce((sum, count) => sum + count, 0) * part
  let passed = 0
  for (let bucket = 0; bucket < counts.length; bucket += 1) {
    passed += counts[bucket] as number
    if (passed > wanted) return bucket
  }
  return 0
}
