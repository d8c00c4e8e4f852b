import { expect } from '@playwright/test'
import { expectAccessible, test } from '#test/browser.ts'

const PATH = '/sandbox/components'

const READINGS = [
  { name: 'Chinese on a phone', query: 'lang=zh&mode=standard', width: 360, scheme: 'light', targetPx: 44 },
  { name: 'English on a phone', query: 'lang=en&mode=standard', width: 360, scheme: 'light', targetPx: 44 },
  { name: 'on a desk, dark', query: 'lang=zh&mode=standard', width: 1280, scheme: 'dark', targetPx: 44 },
  { name: 'large text on a phone', query: 'lang=zh&mode=elder&size=22', width: 360, scheme: 'light', targetPx: 60 },
  { name: 'the largest text', query: 'lang=zh&mode=elder&size=30', width: 360, scheme: 'light', targetPx: 60 },
] as const

for (const { name, query, width, scheme, targetPx } of READINGS) {
  test(`every component, ${name}: accessible, no sideways scrolling, targets of ${targetPx} px`, async ({ page }) => {
    await page.setViewportSize({ width, height: 800 })
    await page.emulateMedia({ colorScheme: scheme })
    await page.goto(`${PATH}?${query}`)
    await expectAccessible(page)
    expect(await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)).toBeLessThanOrEqual(0)
    const small = await page.locator('a, button, input:not([type=hidden]), select, summary').evaluateAll(
      (all, least) =>
        all
          // Links within a sentence or a table's cell are exempt (WCAG 2.5.8).
          .filter((one) => one.checkVisibility() && one.closest('p, td, th') === null)
          .map((one) => ({ height: one.getBoundingClientRect().height, html: one.outerHTML.slice(0, 120) }))
          .filter(({ height }) => height < least - 0.5),
      targetPx,
    )
    expect(small).toEqual([])
  })
}

for (const scheme of ['light', 'dark'] as const) {
  test(`the officers' components, ${scheme}, and paper are accessible`, async ({ page }) => {
    await page.emulateMedia({ colorScheme: scheme })
    for (const path of [`${PATH}/officer?lang=zh`, `${PATH}/officer?lang=en`, `${PATH}/paper?lang=zh`]) {
      await page.goto(path)
      await expectAccessible(page)
    }
  })
}

test('a long list is chosen from by typing, and the form holds the value', async ({ page }) => {
  await page.goto(`${PATH}?lang=zh&mode=standard`)
  const box = page.getByRole('combobox', { name: '到哪个派出所取' })
  await box.fill('hn')
  await expect(page.getByRole('option')).toHaveText(['延边州 延吉市河南派出所'])
  await box.press('Enter')
  await expect(page.locator('select[name=station]')).toHaveValue('4')
  await box.fill('没有这个派出所')
  await box.blur()
  await expect(box).toHaveValue('')
})

test('without script the list is a select and the page works', async ({ browser, baseURL }) => {
  const context = await browser.newContext({ javaScriptEnabled: false, ...(baseURL === undefined ? {} : { baseURL }) })
  const page = await context.newPage()
  await page.goto(`${PATH}?lang=zh`)
  await page.getByLabel('到哪个派出所取').selectOption('6')
  await expect(page.getByLabel('到哪个派出所取')).toHaveValue('6')
  await context.close()
})

test('a photo of the wrong size is said at once and still can be sent', async ({ page }) => {
  await page.goto(`${PATH}?lang=zh&mode=standard`)
  const png = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR4nGNgYGBgAAAABQABpfZFQAAAAABJRU5ErkJggg==', 'base64')
  await page.locator('#photo').setInputFiles({ name: 'me.png', mimeType: 'image/png', buffer: png })
  await expect(page.locator('.file-preview .advice')).toHaveText(['这种文件用不了，请换成：JPEG', '图片大小是1×1，应为358×441'])
})

test('keys press the buttons they stand beside; a reader’s Enter goes to the next field', async ({ page }) => {
  await page.goto(`${PATH}/officer?lang=zh`)
  const holder = page.getByLabel('身份证号')
  await holder.focus()
  await page.keyboard.type('220102199003071234')
  await page.keyboard.press('Enter')
  await expect(page.getByLabel('电话')).toBeFocused()
  await page.locator('button[data-keys="F3"]').evaluate((button) => button.closest('form')?.addEventListener('submit', (event) => event.preventDefault()))
  await page.keyboard.press('F3')
  await expect(page.locator('button[data-keys="F3"]')).toBeFocused()
})

test('a list that refreshes never moves the row under the pointer, and shows the rest at once', async ({ page }) => {
  await page.setViewportSize({ width: 1280, height: 700 })
  await page.goto(`${PATH}/officer?lang=zh`)
  const rows = page.locator('#work tbody tr')
  const third = page.locator('#work tr[data-row="2202202602100934771"]')
  let asked = 0
  await page.route('**/officer?lang=zh', async (route) => {
    asked++
    const html = await (await route.fetch()).text()
    const first = /<tr data-row="2224202602481930527".*?<\/tr>/s.exec(html)?.[0] ?? ''
    const added = first.replaceAll('2224202602481930527', '2224202602999999999')
    await route.fulfill({ contentType: 'text/html', body: html.replace(first, added + first).replaceAll('已送到', '已签收') })
  })
  await third.hover()
  const before = await third.boundingBox()
  await page.evaluate(() => document.dispatchEvent(new Event('visibilitychange')))
  await expect(third.locator('.status')).toHaveText('已签收')
  expect(asked, 'one change asks once').toBe(1)
  expect((await third.boundingBox())?.y).toBeCloseTo(before?.y ?? -1, 0)
  await page.mouse.move(5, 5)
  await expect(rows).toHaveCount(5)
  await expect(rows.first()).toHaveAttribute('data-row', '2224202602999999999')
})
