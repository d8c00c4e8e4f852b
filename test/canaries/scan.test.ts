import { expect, test } from 'vitest'
import { parseIdentityNumber } from '#person/rules.ts'
import { canary, openWatch } from '#test/canaries/scan.ts'

test('a thousand canaries share nothing, and their numbers are numbers', () => {
  const all = Array.from({ length: 1_000 }, (_, n) => canary(n))
  const secrets = all.flatMap(({ name, phone, address, strangerNumber }) => [name, phone, address, strangerNumber])
  expect(new Set(secrets).size).toBe(4_000)
  for (const { strangerNumber } of all) expect(parseIdentityNumber(strangerNumber).ok).toBe(true)
})

test('a watch finds a canary however it is written, and nothing that is masked', () => {
  const watch = openWatch()
  const { name, phone, address, strangerNumber } = canary(77)
  watch.add(name, phone, address, strangerNumber)
  const json = JSON.stringify({ name, phone })
  for (const text of [
    `…${name}…`,
    `tel:+86${phone}`,
    `/cases?n=${encodeURIComponent(name)}`,
    `/cases/${strangerNumber}`,
    strangerNumber.toLowerCase(),
    address,
    Buffer.from(`{"cursor":"${'x'.repeat(20)}${json}"}`).toString('base64url'),
    JSON.stringify(name).replaceAll(/[^\u0020-\u007e]/g, (c) => `\\u${c.charCodeAt(0).toString(16)}`),
  ])
    expect(watch.inText(text), text).not.toEqual([])
  expect(watch.inBytes(Buffer.concat([Buffer.from([0, 255, 3]), Buffer.from(name), Buffer.from([0])]))).toEqual([name])
  expect(watch.inBytes(Buffer.from(`\u0001${phone}\u0002`))).toEqual([phone])
  for (const text of [
    `${name.slice(0, 1)}*`,
    `${strangerNumber.slice(0, 3)}***********${strangerNumber.slice(14)}`,
    `${phone.slice(0, 3)}****${phone.slice(7)}`,
    canary(78).name,
  ])
    expect(watch.inText(text), text).toEqual([])
})
