import { expect, type Page } from '@playwright/test'
import { expectAccessible, test } from '#test/browser.ts'

async function signIn(page: Page, role: 'supervisor' | 'administrator' | 'auditor' | 'security-administrator'): Promise<void> {
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

test('supervision’s pages are accessible in both languages', async ({ page }) => {
  await signIn(page, 'supervisor')
  const paths = [
    '/supervision',
    '/supervision/alarms',
    '/supervision/measures',
    '/supervision/review',
    '/supervision/payments',
    '/ratings',
    '/supervision/cases?outcome=kept',
  ]
  for (const path of paths) await expectAccessibleInBoth(page, path)
  await page.locator('.table tbody a').first().click()
  await expectAccessibleInBoth(page, new URL(page.url()).pathname)
})

test('every figure opens as many cases as it counts', async ({ page }) => {
  await signIn(page, 'supervisor')
  await page.goto('/supervision?lang=zh')
  await expect(page.getByText('数据截至')).toBeVisible()
  const table = page.getByRole('table', { name: '各市州' })
  const totals = table.locator('tfoot a')
  expect(await totals.count()).toBeGreaterThan(3)
  const figures = await totals.evaluateAll((all) =>
    all.map((one) => ({ href: (one as HTMLAnchorElement).href, count: Number(one.textContent?.replaceAll(',', '')) })),
  )
  for (const { href, count } of figures) {
    await page.goto(href)
    await expect(page.getByRole('heading', { level: 1 })).toContainText(`：${count.toLocaleString('en-US')} 件`)
  }
  // A small figure, and one that takes several pages.
  const sorted = figures.toSorted((a, b) => a.count - b.count)
  const several = sorted.find(({ count }) => count > 50)
  expect(several).toBeDefined()
  for (const figure of [sorted[0], several]) expect(await casesListed(page, figure?.href ?? '')).toBe(figure?.count)
})

/** How many cases the list has, over all of its pages. */
async function casesListed(page: Page, href: string): Promise<number> {
  let listed = 0
  for (let next: string | null = href; next !== null; ) {
    await page.goto(next)
    listed += await page.locator('.table tbody tr[data-row]').count()
    const link = page.locator('a[rel=next]')
    next = (await link.count()) === 0 ? null : await link.getAttribute('href')
  }
  return listed
}

test('the figures as a file have a line for each prefecture and day', async ({ page }) => {
  await signIn(page, 'supervisor')
  const csv = await (await page.request.get('/supervision?format=csv&lang=zh')).text()
  const [head = '', first = ''] = csv.replace('\uFEFF', '').split('\r\n')
  expect(head.startsWith('承诺送到的日期,代码,市州')).toBe(true)
  expect(first).toMatch(/^2026-\d\d-\d\d,22\d\d,/)
})

test('other rules are tried on past cases before they take force', async ({ page }) => {
  await signIn(page, 'administrator')
  await page.goto('/supervision/review?lang=zh')
  await page.getByLabel('免采指纹的，由民警核对').uncheck()
  await page.getByRole('button', { name: '开始重放' }).click()
  await expect(async () => {
    await page.reload()
    await expect(page.getByText('重放完成')).toBeVisible()
  }).toPass()
  await expectAccessible(page)
  const read = page
    .getByRole('row', { name: /重放完成/ })
    .locator('td')
    .nth(1)
  expect(Number((await read.innerText()).replaceAll(',', ''))).toBeGreaterThan(0)
  await page.getByLabel('从哪天起').fill('2026-02-01')
  await page.keyboard.press('F9')
  await expect(page.getByRole('alert')).toContainText('生效日期不能早于今天')
})

test('who signed in and who ran against a limit are the auditor’s to read, keys and codes the security administrator’s to give', async ({ page }) => {
  await signIn(page, 'auditor')
  for (const path of ['/audit/sign-ins', '/audit/sign-ins?show=floods']) await expectAccessibleInBoth(page, path)
  expect((await page.goto('/audit/keys'))?.status()).toBe(404)
  await signIn(page, 'security-administrator')
  await expectAccessibleInBoth(page, '/audit/keys')
  expect((await page.goto('/audit/sign-ins'))?.status()).toBe(404)
})

test('what gave up has its page, for the system administrator alone', async ({ page }) => {
  await signIn(page, 'supervisor')
  expect((await page.goto('/operations/parked'))?.status()).toBe(404)
  await signIn(page, 'administrator')
  await expectAccessibleInBoth(page, '/operations/parked')
  await expect(page.getByText('没有暂停的待办')).toBeVisible()
})

test('the sandbox’s controls move the clock, make a person and let a partner fail', async ({ page }) => {
  await expectAccessibleInBoth(page, '/sandbox')
  const shown = await page.locator('#form-clock').locator('xpath=..').locator('time').getAttribute('datetime')
  const next = new Date(Date.parse(shown ?? '') + 60_000 + 8 * 3_600_000).toISOString().slice(0, 16).replace('T', ' ')
  await page.getByLabel('到指定的时间').fill(next)
  await page.getByRole('button', { name: '拨到这个时间' }).click()
  await expect(page.locator('aside').first()).toContainText(next.slice(11))

  await page.getByRole('button', { name: '造人' }).click()
  await expect(page.locator('.notice .figure')).toHaveText(/^22\d{15}[\dX]$/)

  const courier = page.locator('#form-faults-courier')
  await courier.getByLabel('故障').selectOption('late')
  await courier.getByLabel('次数').fill('1')
  await courier.getByRole('button', { name: '打开' }).click()
  await expect(page.getByText('晚一天送到').first()).toBeVisible()
  await courier.getByRole('button', { name: '全部关掉' }).click()
  await expect(courier.getByRole('button', { name: '全部关掉' })).toHaveCount(0)
})
