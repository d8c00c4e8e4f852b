import { createServer } from 'node:http'
import fc from 'fast-check'
import { afterAll, describe, expect, test } from 'vitest'
import { type Figure, isReached, markdownTable, median, textTable, warmRate } from '#bench/figure.ts'
import { requestText } from '#bench/load.ts'
import { weighPage } from '#bench/page-weight.ts'
import { scriptOf } from '#bench/pgbench.ts'
import { reportText } from '#bench/report.ts'
import { cpuSecondsUnder } from '#bench/start-cost.ts'

describe('figures', () => {
  test('the median has as many above as below', () => {
    fc.assert(
      fc.property(fc.array(fc.integer(), { minLength: 1 }), (values) => {
        const middle = median(values)
        expect(values.filter((value) => value < middle).length).toBeLessThanOrEqual(values.length / 2)
        expect(values.filter((value) => value > middle).length).toBeLessThanOrEqual(values.length / 2)
      }),
    )
    expect(median([3, 1, 2])).toBe(2)
    expect(median([4, 1, 2, 3])).toBe(2.5)
    expect(() => median([])).toThrow(RangeError)
  })

  test('a rate counts from when every lane is warm until the first is done', () => {
    const lanes = [
      [10, 20, 30, 40],
      [100, 110, 120, 130],
    ]
    expect(warmRate([lanes[0] as number[]], 1)).toBeCloseTo(100)
    // Never both: one was done before the other was warm.
    expect(warmRate(lanes, 1)).toBeNaN()
    // From 15 to 40: 20, 25, 30, 35 and 40.
    expect(warmRate([lanes[0] as number[], [15, 25, 35, 45]], 1)).toBeCloseTo(200)
    expect(warmRate([[1]], 2)).toBeNaN()
  })

  const figure = (reach: NonNullable<Figure['reach']>, ...rounds: number[]): Figure => ({ name: 'a', unit: 'ratio', rounds, reach })

  test('reach is judged by the median', () => {
    expect(isReached(figure({ least: 0.5 }, 0.1, 0.5, 0.9))).toBe(true)
    expect(isReached(figure({ least: 0.5 }, 0.1, 0.4, 0.9))).toBe(false)
    expect(isReached(figure({ most: 1.5 }, 1, 1.5, 9))).toBe(true)
    expect(isReached(figure({ most: 1.5 }, 1, 2, 9))).toBe(false)
    expect(isReached({ name: 'a', unit: 's', rounds: [1] })).toBeUndefined()
  })

  test('stand in a table, for people and for docs/measured.md', () => {
    const figures = [figure({ least: 0.5, aim: 0.8 }, 0.4, 0.61, 0.7), { name: 'b', unit: 'ms', rounds: [1234.5] }]
    expect(textTable(figures).split('\n')[1]).toBe('a         0.61  0.40  0.70       3  ≥ 0.5, aim 0.8 ✓')
    expect(markdownTable(figures).split('\n')[3]).toBe('| b, ms | 1235 | 1235 | 1235 | 1 | stated |')
    const report = { postgresVersion: '18.4', pgbenchVersion: 'pgbench 15', settings: { fsync: 'on' } }
    const measured = { command: 'npm run bench', on: '2026-01-01', size: 'three of each' }
    const reached = reportText({ ...report, measured: { accept: { ...measured, figures } } })
    expect(reached).toContain('### accept\n\n`npm run bench`, 2026-01-01: three of each\n\n|')
    expect(reached).toContain('Every figure reaches what it must.')
    const missed = reportText({ ...report, measured: { accept: { ...measured, figures: [figure({ most: 1 }, 2)] } } })
    expect(missed).toContain('These do not reach what they must:\n\n- a')
  })
})

describe('the script for pgbench', () => {
  const piece = {
    text: 'select $1::text, $2::json, $3::int, $4::text',
    values: ['case 0123456789abcdef', '{"id":"0123456789abcdef","by":"somebody-at-all"}', 7, null],
  }
  const tokens = [
    { text: '0123456789abcdef', of: 'run' },
    { text: 'somebody-at-all', of: 'person' },
  ] as const

  test('puts a replacement where a value must differ, and leaves the rest as it is', () => {
    const { text, variables } = scriptOf([piece], tokens, [1, 9])
    expect(text.split('\n')).toEqual([
      '\\set run random(100000000000, 999999999999)',
      '\\set person random(1, 9)',
      "select replace(:s0v1, '@@@@@@@@@@@@', :run)::text, replace(replace(:s0v2, '@@@@@@@@@@@@', :run), '%%%%%%%%%%%%', :person)::json, :s0v3::int, null::text;",
    ])
    expect(Object.fromEntries(variables)).toEqual({
      s0v1: 'case 0123@@@@@@@@@@@@',
      s0v2: '{"id":"0123@@@@@@@@@@@@","by":"som%%%%%%%%%%%%"}',
      s0v3: '7',
    })
  })

  test('refuses a token that stands nowhere: runs would meet each other', () => {
    expect(() => scriptOf([piece], [{ text: 'not there at all', of: 'run' }], [1, 9])).toThrow(RangeError)
  })
})

describe('small tools', () => {
  test('a request tells the length of its body in bytes', () => {
    expect(requestText('/a', { authorization: 'Bearer x' }, '"办"')).toBe(
      'POST /a HTTP/1.1\r\nhost: yitang\r\ncontent-type: application/json\r\ncontent-length: 5\r\nauthorization: Bearer x\r\n\r\n"办"',
    )
  })

  test('processor time is that of a process and all below it', () => {
    const own = cpuSecondsUnder(process.pid)
    expect(own).toBeGreaterThan(0)
    expect(cpuSecondsUnder(process.ppid)).toBeGreaterThanOrEqual(own)
    expect(cpuSecondsUnder(-1)).toBe(0)
  })
})

describe('the weight of a page', async () => {
  const files: Readonly<Record<string, string>> = {
    '/': '<script>let inline = 1</script><script type="module" src="/a.js"></script><link rel="modulepreload" href="/b.js">',
    '/a.js': 'import{x}from"./shared.js";import("./later.js");console.log(x)',
    '/b.js': 'import "./shared.js"',
    '/shared.js': 'export const x=1',
    '/later.js': 'export {}',
    '/bare': '<p>Nothing to run.</p>',
  }
  const server = createServer((request, response) => {
    const text = files[request.url ?? '']
    response.writeHead(text === undefined ? 404 : 200).end(text)
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', () => done()))
  afterAll(() => server.close())
  const origin = `http://127.0.0.1:${(server.address() as { port: number }).port}`

  test('counts scripts, what they import, and what stands in the page; not what comes later', async () => {
    const { scripts, kibibytes } = await weighPage(`${origin}/`)
    expect([...scripts.keys()].map((url) => url.replace(origin, '')).sort()).toEqual(['/a.js', '/b.js', '/shared.js', 'in the page'])
    expect(kibibytes).toBeCloseTo([...scripts.values()].reduce((a, b) => a + b, 0) / 1024)
  })

  test('is nothing for a page without scripts, and no page is no figure', async () => {
    expect(await weighPage(`${origin}/bare`)).toMatchObject({ kibibytes: 0 })
    await expect(weighPage(`${origin}/missing`)).rejects.toThrow('404')
  })
})
