import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { PhotoMeasures } from '#attachment/model.ts'
import { measurePhoto } from '#attachment/rules/measure.ts'
import { drawPortrait, type PortraitOptions } from '#sim/portrait.ts'

const file = { bytes: 16_000, densityDpi: 350, components: 3, turned: false }
const measured = (seed: number, options: PortraitOptions = {}): PhotoMeasures => measurePhoto(drawPortrait(seed, options), file)
const runs = { numRuns: 7, seed: 7 }

describe('measuring a portrait', () => {
  it('finds hair and eyes n pixels lower when the person stands n pixels lower', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 400 }), fc.integer({ min: -5, max: 30 }), (seed, shiftY) => {
        const [before, after] = [measured(seed), measured(seed, { shiftY })]
        // A pixel of leeway: the grain differs where hair meets background.
        expect(Math.abs((after.head?.top ?? 0) - (before.head?.top ?? 0) - shiftY)).toBeLessThanOrEqual(1)
        expect(Math.abs((after.eyes?.row ?? 0) - (before.eyes?.row ?? 0) - shiftY)).toBeLessThanOrEqual(1)
        expect(Math.abs((after.face?.width ?? 0) - (before.face?.width ?? 0))).toBeLessThanOrEqual(2)
      }),
      runs,
    )
  })

  it('finds face and eyes n pixels aside when the person stands n pixels aside', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 400 }), fc.integer({ min: -24, max: 24 }), (seed, shiftX) => {
        const [before, after] = [measured(seed), measured(seed, { shiftX })]
        expect(Math.abs((after.face?.centre ?? 0) - (before.face?.centre ?? 0) - shiftX)).toBeLessThanOrEqual(1.5)
        expect(Math.abs((after.eyes?.left ?? 0) - (before.eyes?.left ?? 0) - shiftX)).toBeLessThanOrEqual(2)
      }),
      runs,
    )
  })

  it('finds a face as much wider as the head is larger', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 400 }), fc.double({ min: 0.85, max: 1.15, noNaN: true }), (seed, headScale) => {
        const [before, after] = [measured(seed), measured(seed, { headScale })]
        expect(Math.abs((after.face?.width ?? 0) - (before.face?.width ?? 0) * headScale)).toBeLessThanOrEqual(6)
      }),
      runs,
    )
  })

  it('finds edges no sharper the more the picture is blurred', () => {
    const widths = [0, 1, 2, 3, 4, 6].map((blur) => measured(11, { blur }).sharpness.edgeWidth)
    expect(widths).toEqual([...widths].sort((a, b) => a - b))
    expect(new Set(widths).size).toBe(widths.length)
  })

  it('sees a frame’s width, whatever it is up to ten pixels', () => {
    for (const frame of [1, 2, 5, 10]) expect(measured(8, { frame }).background.frame).toBe(frame)
  })

  it('says what it cannot find, in a picture of one pixel as in an empty one', () => {
    const plain = (width: number, height: number) => measurePhoto({ width, height, channels: 3, data: new Uint8Array(width * height * 3).fill(255) }, file)
    expect(plain(1, 1)).not.toHaveProperty('head')
    expect(plain(358, 441)).not.toHaveProperty('head')
  })

  it('ends on any pixels at all', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 1, max: 40 }), fc.infiniteStream(fc.nat(255)), (width, height, stream) => {
        const data = Uint8Array.from({ length: width * height * 3 }, () => stream.next().value as number)
        const measures = measurePhoto({ width, height, channels: 3, data }, file)
        expect(JSON.stringify(measures)).not.toMatch(/null|NaN/)
      }),
      { numRuns: 60, seed: 3 },
    )
  })
})
