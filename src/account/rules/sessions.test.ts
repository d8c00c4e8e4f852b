import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { ROLES } from '#account/model.ts'
import { browserKind, endsAt, isOver, isStaff, isToBeNoted, safeReturn, sessionEnds, sourceNetwork } from '#account/rules/sessions.ts'
import { instant, plusMinutes, plusMs } from '#kernel/time.ts'

const NOON = instant('2026-02-13T12:00:00+08:00')

describe('a session ends', () => {
  test.each([
    ['station-officer', 'complete', 15, 720],
    ['security-administrator', 'complete', 15, 720],
    ['resident', 'complete', 30, 1440],
    ['department-verifier', 'complete', 10, 10],
    ['kiosk', 'complete', 10, 10],
    ['station-officer', 'second-factor', 10, 10],
  ] as const)('%s, %s: after %i idle minutes, and after %i in all', (role, stage, idleMinutes, absoluteMinutes) => {
    expect(sessionEnds(role, stage, NOON)).toEqual({ idleMinutes, absoluteMinutes })
  })

  test('by being idle, to the millisecond', () => {
    const session = { lastUsedAt: NOON, expiresAt: plusMinutes(NOON, 720), idleMinutes: 15 }
    expect(isOver(session, plusMs(plusMinutes(NOON, 15), -1))).toBe(false)
    expect(isOver(session, plusMinutes(NOON, 15))).toBe(true)
  })

  test('in the end however much it is used', () => {
    const session = { lastUsedAt: plusMinutes(NOON, 719), expiresAt: plusMinutes(NOON, 720), idleMinutes: 15 }
    expect(endsAt(session)).toBe(plusMinutes(NOON, 720))
  })

  test('never later than the idle end after its last use, never past the absolute end, for any use that is noted at most once a minute', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 600 }), { maxLength: 80 }), (gaps) => {
        let session = { lastUsedAt: NOON, expiresAt: plusMinutes(NOON, 60), idleMinutes: 15 }
        let at = NOON
        let writes = 0
        for (const seconds of gaps) {
          at = plusMs(at, seconds * 1000)
          if (isOver(session, at)) break
          if (isToBeNoted(session, at)) {
            session = { ...session, lastUsedAt: at }
            writes += 1
          }
          expect(endsAt(session) <= plusMinutes(at, 15)).toBe(true)
          expect(endsAt(session) >= plusMinutes(at, 14) || endsAt(session) === session.expiresAt).toBe(true)
        }
        expect(writes).toBeLessThanOrEqual((Date.parse(at) - Date.parse(NOON)) / 60_000)
      }),
    )
  })
})

test('every role is a resident’s, a program’s or staff', () => {
  expect(ROLES.filter((role) => !isStaff(role))).toEqual(['resident', 'guardian', 'agent', 'department-verifier', 'partner', 'kiosk'])
})

test('a browser is told by its kind, and no more', () => {
  expect(browserKind('Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36 Edg/156.0')).toBe(
    'Edge · Windows',
  )
  expect(browserKind('Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/120.0 Mobile MicroMessenger/8.0')).toBe('WeChat · Android')
  expect(browserKind('curl/8.0')).toBe('')
})

test.each([
  ['10.12.7.33', '10.12.7.*'],
  ['::ffff:192.168.1.9', '192.168.1.*'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:*'],
  ['::1', '1:*'],
  ['', '::*'],
])('%s is shown as its network %s', (address, shown) => {
  expect(sourceNetwork(address)).toBe(shown)
})

describe('where to return to', () => {
  test.each(['/', '/window', '/window/cases/1?lang=en&kept=x#main'])('%s is ours', (path) => expect(safeReturn(path)).toBe(path))
  test.each([
    '//evil.example',
    '/\\evil.example',
    '/\t/evil.example',
    '/\n//evil',
    'https://evil.example',
    'javascript:alert(1)',
    '/a\\..\\b',
    'window',
    '',
    undefined,
  ])('%j is not', (path) => expect(safeReturn(path)).toBeUndefined())
  test('whatever is let through stays at home, as a browser reads it', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.webPath(),
          fc.string(),
          fc.string().map((text) => `/${text}`),
          fc.constantFrom('/\u0000/x', '/%09/x', '/.//x', '/..//x'),
        ),
        (path) => {
          const safe = safeReturn(path)
          if (safe !== undefined) expect(new URL(safe, 'http://ours.example').origin).toBe('http://ours.example')
        },
      ),
    )
  }, 60_000)
})
