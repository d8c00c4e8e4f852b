import { createCipheriv, randomBytes } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, test } from 'vitest'
import type { Uuid } from '#kernel/ids.ts'
import { ALGORITHMS } from '#platform/cipher.ts'
import { heldKeys, holdKeys, makeKeys, readKeys, retired, turnedOver, writeKeys } from '#platform/keys.ts'
import { aboutPerson, DataDeleted, openSealer, ownerOf } from '#platform/sealed.ts'
import { PURPOSES, versionOf } from '#platform/vault.ts'
import { testKeys } from '#test/keys.ts'

const owner = { prefecture: '2201', id: '019c5000-0000-7000-8000-000000000001' as Uuid }
const another = { prefecture: '2201', id: '019c5000-0000-7000-8000-000000000002' as Uuid }

const folders: string[] = []
const folder = (): string => {
  const made = mkdtempSync(join(tmpdir(), 'yitang-keys-'))
  folders.push(made)
  return made
}
afterEach(() => {
  for (const made of folders.splice(0)) rmSync(made, { recursive: true })
})

describe.each(ALGORITHMS)('with %s', (algorithm) => {
  const sealer = openSealer(testKeys(algorithm))

  test('a person’s key opens what it sealed, also from what the database has of it', () => {
    const keys = sealer.newKeys(owner)
    const sealed = keys.of('case').seal('张三')
    expect(sealer.heldKeys(owner, keys.wrapped).of('case').open(sealed)).toBe('张三')
    expect(ownerOf(sealed)).toEqual({ ...owner, purpose: 'case' })
    expect(JSON.stringify([keys.wrapped, sealed])).not.toContain('张三')
  })

  test('not another person’s, not another purpose’s, and no key that was put in another’s place', () => {
    const keys = sealer.newKeys(owner)
    const sealed = keys.of('case').seal('张三')
    expect(() => sealer.newKeys(another).of('case').open(sealed)).toThrow()
    expect(() => keys.of('register').open(sealed)).toThrow()
    expect(() => sealer.heldKeys(another, keys.wrapped).of('case').seal('李四')).toThrow()
    expect(() =>
      sealer
        .heldKeys(owner, { case: keys.wrapped.register as string })
        .of('case')
        .seal('李四'),
    ).toThrow()
  })

  test('a deleted key opens nothing, at once, though it was in use a moment ago', () => {
    const keys = sealer.newKeys(owner)
    const sealed = keys.of('case').seal('张三')
    expect(keys.of('case').open(sealed)).toBe('张三')
    const after = sealer.heldKeys(owner, { ...keys.wrapped, case: null })
    expect(() => after.of('case').open(sealed)).toThrow(DataDeleted)
    expect(() => after.of('case').seal('张三')).toThrow(DataDeleted)
    expect(sealer.completedKeys(after).wrapped.case).toBeNull()
  })

  test('a file’s key is its own', () => {
    const file = sealer.newFile('2201:a')
    const sealed = file.seal('bytes')
    expect(sealer.heldFile('2201:a', file.wrapped).open(sealed)).toBe('bytes')
    expect(() => sealer.heldFile('2201:b', file.wrapped).open(sealed)).toThrow()
  })

  test('a hidden field of a form opens again, altered it does not', () => {
    const sealed = sealer.seal('张三')
    expect(sealer.open(sealed)).toBe('张三')
    expect(() => sealer.open({ ...sealed, c: sealed.c.slice(0, -6).concat('AAAAAA') })).toThrow()
  })
})

test('a process that may use either algorithm opens what the other sealed', () => {
  const file = makeKeys()
  const [aes, sm4] = ALGORITHMS.map((algorithm) => openSealer(heldKeys(() => file, algorithm)))
  const keys = aes?.newKeys(owner)
  const sealed = keys?.of('case').seal('张三')
  if (!keys || !sealed || !sm4) throw new Error('two algorithms')
  expect(sm4.heldKeys(owner, keys.wrapped).of('case').open(sealed)).toBe('张三')
  expect(keys.of('case').open(sm4.heldKeys(owner, keys.wrapped).of('case').seal('李四'))).toBe('李四')
})

test('what was sealed before persons had keys still opens, and its file’s purposes are the same in every process', () => {
  const dataDir = folder()
  const former = randomBytes(32)
  const other = randomBytes(32).toString('base64')
  writeFileSync(join(dataDir, 'keys.json'), JSON.stringify({ current: 'k1', keys: { k1: former.toString('base64') }, indexKey: other, partnerSecret: other }))
  const nonce = randomBytes(12)
  const cipher = createCipheriv('aes-256-gcm', former, nonce)
  const body = Buffer.concat([cipher.update('张三'), cipher.final()])
  const old = { k: 'k1', c: Buffer.concat([nonce, cipher.getAuthTag(), body]).toString('base64') }
  const [first, second] = [openSealer(holdKeys(dataDir, false)), openSealer(holdKeys(dataDir, false))]
  expect(first.open(old)).toBe('张三')
  expect(first.heldKeys(owner, {}).of('register').open(old)).toBe('张三')
  expect(() => first.heldKeys(owner, { register: null }).of('register').open(old)).toThrow(DataDeleted)
  const keys = first.newKeys(owner)
  expect(second.heldKeys(owner, keys.wrapped).of('case').open(keys.of('case').seal('李四'))).toBe('李四')
})

test('the key file is its owner’s alone, made once, and refused when it is not usable', () => {
  const dataDir = folder()
  expect(() => holdKeys(dataDir, false)).toThrow('the sealing keys are missing')
  const made = holdKeys(dataDir, true)
  expect(statSync(join(dataDir, 'keys.json')).mode & 0o077).toBe(0)
  expect(holdKeys(dataDir, true).fingerprint).toBe(made.fingerprint)
  writeFileSync(join(dataDir, 'keys.json'), readFileSync(join(dataDir, 'keys.json'), 'utf8').replace('"indexKey": "', '"indexKey": "A'))
  expect(() => holdKeys(dataDir, false)).toThrow('indexKey')
})

describe('turning the keys over', () => {
  test('a process that read the file before goes on, opens what came since, and what it wrote opens everywhere', () => {
    const dataDir = folder()
    const early = openSealer(holdKeys(dataDir, true))
    const before = early.newKeys(owner)
    const sealed = before.of('case').seal('张三')
    writeKeys(dataDir, turnedOver(readKeys(dataDir)))
    const late = openSealer(holdKeys(dataDir, false))
    expect(late.heldKeys(owner, before.wrapped).of('case').open(sealed)).toBe('张三')
    const wrapped = late.rewrapped('case', before.wrapped.case as string, aboutPerson(owner))
    expect([versionOf(before.wrapped.case as string), versionOf(wrapped)]).toEqual([1, 2])
    expect(early.heldKeys(owner, { case: wrapped }).of('case').open(sealed)).toBe('张三')
    // Only a wrapped key of the new version makes the early process read the file anew.
    expect(late.heldKeys(another, openSealer(holdKeys(dataDir, false)).newKeys(another).wrapped).of('case')).toBeDefined()
  })

  test('a version that is gone opens nothing any more; the newest is never taken away', () => {
    const file = makeKeys()
    const before = openSealer(heldKeys(() => file)).newKeys(owner)
    const turned = retired(turnedOver(file, ['case']), 'case', 9)
    expect(PURPOSES.map((purpose) => turned.purposes[purpose].current)).toEqual(PURPOSES.map((purpose) => (purpose === 'case' ? 2 : 1)))
    const after = openSealer(heldKeys(() => turned))
    expect(() => after.heldKeys(owner, before.wrapped).of('case').seal('x')).toThrow('version 1 of the case key is not held')
    expect(after.newKeys(another).of('case').seal('x').k).toContain(another.id)
  })
})
