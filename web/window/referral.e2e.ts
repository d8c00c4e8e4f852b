/** The reviewer: what the automatic review left to a person is opened, decided, and the applicant sees the reason. */
import { expect, type Page } from '@playwright/test'
import { portraitJpeg } from '#sim/portrait.ts'
import { expectAccessible, test } from '#test/browser.ts'

// Many pages, each judged by axe.
test.slow()

const STATION = '220102500100'

const signIn = async (page: Page, as: object): Promise<void> => {
  expect((await page.request.post('/sandbox/sign-in', { data: { as } })).status()).toBe(200)
}

test('a referral: materials asked for at once, supplied, and granted by key', async ({ page }) => {
  await signIn(page, { role: 'station-officer', organ: STATION })
  const wishes = { age: 40, within: '2201', card: { issuedOn: '2016-03-01', expiresOn: '2026-03-01' }, flags: ['forged-documents'], hardship: 'none' }
  const { person } = (await (await page.request.post('/sandbox/people', { data: wishes })).json()) as { person: { identityNumber: string; name: string } }
  await page.goto('/window/apply')
  await page.keyboard.type(person.identityNumber)
  await page.keyboard.press('Enter')
  await expect(page.locator('.record')).toContainText('有使用伪造证件的记录')
  await page.waitForLoadState()
  await page.setInputFiles('#form-photo', { name: 'photo.jpg', mimeType: 'image/jpeg', buffer: await portraitJpeg(7) })
  await expect(page.locator('.photo-findings')).toContainText('相片合格')
  await page.waitForLoadState()
  await page.fill('#form-fingerprints-quality', '82')
  await page.keyboard.press('F8')
  await page.waitForURL(/\/window\/cases\/\d{17}$/)
  await expect(page.locator('.title')).toContainText('民警核查中')
  const number = /\d{17}/.exec(page.url())?.[0] ?? ''

  await signIn(page, { role: 'referral-reviewer' })
  await page.goto('/window/referrals')
  await expect(page.locator(`tr[data-row="${number}"]`)).toContainText('要由民警核对')
  await expectAccessible(page)
  await page.goto(`/window/referrals/${number}`)
  await expect(page.locator('main')).not.toContainText(person.name)
  await page.keyboard.press('F4')
  await expect(page.locator('.record')).toContainText(person.name)
  await page.waitForLoadState()
  await expectAccessible(page)
  await page.getByText('一次告知补正').click()
  await page.getByRole('checkbox', { name: '请带上能证明身份的其他证件' }).check({ force: true })
  await page.keyboard.press('F9')
  await page.waitForURL('**/window/referrals')
  await expect(page.locator(`tr[data-row="${number}"]`)).toContainText('暂停计算')

  await signIn(page, { role: 'station-officer', organ: STATION })
  await page.goto(`/window/cases/${number}`)
  await expect(page.locator('main')).toContainText('请带上能证明身份的其他证件')
  await page.fill('#note', '出示了社保卡')
  await page.keyboard.press('F8')
  await expect(page.locator('.title')).toContainText('民警核查中')

  await signIn(page, { role: 'referral-reviewer' })
  await page.goto(`/window/referrals/${number}`)
  await page.keyboard.press('F8')
  for (const sentence of ['请选择准予或不予', '2 到 500 个字', '所依据的条款']) await expect(page.locator('.error-summary')).toContainText(sentence)
  await page.getByRole('radio', { name: '1 准予' }).check({ force: true })
  await page.fill('#reason', '经核对社保卡，是本人。')
  await page.fill('#basis', '居民身份证法 3')
  await page.keyboard.press('F8')
  await page.waitForURL('**/window/referrals')
  await expect(page.locator(`tr[data-row="${number}"]`)).toHaveCount(0)

  await signIn(page, { role: 'station-officer', organ: STATION })
  await page.goto(`/window/cases/${number}`)
  await expect(page.locator('.title')).toContainText('待缴费')
  await expect(page.locator('.timeline')).toContainText('经核对社保卡，是本人。')
  await extendLimit(page, number)
})

/** The issuing county extends the limit set by law; the next one who opens the case reads why. */
async function extendLimit(page: Page, number: string): Promise<void> {
  await signIn(page, { role: 'referral-reviewer' })
  await page.goto('/window/referrals')
  await page.fill('#which', '1')
  await page.getByRole('button', { name: '查找' }).click()
  await expect(page.locator('.error-summary')).toContainText('您的辖区没有这一件')
  await page.fill('#which', number)
  await page.getByRole('button', { name: '查找' }).click()
  await page.waitForURL(`**/window/referrals/${number}`)
  await page.getByText('延长法定时限').click()
  await expectAccessible(page)
  await page.getByRole('button', { name: '延长', exact: true }).click()
  for (const sentence of ['依法最多 30 天', '交通不便的情形', '2 到 500 个字']) await expect(page.locator('.error-summary')).toContainText(sentence)
  await page.getByRole('radio', { name: '2 道路或者交通中断' }).check({ force: true })
  await page.fill('#days', '31')
  await page.fill('#extendReason', '大雪封路，班车停运。')
  await page.getByRole('button', { name: '延长', exact: true }).click()
  await expect(page.locator('main')).toContainText('它超过了法律允许的长度')
  await page.fill('#days', '30')
  await page.getByRole('button', { name: '延长', exact: true }).click()
  await expect(page.locator('.timeline')).toContainText('法定时限因交通中断延长 30 天')
  await expect(page.locator('.timeline')).toContainText('大雪封路，班车停运。')
  await expect(page.getByText('延长法定时限')).toHaveCount(0)
  await page.screenshot({ path: test.info().outputPath('extended.png'), fullPage: true })
}
