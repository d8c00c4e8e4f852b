import { type ComponentChildren, h } from 'preact'
import { renderToString } from 'preact-render-to-string'
import { describe, expect, test } from 'vitest'
import { problem } from '#platform/problem.ts'
import { niceCeiling } from '#web/shared/chart.tsx'
import { DateField, Radios, Select } from '#web/shared/choice.tsx'
import { FileField, IdentityNumberField, TextField } from '#web/shared/field.tsx'
import { Button, ErrorSummary, Form, type Forms, FormsContext } from '#web/shared/form.tsx'
import { renderPage } from '#web/shared/page.tsx'
import { newReading, ReadingContext, withQuery } from '#web/shared/reading.tsx'
import { type Column, csvOf, Table } from '#web/shared/table.tsx'
import { Notice, StatusTag } from '#web/shared/text.tsx'

const assets = { stylesheet: '/assets/site-1.css', island: (name: string) => `/assets/${name}-1.js` }
const label = { zh: '姓名', en: 'Name' }
const fault = { zh: '请填姓名。', en: 'Please give your name.' }

const render = (children: ComponentChildren, { forms, ...part }: Parameters<typeof newReading>[0] & { forms?: Forms } = {}): string =>
  renderToString(h(ReadingContext.Provider, { value: newReading(part) }, forms === undefined ? children : h(FormsContext.Provider, { value: forms }, children)))

const attributes = (html: string, tag: RegExp): Record<string, string> =>
  Object.fromEntries([...(tag.exec(html)?.[0] ?? '').matchAll(/([\w-]+)(?:="([^"]*)")?/g)].slice(1).map((found) => [found[1] ?? '', found[2] ?? '']))

describe('fields', () => {
  test('the label names its box, hint and error describe it', () => {
    const html = render(<TextField name="applicant.name" label={label} hint="如证件" error={fault} />)
    const box = attributes(html, /<input[^>]*>/)
    expect(box.id).toBe('applicant-name')
    expect(html).toContain('<label for="applicant-name">姓名')
    expect(box['aria-describedby']?.split(' ').every((id) => html.includes(`id="${id}"`))).toBe(true)
    expect(box).toHaveProperty('aria-invalid')
    expect(html).toContain('请填姓名。')
  })
  test('a field without hint and error describes nothing', () => {
    const box = attributes(render(<TextField name="a" label={label} />), /<input[^>]*>/)
    expect(box).not.toHaveProperty('aria-describedby')
    expect(box).not.toHaveProperty('aria-invalid')
  })
  test('what was typed is escaped', () => {
    const html = render(<TextField name="a" label={label} value={'"><script>alert(1)</script>'} />)
    expect(html).not.toContain('<script>')
    expect(html).toContain('&quot;>&lt;script>')
  })
  test('the language of the reader', () =>
    expect(render(<TextField name="a" label={label} error={fault} />, { language: 'en' })).toContain('Please give your name.'))
  test('a date’s error leads to its year, and every part has its label', () => {
    const html = render(<DateField name="birth" label={label} value="2005-02-29" error={fault} />)
    for (const [id, value] of [
      ['birth', '2005'],
      ['birth-month', '02'],
      ['birth-day', '29'],
    ] as const) {
      expect(html).toContain(`<label for="${id}">`)
      expect(html).toMatch(new RegExp(`<input[^>]*id="${id}"[^>]*value="${value}"`))
    }
  })
  test('the first choice has the field’s id, so that the summary’s link arrives', () => {
    const html = render(
      <Radios
        name="reason"
        label={label}
        value="b"
        options={[
          { value: 'a', label: 'A' },
          { value: 'b', label: 'B' },
        ]}
      />,
    )
    expect(html).toMatch(/<input type="radio" id="reason" name="reason" value="a"/)
    expect(html).toMatch(/id="reason-b"[^>]*checked/)
  })
})

describe('forms', () => {
  const forms = (form: string): Forms => ({
    newIdempotencyKey: () => 'key-12345',
    failed: { form, values: { name: 'typed', reason: 'b' }, problem: problem('invalid-input', { fields: { name: fault } }) },
  })
  const page = (
    <>
      <Form action="apply" values={{ name: 'first' }}>
        <TextField name="name" label={label} />
        <Button>A</Button>
        <Button action="keep">B</Button>
      </Form>
      <Form action="other" values={{ name: 'untouched' }}>
        <TextField name="name" label={label} />
      </Form>
    </>
  )
  test('nothing typed is lost, and only the form that was sent is concerned', () => {
    const html = render(page, { forms: forms('apply'), url: '/apply?step=2' })
    expect(html).toContain('value="typed"')
    expect(html).toContain('value="untouched"')
    expect(html.match(/请填姓名。/g)).toHaveLength(1)
  })
  test('a form posts to its own address with a key and its action; a button may name another', () => {
    const html = render(page, { forms: forms('none'), url: '/apply?step=2' })
    expect(html).toContain('method="post" action="/apply?step=2"')
    expect(html).toContain('<input type="hidden" name="_key" value="key-12345"')
    expect(html).toContain('<input type="hidden" name="_action" value="apply"')
    expect(html).toMatch(/<button[^>]*name="_action" value="keep"/)
    expect(html).toContain('value="first"')
  })
  test('the summary links to each field; a refusal has its four parts', () => {
    const html = render(<ErrorSummary problem={problem('invalid-input', { fields: { 'applicant.name': fault } })} />)
    expect(html).toContain('<a href="#applicant-name">请填姓名。</a>')
    const refused = problem('refused', { refusals: [{ code: 'x', sentence: label, basis: '居民身份证法 11', wayOut: fault }] })
    const refusal = render(<ErrorSummary problem={refused} />)
    for (const part of ['姓名', '居民身份证法 11', '请填姓名。', '现在还办不了']) expect(refusal).toContain(part)
  })
  test('keys stand beside the words and in the attribute that readers announce', () => {
    const html = render(<Button keys="F8">受理</Button>)
    expect(html).toContain('aria-keyshortcuts="F8"')
    expect(html).toMatch(/class="keys"[^>]*>F8</)
  })
})

describe('state is never colour alone', () => {
  test.each(['neutral', 'working', 'good', 'attention', 'bad'] as const)('%s has a shape and a word', (tone) => {
    expect(render(<StatusTag tone={tone}>制证中</StatusTag>)).toMatch(/<svg class="shape".*制证中/)
    expect(render(<Notice tone={tone}>制证中</Notice>)).toMatch(/<svg class="shape".*制证中/)
  })
  test('the five shapes differ', () => {
    const shapes = (['neutral', 'working', 'good', 'attention', 'bad'] as const).map(
      (tone) => /<svg.*<\/svg>/.exec(render(<StatusTag tone={tone}>x</StatusTag>))?.[0],
    )
    expect(new Set(shapes).size).toBe(5)
  })
})

describe('tables', () => {
  interface Row {
    readonly name: string
    readonly minutes: number
  }
  const columns: readonly Column<Row>[] = [
    { key: 'name', title: label, cell: (row) => row.name, csv: (row) => row.name },
    {
      key: 'minutes',
      title: '分钟',
      numeric: true,
      sorts: true,
      cell: (row) => String(row.minutes),
      sum: (rows) => String(rows.reduce((sum, row) => sum + row.minutes, 0)),
      csv: (row) => row.minutes,
    },
  ]
  const rows = [
    { name: '=1+1', minutes: -5 },
    { name: '张,"三"', minutes: 7 },
  ]
  const keyOf = (row: Row): string => row.name
  test('sorted by links that keep the filter and forget the page', () => {
    const html = render(<Table caption={label} columns={columns} rows={rows} keyOf={keyOf} sort="minutes" />, { url: '/list?state=open&after=c' })
    expect(html).toContain('href="/list?state=open&amp;sort=-minutes"')
    expect(html).toContain('aria-sort="ascending"')
  })
  test('sums', () => expect(render(<Table caption={label} columns={columns} rows={rows} keyOf={keyOf} />)).toMatch(/<tfoot>.*合计.*>2</))
  test('an empty list says so', () => expect(render(<Table caption={label} columns={columns} rows={[]} keyOf={keyOf} />)).toContain('目前没有。'))
  test.each(['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', '\r=1', '\n=1', '＝1', '＋1', '－1', '＠a'])('CSV has %j as text', (name) => {
    const [, line = ''] = csvOf([columns[0] as Column<Row>], [{ ...(rows[0] as Row), name }], 'zh').split('\uFEFF姓名\r\n')
    expect(line.replaceAll('"', '')).toBe(`'${name}\r\n`)
  })
  test('CSV quotes, and text is never a formula', () => expect(csvOf(columns, rows, 'zh')).toBe('\uFEFF姓名,分钟\r\n\'=1+1,-5\r\n"张,""三""",7\r\n'))
})

describe('the page', () => {
  const whole = (part: Parameters<typeof newReading>[0], body: ComponentChildren = <p>正文</p>): string =>
    renderPage({ title: { zh: '进度 & 承诺', en: 'Progress' }, reading: newReading(part), body, assets })
  test('the language of the document, and its classes', () => {
    expect(whole({ language: 'en' })).toContain('<html lang="en" class="resident standard">')
    expect(whole({ mode: 'elder', elderSize: 26 })).toContain('<html lang="zh-CN" class="resident elder size-26">')
  })
  test('the switches keep the path and the query', () => {
    const html = whole({ url: '/progress?case=1' })
    expect(html).toContain('href="/progress?case=1&amp;lang=en"')
    expect(html).toContain('href="/progress?case=1&amp;mode=elder"')
    expect(whole({ url: '/p?mode=elder', mode: 'elder' })).toContain('href="/p?mode=standard"')
  })
  test('no script and no style stands in the page itself', () => {
    const html = whole({}, <FileField name="photo" label={label} accept={['image/jpeg']} maxBytes={1} />)
    expect(html).not.toMatch(/<script(?![^>]*\ssrc=)/)
    expect(html).not.toMatch(/<style|\sstyle=|\son\w+=/)
  })
  test('only the scripts that its components ask for', () => {
    expect(whole({})).not.toContain('<script')
    const many = Array.from({ length: 12 }, (_, index) => ({ value: String(index), label: String(index) }))
    expect(whole({}, <Select name="s" label={label} options={many} />).match(/<script[^>]*>/g)).toEqual([
      '<script type="module" src="/assets/type-ahead-1.js">',
    ])
    expect(whole({}, <IdentityNumberField name="n" label={label} scanned />)).toContain('/assets/officer-keys-1.js')
  })
  test('the title is escaped, and says first when something is to be corrected', () => {
    const reading = newReading()
    const failed = { form: 'a', values: {}, problem: problem('invalid-input', { fields: { a: fault } }) }
    const html = renderPage({ title: '<进度>', reading, body: <p />, assets, forms: { newIdempotencyKey: () => 'k', failed } })
    expect(html).toContain('<title>请改一下：&lt;进度> · 一趟</title>')
    expect(html).toContain('id="error-summary-title"')
  })
  test('the sandbox says which day it is', () => {
    const sandbox = { now: '2026-02-13T03:59:00.000Z' as never, controlsHref: '/sandbox' }
    expect(renderPage({ title: 'x', reading: newReading(), body: <p />, assets, sandbox })).toContain('2026年2月13日（星期五）11:59')
  })
})

test('a query parameter changes and the others stay', () => {
  expect(withQuery('/a?b=1&c=2', { b: '3', c: undefined })).toBe('/a?b=3')
  expect(withQuery('/a?b=1', { b: undefined })).toBe('/a')
  expect(withQuery('/a', { q: '张&三' })).toBe('/a?q=%E5%BC%A0%26%E4%B8%89')
})

test('an axis ends on a number that reads well', () => {
  expect([0.93, 1, 7, 23, 420, 1000, 0].map(niceCeiling)).toEqual([1, 1, 10, 25, 500, 1000, 1])
})
