import { globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { readAssets } from '#web/shared/assets.ts'
import { buildClient } from '#web/shared/build.ts'

/** What a resident's page may send in scripts, all its islands together. */
const SCRIPT_BYTES_MAX = 10 * 1024
const RESIDENT_ISLANDS = ['type-ahead', 'file-preview', 'live-list'] as const

const folder = mkdtempSync(join(tmpdir(), 'yitang-client-'))
beforeAll(async () => void (await buildClient(folder)), 60_000)
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const gzipBytes = (href: string): number => gzipSync(readFileSync(join(folder, href.replace('/assets/', 'assets/'))), { level: 9 }).length

test('all scripts that a resident’s page can load are at most 10 KiB together', () => {
  const assets = readAssets(folder)
  const bytes = RESIDENT_ISLANDS.map((name) => gzipBytes(assets.island(name)))
  expect(Math.min(...bytes)).toBeGreaterThan(100)
  expect(bytes.reduce((sum, one) => sum + one, 0)).toBeLessThanOrEqual(SCRIPT_BYTES_MAX)
})

test('every built script is an island: nothing is shared by accident', () => {
  expect(globSync('assets/*.js', { cwd: folder }).every((path) => /\.island-[\w-]+\.js$/.test(path))).toBe(true)
})

test('the stylesheet is one file', () => expect(globSync('assets/*.css', { cwd: folder })).toHaveLength(1))

test('the same inputs are not built again', async () => expect(await buildClient(folder)).toBe(false))

test('an asset that is not built is an error with what to do', () => {
  expect(() => readAssets(join(folder, 'missing'))).toThrow(/buildClient/)
})
