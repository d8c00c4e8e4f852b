import { expect, test } from 'vitest'
import { safeNext } from '#web/sign-in/sign-in.tsx'

test('after signing in, only pages of this site follow', () => {
  for (const path of ['/window', '/window/cases/22242602014707580?lang=en']) expect(safeNext(path)).toBe(path)
  for (const elsewhere of ['https://example.org', '//example.org', '/\\example.org', 'window', '', undefined]) expect(safeNext(elsewhere)).toBeUndefined()
})
