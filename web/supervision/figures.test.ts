import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { day, instant } from '#kernel/time.ts'
import type { Prefecture } from '#place/model.ts'
import type { BehindItem, BehindReply, FiguresReply } from '#supervision/contract.ts'
import { NO_COUNTS } from '#supervision/rules/figure.ts'
import { casesBehind } from '#web/supervision/behind.ts'
import { lowestShown } from '#web/supervision/figure-charts.tsx'
import { daysOf, toneOf } from '#web/supervision/figure-values.ts'

const NOW = instant('2026-02-13T14:30:00+08:00')

interface Cell {
  readonly prefecture: string
  readonly day: string
  readonly cases: readonly string[]
}

const figuresOf = (cells: readonly Cell[]): FiguresReply => {
  const counted = (count: number) => ({ ...NO_COUNTS, promised: count, kept: count })
  const all = cells.reduce((sum, { cases }) => sum + cases.length, 0)
  return {
    measure: 1,
    from: '2026-02-01',
    to: '2026-02-05',
    takenAt: NOW,
    rows: cells.map(({ prefecture, day: on, cases }) => ({
      prefecture,
      prefectureName: { zh: '', en: '' },
      day: on,
      counts: counted(cases.length),
      shares: null,
    })),
    prefectures: [],
    totals: { counts: counted(all), shares: null },
    columns: [],
    leavesOut: [],
  }
}

/** Answers like the queries: a page of one cell, its cursor the place in it. */
const queriesOf = (cells: readonly Cell[]) => ({
  figures: async () => figuresOf(cells),
  casesBehind: async (
    _: readonly Prefecture[],
    asked: { prefecture: string; day: string; cursor?: string | undefined; limit: number },
  ): Promise<BehindReply> => {
    const { cases } = cells.find((one) => one.prefecture === asked.prefecture && one.day === asked.day) as Cell
    const start = Number(asked.cursor ?? 0)
    const items = cases.slice(start, start + asked.limit).map((number) => ({ number }) as BehindItem)
    return { takenAt: NOW, items, next: start + asked.limit < cases.length ? String(start + asked.limit) : null }
  },
})

const cellsArbitrary = fc
  .uniqueArray(fc.record({ prefecture: fc.constantFrom('2201', '2202', '2224'), on: fc.integer({ min: 1, max: 5 }), count: fc.integer({ min: 0, max: 9 }) }), {
    selector: ({ prefecture, on }) => `${prefecture} ${on}`,
  })
  .map((all) =>
    all.map(
      ({ prefecture, on, count }): Cell => ({ prefecture, day: `2026-02-0${on}`, cases: Array.from({ length: count }, (_, i) => `${prefecture}-${on}-${i}`) }),
    ),
  )

test('page by page, the cases behind a figure are all of them, each once', async () => {
  await fc.assert(
    fc.asyncProperty(cellsArbitrary, fc.integer({ min: 1, max: 7 }), async (cells, limit) => {
      const listed: string[] = []
      for (let cursor: string | undefined; ; ) {
        const page = await casesBehind(queriesOf(cells), ['2201'], { measure: 1, outcome: 'promised', cursor, limit }, NOW)
        expect(page.items.length).toBeLessThanOrEqual(limit)
        listed.push(...page.items.map(({ number }) => number))
        if (page.next === null) break
        cursor = page.next
      }
      expect(new Set(listed).size).toBe(listed.length)
      expect(listed.toSorted()).toEqual(cells.flatMap(({ cases }) => cases).toSorted())
    }),
  )
})

describe('the days of a range', () => {
  test('are all there, each the sum of its prefectures', () => {
    const days = daysOf(
      figuresOf([
        { prefecture: '2201', day: '2026-02-02', cases: ['a', 'b'] },
        { prefecture: '2224', day: '2026-02-02', cases: ['c'] },
      ]),
    )
    expect(days.map((one) => [one.day, one.counts.promised])).toEqual([
      [day('2026-02-01'), 0],
      [day('2026-02-02'), 3],
      [day('2026-02-03'), 0],
      [day('2026-02-04'), 0],
      [day('2026-02-05'), 0],
    ])
    expect(days[0]?.shares).toBeNull()
    expect(days[1]?.shares).toEqual({ kept: 10_000, firstTime: 10_000 })
  })
})

test('a missed target is less bad when everybody was told in time', () => {
  expect(toneOf(null)).toBe('neutral')
  expect(toneOf({ firstTime: 9900, kept: 10_000 })).toBe('good')
  expect(toneOf({ firstTime: 9899, kept: 9900 })).toBe('attention')
  expect(toneOf({ firstTime: 9000, kept: 9899 })).toBe('bad')
})

test('the axis begins below the lowest point, never above the target', () => {
  expect(lowestShown([undefined, 1])).toBe(0.95)
  expect(lowestShown([0.93, 0.97])).toBe(0.9)
  expect(lowestShown([0])).toBe(0)
})
