/** A receipt's proof, checked by anybody: scanned, pasted, altered, and nonsense; with scripts and without. */
import { expect, type Page } from '@playwright/test'
import { type InclusionProof, shortForm } from '#platform/evidence/proof.ts'
import { expectAccessible, test } from '#test/browser.ts'
import { acceptedRenewal } from '#test/renewal.ts'

test.slow()

const STATION = '220102500100'
const PHONE = { width: 360, height: 740 }

interface Evidence {
  readonly waiting: number
  readonly said: { readonly zh: string } | null
  readonly proofs: readonly (InclusionProof & { readonly seq: number; readonly type: string; readonly at: string })[]
}

/** A case, accepted by the API, and what proves its events once the sealer has passed. */
async function accepted(page: Page): Promise<{ readonly number: string; readonly identityNumber: string; readonly evidence: Evidence }> {
  const { request } = page
  const { number, identityNumber, headers } = await acceptedRenewal(request, STATION)
  const ask = async (): Promise<Evidence> => (await request.get(`/api/v1/cases/${number}/evidence`, { headers: headers() })).json()
  await expect.poll(async () => (await ask()).waiting, { timeout: 60_000 }).toBe(0)
  expect((await request.get('/api/v1/cases/22242602123456789/evidence', { headers: headers() })).status()).not.toBe(200)
  return { number, identityNumber, evidence: await ask() }
}

const proofOnly = ({ leaf, index, path, head }: InclusionProof): InclusionProof => ({ leaf, index, path, head })

const judged = async (page: Page): Promise<string | null> => {
  const place = page.locator('.receipt-check')
  await expect(place).toHaveAttribute('data-checked', /./)
  return place.getAttribute('data-checked')
}

test('the receipt carries its proof, and anybody checks it', async ({ page }) => {
  const { number, identityNumber, evidence } = await accepted(page)
  expect(evidence.proofs.map(({ seq }) => seq)).toEqual(evidence.proofs.map((_, i) => i + 1))
  const proof = proofOnly(evidence.proofs.find(({ type }) => type === 'CaseAccepted') as InclusionProof)
  const address = `/verify/receipt?c=${shortForm(proof)}`

  // On paper, beside the code for the progress.
  await page.goto(`/window/cases/${number}/receipt`)
  await expect(page.locator('.paper .qr')).toHaveCount(2)
  await expectAccessible(page)
  await page.goto(`/window/cases/${number}/receipt?paper=slip`)
  await expect(page.locator('.paper .qr')).toHaveCount(2)
  await page.context().clearCookies()

  // On the page of the person.
  await page.setViewportSize(PHONE)
  await page.goto(`/progress?number=${number}`)
  await page.fill('#lastFour', identityNumber.slice(-4))
  await page.getByRole('button', { name: '查询' }).click()
  await expectAccessible(page)
  await page.getByRole('link', { name: '核验回执' }).click()
  expect(new URL(page.url()).pathname + new URL(page.url()).search).toBe(address)
  await expect(page.locator('h1')).toHaveText(/核验通过/)
  expect(await judged(page)).toBe('holds')

  // In every way of reading.
  for (const choice of ['lang=en&mode=standard', 'lang=zh&mode=elder&size=30', 'lang=zh&mode=standard']) {
    await page.goto(`${address}&${choice}`)
    expect(await judged(page)).toBe('holds')
    await page.locator('details').first().click()
    await expectAccessible(page)
    expect(await page.evaluate(() => document.documentElement.scrollWidth), 'it fits the screen').toBeLessThanOrEqual(PHONE.width)
  }
})

test('an altered proof fails, on the server and in the browser; nonsense gets clear words', async ({ page }) => {
  const { evidence } = await accepted(page)
  await page.context().clearCookies()
  const proof = proofOnly(evidence.proofs[0] as InclusionProof)
  const check = async (text: string) => {
    await page.goto('/verify/receipt')
    await page.locator('#receipt').fill(text)
    await page.getByRole('button', { name: '核验' }).click()
  }
  await check(JSON.stringify(proof))
  await expect(page.locator('h1')).toHaveText(/核验通过/)
  expect(await judged(page)).toBe('holds')
  await check(JSON.stringify(evidence))
  await expect(page.locator('h1')).toHaveText(/核验通过/)

  const other = (evidence.proofs[1] as InclusionProof).leaf
  await check(JSON.stringify({ ...proof, leaf: other }))
  await expect(page.locator('.notice-bad')).toContainText('不在签名的记录之下')
  expect(await judged(page)).toBe('fails')
  await check(JSON.stringify({ ...proof, head: { ...proof.head, at: '2026-02-12T00:00:00.000Z' } }))
  await expect(page.locator('.notice-bad')).toContainText('签名对不上')
  expect(await judged(page)).toBe('fails')
  await expectAccessible(page)
  // A head that nobody ever made: the log knows none of it.
  await check(shortForm({ ...proof, head: { ...proof.head, size: proof.head.size + 100_000 } }))
  await expect(page.locator('.notice-bad')).toContainText('也不是我们的')

  for (const nonsense of ['', '你好', '{"leaf":1}', '{', `/verify/receipt?c=${'A'.repeat(240)}`, '22240101']) {
    await check(nonsense)
    await expect(page.locator('.error-summary li')).toHaveText(nonsense === '' ? /请粘贴/ : /这不是回执的证明/)
  }
  await expectAccessible(page)
  await page.goto(`/verify/receipt?c=nonsense`)
  await expect(page.locator('#receipt')).toBeVisible()
})

test.describe('in a browser without scripts', () => {
  test.use({ javaScriptEnabled: false })

  test('the server checks it all the same, also from a file', async ({ page }) => {
    const { evidence } = await accepted(page)
    const proof = proofOnly(evidence.proofs[0] as InclusionProof)
    await page.goto('/verify/receipt')
    await page.locator('#file').setInputFiles({ name: 'proof.json', mimeType: 'application/json', buffer: Buffer.from(JSON.stringify(proof)) })
    await page.getByRole('button', { name: '核验' }).click()
    await expect(page.locator('h1')).toHaveText(/核验通过/)
  })
})
