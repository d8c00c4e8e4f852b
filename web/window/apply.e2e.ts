/** At the window: the whole application by the keyboard alone, with wrong input, and in a browser without scripts. */
import { expect, type Page } from '@playwright/test'
import { portraitJpeg } from '#sim/portrait.ts'
import { expectAccessible, test } from '#test/browser.ts'

// Many pages, each judged by axe.
test.slow()

const STATION = '220102500100'

interface Made {
  readonly person: { readonly identityNumber: string; readonly name: string }
}

async function signIn(page: Page, as: object = { role: 'station-officer', organ: STATION }): Promise<void> {
  const answer = await page.request.post('/sandbox/sign-in', { data: { as } })
  expect(answer.status()).toBe(200)
}

/** Somebody of another prefecture, whose card expires soon. */
async function makePerson(page: Page, wishes: object = {}): Promise<Made['person']> {
  const card = { issuedOn: '2016-03-01', expiresOn: '2026-03-01' }
  const answer = await page.request.post('/sandbox/people', { data: { age: 30, within: '2224', card, hardship: 'none', ...wishes } })
  expect(answer.status()).toBe(201)
  return ((await answer.json()) as Made).person
}

const focused = (page: Page): Promise<string> => page.evaluate(() => document.activeElement?.id ?? '')

async function accessibleInBoth(page: Page): Promise<void> {
  const path = new URL(page.url()).pathname
  for (const lang of ['en', 'zh']) {
    await page.goto(`${path}?lang=${lang}`)
    await expectAccessible(page)
  }
}

test('an application by the keyboard alone: read, photo, submit, fee, receipt', async ({ page }) => {
  // The browser hands choosers to us from now on: told only just before the key, it may hear of it after the key.
  page.on('filechooser', () => undefined)
  await signIn(page)
  const person = await makePerson(page)
  const photo = await portraitJpeg(7)
  await page.goto('/window')
  await accessibleInBoth(page)
  await page.keyboard.press('F2')
  await page.waitForURL('**/window/apply')
  await accessibleInBoth(page)

  // The reader types the number and Enter; the record stands beside the form, and the likely service is chosen.
  expect(await focused(page)).toBe('form-identityNumber')
  await page.keyboard.type(person.identityNumber)
  await page.keyboard.press('Enter')
  await expect(page.locator('.record')).toContainText(person.name)
  await page.waitForLoadState()
  await expect(page.getByRole('radio', { name: '1 有效期满' })).toBeChecked()
  await expect(page.locator('.apply-beside')).toContainText('相片和指纹依法采集，不需要同意')
  await expect(page.locator('.apply-beside')).toContainText('居民身份证法 3')

  expect(await focused(page)).toBe('form-photo')
  const chooser = page.waitForEvent('filechooser')
  await page.keyboard.press('Enter')
  await (await chooser).setFiles({ name: 'photo.jpg', mimeType: 'image/jpeg', buffer: photo })
  await expect(page.locator('.photo-findings')).toContainText('相片合格')
  await page.waitForLoadState()
  await expectAccessible(page)

  await expect.poll(() => focused(page)).toBe('form-fingerprints-quality')
  await page.keyboard.type('82')
  await page.keyboard.press('F8')
  await page.waitForURL(/\/window\/cases\/\d{17}$/)
  await expect(page.getByRole('table', { name: '审核结果' }).getByText('通过')).toHaveCount(await page.locator('tbody tr[data-row]').count())
  await expect(page.locator('.promise')).toContainText('2026年2月14日（星期六，调休上班）')
  await expectAccessible(page)

  // The fee: the cursor stands in its means; a digit chooses, one key records it.
  await page.keyboard.press('3')
  await page.keyboard.press('Tab')
  await page.keyboard.type('JL20260213')
  await page.keyboard.press('F8')
  await expect(page.locator('.title')).toContainText('制证中')
  await expect(page.locator('.timeline')).toContainText('微信，票据号 JL20260213')
  await accessibleInBoth(page)

  const number = /\d{17}/.exec(page.url())?.[0] ?? ''
  await page.keyboard.press('Alt+KeyP')
  await page.waitForURL('**/receipt')
  await expect(page.getByRole('img', { name: '扫码看进度' })).toBeVisible()
  await expect(page.locator('.paper')).toContainText('相片和指纹依法采集，不需要同意')
  await expect(page.locator('.paper')).toContainText(number.replace(/(\d{4})(?=\d)/g, '$1\u00a0'))
  await accessibleInBoth(page)
  await page.goto(`/window/cases/${number}/receipt?paper=slip`)
  await expect(page.locator('.slip')).toBeVisible()

  // Another station neither finds the case nor opens it.
  await signIn(page, { role: 'station-officer', organ: '220104500100' })
  expect((await page.goto(`/window/cases/${number}`))?.status()).toBe(404)
})

test('what is wrong says what to do, and nothing typed is lost', async ({ page }) => {
  await signIn(page)
  const person = await makePerson(page)
  const wrongNumber = person.identityNumber.slice(0, 17) + (person.identityNumber.endsWith('1') ? '2' : '1')
  await page.goto('/window/apply?service=id-card-renewal')
  await page.fill('#form-identityNumber', wrongNumber)
  await page.getByRole('radio', { name: '3 损坏' }).check({ force: true })
  await page.getByRole('radio', { name: '3 邮寄' }).check({ force: true })
  await page.fill('#form-handover-recipient', '王收件')
  await page.fill('#form-handover-phone', '12345')
  await page.keyboard.press('F8')
  await expect(page.locator('.error-summary')).toContainText('号码有一位不对')
  await page.waitForLoadState()
  await expect(page.locator('#form-identityNumber')).toHaveValue(wrongNumber)
  await expect(page.locator('#form-handover-recipient')).toHaveValue('王收件')
  await expect(page.getByRole('radio', { name: '3 损坏' })).toBeChecked()
  await expectAccessible(page)

  await page.fill('#form-identityNumber', person.identityNumber)
  await page.keyboard.press('Enter')
  await expect(page.locator('.record')).toContainText(person.name)
  await page.waitForLoadState()
  await page.setInputFiles('#form-photo', { name: 'photo.jpg', mimeType: 'image/jpeg', buffer: Buffer.from('no picture at all') })
  await expect(page.locator('.error-summary')).toContainText('不是 JPEG')
  await page.waitForLoadState()
  await expect(page.locator('#form-handover-recipient')).toHaveValue('王收件')

  await page.setInputFiles('#form-photo', { name: 'small.jpg', mimeType: 'image/jpeg', buffer: await portraitJpeg(8, { width: 300, height: 400 }) })
  await expect(page.locator('.photo-findings')).toContainText('不合格，请重拍')
  await page.waitForLoadState()
  await page.setInputFiles('#form-photo', { name: 'photo.jpg', mimeType: 'image/jpeg', buffer: await portraitJpeg(7) })
  await expect(page.locator('.photo-findings')).toContainText('相片合格')
  await page.waitForLoadState()

  // All that is missing at once, each at its own field, in plain words.
  await page.keyboard.press('F8')
  for (const sentence of ['质量分，0 到 100', '11 位手机号', '详细地址']) await expect(page.locator('.error-summary')).toContainText(sentence)
  await expect(page.locator('.photo-findings')).toContainText('相片合格')
  await page.waitForLoadState()
  await expectAccessible(page)
  await page.fill('#form-fingerprints-quality', '75')
  await page.fill('#form-handover-phone', '13800138000')
  await page.fill('#form-handover-address', '测试路 1 号 2 单元 301 室')
  await page.keyboard.press('F8')
  await page.waitForURL(/\/window\/cases\/\d{17}$/)
  await expect(page.locator('.promise')).toContainText('寄到您手里')
})

test('a refusal says why and what to do instead', async ({ page }) => {
  await signIn(page)
  const person = await makePerson(page)
  await page.goto('/window/apply?service=id-card-loss-withdrawal')
  await page.fill('#form-identityNumber', person.identityNumber)
  await page.keyboard.press('Enter')
  await expect(page.locator('.record')).toContainText(person.name)
  await page.waitForLoadState()
  await page.keyboard.press('F8')
  await expect(page.locator('.error-summary')).toContainText('没有需要撤销的丢失申报')
  await expect(page.locator('.error-summary')).toContainText('证件可以照常使用')
  await expect(page.locator('#form-identityNumber')).toHaveValue(person.identityNumber)
  await expectAccessible(page)
})

test.describe('in a browser without scripts', () => {
  test.use({ javaScriptEnabled: false })

  test('the same application, step by step', async ({ page }) => {
    await signIn(page)
    const person = await makePerson(page)
    await page.goto('/window/apply')
    await page.locator('#form-identityNumber').fill(person.identityNumber)
    await page.getByRole('button', { name: '查询' }).click()
    await expect(page.locator('.record')).toContainText(person.name)
    await page.setInputFiles('#form-photo', { name: 'photo.jpg', mimeType: 'image/jpeg', buffer: await portraitJpeg(7) })
    await page.getByRole('button', { name: '检测相片' }).click()
    await expect(page.locator('.photo-findings')).toContainText('相片合格')
    await page.locator('#form-fingerprints-quality').fill('82')
    await page.getByRole('button', { name: '提交' }).click()
    await expect(page).toHaveURL(/\/window\/cases\/\d{17}$/)
    await page.locator('#receiptNumber').fill('JL20260214')
    await page.getByRole('button', { name: /登记已收/ }).click()
    await expect(page.locator('.title')).toContainText('制证中')
  })
})

test('a loss is reported on the same screen, with the fields of its own schema', async ({ page }) => {
  await signIn(page)
  const person = await makePerson(page)
  await page.goto('/window/apply')
  await page.keyboard.type(person.identityNumber)
  await page.keyboard.press('Enter')
  await expect(page.locator('.record')).toContainText(person.name)
  await page.waitForLoadState()
  await page.keyboard.press('Alt+Digit5')
  await expect(page.locator('#form-photo')).toHaveCount(0)
  await page.fill('#form-lostOn', '2026')
  await page.fill('#form-lostOn-month', '2')
  await page.fill('#form-lostOn-day', '30')
  await page.keyboard.press('F8')
  await expect(page.locator('.error-summary')).toContainText('丢失的日期')
  await page.waitForLoadState()
  await expect(page.locator('#form-lostOn-day')).toHaveValue('30')
  await page.fill('#form-lostOn-day', '12')
  await page.keyboard.press('F8')
  await page.waitForURL(/\/window\/cases\/\d{17}$/)
  await expect(page.locator('.title')).toContainText('已办结')
  await expectAccessible(page)
})
