import { createHash } from 'node:crypto'
import { threadId } from 'node:worker_threads'
import sharp from 'sharp'
import { afterAll, describe, expect, it } from 'vitest'
import { openPhotoAnalyser } from '#attachment/jobs.ts'
import type { PhotoAnalysis, PhotoAnswer, PhotoCheck } from '#attachment/model.ts'
import { type PortraitOptions, portraitJpeg } from '#sim/portrait.ts'

const standard = '2004'
const analyser = openPhotoAnalyser({ threads: 2 })
afterAll(() => analyser.close())

async function analysed(bytes: Uint8Array): Promise<PhotoAnalysis> {
  const answer = await analyser.analyse(bytes, standard)
  if (!answer.ok) throw new Error(`refused: ${answer.problem} ${answer.detail}`)
  return answer.analysis
}

const analysedPortrait = async (seed: number, options: PortraitOptions = {}): Promise<PhotoAnalysis> => analysed(await portraitJpeg(seed, options))

const resultOf = (analysis: PhotoAnalysis, check: PhotoCheck): string | undefined => analysis.findings.find((finding) => finding.check === check)?.result

const not = (analysis: PhotoAnalysis, result: string): string[] =>
  analysis.findings.filter((finding) => finding.result === result).map((finding) => finding.check)

describe('portraits to the standard', () => {
  it.each(Array.from({ length: 40 }, (_, i) => i + 1))('number %i passes every check', async (seed) => {
    const analysis = await analysedPortrait(seed)
    expect(analysis.findings.filter((finding) => finding.result !== 'pass')).toEqual([])
    expect(analysis.worst).toBe('pass')
  })

  it('passes for a child, an old woman and an old man, with every kind of glasses', async () => {
    for (const [seed, options] of [
      [71, { sex: 'female', ageYears: 7 }],
      [72, { sex: 'female', ageYears: 88, glasses: 'round' }],
      [73, { sex: 'male', ageYears: 91, glasses: 'half' }],
      [74, { sex: 'male', ageYears: 35, glasses: 'square' }],
    ] as const) {
      expect(not(await analysedPortrait(seed, options), 'fail')).toEqual([])
      expect((await analysedPortrait(seed, options)).worst).toBe('pass')
    }
  })
})

describe('a planted defect', () => {
  const defects: readonly [
    name: string,
    options: PortraitOptions,
    check: PhotoCheck,
    allowed: readonly ('refer' | 'fail')[],
    alsoFails?: readonly PhotoCheck[],
  ][] = [
    ['a head too wide', { headScale: 1.25 }, 'face-width', ['fail']],
    ['a head too small', { headScale: 0.8, hairStyle: 'crew' }, 'face-width', ['fail']],
    ['a head too small with hair over its sides', { headScale: 0.8, hairStyle: 'bob' }, 'face-width', ['refer']],
    ['hair cut off at the top', { shiftY: -34 }, 'hair-top', ['fail']],
    ['a person too low', { shiftY: 28 }, 'hair-top', ['fail', 'refer']],
    ['eyes too low', { knotHeight: 78, hairStyle: 'bun' }, 'eye-line', ['fail', 'refer']],
    ['a grey background', { background: [196, 196, 196] }, 'background', ['fail']],
    ['a slightly grey background', { background: [218, 218, 218] }, 'background', ['refer']],
    ['a blue background', { background: [86, 142, 214] }, 'background', ['fail']],
    ['a frame', { frame: 4 }, 'frame', ['fail']],
    ['a person to one side', { shiftX: 40 }, 'centring', ['fail']],
    ['a person a little to one side', { shiftX: -15 }, 'centring', ['refer']],
    ['a picture out of focus', { blur: 5 }, 'sharpness', ['fail']],
    ['a picture slightly out of focus', { blur: 2 }, 'sharpness', ['refer']],
    ['a face in the dark', { exposure: 0.3 }, 'brightness', ['fail', 'refer']],
    ['an over-exposed face', { exposure: 1.6 }, 'brightness', ['fail', 'refer']],
    ['a white top', { whiteTop: true }, 'clothing', ['refer']],
    ['a black-and-white picture', { monochrome: true }, 'colour', ['fail']],
  ]

  it.each(defects)('%s is found, and nothing else fails', async (_name, options, check, allowed) => {
    for (const seed of [3, 12]) {
      const analysis = await analysedPortrait(seed, options)
      expect(allowed).toContain(resultOf(analysis, check))
      expect(not(analysis, 'fail').filter((other) => other !== check)).toEqual([])
    }
  })

  it('in the size is found; positions in a picture of another shape wait for the right size', async () => {
    const other = await analysedPortrait(5, { width: 400, height: 441 })
    expect(not(other, 'fail')).toEqual(['size'])
    expect(resultOf(other, 'hair-top')).toBe('refer')
    const large = await analysed(
      await sharp(await portraitJpeg(5))
        .resize(716, 882)
        .jpeg({ quality: 80 })
        .toBuffer(),
    )
    expect(not(large, 'fail')).toEqual(['size'])
    expect(resultOf(large, 'face-width')).toBe('pass')
  })

  it('in what the file says of itself is found: density, colours, orientation, compression', async () => {
    const good = sharp(await portraitJpeg(9))
    const save = (density: number) => good.clone().withMetadata({ density })
    expect(resultOf(await analysed(await save(300).jpeg({ quality: 80 }).toBuffer()), 'density')).toBe('refer')
    expect(resultOf(await analysed(await save(350).jpeg({ quality: 8 }).toBuffer()), 'quality')).toBe('fail')
    expect(resultOf(await analysed(await good.clone().toColourspace('cmyk').jpeg({ quality: 80 }).toBuffer()), 'colour')).toBe('fail')
    expect(resultOf(await analysed(await good.clone().toColourspace('b-w').jpeg({ quality: 80 }).toBuffer()), 'colour')).toBe('fail')
    const turned = await analysed(await good.clone().rotate(-90).withMetadata({ density: 350, orientation: 6 }).jpeg({ quality: 80 }).toBuffer())
    expect(not(turned, 'fail')).toEqual(['upright'])
    expect(resultOf(turned, 'eye-line')).toBe('pass')
  })

  it('does not arise from a progressive file', async () => {
    const analysis = await analysed(
      await sharp(await portraitJpeg(9))
        .withMetadata({ density: 350 })
        .jpeg({ quality: 80, progressive: true })
        .toBuffer(),
    )
    expect(analysis.worst).toBe('pass')
  })

  it('of a picture without a person, in white or in noise, never passes', async () => {
    const plain = (background: string): Promise<Buffer> =>
      sharp({ create: { width: 358, height: 441, channels: 3, background } })
        .withMetadata({ density: 350 })
        .jpeg()
        .toBuffer()
    expect(resultOf(await analysed(await plain('#fff')), 'head')).toBe('fail')
    expect((await analysed(await plain('#c99c7c'))).worst).toBe('fail')
    const noise = Buffer.from(Array.from({ length: 358 * 441 * 3 }, (_, i) => (Math.imul(i, 2_654_435_761) >>> 24) & 0xff))
    const noisy = await sharp(noise, { raw: { width: 358, height: 441, channels: 3 } })
      .jpeg()
      .toBuffer()
    expect((await analysed(noisy)).worst).toBe('fail')
  })
})

describe('an analysis', () => {
  it('is the same for the same bytes, in either thread, and carries the digest of what is kept', async () => {
    const bytes = await portraitJpeg(17)
    const all = await Promise.all(Array.from({ length: 4 }, () => analysed(bytes)))
    for (const one of all) expect(one).toEqual(all[0])
    const answer = await analyser.analyse(bytes, standard)
    expect(answer.ok && createHash('sha256').update(answer.kept).digest('hex')).toBe(all[0]?.digest)
  })

  it('is made in threads of the pool, never in the one that asks', async () => {
    const own = openPhotoAnalyser({ threads: 2 })
    const bytes = await portraitJpeg(2)
    await Promise.all(Array.from({ length: 5 }, () => own.analyse(bytes, standard)))
    await own.analyse(Buffer.from('refused before any thread sees it'), standard)
    expect([...own.served.keys()]).not.toContain(threadId)
    expect([...own.served.values()].reduce((sum, count) => sum + count, 0)).toBe(5)
    await own.close()
  })

  it('is refused as busy when too many wait, and as closed afterwards; what was begun is finished', async () => {
    const own = openPhotoAnalyser({ threads: 1, waitingMax: 1 })
    const bytes = await portraitJpeg(2)
    const all = Promise.all(Array.from({ length: 4 }, () => own.analyse(bytes, standard)))
    expect((await all).map((answer) => (answer.ok ? 'analysed' : answer.problem))).toEqual(['analysed', 'analysed', 'busy', 'busy'])
    const last = own.analyse(bytes, standard)
    await own.close()
    expect((await last).ok).toBe(true)
    await expect(own.analyse(bytes, standard)).rejects.toThrow('closed')
  })

  it('says everything in Chinese and English, with a basis', async () => {
    for (const finding of (await analysedPortrait(3, { headScale: 1.25, background: [180, 180, 200] })).findings) {
      for (const sentence of [finding.sentence, finding.measured, finding.allowed]) {
        expect(sentence.zh).not.toBe('')
        expect(sentence.en).not.toMatch(/[一-鿿]|undefined|NaN/)
        expect(sentence.zh).not.toMatch(/undefined|NaN/)
      }
      expect(finding.basis).toBe('GA 461-2004')
    }
  })
})

describe('what is kept', () => {
  const keptOf = async (bytes: Uint8Array): Promise<Buffer> => {
    const answer = await analyser.analyse(bytes, standard)
    if (!answer.ok) throw new Error(`refused: ${answer.problem} ${answer.detail}`)
    return Buffer.from(answer.kept)
  }
  const comment = (text: string): Buffer => Buffer.concat([Buffer.from([0xff, 0xfe, 0, text.length + 2]), Buffer.from(text)])
  const withComment = (bytes: Buffer, text: string): Buffer => Buffer.concat([bytes.subarray(0, 2), comment(text), bytes.subarray(2)])

  it('is the picture, upright, with its density, and nothing else of the file that came', async () => {
    const portrait = await portraitJpeg(21)
    const told = await sharp(portrait)
      .rotate(-90)
      .withExif({ IFD0: { Model: 'SECRET-CAMERA', Artist: 'SECRET-NAME' }, IFD3: { GPSLatitude: '43/1 52/1 0/1' } })
      .withIccProfile('p3')
      .withMetadata({ density: 350, orientation: 6, exif: { IFD0: { Model: 'SECRET-CAMERA' } } })
      .jpeg({ quality: 90 })
      .toBuffer()
    const sent = Buffer.concat([withComment(told, 'SECRET-REMARK'), Buffer.from('SECRET-TRAILER')])
    expect(sent.includes('SECRET-CAMERA') && sent.includes('SECRET-REMARK')).toBe(true)
    const kept = await keptOf(sent)
    expect(kept.includes('SECRET')).toBe(false)
    const { width, height, exif, icc, xmp, iptc, orientation, density, comments, space } = await sharp(kept).metadata()
    expect({ width, height, exif, icc, xmp, iptc, orientation, density, comments, space }).toEqual({ width: 358, height: 441, density: 350, space: 'srgb' })
    expect(kept.subarray(-2).toString('hex')).toBe('ffd9')
    expect(kept.subarray(0, 4).toString('hex')).toBe('ffd8ffe0')
    // The pixels are the portrait's: no channel is off by more than coding twice explains.
    const [before, after] = await Promise.all([portrait, kept].map((bytes) => sharp(bytes).raw().toBuffer()))
    const off = (before as Buffer).reduce((sum, value, i) => sum + Math.abs(value - (after?.[i] as number)), 0) / (before as Buffer).length
    expect(off).toBeLessThan(4)
  })

  it('is the same for the same pixels, whatever the file says beside them', async () => {
    const portrait = await portraitJpeg(22)
    expect((await keptOf(withComment(portrait, 'taken by somebody'))).equals(await keptOf(portrait))).toBe(true)
  })

  it('is as large as the standard has it, and does not decay when it is sent again and again', async () => {
    let bytes: Buffer = await portraitJpeg(23)
    const first = await keptOf(bytes)
    expect(first.length).toBeLessThan(30_000)
    for (let i = 0; i < 4; i += 1) bytes = await keptOf(bytes)
    expect((await analysed(bytes)).worst).toBe('pass')
    expect(bytes.length / first.length).toBeGreaterThan(0.9)
  })
})

describe('a file that is no usable JPEG', () => {
  const problemOf = async (bytes: Uint8Array): Promise<string> => {
    const answer: PhotoAnswer = await analyser.analyse(bytes, standard)
    return answer.ok ? 'none' : answer.problem
  }

  it('is told what it is instead', async () => {
    const png = await sharp({ create: { width: 358, height: 441, channels: 3, background: '#fff' } })
      .png()
      .toBuffer()
    const answer = await analyser.analyse(png, standard)
    expect(answer).toMatchObject({ ok: false, problem: 'not-a-jpeg', detail: 'png' })
    expect(await problemOf(Buffer.from('not a photo at all'))).toBe('not-a-jpeg')
    expect(await problemOf(Buffer.from('PK\x03\x04 a zip'))).toBe('not-a-jpeg')
    expect(await problemOf(new Uint8Array())).toBe('empty')
  })

  it('is damaged wherever it is cut off', async () => {
    const bytes = await portraitJpeg(4)
    for (const share of [0.001, 0.02, 0.1, 0.5, 0.9, 0.999])
      expect(await problemOf(bytes.subarray(0, Math.max(4, Math.floor(bytes.length * share))))).toBe('damaged')
    const closed = Buffer.concat([bytes.subarray(0, bytes.length / 2), Buffer.from([0xff, 0xd9])])
    expect(await problemOf(closed)).toBe('damaged')
  })

  it('is refused for its size before anything is decoded', async () => {
    const bytes = Buffer.from(await portraitJpeg(4))
    expect(await problemOf(Buffer.concat([bytes, Buffer.alloc(2 * 1024 * 1024)]))).toBe('too-large')
    const frame = bytes.indexOf(Buffer.from([0xff, 0xc0]))
    bytes.writeUInt16BE(60_000, frame + 5)
    bytes.writeUInt16BE(60_000, frame + 7)
    expect(await problemOf(bytes)).toBe('too-many-pixels')
  })

  it('is refused when it says that it is of many scans or of more bits', async () => {
    const bytes = await portraitJpeg(4)
    const scan = bytes.indexOf(Buffer.from([0xff, 0xda]))
    const header = bytes.subarray(scan, scan + 2 + bytes.readUInt16BE(scan + 2))
    const many = Buffer.concat([bytes.subarray(0, scan), ...Array.from({ length: 40 }, () => header), Buffer.from([0xff, 0xd9])])
    expect(await problemOf(many)).toBe('too-complex')
    const deep = Buffer.from(bytes)
    deep[deep.indexOf(Buffer.from([0xff, 0xc0])) + 4] = 12
    expect(await problemOf(deep)).toBe('unsupported')
  })

  it('is refused when it is something else as well', async () => {
    const bytes = Buffer.from(await portraitJpeg(4))
    const followedBy = (rest: string): Buffer => Buffer.concat([bytes, Buffer.from(rest, 'latin1')])
    const inside = (text: string): Buffer =>
      Buffer.concat([bytes.subarray(0, 2), Buffer.from([0xff, 0xfe, 0, text.length + 2]), Buffer.from(text, 'latin1'), bytes.subarray(2)])
    const both = [
      followedBy('PK\x03\x04'),
      followedBy('....ftypmp42'),
      followedBy('GIF89a'),
      followedBy('%PDF-1.7'),
      Buffer.concat([bytes, bytes]),
      inside('<script>x()</script>'),
    ]
    for (const one of [...both, inside('<?php x(); ?>'), followedBy('\n<html><body>')]) expect(await problemOf(one)).toBe('more-than-a-picture')
    expect(await problemOf(Buffer.concat([bytes, Buffer.alloc(5_000)]))).toBe('none')
  })

  it('is refused for what it would take when it is unpacked', async () => {
    const bytes = Buffer.from(await portraitJpeg(4))
    const frame = bytes.indexOf(Buffer.from([0xff, 0xc0]))
    bytes.writeUInt16BE(3_900, frame + 5)
    bytes.writeUInt16BE(3_900, frame + 7)
    expect(await problemOf(bytes)).toBe('too-many-pixels')
  })

  it('leaves the analyser working', async () => {
    expect((await analysedPortrait(1)).worst).toBe('pass')
  })
})
