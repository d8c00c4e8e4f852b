import { expect, type Page } from '@playwright/test'
import { expectAccessible, test } from '#test/browser.ts'

/** The morning's batch of the day on which the product begins: its cards are made and still in the house. */
const BATCH = '/factory/batches/2026-02-13am'

/** Some minutes on, so that the morning's cards are made; other tests that share the product may have gone further. */
test.beforeAll(async ({ product }) => {
  const answer = await fetch(`${product.url}/sandbox/clock`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ now: '2026-02-13T11:37:00+08:00' }),
  })
  expect([200, 422]).toContain(answer.status)
})

async function signIn(page: Page, role: 'factory-worker' | 'dispatcher' | 'supervisor'): Promise<void> {
  const answer = await page.request.post('/sandbox/sign-in', { data: { as: { role } } })
  expect(answer.status()).toBe(200)
}

async function expectAccessibleInBoth(page: Page, path: string): Promise<void> {
  for (const lang of ['en', 'zh']) {
    await page.goto(`${path}${path.includes('?') ? '&' : '?'}lang=${lang}`)
    await expectAccessible(page)
    expect(await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth), `${path} scrolls sideways`).toBeLessThanOrEqual(0)
  }
}

test('the factory’s pages are accessible in both languages', async ({ page }) => {
  await signIn(page, 'factory-worker')
  for (const path of ['/factory', BATCH, '/factory/blanks', '/factory/blanks?state=made']) await expectAccessibleInBoth(page, path)
})

test('the dispatcher’s pages are accessible in both languages', async ({ page }) => {
  await signIn(page, 'dispatcher')
  for (const path of ['/dispatch', '/dispatch/parcels?list=handed-to-courier']) await expectAccessibleInBoth(page, path)
  await page.goto('/dispatch')
  await page.locator('#routes tbody a').first().click()
  await expectAccessible(page)
  await page.locator('.table tbody a').first().click()
  await expectAccessibleInBoth(page, new URL(page.url()).pathname)
})

test('a worker stops a line with its reason and lets it go on, by the keyboard', async ({ page }) => {
  await signIn(page, 'factory-worker')
  await page.goto('/factory?lang=zh')
  const line = page.getByRole('region', { name: /3 号线/ })
  await line.getByText('停机', { exact: true }).first().press('Enter')
  await line.getByLabel('预计恢复').fill('25:00')
  await line.getByLabel('原因').fill('打印头卡纸')
  await line.getByRole('button', { name: '停机' }).press('Enter')
  await expect(page.getByRole('alert')).toContainText('请写成 15:00')
  // What was typed is still there.
  await expect(line.getByLabel('原因')).toHaveValue('打印头卡纸')
  await line.getByLabel('预计恢复').fill('')
  await line.getByRole('button', { name: '停机' }).press('Enter')
  await expect(line.locator('.status')).toHaveText('停机')
  await expect(page.getByText(/3 号线自 .* 停机（打印头卡纸）/)).toBeVisible()
  await page.keyboard.press('Alt+3')
  await expect(line.locator('.status')).toHaveText('运行')
})

test('a card that fails the check is spoiled and destroyed before a witness, and the blanks tally', async ({ page }) => {
  await signIn(page, 'factory-worker')
  await page.goto(`${BATCH}?lang=zh`)
  const row = page.locator('#cards tbody tr').filter({ hasText: '质检合格' }).first()
  const serial = (await row.locator('td').nth(4).innerText()).trim()
  const number = (await row.locator('th').innerText()).replaceAll(/\s/g, '')
  await row.getByRole('link').click()
  await expect(page.getByLabel('办件号')).toHaveValue(number)
  await page.getByLabel('原因').fill('照片印糊')
  await page.keyboard.press('F7')
  await expect(page.getByText('已记为质检不合格')).toBeVisible()

  await page.goto(`/factory/blanks?state=spoiled&serial=${serial}`)
  await expect(page.getByLabel('卡体序列号')).toHaveValue(serial)
  await page.getByLabel('再扫一次序列号').fill(`${serial}9`)
  await page.getByLabel('见证人').fill('李见证')
  await page.getByLabel('销毁原因和方式').fill('照片印糊，剪角后粉碎')
  await page.keyboard.press('F8')
  await expect(page.getByRole('alert')).toContainText('两次扫的序列号不一样')
  await page.getByLabel('再扫一次序列号').fill(serial)
  await page.keyboard.press('F8')
  await expect(page.getByText('已登记销毁。')).toBeVisible()
  await expect(page.getByText('账实相符')).toBeVisible()
  await page.goto('/factory/blanks?state=destroyed')
  await expect(page.getByRole('rowheader', { name: serial })).toBeVisible()
})

test('who only looks is offered nothing to do, and an act sent all the same is refused', async ({ page, product }) => {
  await signIn(page, 'supervisor')
  await page.goto(`${BATCH}?lang=zh`)
  await expect(page.locator('main form')).toHaveCount(0)
  const answer = await page.request.post(`${product.url}${BATCH}`, {
    headers: { origin: product.url },
    form: { _action: 'remake', _form: 'card', _key: 'a-key-of-a-supervisor', number: '22012602358859024', note: '不该成功' },
  })
  expect(answer.status()).toBe(404)
})
