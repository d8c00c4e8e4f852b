/** Look-ups of somebody or something that exists and of nothing: the same bytes. `npm run night` compares their times, 10,000 of each kind. */
import fc from 'fast-check'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { measureAlike, toldApart } from '#bench/edge.ts'
import { waitMs } from '#platform/edge/alike.ts'
import { freshDatabase } from '#test/database.ts'
import { type Product, startProduct } from '#test/product.ts'

const LOOK_UPS = 16

let product: Product
beforeAll(async () => {
  const { url } = await freshDatabase()
  product = await startProduct({ DATABASE_URL: url, YITANG_NOW: '2026-02-13T10:00:00+08:00', YITANG_PEOPLE: '0', YITANG_LIMITS: 'bench/limits.json' })
})
afterAll(() => product?.stop())

it('who exists and who does not are answered in the same bytes', async () => {
  const kinds = await measureAlike(product, LOOK_UPS, () => undefined)
  expect(kinds).toHaveLength(4)
}, 240_000)

it('whatever a refusal took below a step, it leaves at the step', () => {
  fc.assert(
    fc.property(fc.double({ min: 0, max: 1e4, noNaN: true }), fc.constantFrom(40, 100), (elapsed, step) => {
      const leaves = elapsed + waitMs(elapsed, step)
      expect(Math.abs(leaves / step - Math.round(leaves / step))).toBeLessThan(1e-6)
      expect(leaves).toBeGreaterThanOrEqual(elapsed)
      if (elapsed < step) expect(leaves).toBeCloseTo(step, 6)
    }),
  )
})

it('the measure tells an early return apart, and nothing where there is nothing to tell', () => {
  const late = Array.from({ length: 500 }, (_, nth) => 5 + (nth % 7) / 10)
  expect(toldApart(late, late)).toBe(0.5)
  expect(
    toldApart(
      late,
      late.map((ms) => ms - 4),
    ),
  ).toBe(1)
  expect(
    toldApart(
      late,
      late.map((ms) => ms + 0.05),
    ),
  ).toBeGreaterThan(0.5)
})
