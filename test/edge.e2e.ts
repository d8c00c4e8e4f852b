/** What browsers make of the content security policy: every page under every role, and what strangers type. */
import type { BrowserContext, Page } from '@playwright/test'
import { expect } from '@playwright/test'
import { openApi } from '#test/api.ts'
import { test } from '#test/browser.ts'

declare global {
  var ran: unknown
}

const STATION = '220102500100'
/** Where each one's work begins; links lead on. */
const STARTS: Readonly<Record<string, readonly string[]>> = {
  'station-officer': ['/window', '/window/apply', '/window/collect', '/my-file'],
  'referral-reviewer': ['/window/referrals', '/window/second-looks'],
  'factory-worker': ['/factory', '/factory/blanks'],
  dispatcher: ['/dispatch'],
  supervisor: ['/supervision', '/supervision/alarms', '/supervision/measures'],
  administrator: ['/supervision/review'],
  auditor: ['/audit', '/audit/flags'],
  'security-administrator': ['/audit/officers'],
  'audit-administrator': ['/audit'],
  'department-verifier': ['/'],
}

/** Tells of every violation, on whatever page. */
async function watch(context: BrowserContext): Promise<string[]> {
  const violations: string[] = []
  await context.exposeBinding('violated', (_, what: string) => void violations.push(what))
  await context.addInitScript(() => {
    document.addEventListener('securitypolicyviolation', (event) => {
      const told = `${location.pathname}: ${event.violatedDirective} ${event.blockedURI} ${event.sample}`
      ;(globalThis as unknown as { violated(what: string): void }).violated(told)
    })
  })
  context.on('console', (message) => {
    if (/content security policy|trusted ?type/i.test(message.text())) violations.push(message.text())
  })
  return violations
}

/** What ends the session, leaves the site, or is a file. */
const LEADS_AWAY = /^\/api\/|sign-out|sign-in\/start|format=csv|\/assets\//

/** Every page that links lead to, one of each kind: addresses differ by their numbers. */
async function visitAll(page: Page, starts: readonly string[], visit: (path: string) => Promise<void>, most = 25): Promise<ReadonlySet<string>> {
  const kindOf = (path: string): string => (path.split('?')[0] ?? '').replaceAll(/[0-9a-f-]{8,}|\d[\w-]*/g, ':id')
  const seen = new Set<string>()
  const queue = [...starts]
  for (let path = queue.shift(); path !== undefined && seen.size < most; path = queue.shift()) {
    if (seen.has(kindOf(path)) || LEADS_AWAY.test(path)) continue
    seen.add(kindOf(path))
    const answer = await page.goto(path)
    if (!answer?.headers()['content-type']?.startsWith('text/html')) continue
    await visit(path)
    const links = await page.locator('a[href^="/"]').evaluateAll((all) => all.map((one) => one.getAttribute('href') ?? ''))
    queue.push(...links.filter((href) => !/[?&](lang|mode|size)=/.test(href)))
  }
  return seen
}

const signIn = async (page: Page, as: object): Promise<void> => {
  expect((await page.request.post('/sandbox/sign-in', { data: { as } })).status()).toBe(200)
}

test('no page breaks the policy, under any role, and none holds a script or a style of its own', async ({ page, context, product }) => {
  test.setTimeout(900_000)
  const violations = await watch(context)
  const inline: string[] = []
  const visit = async (path: string): Promise<void> => {
    const found = await page.evaluate(() => {
      const own = [...document.querySelectorAll('script:not([src]), style, [style]')].filter(
        (one) => !(one instanceof HTMLElement && one.style.length === 0 && one.matches('[style]')),
      )
      const handlers = [...document.querySelectorAll('*')].filter((one) => [...one.attributes].some(({ name }) => name.startsWith('on')))
      return [...own, ...handlers].map((one) => one.outerHTML.slice(0, 120))
    })
    inline.push(...found.map((html) => `${path}: ${html}`))
  }
  const visited = new Set<string>(await visitAll(page, ['/', '/progress', '/sign-in', '/components', '/sandbox', '/nothing-here'], visit))
  const { person } = await openApi(product).makePerson({ age: 30, within: '2201', card: { expiresOn: '2026-03-10' } })
  await signIn(page, { person: person.id })
  for (const kind of await visitAll(page, ['/', '/my-file', '/devices'], visit)) visited.add(kind)
  for (const role of Object.keys(STARTS)) {
    await signIn(page, { role, ...(role === 'station-officer' && { organ: STATION }) })
    for (const kind of await visitAll(page, STARTS[role] ?? ['/'], visit, role === 'station-officer' || role === 'supervisor' ? 20 : 4)) visited.add(kind)
  }
  expect(inline).toEqual([])
  expect(violations).toEqual([])
  expect(visited.size, [...visited].join(' ')).toBeGreaterThan(20)
})

const MARKUP = `"'><img src=x onerror="globalThis.ran=1"><script>globalThis.ran=1</script><svg onload="globalThis.ran=1">`

test('what strangers type into any field comes back as text', async ({ page, context }) => {
  test.setTimeout(900_000)
  const violations = await watch(context)
  let filled = 0
  const attack = async (path: string): Promise<void> => {
    const forms = await page.locator('form').count()
    for (let nth = 0; nth < forms; nth += 1) {
      await page.goto(path)
      const form = page.locator('form').nth(nth)
      for (const field of await form.locator('input[type=text], input:not([type]), input[type=tel], textarea').all()) {
        if (!(await field.isEditable())) continue
        await field.evaluate((input: HTMLInputElement, value) => {
          input.value = value
        }, MARKUP)
        filled += 1
      }
      const button = form.locator('button').first()
      if ((await button.count()) === 0) continue
      // Without the keyboard's help: a form that a click can't reach is sent as well.
      await Promise.all([page.waitForEvent('load'), form.evaluate((one: HTMLFormElement) => one.requestSubmit())])
      expect(await page.evaluate(() => globalThis.ran), path).toBeUndefined()
      expect(await page.locator('img[src="x"], svg[onload]').count(), path).toBe(0)
    }
  }
  await visitAll(page, ['/progress', `/progress?number=${encodeURIComponent(MARKUP)}`, `/sign-in?next=${encodeURIComponent(MARKUP)}`], attack, 3)
  await signIn(page, { role: 'station-officer', organ: STATION })
  for (const start of ['/window/apply?service=id-card-renewal', '/window', '/window/collect']) await visitAll(page, [start], attack, 1)
  expect(violations).toEqual([])
  expect(filled).toBeGreaterThan(5)
})

test('markup that stood in a page would not run under the policy, and would without it', async ({ page, context }) => {
  const violations = await watch(context)
  const planted = '<img src="x" onerror="globalThis.ran=1"><script>globalThis.ran=1</script><p style="color:red">x</p>'
  let policy = true
  await page.route('**/progress', async (route) => {
    const answer = await route.fetch()
    const headers = Object.fromEntries(Object.entries(answer.headers()).filter(([name]) => policy || name !== 'content-security-policy'))
    await route.fulfill({ response: answer, headers, body: (await answer.text()).replace('</main>', `${planted}</main>`) })
  })
  await page.goto('/progress')
  await expect.poll(() => violations.length).toBeGreaterThanOrEqual(3)
  expect(await page.evaluate(() => globalThis.ran)).toBeUndefined()
  const sink = () =>
    page.evaluate(() => {
      const place = document.createElement('div')
      place.innerHTML = '<b>x</b>'
      return place.children.length
    })
  await expect(sink()).rejects.toThrow(/TrustedHTML|TrustedScript/)
  policy = false
  await page.goto('/progress')
  await expect.poll(() => page.evaluate(() => globalThis.ran)).toBe(1)
  expect(await sink()).toBe(1)
})

test('another site can neither send our forms nor show our pages', async ({ page, product, context }) => {
  const { port } = new URL(product.url)
  // The same server under another name is another site to the browser.
  const elsewhere = `http://127.0.0.1:${port}`
  await signIn(page, { role: 'station-officer', organ: STATION })
  await page.route(`${elsewhere}/attack`, (route) =>
    route.fulfill({
      contentType: 'text/html',
      body: `<form method="post" action="${product.url}/progress"><input name="_action" value="look"><button>go</button></form><iframe src="${product.url}/progress"></iframe>`,
    }),
  )
  await page.goto(`${elsewhere}/attack`)
  const frame = page.frames().find((one) => one !== page.mainFrame())
  await expect
    .poll(() =>
      frame
        ?.locator('form')
        .count()
        .catch(() => 0),
    )
    .toBe(0)
  const [answer] = await Promise.all([page.waitForResponse((one) => one.request().method() === 'POST'), page.getByText('go').click()])
  expect(answer.status()).toBe(403)
  await context.clearCookies()
})
