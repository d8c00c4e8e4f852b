/** A resident sees who read the file, within the minute, in both languages, without script; and the auditor sees what was unusual. */
import { expect, type Page } from '@playwright/test'
import { openApi } from '#test/api.ts'
import { test as base, expectAccessible } from '#test/browser.ts'
import { type Product, startProduct } from '#test/product.ts'

/** A province without people of its own: who is read is made here, and nobody else stands in the auditor's lists. */
const test = base.extend<object, { product: Product }>({
  product: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the names of the fixtures from the pattern
    async ({}, use) => {
      const product = await startProduct({ YITANG_NOW: '2026-02-13T11:30:00+08:00', YITANG_PEOPLE: '0' })
      await use(product)
      await product.stop()
    },
    { scope: 'worker', timeout: 240_000 },
  ],
})
test.slow()

const STATION = '220102500100'

async function signIn(page: Page, as: object): Promise<void> {
  await page.context().clearCookies()
  expect((await page.request.post('/sandbox/sign-in', { data: { as } })).status()).toBe(200)
}

test('who read my file', async ({ page, product }, info) => {
  const api = openApi(product)
  const officer = await api.signIn({ role: 'station-officer', organ: STATION })
  const other = await api.signIn({ role: 'station-officer', organ: '222401500100' })
  const { person } = await api.makePerson({ age: 35, within: '2201', card: { expiresOn: '2026-03-10' } })
  const found = await api.post<{ name: string }>('/api/v1/people/find', { identityNumber: person.identityNumber, purpose: 'application' }, officer)
  expect(found.body.name).toBe(person.name)
  const { number } = (await api.post('/api/v1/cases', api.renewal(person.identityNumber, await api.portrait(3, officer)), officer)).body
  await api.get(`/api/v1/cases/${number}`, officer)
  expect((await api.get(`/api/v1/cases/${number}`, other)).status).toBe(404)
  await api.post('/api/v1/people/find', { identityNumber: person.identityNumber, purpose: 'other-duty', note: '走访核对地址' }, other)
  // Without words of one's own nothing is opened, and the way out is said.
  const refused = await api.post('/api/v1/people/find', { identityNumber: person.identityNumber, purpose: 'rescue' }, other)
  expect([refused.status, refused.body.fields?.note?.zh]).toEqual([422, expect.stringContaining('具体事由')])

  await signIn(page, { person: person.id })
  await page.goto('/my-file')
  const entries = page.locator('.happening')
  await expect(entries).toHaveCount(4)
  await expect(page.locator('.timeline')).toContainText('警号 9')
  await expect(page.locator('.timeline')).toContainText('受理证件申请')
  await expect(page.locator('.timeline')).toContainText('其他公务')
  await expect(page.locator('.timeline')).toContainText('想看，系统没有给看')
  await expect(page.locator('.timeline')).not.toContainText('走访核对地址')
  await expect(page.locator('body')).not.toContainText(person.identityNumber)
  await expectAccessible(page)
  await page.screenshot({ path: info.outputPath('my-file.png'), fullPage: true })

  await page.goto('/my-file?show=acts')
  await expect(page.locator('.timeline')).toContainText('本人在场')
  await expectAccessible(page)
  await page.screenshot({ path: info.outputPath('my-file-acts.png'), fullPage: true })

  await page.goto('/my-file?show=own')
  await expect(entries).toHaveCount(2)

  await page.setViewportSize({ width: 360, height: 740 })
  for (const choice of ['lang=en&mode=standard', 'lang=zh&mode=elder&size=30']) {
    await page.goto(`/my-file?${choice}`)
    await expectAccessible(page)
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(360)
    await page.screenshot({ path: info.outputPath(`my-file-${choice.includes('elder') ? 'elder' : 'en'}.png`), fullPage: true })
  }
})

test('a mother lets her daughter act, who sees the case in her place; the mother sees that, and withdraws; all of it without script', async ({
  browser,
  page: scripted,
  product,
}, info) => {
  const api = openApi(product)
  const officer = await api.signIn({ role: 'station-officer', organ: STATION })
  const { person: mother } = await api.makePerson({ age: 72, within: '2201', card: { expiresOn: '2026-03-10' } })
  const { person: daughter } = await api.makePerson({ age: 41, within: '2224' })
  const { number } = (await api.post('/api/v1/cases', api.renewal(mother.identityNumber, await api.portrait(5, officer)), officer)).body
  const context = await browser.newContext({ baseURL: product.url, javaScriptEnabled: false, viewport: { width: 360, height: 740 }, locale: 'zh-CN' })
  const page = await context.newPage()
  /** The same page, for the same reader, where the checker's own script may run. */
  const looked = async (name: string) => {
    await scripted.context().clearCookies()
    await scripted.context().addCookies(await context.cookies())
    await scripted.setViewportSize({ width: 360, height: 740 })
    for (const choice of ['lang=zh&mode=elder', 'lang=en&mode=standard']) {
      await scripted.goto(`${page.url().split('?')[0]}?${choice}`)
      await expectAccessible(scripted)
      expect(await scripted.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(360)
      await scripted.screenshot({ path: info.outputPath(`${name}-${choice.includes('elder') ? 'elder' : 'en'}.png`), fullPage: true })
    }
  }

  await signIn(page, { person: mother.id })
  await page.goto('/')
  await page.getByRole('link', { name: '替家人办、请家人办' }).click()
  const grant = page.locator('#form-grant')
  await grant.locator('input[name=name]').fill('不是她')
  await grant.locator('input[name=identityNumber]').fill(daughter.identityNumber)
  await grant.locator('select[name=relation]').selectOption('child')
  await grant.getByText('查看和办理').click()
  await grant.getByRole('button').click()
  await expect(page.getByRole('alert')).toContainText('没有找到这个姓名和号码一致的人')
  await grant.locator('input[name=name]').fill(daughter.name)
  await grant.getByRole('button').click()
  await expect(page.locator('.acting-one')).toContainText('本人在网上同意（子女）')
  await expect(page.locator('main')).not.toContainText(daughter.identityNumber)
  await looked('acting-granted')

  await signIn(page, { person: daughter.id })
  await page.goto('/acting')
  await page.getByRole('button', { name: '替这个人办', exact: true }).click()
  await expect(page.locator('.acting-banner')).toContainText('您正在替别人办理')
  await expect(page.locator('.timeline').first()).toContainText('本人在场')
  await expect(page.locator('main')).not.toContainText('谁看过')
  await looked('acting-file')
  await page.goto('/')
  await expect(page.locator('.acting-banner')).toBeVisible()
  // What is only one's own is not shown while acting for somebody, and not done in one's own name by mistake.
  await page.goto('/devices')
  await expect(page.locator('main')).toContainText('那一页只能看您自己的')
  await page.screenshot({ path: info.outputPath('acting-chosen.png'), fullPage: true })
  const daughters = await context.cookies()

  await signIn(page, { person: mother.id })
  await page.goto('/my-file')
  const entry = page.locator('.happening', { hasText: '委托代理人' }).first()
  await expect(entry).toContainText('由您在网上同意的人代为办理')
  await page.goto('/acting')
  await page.getByRole('button', { name: '撤回同意' }).click()
  await expect(page.locator('.acting-one')).toContainText('已撤回同意')

  // The daughter's browser still says that she acts: it is told, and nothing is shown.
  await context.clearCookies()
  await context.addCookies(daughters)
  await page.goto('/my-file?show=acts')
  await expect(page.locator('main')).toContainText('已经撤回或到期')
  await expect(page.locator('.acting-banner')).toHaveCount(0)
  await page.goto('/my-file?show=acts')
  await expect(page.locator('main')).not.toContainText(number.slice(-6))
  await context.close()
})

test('a curious officer is stopped, and the auditor sees it and says what was found', async ({ page, product }, info) => {
  const api = openApi(product)
  const curious = await api.signIn({ role: 'station-officer', organ: '220103500100' })
  const answers: number[] = []
  for (let i = 0; i < 22; i++) {
    const { person } = await api.makePerson({ age: 30, within: '2201' })
    answers.push((await api.post('/api/v1/people/find', { identityNumber: person.identityNumber, purpose: 'application' }, curious)).status)
    // An address may ask only so often in a minute of the machine, which is not what is judged here.
    if (answers.at(-1) === 429 && i < 20) {
      await page.waitForTimeout(3_100)
      i -= 1
      answers.pop()
    }
  }
  expect(answers.slice(0, 20).every((status) => status === 200)).toBe(true)
  expect(answers.at(-1)).toBe(429)

  await page.setViewportSize({ width: 1280, height: 900 })
  await signIn(page, { role: 'auditor' })
  await page.goto('/audit?lang=zh&mode=standard')
  await expect(page.locator('.panel').first()).toContainText('短时间查了许多无办件的人')
  await expectAccessible(page)
  await page.screenshot({ path: info.outputPath('audit-flags.png'), fullPage: true })
  await page.goto('/audit/readings')
  await expectAccessible(page)
  await page.screenshot({ path: info.outputPath('audit-readings.png'), fullPage: true })
  await page.goto('/audit')
  await page.locator('textarea[name=review], input[name=review]').first().fill('已约谈，系误操作')
  await page.getByRole('button', { name: '记下核查结果' }).first().click()
  await page.goto('/audit?state=reviewed')
  await expect(page.locator('.panel').first()).toContainText('已约谈')

  // The system administrator sees none of it; the audit administrator looks and changes nothing.
  const administrator = await api.signIn({ role: 'administrator' })
  expect((await api.get('/api/v1/audit/readings', administrator)).status).toBe(404)
  await signIn(page, { role: 'security-administrator' })
  await page.goto('/audit/officers')
  await expectAccessible(page)
  await page.screenshot({ path: info.outputPath('audit-officers.png'), fullPage: true })
})
