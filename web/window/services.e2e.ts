/** An officer's day at the window, beyond renewal: a child's first card, stolen, temporary, lost and found, proxies, second looks. */
import { expect, type Page } from '@playwright/test'
import { portraitJpeg } from '#sim/portrait.ts'
import { type MadePerson, openApi } from '#test/api.ts'
import { expectAccessible, testAlone } from '#test/browser.ts'

const test = testAlone()

// Many pages, each judged by axe.
test.slow()

const STATION = '220102500100'
const OFFICER = { role: 'station-officer', organ: STATION }

async function signIn(page: Page, as: object = OFFICER): Promise<void> {
  expect((await page.request.post('/sandbox/sign-in', { data: { as } })).status()).toBe(200)
}

type MadeWithGuardians = MadePerson & { readonly guardians: readonly MadePerson[] }

async function makePerson(page: Page, wishes: object = {}): Promise<MadeWithGuardians> {
  const card = { issuedOn: '2016-03-01', expiresOn: '2026-03-01' }
  const answer = await page.request.post('/sandbox/people', { data: { age: 30, within: '2224', card, ...wishes } })
  expect(answer.status(), await answer.text()).toBe(201)
  return (await answer.json()) as MadeWithGuardians
}

/** Kept beside the report, to be looked at. */
const look = async (page: Page, name: string): Promise<void> => {
  await page.screenshot({ path: test.info().outputPath(`${name}.png`), fullPage: true })
}

async function accessibleInBoth(page: Page): Promise<void> {
  const path = new URL(page.url()).pathname
  for (const lang of ['en', 'zh']) {
    await page.goto(`${path}?lang=${lang}`)
    await expectAccessible(page)
    expect(await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth), `${path} scrolls sideways`).toBeLessThanOrEqual(0)
  }
}

/** The reader types the number and Enter; the record stands beside the form. */
async function read(page: Page, identityNumber: string, shown: string): Promise<void> {
  await page.goto('/window/apply')
  await page.keyboard.type(identityNumber)
  await page.keyboard.press('Enter')
  await expect(page.locator('.record')).toContainText(shown)
  await page.waitForLoadState()
}

async function takePhoto(page: Page, seed: number): Promise<void> {
  await page.setInputFiles('#form-photo', { name: 'photo.jpg', mimeType: 'image/jpeg', buffer: await portraitJpeg(seed) })
  await expect(page.locator('.photo-findings')).toContainText('相片合格')
  await page.waitForLoadState()
}

/** F8, and the case's page with its number. */
async function submitted(page: Page): Promise<string> {
  await page.keyboard.press('F8')
  await page.waitForURL(/\/window\/cases\/\d{17}$/)
  await page.waitForLoadState()
  return /\d{17}/.exec(page.url())?.[0] ?? ''
}

const choose = (page: Page, name: string, value: string): Promise<void> => page.locator(`input[name="${name}"][value="${value}"]`).check({ force: true })

test('a child’s first card through a guardian: free, and in the factory at once', async ({ page }) => {
  await signIn(page)
  const child = await makePerson(page, { age: 9, card: null })
  await read(page, child.person.identityNumber, child.person.name)
  await expect(page.getByRole('button', { name: '✓ 居民身份证首次申领' })).toBeVisible()
  await expect(page.locator('input[name="form.reason"][value="under-16"]')).toBeChecked()
  await takePhoto(page, 3)
  await page.fill('#form-fingerprints-quality', '71')

  // Without the guardian it is refused, with the way out, and nothing typed is lost.
  await page.keyboard.press('F8')
  await expect(page.locator('.error-summary')).toContainText('要由监护人代为申请')
  await expect(page.locator('.error-summary')).toContainText('在“监护人”一栏填写号码和关系')
  await page.waitForLoadState()
  await look(page, '1-guardian-missing')
  await expectAccessible(page)
  await expect(page.locator('#form-fingerprints-quality')).toHaveValue('71')
  await page.fill('#form-guardian-identityNumber', child.guardians[0]?.person.identityNumber ?? '')
  await page.keyboard.press('F8')
  await expect(page.locator('.error-summary')).toContainText('监护人与申请人的关系')
  await page.waitForLoadState()
  await choose(page, 'form.guardian.relation', 'parent')
  await look(page, '2-child')
  await submitted(page)
  await expect(page.locator('.title')).toContainText('制证中')
  await expect(page.locator('main')).toContainText('不收费')
  await expect(page.locator('.promise')).toContainText('2026年2月14日（星期六，调休上班）')
  await expect(page.locator('#form-settle-fee')).toHaveCount(0)
  await look(page, '3-child-case')
  await accessibleInBoth(page)
})

test('a stolen card is replaced by mail, and a temporary card is handed over on the spot', async ({ page }) => {
  await signIn(page)
  const { person } = await makePerson(page, { card: { issuedOn: '2020-03-01' } })
  await read(page, person.identityNumber, person.name)

  // No card is being made yet: no temporary one.
  await page.keyboard.press('Alt+Digit4')
  await expect(page.getByRole('button', { name: '✓ 临时居民身份证' })).toBeVisible()
  await page.waitForLoadState()
  await takePhoto(page, 4)
  await look(page, '4-temporary-too-early')
  await page.keyboard.press('F8')
  await expect(page.locator('.error-summary')).toContainText('请先申领、换领或补领居民身份证')
  await page.waitForLoadState()

  // The photo that was taken goes along to the other service.
  await page.keyboard.press('Alt+Digit2')
  await expect(page.getByRole('button', { name: '✓ 居民身份证丢失补领' })).toBeVisible()
  await expect(page.locator('.photo-findings')).toContainText('相片合格')
  await page.waitForLoadState()
  await choose(page, 'form.reason', 'stolen')
  await page.fill('#form-fingerprints-quality', '80')
  await choose(page, 'form.handover.by', 'mail')
  await page.fill('#form-handover-recipient', person.name)
  await page.fill('#form-handover-phone', '13800138000')
  // Typed while the long list is on its way: looked up when it has come.
  await page.evaluate(() => {
    const { json } = Response.prototype
    Response.prototype.json = async function slowly(this: Response) {
      await new Promise((resolve) => setTimeout(resolve, 500))
      return json.call(this)
    }
  })
  const listed = page.waitForResponse((answer) => answer.url().includes('townships'))
  await page.focus('#form-handover-township')
  await listed
  await page.fill('#form-handover-township', '延吉市')
  await expect(page.locator('#form-handover-township-list li').nth(3)).toContainText('延吉市')
  expect((await (await page.request.get('/window/apply?service=id-card-replacement')).text()).length).toBeLessThan(40_000)
  await look(page, '5-stolen-by-mail')
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('Enter')
  await page.fill('#form-handover-address', '测试路 1 号 2 单元 301 室')
  const replacement = await submitted(page)
  await expect(page.locator('.promise')).toContainText('寄到您手里')
  await look(page, '6-stolen-fee')
  // A replacement's fee can't be waived: the form doesn't offer it.
  await expect(page.locator('input[name="how"][value="waived"]')).toHaveCount(0)
  await page.fill('#receiptNumber', '#')
  await page.keyboard.press('F8')
  await expect(page.locator('.error-summary')).toContainText('4 至 40 位字母或数字')
  await page.waitForLoadState()
  await page.fill('#receiptNumber', 'JL20260301')
  await page.keyboard.press('F8')
  await expect(page.locator('.title')).toContainText('制证中')
  await accessibleInBoth(page)

  // The same person right after: the temporary card.
  await read(page, person.identityNumber, person.name)
  await expect(page.locator('.record')).toContainText('挂失')
  await page.keyboard.press('Alt+Digit4')
  await expect(page.getByRole('button', { name: '✓ 临时居民身份证' })).toBeVisible()
  await page.waitForLoadState()
  await expect(page.locator('input[name="form.handover.by"]')).toHaveCount(0)
  await takePhoto(page, 4)
  const temporary = await submitted(page)
  expect(temporary).not.toBe(replacement)
  await page.fill('#receiptNumber', 'JL20260302')
  await page.keyboard.press('F8')
  await expect(page.locator('#form-hand-over')).toBeVisible()
  await look(page, '7-temporary-hand-over')
  await expectAccessible(page)
  await page.keyboard.press('F8')
  await expect(page.locator('.error-summary')).toContainText('请先核对身份')
  await page.waitForLoadState()
  await choose(page, 'identityCheckedBy', 'fingerprint')
  await page.keyboard.press('F8')
  await expect(page.locator('.title')).toContainText('已办结')
  await look(page, '8-temporary-done')
  await accessibleInBoth(page)
})

test.describe('in a browser without scripts', () => {
  test.use({ javaScriptEnabled: false })

  test('the long list of stations comes with the first step', async ({ page }) => {
    await signIn(page)
    const { person } = await makePerson(page)
    await page.goto('/window/apply?service=id-card-renewal')
    expect(await page.locator('option').count()).toBeLessThan(100)
    await page.locator('#form-identityNumber').fill(person.identityNumber)
    await page.getByRole('button', { name: '查询' }).click()
    await expect(page.locator('.record')).toContainText(person.name)
    await page.getByText('2 其他派出所或户政大厅').click()
    await page.locator('#form-handover-organ').selectOption('220104500100')
    await page.getByText('查询').last().click()
    await expect(page.locator('#form-handover-organ')).toHaveValue('220104500100')
  })
})

test('in English: a loss is reported, the card is found and handed back, the report withdrawn', async ({ page }) => {
  await signIn(page)
  const { person } = await makePerson(page, { card: { issuedOn: '2020-03-01' } })
  await page.goto('/window/apply?lang=en')
  await read(page, person.identityNumber, person.name)
  await page.keyboard.press('Alt+Digit5')
  await expect(page.locator('#form-lostOn')).toBeVisible()
  await page.waitForLoadState()
  for (const [id, value] of [
    ['', '2026'],
    ['-month', '2'],
    ['-day', '12'],
  ] as const)
    await page.fill(`#form-lostOn${id}`, value)
  await expectAccessible(page)
  await submitted(page)

  // Somebody hands the card in: its owner is not shown, the card waits here.
  await page.goto('/window/apply?service=id-card-found-notice')
  await page.keyboard.type(person.identityNumber)
  await page.keyboard.press('Enter')
  await expect(page.locator('.record')).toContainText('reported lost')
  await expect(page.locator('.record')).not.toContainText(person.name)
  await page.waitForLoadState()
  await page.fill('#form-foundOn', '2026')
  await page.fill('#form-foundOn-month', '2')
  await page.fill('#form-foundOn-day', '14')
  await look(page, '9-found')
  await page.keyboard.press('F8')
  await expect(page.locator('.error-summary')).toContainText('later than today')
  await page.waitForLoadState()
  await page.fill('#form-foundOn-day', '13')
  await expectAccessible(page)
  const found = await submitted(page)

  // The owner comes: found in the list by the card number typed or the receipt.
  await page.goto('/window/collect')
  await expect(page.locator(`tr[data-row="${found}"]`)).toContainText('13 Feb 11:')
  await look(page, '10-collect')
  await page.keyboard.type(person.identityNumber)
  await page.keyboard.press('Enter')
  await page.waitForURL(`**/window/cases/${found}`)
  await expect(page.locator('#form-hand-over')).toBeVisible()
  await expect(page.locator('input[type="radio"][name="oldCard"]')).toHaveCount(0)
  await look(page, '11-found-hand-over')
  await expectAccessible(page)
  await choose(page, 'identityCheckedBy', 'fingerprint')
  await page.keyboard.press('F8')
  await expect(page.locator('#form-hand-over')).toHaveCount(0)
  await look(page, '12-found-done')
  await accessibleInBoth(page)

  await page.goto('/window/apply?lang=en')
  await read(page, person.identityNumber, person.name)
  await page.keyboard.press('Alt+Digit6')
  await page.waitForLoadState()
  await look(page, '13-withdrawal')
  await expectAccessible(page)
  await submitted(page)
  await read(page, person.identityNumber, person.name)
  await expect(page.locator('.record-cards')).toContainText('valid')
})

test('a proxy collects: wrong choices say what to do, the old and the temporary card are handed back', async ({ page, product }) => {
  await signIn(page)
  const api = openApi(product)
  const token = await api.signIn(OFFICER)
  const { person } = await makePerson(page)
  const proxy = await makePerson(page, { age: 40 })
  const photo = await api.portrait(6, token)
  const renewal = await api.post('/api/v1/cases', api.renewal(person.identityNumber, photo), token)
  expect((await api.pay(renewal.body.number, token)).status).toBe(200)
  const temporary = await api.post('/api/v1/cases', { service: 'id-card-temporary', form: { identityNumber: person.identityNumber, photo } }, token)
  expect(temporary.status, temporary.text).toBe(201)
  expect((await api.pay(temporary.body.number, token, 1000)).status).toBe(200)
  const given = { to: 'self', identityCheckedBy: 'document', oldCard: 'none' }
  expect((await api.post(`/api/v1/cases/${temporary.body.number}/hand-over`, given, token)).status).toBe(200)
  await api.moveTo('2026-02-14T16:00:00')

  await page.goto('/window/collect')
  await accessibleInBoth(page)
  const { number } = renewal.body
  await expect(page.locator(`tr[data-row="${number}"]`)).toBeVisible()
  await page.fill('#which', number.slice(0, -1) + ((Number(number.at(-1)) + 1) % 10))
  await page.keyboard.press('Enter')
  await expect(page.locator('.error-summary')).toContainText('请对照回执核对号码')
  await page.waitForLoadState()
  await expectAccessible(page)
  await page.fill('#which', person.identityNumber)
  await page.keyboard.press('Enter')
  await page.waitForURL(`**/window/cases/${number}`)
  await choose(page, 'to', 'proxy')
  await look(page, '14-proxy')
  await page.keyboard.press('F8')
  for (const sentence of ['请先核对身份', '原证是否已交回', '代领人的姓名', '核对过的委托书'])
    await expect(page.locator('.error-summary')).toContainText(sentence)
  await page.waitForLoadState()
  await look(page, '15-proxy-wrong')
  await expectAccessible(page)
  await page.fill('#proxy-name', proxy.person.name)
  await page.fill('#proxy-identityNumber', proxy.person.identityNumber)
  await page.fill('#proxy-authority', '2026-02-13 的委托书，附双方身份证')
  await choose(page, 'identityCheckedBy', 'document')
  await choose(page, 'oldCard', 'handed-back')
  await page.keyboard.press('F8')
  await expect(page.locator('.error-summary')).toContainText('要交回临时居民身份证')
  await expect(page.locator('.error-summary')).toContainText('收回临时证后选“已交回”')
  await page.waitForLoadState()
  await look(page, '16-temporary-refused')
  await expectAccessible(page)
  await expect(page.locator('#proxy-name')).toHaveValue(proxy.person.name)
  await choose(page, 'temporaryCard', 'handed-back')
  await page.keyboard.press('F8')
  await expect(page.locator('.title')).toContainText('已办结')
  for (const said of ['原证已交回', '临时证已交回', '承诺兑现']) await expect(page.locator('.timeline')).toContainText(said)
  await expect(page.locator('main')).not.toContainText('证件现在在')
  await look(page, '17-proxy-done')
  await accessibleInBoth(page)
})

test('a grant that was sampled has its second look', async ({ page, product }) => {
  const api = openApi(product)
  const administrator = await api.signIn({ role: 'administrator' })
  const { inForce } = (await api.get<{ inForce: { settings: object } }>('/api/v1/review-settings', administrator)).body
  const settings = { ...inForce.settings, sampleShare: 10_000 }
  const asked = await api.post<{ id: string }>('/api/v1/review-replays', { settings, from: '2026-02-12', to: '2026-02-12', limit: 20 }, administrator)
  expect(asked.status, asked.text).toBe(202)
  const replay = asked.body.id
  await expect
    .poll(async () => (await api.get<{ finishedAt: string | null }>(`/api/v1/review-replays/${replay}`, administrator)).body.finishedAt, { timeout: 60_000 })
    .not.toBeNull()
  const today = (await api.get<{ now: string }>('/sandbox/clock')).body.now.slice(0, 10)
  const changed = await page.request.put('/api/v1/review-settings', {
    headers: { authorization: `Bearer ${administrator}`, 'idempotency-key': `sample-all-${replay}` },
    data: { validFrom: today, settings, replay },
  })
  expect(changed.status(), await changed.text()).toBe(200)

  const officer = await api.signIn(OFFICER)
  const { person } = await makePerson(page, { within: '2201' })
  const granted = await api.post('/api/v1/cases', api.renewal(person.identityNumber, await api.portrait(9, officer)), officer)
  expect(granted.status, granted.text).toBe(201)

  await signIn(page, { role: 'referral-reviewer' })
  await page.goto('/window/second-looks')
  await accessibleInBoth(page)
  await look(page, '18-second-looks')
  await page.locator(`tr[data-row="${granted.body.number}"] a`).click()
  await page.waitForURL(`**/window/referrals/${granted.body.number}`)
  await accessibleInBoth(page)
  await look(page, '19-second-look')
  await page.keyboard.press('F4')
  await expect(page.locator('.record')).toContainText(person.name)
  await page.waitForLoadState()
  await page.keyboard.press('F8')
  await expect(page.locator('.error-summary')).toContainText('请选择是否一致')
  await page.waitForLoadState()
  await choose(page, 'agrees', 'no')
  await page.keyboard.press('F8')
  await expect(page.locator('.error-summary')).toContainText('2 到 500 个字')
  await page.waitForLoadState()
  await look(page, '20-second-look-wrong')
  await expectAccessible(page)
  await expect(page.locator('.record')).toContainText(person.name)
  await choose(page, 'agrees', 'yes')
  await page.keyboard.press('F8')
  await page.waitForURL('**/window/second-looks')
  await expect(page.locator(`tr[data-row="${granted.body.number}"]`)).toHaveCount(0)
  await page.goto(`/window/referrals/${granted.body.number}`)
  await expect(page.locator('#form-second-look')).toHaveCount(0)
  await look(page, '21-second-look-done')
})
