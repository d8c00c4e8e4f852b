import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { Service } from '#catalogue/model.ts'
import type { Measure } from '#supervision/model.ts'

const source = join(import.meta.dirname, '..')

async function valuesOf<T>(folder: string): Promise<readonly (readonly [file: string, value: T])[]> {
  const files = readdirSync(join(source, folder)).filter((name) => name.endsWith('.ts') && !name.includes('.test.'))
  return Promise.all(files.map(async (name) => [name, ((await import(join(source, folder, name))) as { default: T }).default] as const))
}

const measures = await valuesOf<Measure>('measures')
const services = (await valuesOf<Service>('services')).map(([, service]) => service)
const NUMERALS = ['一', '二', '三', '四', '五', '六', '七', '八', '九', '十', '十一', '十二']

describe('the twelve measures', () => {
  test('are twelve, each once, under its own number and article', () => {
    expect(measures.map(([, { number }]) => number).toSorted((a, b) => a - b)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12])
    for (const [file, { number, basis }] of measures) {
      expect(file.startsWith(`${String(number).padStart(2, '0')}-`)).toBe(true)
      expect(basis).toBe(`吉公通字〔2021〕32号 ${NUMERALS[number - 1]}`)
    }
  })

  test.each(services.map((service) => [service.id, service] as const))('%s keeps a measure that names it', (id, service) => {
    expect(measures.find(([, { number }]) => number === service.measure)?.[1].services).toContain(id)
  })

  test.each(measures)('%s names only services and folders that exist, and says plainly whether it is built', (_, measure) => {
    for (const id of measure.services) expect(services.find((service) => service.id === id)?.measure, id).toBe(measure.number)
    for (const folder of measure.folders) expect(existsSync(join(source, folder)), folder).toBe(true)
    expect(measure.state !== 'not-built').toBe(measure.services.length > 0)
    for (const sentence of [measure.title, measure.promise, measure.figure.definition, measure.figure.target]) {
      expect(sentence.zh).toMatch(/[\u4e00-\u9fff]|%/)
      expect(sentence.en).not.toMatch(/[\u4e00-\u9fff]/)
    }
  })
})
