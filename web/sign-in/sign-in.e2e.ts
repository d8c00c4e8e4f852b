import type { CDPSession, Page } from '@playwright/test'
import { expect } from '@playwright/test'
import { openApi } from '#test/api.ts'
import { expectAccessible, testAlone } from '#test/browser.ts'

/** Signing in in a real browser: through the identity platform's pages, with passkeys of Chromium's virtual authenticators. */
const test = testAlone()
// Many pages, each judged by axe in two languages.
test.describe.configure({ timeout: 600_000 })

const OFFICER = 'station-officer:220102500100:1'

/** In both languages. */
async function expectAccessibleInBoth(page: Page): Promise<void> {
  for (const lang of ['en', 'zh']) {
    const url = new URL(page.url())
    url.searchParams.set('lang', lang)
    await page.goto(url.href)
    await expectAccessible(page)
  }
}

/** Another security key in the USB port; the one before is pulled out. */
async function plugIn(cdp: CDPSession, unplugged?: string): Promise<string> {
  if (unplugged !== undefined) await cdp.send('WebAuthn.removeVirtualAuthenticator', { authenticatorId: unplugged })
  const options = {
    protocol: 'ctap2',
    transport: 'usb',
    hasResidentKey: true,
    hasUserVerification: true,
    isUserVerified: true,
    automaticPresenceSimulation: true,
  } as const
  return (await cdp.send('WebAuthn.addVirtualAuthenticator', { options })).authenticatorId
}

async function throughPlatform(page: Page, search: string): Promise<void> {
  await page.getByRole('textbox').fill(search)
  await page.getByRole('button', { name: /查找/ }).click()
  await expectAccessible(page)
  await page.getByRole('button', { name: /^登录/ }).click()
}

test('a resident signs in at the platform, sees where they are signed in, and signs out', async ({ page, product }, info) => {
  const { person } = await openApi(product).makePerson({ age: 34, within: '2201' })
  await page.goto('/devices')
  await expect(page).toHaveURL(/\/sign-in\?next=/)
  await page.screenshot({ path: info.outputPath('sign-in.png') })
  await expectAccessibleInBoth(page)
  // No list of stations travels with the page.
  expect((await (await page.request.get('/sign-in')).body()).length).toBeLessThan(60_000)
  await page.getByRole('link', { name: '用统一身份认证登录' }).click()
  await page.screenshot({ path: info.outputPath('platform.png') })
  await throughPlatform(page, person.identityNumber)
  await expect(page).toHaveURL(/\/devices/)
  await page.screenshot({ path: info.outputPath('devices.png') })
  await expectAccessibleInBoth(page)
  const [cookie] = (await page.context().cookies(product.url)).filter(({ name }) => name === '__Host-yitang')
  expect(cookie).toMatchObject({ secure: true, httpOnly: true, sameSite: 'Lax', path: '/' })
  await page.goto('/sign-out')
  await page.getByRole('button', { name: '退出' }).click()
  await page.goto('/devices')
  await expect(page).toHaveURL(/\/sign-in/)
})

test('who says no at the platform is shown what to do', async ({ page }, info) => {
  await page.goto('/sign-in')
  await page.getByRole('link', { name: '用统一身份认证登录' }).click()
  await page.getByRole('button', { name: /^不登录/ }).click()
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('没有登录成功')
  await page.screenshot({ path: info.outputPath('failed.png') })
  await expectAccessibleInBoth(page)
})

test('an officer enrols two passkeys, revokes the first, and signs in with the second', async ({ page, product }, info) => {
  const api = openApi(product)
  const security = await api.signIn({ role: 'security-administrator' })
  const { code } = (await api.post<{ code: string }>(`/api/v1/officers/${encodeURIComponent(OFFICER)}/passkey-code`, {}, security)).body
  const cdp = await page.context().newCDPSession(page)
  await cdp.send('WebAuthn.enable')
  const first = await plugIn(cdp)

  await page.goto('/sign-in?next=/passkeys')
  await page.getByRole('link', { name: '工作人员登录' }).click()
  await throughPlatform(page, OFFICER)
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('登记第一把通行密钥')
  // Half in is not in.
  const half = await page.context().newPage()
  await half.goto('/window')
  await expect(half).toHaveURL(/\/sign-in\?next=/)
  await half.close()
  await expectAccessibleInBoth(page)
  await page.getByLabel('一次性代码').fill('AAAAA-22222')
  await page.getByLabel('给它起个名字').fill('蓝色钥匙扣')
  await page.getByRole('button', { name: '登记' }).click()
  await expect(page.getByRole('alert')).toContainText('一次性代码不对')
  await page.screenshot({ path: info.outputPath('wrong-code.png') })
  await page.getByLabel('一次性代码').fill(code)
  await page.getByRole('button', { name: '登记' }).click()

  await expect(page).toHaveURL(/\/passkeys$/)
  await expect(page.getByRole('row', { name: /蓝色钥匙扣/ })).toContainText('可用')
  // The last one can't be revoked.
  await page
    .getByRole('row', { name: /蓝色钥匙扣/ })
    .getByRole('button', { name: '作废' })
    .click()
  await expect(page.getByRole('alert')).toContainText('最后一把')
  await plugIn(cdp, first)
  await page.getByLabel('给它起个名字').fill('抽屉里的备用')
  await page.getByRole('button', { name: '登记' }).click()
  await expect(page.getByRole('row', { name: /抽屉里的备用/ })).toContainText('可用')
  await page.screenshot({ path: info.outputPath('passkeys.png'), fullPage: true })
  await expectAccessibleInBoth(page)

  // Six minutes later revoking asks for the passkey again, and comes back.
  await api.post('/sandbox/clock', { advance: 'PT6M' })
  await page
    .getByRole('row', { name: /蓝色钥匙扣/ })
    .getByRole('button', { name: '作废' })
    .click()
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('请再证明一次是您本人')
  await page.screenshot({ path: info.outputPath('again.png') })
  await expectAccessibleInBoth(page)
  await page.getByRole('button', { name: '用通行密钥登录' }).click()
  await expect(page).toHaveURL(/\/passkeys\?.*kept=/)
  await page
    .getByRole('row', { name: /蓝色钥匙扣/ })
    .getByRole('button', { name: '作废' })
    .click()
  await expect(page.getByRole('row', { name: /蓝色钥匙扣/ })).toContainText('已作废')

  await page.goto('/sign-out')
  await page.getByRole('button', { name: '退出' }).click()
  await page.goto('/sign-in')
  await page.getByRole('link', { name: '工作人员登录' }).click()
  await throughPlatform(page, OFFICER)
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('用通行密钥确认是您本人')
  await expectAccessibleInBoth(page)
  await page.screenshot({ path: info.outputPath('passkey.png') })
  await page.getByRole('button', { name: '用通行密钥登录' }).click()
  await expect(page).toHaveURL(/\/window$/)
  await page.screenshot({ path: info.outputPath('window.png') })
})

test('without script a resident signs in all the same, and the page says how long a session lasts', async ({ browser, product }) => {
  const { person } = await openApi(product).makePerson({ age: 52, within: '2201' })
  const context = await browser.newContext({ javaScriptEnabled: false, baseURL: product.url })
  const page = await context.newPage()
  await page.goto('/sign-in?next=/devices')
  await page.getByRole('link', { name: '用统一身份认证登录' }).click()
  await page.getByRole('textbox').fill(person.identityNumber)
  await page.getByRole('button', { name: /查找/ }).click()
  await page.getByRole('button', { name: /^登录/ }).click()
  await expect(page).toHaveURL(/\/devices/)
  await expect(page.getByText('30 分钟不操作就会自动退出')).toBeVisible()
  await context.close()
})
