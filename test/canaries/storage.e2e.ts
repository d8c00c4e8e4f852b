/** What the browser keeps after the flows: no number, phone or name of anybody, in any of its stores, nor in an address that was visited. */
import { expect, type Page } from '@playwright/test'
import { portraitJpeg } from '#sim/portrait.ts'
import { openApi } from '#test/api.ts'
import { test } from '#test/browser.ts'
import { canary, openWatch } from '#test/canaries/scan.ts'

/** Everything that this origin has stored, as text. */
const stored = async (page: Page): Promise<string> => {
  const inPage = await page.evaluate(async () => {
    const databases = await indexedDB.databases()
    const caches = 'caches' in globalThis ? await globalThis.caches.keys() : []
    return JSON.stringify([{ ...localStorage }, { ...sessionStorage }, databases, caches, document.cookie, history.state])
  })
  const cookies = await page.context().cookies()
  return `${inPage} ${JSON.stringify(cookies)} ${cookies.map(({ value }) => decodeURIComponent(value)).join(' ')}`
}

test('nothing is left in the browser, and what is planted there is found', async ({ page, product }) => {
  test.setTimeout(180_000)
  const watch = openWatch()
  const one = canary(901)
  const api = openApi(product)
  const { person } = await api.makePerson({ age: 30, name: one.name, phone: one.phone, within: '2201', card: { expiresOn: '2026-03-10' } })
  watch.add(one.name, one.phone, one.address, person.identityNumber)
  const addresses: string[] = []
  page.on('request', (request) => addresses.push(request.url()))
  const clean = async (where: string): Promise<void> => {
    expect(watch.inText(await stored(page)), where).toEqual([])
    expect(
      addresses.filter((address) => watch.inText(address).length > 0),
      where,
    ).toEqual([])
  }

  await page.request.post('/sandbox/sign-in', { data: { as: { role: 'station-officer', organ: '220102500100' } } })
  await page.goto('/window/apply')
  await page.keyboard.type(person.identityNumber)
  await page.keyboard.press('Enter')
  await expect(page.locator('.record')).toContainText(one.name)
  await clean('with the record open')
  await page.setInputFiles('#form-photo', { name: 'photo.jpg', mimeType: 'image/jpeg', buffer: await portraitJpeg(12) })
  await expect(page.locator('.photo-findings')).toContainText('相片合格')
  await page.fill('#form-fingerprints-quality', '88')
  await page.keyboard.press('F8')
  await page.waitForURL(/\/window\/cases\/\d{17}$/)
  const number = /\d{17}/.exec(page.url())?.[0] ?? ''
  await clean('when it was submitted')
  await page.goto(`/window/cases/${number}`)
  await page.goto('/window')
  await clean('on the lists')

  await page.goto('/sign-out').catch(() => undefined)
  await page.goto(`/progress?number=${number}`)
  await page.fill('#lastFour', person.identityNumber.slice(-4))
  await page.getByRole('button', { name: '查询' }).click()
  await expect(page.locator('main')).toContainText('身份证')
  await clean('on the progress page')

  await page.evaluate((name) => localStorage.setItem('planted', name), one.name)
  expect(watch.inText(await stored(page))).toEqual([one.name])
})
