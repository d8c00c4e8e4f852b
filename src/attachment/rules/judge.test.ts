import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { PhotoCheck, PhotoJudgement, PhotoMeasures } from '#attachment/model.ts'
import { judgePhoto, worstOf } from '#attachment/rules/judge.ts'
import { getPhotoStandard } from '#attachment/rules/standard.ts'

const standard = getPhotoStandard('2004')

const good: PhotoMeasures = {
  file: { bytes: 16_000, densityDpi: 350, components: 3, turned: false, quality: 70 },
  width: 358,
  height: 441,
  background: { red: 250, green: 250, blue: 250, spread: 3, clearShare: 1, frame: 0 },
  colour: { chroma: 60, clothingLightness: 70, clothingTint: 30 },
  sharpness: { edgeWidth: 3 },
  head: { top: 14, width: 212, centre: 178.5, bottom: 250 },
  face: { width: 207, centre: 178.5, lightness: 170, burntShare: 0 },
  eyes: { row: 166, left: 134, right: 223, contrast: 0.5 },
}

const judged = (change: Partial<PhotoMeasures>, check: PhotoCheck): PhotoJudgement => {
  const found = judgePhoto({ ...good, ...change }, standard).find((judgement) => judgement.check === check)
  if (!found) throw new Error(`no judgement on ${check}`)
  return found
}
const result = (change: Partial<PhotoMeasures>, check: PhotoCheck): string => judged(change, check).result
const { head, face, eyes } = good as Required<PhotoMeasures>

describe('judging a photo', () => {
  it('passes one that keeps the standard', () => {
    expect(worstOf(judgePhoto(good, standard))).toBe('pass')
  })

  it.each([
    [2, 'fail'],
    [3, 'refer'],
    [6, 'refer'],
    [7, 'pass'],
    [21, 'pass'],
    [22, 'refer'],
    [32, 'refer'],
    [33, 'fail'],
  ] as const)('hair %i px from the upper edge: %s', (top, expected) => {
    expect(result({ head: { ...head, top } }, 'hair-top')).toBe(expected)
  })

  it.each([
    [182, 'fail'],
    [183, 'refer'],
    [192, 'refer'],
    [193, 'pass'],
    [221, 'pass'],
    [222, 'refer'],
    [231, 'refer'],
    [232, 'fail'],
  ] as const)('a face %i px wide with short hair: %s', (width, expected) => {
    expect(result({ face: { ...face, width }, head: { ...head, width } }, 'face-width')).toBe(expected)
  })

  it('leaves a face to a person when hair may hide that it is wide enough', () => {
    expect(judged({ face: { ...face, width: 160 }, head: { ...head, width: 250 } }, 'face-width')).toMatchObject({ result: 'refer', reason: 'hidden' })
  })

  it.each([
    [234, 'pass'],
    [235, 'refer'],
    [241, 'refer'],
    [242, 'fail'],
  ] as const)('eyes in row %i of 441: %s', (row, expected) => {
    expect(result({ eyes: { ...eyes, row } }, 'eye-line')).toBe(expected)
  })

  it('gives the eye line priority over the hair’s distance, but never lets a head be cut off', () => {
    const low = { ...eyes, row: 233 }
    expect(judged({ head: { ...head, top: 4 }, eyes: low }, 'hair-top')).toMatchObject({ result: 'pass', reason: 'eyes-first' })
    expect(result({ head: { ...head, top: 4 }, eyes: { ...eyes, row: 200 } }, 'hair-top')).toBe('refer')
    expect(result({ head: { ...head, top: 0 }, eyes: low }, 'hair-top')).toBe('refer')
    expect(result({ head: { ...head, top: 0 } }, 'hair-top')).toBe('fail')
    expect(result({ head: { ...head, top: 40 }, eyes: low }, 'hair-top')).toBe('fail')
  })

  it('fails for what the file is, and only refers for its density', () => {
    expect(result({ width: 357 }, 'size')).toBe('fail')
    expect(result({ file: { ...good.file, components: 1 } }, 'colour')).toBe('fail')
    expect(result({ file: { ...good.file, components: 4 } }, 'colour')).toBe('fail')
    expect(result({ file: { ...good.file, turned: true } }, 'upright')).toBe('fail')
    expect(result({ file: { ...good.file, densityDpi: 72 } }, 'density')).toBe('refer')
    const { densityDpi: _, ...undated } = good.file
    expect(judged({ file: undated }, 'density')).toMatchObject({ result: 'refer', reason: 'absent' })
  })

  it('never fails a dark face for its shade, only one that is almost black', () => {
    expect(result({ face: { ...face, lightness: 60 } }, 'brightness')).toBe('refer')
    expect(result({ face: { ...face, lightness: 20 } }, 'brightness')).toBe('fail')
  })

  it('refers what could not be found, and fails where nobody is', () => {
    const { face: _face, eyes: _eyes, ...faceless } = good
    for (const check of ['head', 'face-width', 'eye-line', 'brightness'] as const)
      expect(judgePhoto(faceless, standard).find((one) => one.check === check)).toMatchObject({ result: 'refer', reason: 'absent' })
    const { head: _head, ...empty } = faceless
    expect(judgePhoto(empty, standard).find((one) => one.check === 'head')?.result).toBe('fail')
  })

  it('judges a picture of the same shape as if scaled, and positions of no other shape', () => {
    const twice: PhotoMeasures = {
      ...good,
      width: 716,
      height: 882,
      head: { ...head, top: 28, width: 424, centre: 357.5 },
      face: { ...face, width: 414, centre: 357.5 },
      eyes: { ...eyes, row: 332, left: 268, right: 447 },
    }
    expect(
      judgePhoto(twice, standard)
        .filter((one) => one.result !== 'pass')
        .map((one) => one.check),
    ).toEqual(['size'])
    const unmeasured = judgePhoto({ ...good, height: 500 }, standard).filter((one) => one.reason === 'unmeasured')
    expect(unmeasured.map((one) => one.check)).toEqual(['hair-top', 'face-width', 'eye-line', 'centring'])
  })

  it('gets no better the further a figure is from the standard', () => {
    const rank = { pass: 0, refer: 1, fail: 2 }
    const further = (measuresAt: (distance: number) => Partial<PhotoMeasures>, check: PhotoCheck): void =>
      fc.assert(
        fc.property(fc.nat(120), fc.nat(120), (a, b) => {
          const [near, far] = [Math.min(a, b), Math.max(a, b)]
          return rank[judged(measuresAt(near), check).result] <= rank[judged(measuresAt(far), check).result]
        }),
      )
    further((distance) => ({ head: { ...head, top: 14 + distance } }), 'hair-top')
    further((distance) => ({ face: { ...face, width: 207 + distance } }), 'face-width')
    further((distance) => ({ eyes: { ...eyes, row: 230 + distance } }), 'eye-line')
    further((distance) => ({ eyes: { ...eyes, left: eyes.left + distance, right: eyes.right + distance } }), 'centring')
    further((distance) => ({ background: { ...good.background, red: 255 - distance, green: 255 - distance, blue: 255 - distance } }), 'background')
  })

  it('knows no standard that is not written down', () => {
    expect(() => getPhotoStandard('1999')).toThrow(RangeError)
  })
})
