import fc from 'fast-check'
import sharp from 'sharp'
import { beforeAll, expect, it } from 'vitest'
import { decodeJpeg } from '#platform/jpeg.ts'
import { type JpegHeader, readJpegHeader } from '#platform/jpeg-header.ts'

const picture = (width = 64, height = 48) =>
  sharp({ create: { width, height, channels: 3, background: '#fff', noise: { type: 'gaussian', mean: 120, sigma: 40 } } })

const headerOf = (bytes: Uint8Array): JpegHeader => {
  const read = readJpegHeader(bytes)
  if (!read.ok) throw new Error(`${read.problem}: ${read.detail}`)
  return read.header
}

/** The file with a JFIF segment that gives `density` in `unit`: 0 none, 1 per inch, 2 per centimetre. */
const withJfif = (bytes: Buffer, unit: number, density: number): Buffer =>
  Buffer.concat([
    bytes.subarray(0, 2),
    Buffer.from([0xff, 0xe0, 0, 16, 0x4a, 0x46, 0x49, 0x46, 0, 1, 2, unit, density >> 8, density & 0xff, density >> 8, density & 0xff, 0, 0]),
    bytes.subarray(2),
  ])

let plain: Buffer
beforeAll(async () => {
  plain = await picture().withMetadata({ density: 350 }).jpeg({ quality: 70 }).toBuffer()
})

it('reads size and channels', () => {
  expect(headerOf(plain)).toMatchObject({ width: 64, height: 48, components: 3, progressive: false, scans: 1 })
})

it('reads density per inch and per centimetre, and none where no unit is given', () => {
  expect(headerOf(withJfif(plain, 1, 350)).densityDpi).toBe(350)
  expect(headerOf(withJfif(plain, 2, 138)).densityDpi).toBe(351)
  expect(headerOf(withJfif(plain, 0, 350))).not.toHaveProperty('densityDpi')
})

it('takes density from EXIF where JFIF gives none', async () => {
  expect(await decodeJpeg(plain)).toMatchObject({ ok: true, info: { densityDpi: 350 } })
  expect(await decodeJpeg(withJfif(plain, 1, 300))).toMatchObject({ ok: true, info: { densityDpi: 300 } })
})

it.each([20, 50, 70, 90])('estimates quality %i from the tables', async (quality) => {
  const { quality: estimate } = headerOf(await picture().jpeg({ quality }).toBuffer())
  expect(Math.abs((estimate ?? 0) - quality)).toBeLessThanOrEqual(2)
})

it('counts the scans of a progressive file', async () => {
  const header = headerOf(await picture().jpeg({ progressive: true }).toBuffer())
  expect(header.progressive).toBe(true)
  expect(header.scans).toBeGreaterThan(1)
})

it('answers for any bytes, and for any damage to a good file, without an error', () => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => typeof readJpegHeader(bytes).ok === 'boolean'))
  fc.assert(
    fc.property(fc.nat(plain.length - 1), fc.nat(255), fc.nat(plain.length), (at, value, length) => {
      const damaged = Buffer.from(plain)
      damaged[at] = value
      return typeof readJpegHeader(damaged.subarray(0, length)).ok === 'boolean'
    }),
  )
})

it('decodes any damaged file to pixels of the stated size or to a problem', async () => {
  await fc.assert(
    fc.asyncProperty(fc.nat(plain.length - 1), fc.nat(255), async (at, value) => {
      const damaged = Buffer.from(plain)
      damaged[at] = value
      const decoded = await decodeJpeg(damaged)
      if (decoded.ok) expect(decoded.raster.data.length).toBe(decoded.raster.width * decoded.raster.height * 3)
    }),
    { numRuns: 60, seed: 5 },
  )
})

it('gives three channels whatever the file’s colours are', async () => {
  for (const space of ['b-w', 'cmyk', 'srgb']) {
    const decoded = await decodeJpeg(await picture().toColourspace(space).jpeg().toBuffer())
    expect(decoded).toMatchObject({ ok: true, raster: { width: 64, height: 48, channels: 3 } })
  }
})

it('turns a turned picture as viewers show it, and says so', async () => {
  const decoded = await decodeJpeg(await picture().withMetadata({ orientation: 6 }).jpeg().toBuffer())
  expect(decoded).toMatchObject({ ok: true, raster: { width: 48, height: 64 }, info: { turned: true, width: 64, height: 48 } })
})
