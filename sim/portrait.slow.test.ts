import sharp from 'sharp'
import { expect, it } from 'vitest'
import { drawPortrait, portraitJpeg } from '#sim/portrait.ts'

it('draws the same portrait for the same seed, and another for another', () => {
  expect(drawPortrait(5).data).toEqual(drawPortrait(5).data)
  expect(drawPortrait(5).data).not.toEqual(drawPortrait(6).data)
})

it('hands over what a studio would: 358 × 441, 350 dpi, 24-bit JPEG of 14 to 20 KB', async () => {
  for (const seed of [1, 2, 3, 4]) {
    const bytes = await portraitJpeg(seed)
    expect(await sharp(bytes).metadata()).toMatchObject({ format: 'jpeg', width: 358, height: 441, density: 350, channels: 3 })
    expect(bytes.length).toBeGreaterThan(14_000)
    expect(bytes.length).toBeLessThan(20_000)
  }
})

it('marks every person as a specimen on the clothing, in a tone that stands out', () => {
  for (const seed of [1, 2, 3, 4, 5, 6]) {
    const { data, width } = drawPortrait(seed)
    const greens = (from: number, to: number): number[] =>
      Array.from({ length: (to - from) * 14 }, (_, i) => data[((421 + Math.floor(i / (to - from))) * width + from + (i % (to - from))) * 3 + 1] as number)
    const spread = (values: number[]): number => Math.max(...values) - Math.min(...values)
    expect(spread(greens(34, 62))).toBeGreaterThan(70)
    expect(spread(greens(66, 118))).toBeGreaterThan(70)
  }
})
