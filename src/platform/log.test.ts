import { expect, test, vi } from 'vitest'
import { openLog } from '#platform/log.ts'

function heard() {
  const writes: string[] = []
  return { writes, log: openLog('info', { write: (text) => writes.push(text) }) }
}

test('lines are written together, in order, soon after the first', () => {
  vi.useFakeTimers()
  try {
    const { writes, log } = heard()
    for (let n = 0; n < 3; n += 1) log.info({ n }, 'request')
    expect(writes).toEqual([])
    vi.runAllTimers()
    expect(writes).toHaveLength(1)
    expect(
      writes[0]
        ?.trim()
        .split('\n')
        .map((line) => JSON.parse(line).n),
    ).toEqual([0, 1, 2])
    log.info('later')
    vi.runAllTimers()
    expect(writes).toHaveLength(2)
  } finally {
    vi.useRealTimers()
  }
})

test('a warning waits for nothing, and takes along what waits', () => {
  const { writes, log } = heard()
  log.info('first')
  log.warn('second')
  log.child({ a: 1 }).error('third')
  expect(
    writes.map((text) =>
      text
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line).msg),
    ),
  ).toEqual([['first', 'second'], ['third']])
})

test('many lines do not pile up', () => {
  const { writes, log } = heard()
  for (let n = 0; n < 200; n += 1) log.info({ text: 'x'.repeat(200) }, 'request')
  expect(writes.length).toBeGreaterThan(1)
})

test('what looks like an identity number or a phone is blotted out', () => {
  const { writes, log } = heard()
  log.error('220102199003070017 called from 13912345678')
  expect(writes[0]).not.toMatch(/220102199003070017|13912345678/)
})
