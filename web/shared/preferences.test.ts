import { describe, expect, test } from 'vitest'
import { addressOf, chooseReading } from '#web/shared/preferences.ts'

const asked = { query: {}, cookies: {}, acceptLanguage: undefined }

describe('language and mode: the query, then the cookie, then what the browser asks for', () => {
  test('Chinese and standard when nothing is said', () => expect(chooseReading(asked)).toEqual({ language: 'zh', mode: 'standard', elderSize: 22 }))
  test('the query wins over the cookie, the cookie over the browser', () => {
    expect(chooseReading({ query: { lang: 'zh' }, cookies: { lang: 'en' }, acceptLanguage: 'en' }).language).toBe('zh')
    expect(chooseReading({ ...asked, cookies: { lang: 'zh' }, acceptLanguage: 'en' }).language).toBe('zh')
    expect(chooseReading({ ...asked, query: { mode: 'standard' }, cookies: { mode: 'elder' } }).mode).toBe('standard')
  })
  test('the weights of Accept-Language count, not its order', () => {
    expect(chooseReading({ ...asked, acceptLanguage: 'en;q=0.5, zh-CN;q=0.9' }).language).toBe('zh')
    expect(chooseReading({ ...asked, acceptLanguage: 'ko, en-GB;q=0.8, zh;q=0.2' }).language).toBe('en')
    expect(chooseReading({ ...asked, acceptLanguage: 'en;q=0' }).language).toBe('zh')
  })
  test('what we do not know counts as not said', () => {
    expect(chooseReading({ query: { lang: 'fr', mode: ['elder'], size: '99' }, cookies: { lang: 'en', size: '26' }, acceptLanguage: undefined })).toEqual({
      language: 'en',
      mode: 'standard',
      elderSize: 26,
    })
  })
})

test('an address with a person’s number in it is never led back to', () => {
  expect(addressOf({ url: '/progress?number=22012026021300012&lang=en' })).toBe('/progress?number=22012026021300012&lang=en')
  expect(addressOf({ url: '/progress?number=11010519491231002X' })).toBe('/')
  expect(addressOf({ url: '/window/cases/13900001111' })).toBe('/')
})
