/**
 * Measure one in the browser, for the man who comes a minute after noon: the window, the factory, his phone, the courier's days over
 * the Spring Festival, the collection, and the figure that proves it. One browser plays everyone; the clock is the sandbox's.
 */
import { expect, type Page } from '@playwright/test'
import { portraitJpeg } from '#sim/portrait.ts'
import { expectAccessible, testAlone } from '#test/browser.ts'

const test = testAlone()

const STATION = '220102500100'

async function signIn(page: Page, as: object): Promise<void> {
  expect((await page.request.post('/sandbox/sign-in', { data: { as } })).status()).toBe(200)
}

async function moveTo(page: Page, local: string): Promise<void> {
  const moved = await page.request.post('/sandbox/clock', { data: { now: `${local}+08:00` }, timeout: 120_000 })
  expect(moved.status(), await moved.text()).toBe(200)
}

/** By the number on the receipt and the last four characters: the page stays open for a while only. */
async function lookUp(page: Page, number: string, identityNumber: string): Promise<void> {
  await page.goto(`/progress?number=${number}`)
  await page.fill('#lastFour', identityNumber.slice(-4))
  await page.getByRole('button', { name: '查询' }).click()
}

/** Kept beside the report, to be looked at. */
const look = async (page: Page, name: string): Promise<void> => {
  await page.screenshot({ path: test.info().outputPath(`${name}.png`), fullPage: true })
}

test('the card of a man who comes at 12:01 on Friday 13 February 2026', async ({ page }) => {
  test.setTimeout(360_000)
  await moveTo(page, '2026-02-13T12:01:00')
  await signIn(page, { role: 'station-officer', organ: STATION })
  const wishes = { age: 35, sex: 'male', within: '2207', hardship: 'none', card: { issuedOn: '2016-03-01', expiresOn: '2026-03-01' } }
  const made = (await (await page.request.post('/sandbox/people', { data: wishes })).json()) as { person: { identityNumber: string; name: string } }
  const { identityNumber } = made.person

  // At the window.
  await page.goto('/window/apply')
  await page.keyboard.type(identityNumber)
  await page.keyboard.press('Enter')
  await expect(page.locator('.record')).toContainText(made.person.name)
  await page.setInputFiles('#form-photo', { name: 'photo.jpg', mimeType: 'image/jpeg', buffer: await portraitJpeg(12) })
  await expect(page.locator('.photo-findings')).toContainText('相片合格')
  await page.fill('#form-fingerprints-quality', '88')
  await look(page, '1-window')
  await page.keyboard.press('F8')
  await page.waitForURL(/\/window\/cases\/\d{17}$/)
  const number = /\d{17}/.exec(page.url())?.[0] ?? ''
  await expect(page.locator('.promise')).toContainText('2026年2月24日')
  await page.fill('#receiptNumber', 'JL20260213')
  await page.keyboard.press('F8')
  await expect(page.locator('.title')).toContainText('制证中')
  await look(page, '2-promised')

  // In the factory's next batch: the make-up Saturday's morning.
  await signIn(page, { role: 'factory-worker' })
  await page.goto('/factory/batches/2026-02-14am')
  await expect(page.locator('main')).toContainText(number.slice(-5, -1))
  await expectAccessible(page)
  await look(page, '3-factory')

  // On his phone, before the holiday: why this day, and that nothing is made in the festival.
  await page.setViewportSize({ width: 360, height: 740 })
  await page.context().clearCookies()
  await lookUp(page, number, identityNumber)
  await expect(page.locator('.promise')).toContainText('2026年2月24日')
  await page.getByText('为什么是这一天').click()
  await expect(page.locator('.promise-why')).toContainText('春节')
  await look(page, '4-phone')

  // Made on Saturday, at the station after the festival.
  await moveTo(page, '2026-02-24T09:30:00')
  await lookUp(page, number, identityNumber)
  await expect(page.locator('main')).toContainText('可以领取')
  await expectAccessible(page)
  await look(page, '5-phone-arrived')

  // Collected: identity checked, the old card handed back.
  await page.setViewportSize({ width: 1280, height: 900 })
  await signIn(page, { role: 'station-officer', organ: STATION })
  await page.goto(`/window/cases/${number}`)
  await page.locator('input[name="identityCheckedBy"][value="fingerprint"]').check({ force: true })
  await page.locator('input[name="oldCard"][value="handed-back"]').check({ force: true })
  await page.keyboard.press('F8')
  await expect(page.locator('.title')).toContainText('已办结')
  await expect(page.locator('.timeline')).toContainText('承诺兑现')
  await look(page, '6-collected')

  // The supervisor sees a promise kept.
  await signIn(page, { role: 'supervisor' })
  await page.goto('/supervision')
  await expect(page.locator('main')).toContainText('100')
  await expectAccessible(page)
  await look(page, '7-supervision')
})
