/** The resident on a phone: the first page, the progress by number and second factor, in both languages and for elder readers. */
import { expect, type Page } from '@playwright/test'
import { makeCaseNumber } from '#kernel/ids.ts'
import { day } from '#kernel/time.ts'
import { openApi } from '#test/api.ts'
import { expectAccessible, test } from '#test/browser.ts'
import { acceptedRenewal } from '#test/renewal.ts'

// Many pages, each judged by axe.
test.slow()

const STATION = '220102500100'
const PHONE = { width: 360, height: 740 }

/** An application that is being made, by the API. */
async function applied(page: Page): Promise<{ readonly number: string; readonly identityNumber: string }> {
  const { request } = page
  const { number, identityNumber, headers } = await acceptedRenewal(request, STATION)
  await page.context().clearCookies()
  const paid = { how: 'paid', means: 'cash', receiptNumber: 'JL0001', amountCents: 2000 }
  expect((await request.post(`/api/v1/cases/${number}/settle-fee`, { headers: headers(), data: paid })).status()).toBe(200)
  return { number, identityNumber }
}

/** Chinese, English, and the large-text version at its largest; nothing is cut off at 360 px. */
async function readableByAll(page: Page): Promise<void> {
  const url = new URL(page.url())
  for (const choice of ['lang=en&mode=standard', 'lang=zh&mode=elder&size=30', 'lang=zh&mode=standard']) {
    await page.goto(`${url.pathname}?${url.searchParams.size > 0 ? `number=${url.searchParams.get('number')}&` : ''}${choice}`)
    await expectAccessible(page)
    expect(await page.evaluate(() => document.documentElement.scrollWidth), `${page.url()} fits the screen`).toBeLessThanOrEqual(PHONE.width)
  }
}

test.use({ viewport: PHONE })

test('the first pages are for everybody', async ({ page }) => {
  for (const path of ['/', '/services/id-card-renewal', '/services/id-card-found-notice', '/sign-in', '/sign-out', '/progress']) {
    expect((await page.goto(path))?.status(), path).toBe(200)
    await readableByAll(page)
  }
  expect((await page.goto('/services/none-such'))?.status()).toBe(404)
})

test('progress by case number and the last four, without signing in', async ({ page }) => {
  const { number, identityNumber } = await applied(page)
  // The receipt's code carries the number.
  await page.goto(`/progress?number=${number}`)
  await expect(page.locator('#number')).toHaveValue(number.replace(/(\d{4})(?=\d)/g, '$1 '))

  // Neither a wrong second factor nor an unknown number says which of them it was.
  const wrong = identityNumber.endsWith('0000') ? '1111' : '0000'
  await page.fill('#lastFour', wrong)
  await page.getByRole('button', { name: '查询' }).click()
  const answer = await page.locator('.error-summary li').innerText()
  expect(answer).toContain('没有找到')
  await expect(page.locator('#lastFour')).toHaveValue(wrong)
  await expectAccessible(page)
  await page.fill('#number', makeCaseNumber({ prefecture: '2224', on: day('2026-02-13'), random: 7 }))
  await page.getByRole('button', { name: '查询' }).click()
  await expect(page.locator('#number')).not.toHaveValue(number)
  expect(await page.locator('.error-summary li').innerText()).toBe(answer)

  await page.fill('#number', number)
  await page.fill('#lastFour', identityNumber.slice(-4).toLowerCase())
  await page.getByRole('button', { name: '查询' }).click()
  await page.waitForURL(`**/progress?number=${number}`)
  await expect(page.locator('.promise')).toContainText('2026年2月14日（星期六，调休上班）')
  await expect(page.locator('.promise')).toContainText('过去的办法')
  await expect(page.locator('.promise')).toContainText('法律规定的最长期限')
  await expect(page.locator('main')).toContainText('原来的居民身份证')
  await page.getByText('为什么是这一天').click()
  await expect(page.locator('.promise-why')).toContainText('12:00')
  const text = await page.locator('body').innerText()
  expect(text).not.toContain(identityNumber)
  await readableByAll(page)

  // Opened for this case and this browser only.
  await page.context().clearCookies()
  await page.goto(`/progress?number=${number}`)
  await expect(page.locator('#lastFour')).toBeVisible()
})

test.describe('in a browser without scripts', () => {
  test.use({ javaScriptEnabled: false })

  test('progress all the same', async ({ page }) => {
    const { number, identityNumber } = await applied(page)
    await page.goto('/progress')
    await page.locator('#number').fill(number)
    await page.locator('#lastFour').fill(identityNumber.slice(-4))
    await page.getByRole('button', { name: '查询' }).click()
    await expect(page.locator('.promise')).toContainText('证件制好')

    // The window has served its step: it is rated, once, without a name since nobody is signed in.
    await page.getByRole('button', { name: '提交评价' }).click()
    await expect(page.locator('.error-summary li')).toHaveText('请选择一项评价。')
    await page.getByLabel('不满意（差）', { exact: true }).check()
    await page.getByLabel('想说的话').fill('<b>排队</b> & "久"')
    await expect(page.locator('main')).toContainText('按匿名评价')
    await page.getByRole('button', { name: '提交评价' }).click()
    await page.waitForURL(`**/progress?number=${number}#rating`)
    await expect(page.locator('main')).toContainText('<b>排队</b> & "久"')
    await expect(page.locator('main')).toContainText('这是差评，我们会整改')
    await expect(page.getByRole('button', { name: '提交评价' })).toHaveCount(0)
  })
})

test('a fee is paid online, from the progress page to the receipt', async ({ page }) => {
  const { number, personId, identityNumber } = await acceptedRenewal(page.request, STATION)
  await page.context().clearCookies()
  await page.goto(`/progress?number=${number}`)
  await page.fill('#lastFour', identityNumber.slice(-4))
  await page.getByRole('button', { name: '查询' }).click()
  await expect(page.getByText('还要缴 20 元')).toBeVisible()
  await page.request.post('/sandbox/sign-in', { data: { as: { person: personId } } })
  await page.getByRole('link', { name: '网上缴费' }).click()
  await readableByAll(page)
  await page.getByLabel('支付宝').check({ force: true })
  await page.getByRole('button', { name: '下一步' }).click()
  await expectAccessible(page)
  await page.screenshot({ path: test.info().outputPath('waiting.png'), fullPage: true })
  await page.getByRole('link', { name: '去付款' }).click()
  await page.getByRole('button', { name: '付款' }).click()
  // What has arrived is booked by a reaction, a moment later.
  await expect(async () => {
    await page.goto(`/pay/${number}`)
    await expect(page.locator('main')).toContainText('校验码', { timeout: 1_000 })
  }).toPass({ timeout: 30_000 })
  await expect(page.getByRole('button', { name: '下一步' })).toHaveCount(0)
  await readableByAll(page)
  await page.screenshot({ path: test.info().outputPath('paid.png'), fullPage: true })
  await page.goto(`/progress?number=${number}`)
  await expect(page.getByText('还要缴 20 元')).toHaveCount(0)
})

test('whether a card can be replaced online is answered before anything is submitted, with everything that stands against it', async ({ page, product }) => {
  const api = openApi(product)
  const made = (more: object) => api.makePerson({ age: 30, township: '220102001', ...more })
  const can = await made({ card: { issuedOn: '2023-05-04', expiresOn: '2043-05-04' }, fingerprints: '2023-05-04' })
  const cannot = await made({ card: { issuedOn: '2016-05-04', expiresOn: '2036-05-04' }, fingerprints: false, flags: ['item-change-pending'] })
  await page.goto('/')
  await page.getByRole('link', { name: '能不能网上办' }).click()
  await expect(page).toHaveURL(/sign-in/)
  await page.request.post('/sandbox/sign-in', { data: { as: { person: can.person.id } } })
  await page.goto('/services/id-card-online/for-me')
  await readableByAll(page)
  await page.getByRole('link', { name: '丢失' }).click()
  await expect(page.locator('main')).toContainText('可以办')
  await expect(page.locator('main')).toContainText('40 元')
  await expectAccessible(page)
  await page.screenshot({ path: test.info().outputPath('can.png'), fullPage: true })

  await page.request.post('/sandbox/sign-in', { data: { as: { person: cannot.person.id } } })
  await page.goto('/services/id-card-online/for-me?reason=lost')
  for (const missing of ['超过 5 年', '没有登记过指纹', '正在变更']) await expect(page.locator('main')).toContainText(missing)
  await page.screenshot({ path: test.info().outputPath('cannot.png'), fullPage: true })
  await page.goto('/services/id-card-online/for-me?reason=lost&lang=en&mode=elder')
  await expect(page.locator('main')).toContainText('Not as things stand')
  expect(await page.locator('main').innerText()).not.toMatch(/[\u4e00-\u9fff]/)
  await expectAccessible(page)
  await page.screenshot({ path: test.info().outputPath('cannot-elder-en.png'), fullPage: true })
  await page.getByRole('link', { name: 'Replacement of a lost ID card' }).click()
  await expect(page.locator('main')).toContainText('an officer looks at it')
})
