/** The privacy notice, and everything about oneself, in the browser. */
import { expect } from '@playwright/test'
import { openApi } from '#test/api.ts'
import { expectAccessible, testAlone } from '#test/browser.ts'

const test = testAlone()

test('everybody reads what is used why; whoever signs in takes everything about them along, and it is on record', async ({ page, product }) => {
  await page.setViewportSize({ width: 360, height: 740 })
  await page.goto('/privacy')
  await expect(page.locator('main')).toContainText('法定职责')
  await expect(page.locator('main')).toContainText('没有刷脸登录')
  await expectAccessible(page)
  await page.screenshot({ path: test.info().outputPath('privacy.png'), fullPage: true })

  const api = openApi(product)
  const [me, other] = [await api.makePerson({ age: 40, within: '2201' }), await api.makePerson({ age: 50, within: '2201' })]
  await page.request.post('/sandbox/sign-in', { data: { as: { person: me.person.id } } })
  await page.goto('/privacy')
  await page.screenshot({ path: test.info().outputPath('privacy-signed-in.png'), fullPage: true })
  const downloading = page.waitForEvent('download')
  await page.getByRole('link', { name: '下载关于我的全部资料' }).click()
  const text = await (await downloading).createReadStream().then(async (stream) => (await stream.toArray()).join(''))
  expect(text).toContain(me.person.identityNumber)
  expect(text).not.toContain(other.person.identityNumber)
  const token = await api.signIn({ person: me.person.id })
  const mine = await api.get<{ readings: { what: string }[] }>('/api/v1/me/readings?own=yes', token)
  expect(mine.body.readings.map(({ what }) => what)).toContain('export')
})

test('a statutory duty can’t be consented to; a hold stops a deletion; after it the number leads to nobody', async ({ product }) => {
  const api = openApi(product)
  const { person } = await api.makePerson({ age: 40, within: '2201' })
  const self = await api.signIn({ person: person.id })
  expect((await api.post('/api/v1/me/consents', { purpose: 'biometrics-of-the-card' }, self)).status).toBe(409)
  expect((await api.post('/api/v1/me/consents', { purpose: 'face-sign-in' }, self)).status).toBe(409)
  const about = { prefecture: '2201', personId: person.id, basis: '个人信息保护法 47' }
  const security = await api.signIn({ role: 'security-administrator', organ: '220000000000' })
  const officer = await api.signIn({ role: 'station-officer', organ: '220102500100' })
  const order = { ...about, purposes: ['register', 'case'] }
  expect((await api.post('/api/v1/people/delete-data', order, officer)).status).toBe(404)
  expect((await api.get('/api/v1/me/export', officer)).status).toBe(404)
  const hold = await api.post<{ id: string }>('/api/v1/legal-holds', { ...about, reason: '案件需要' }, security)
  expect(hold.status, hold.text).toBe(201)
  expect((await api.post('/api/v1/people/delete-data', order, security)).body.refusals?.[0]?.code).toBe('legal-hold')
  expect((await api.post(`/api/v1/legal-holds/2201/${hold.body.id}/lift`, {}, security)).status).toBe(200)
  const deleted = await api.post('/api/v1/people/delete-data', order, security)
  expect([deleted.status, deleted.text]).toEqual([200, '{"deleted":true}'])
  const found = await api.post('/api/v1/people/find', { identityNumber: person.identityNumber, purpose: 'application' }, officer)
  expect(found.status).toBe(404)
  const left = await api.get<{ records: Record<string, unknown>[] }>('/api/v1/me/export', self)
  expect(left.status, left.text.slice(0, 300)).toBe(200)
  expect(left.text).not.toContain(person.identityNumber)
})
