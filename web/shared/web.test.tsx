import type { FastifyInstance } from 'fastify'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { instant } from '#kernel/time.ts'
import { openHttp, type Principal } from '#platform/http.ts'
import { openLog } from '#platform/log.ts'
import { openMetrics } from '#platform/metrics.ts'
import { jsonAnswer, problemAnswer } from '#platform/once.ts'
import { ProblemError, problem } from '#platform/problem.ts'
import { buildClient } from '#web/shared/build.ts'
import { FileField, TextField } from '#web/shared/field.tsx'
import { Button, Form } from '#web/shared/form.tsx'
import { definePage, outcomeOfAnswer, type PageContext, registerPages } from '#web/shared/web.ts'

interface Notes {
  readonly saved: string[]
}

const notePage = definePage({
  path: '/notes/:id',
  audience: 'resident',
  load: ({ params, services }: PageContext<Notes>) => (params.id === '404' ? undefined : { id: params.id, count: services.saved.length }),
  view: ({ id, count }) => ({
    title: { zh: '便条', en: 'Note' },
    body: (
      <Form action="save" multipart>
        <p>
          {id}:{count}
        </p>
        <TextField name="text" label={{ zh: '内容', en: 'Text' }} />
        <FileField name="photo" label={{ zh: '照片', en: 'Photo' }} accept={['image/jpeg']} maxBytes={1000} />
        <Button>OK</Button>
      </Form>
    ),
  }),
  csv: ({ id }) => ({ name: `便条${id}.csv`, text: 'a\r\n' }),
  actions: {
    save: async (form, { services, once, params }) => {
      if (form.text('text') === '') return { problem: problem('invalid-input', { fields: { text: { zh: '请写点什么。', en: 'Please write something.' } } }) }
      if (form.text('text') === 'boom') throw new Error('secret detail')
      if (form.text('text') === 'refuse') {
        throw new ProblemError(
          problem('refused', {
            refusals: [{ code: 'r', sentence: { zh: '不能写这个', en: 'Not this' }, basis: '民法典 8', wayOut: { zh: '换一个', en: 'Another' } }],
          }),
        )
      }
      const { values } = once.remember(jsonAnswer(201, {}))
      services.saved.push(`${form.text('text')}|${form.files.photo?.bytes.length ?? 0}|${values[1]}`)
      return { to: `/notes/${params.id}` }
    },
  },
})

const officerPage = definePage({
  path: '/window/notes',
  audience: 'officer',
  roles: ['station-officer'],
  load: (_context: PageContext<Notes>) => ({}),
  view: () => ({ title: '窗口', body: <p>窗口</p> }),
  actions: { noop: async () => ({ to: '/window/notes' }) },
})

const host = 'yitang.test'
const notes: Notes = { saved: [] }
let principal: Principal | null = null
let app: FastifyInstance

beforeAll(async () => {
  await buildClient()
  app = await openHttp({ log: openLog('silent'), metrics: openMetrics(), now: () => instant('2026-02-13T11:59:00+08:00'), authenticate: async () => principal })
  app.get('/api/v1/thing', async () => ({ ok: true }))
  await registerPages(app, [notePage, officerPage], {
    services: notes,
    describe: () => ({ name: '王警官', role: { zh: '窗口民警', en: 'Counter officer' } }),
    signInHref: '/sign-in',
    signOutHref: '/sign-out',
    sandbox: { controlsHref: '/sandbox' },
  })
}, 60_000)
afterAll(() => app.close())
beforeEach(() => {
  notes.saved.length = 0
  principal = null
})

const get = (url: string, headers: Record<string, string> = {}) => app.inject({ url, headers: { host, accept: 'text/html', ...headers } })

const post = (url: string, fields: Record<string, string>, headers: Record<string, string> = {}) =>
  app.inject({
    method: 'POST',
    url,
    headers: { host, origin: `http://${host}`, accept: 'text/html', 'content-type': 'application/x-www-form-urlencoded', ...headers },
    payload: new URLSearchParams({ _form: 'save', _action: 'save', _key: 'key-1234-5678', ...fields }).toString(),
  })

describe('a page', () => {
  test('is HTML in the language asked for, and remembers the choice', async () => {
    const answer = await get('/notes/7?lang=en&mode=elder', { 'accept-language': 'zh' })
    expect(answer.statusCode).toBe(200)
    expect(answer.body).toContain('<html lang="en" class="resident elder size-22">')
    expect([answer.headers['set-cookie']].flat().join()).toMatch(/lang=en;.*SameSite=Lax/)
    expect((await get('/notes/7', { cookie: 'lang=en; mode=elder' })).body).toContain('class="resident elder size-22"')
  })
  test('its stylesheet is served by a digest name, for ever', async () => {
    const href = /<link rel="stylesheet" href="([^"]+)"/.exec((await get('/notes/7')).body)?.[1] ?? ''
    const answer = await app.inject(href)
    expect(answer.statusCode).toBe(200)
    expect(answer.headers['cache-control']).toMatch(/max-age=31536000.*immutable/)
    expect(answer.headers['content-type']).toContain('text/css')
  })
  test('every form has a key of its own', async () => {
    const keyOf = async (): Promise<string | undefined> => /name="_key" value="([^"]+)"/.exec((await get('/notes/7')).body)?.[1]
    const [one, two] = [await keyOf(), await keyOf()]
    expect(one).toMatch(/.{16,}/)
    expect(one).not.toBe(two)
  })
  test('as a table for spreadsheets', async () => {
    const answer = await get('/notes/7?format=csv')
    expect(answer.headers['content-type']).toContain('text/csv')
    expect(answer.headers['content-disposition']).toContain("filename*=UTF-8''%E4%BE%BF%E6%9D%A17.csv")
  })
  test('what is not there and what is not permitted look alike', async () => {
    principal = { id: 'r', role: 'resident', organ: null, personId: 'p' }
    const [missing, foreign, unknown] = await Promise.all([get('/notes/404'), get('/window/notes'), get('/nowhere')])
    for (const answer of [missing, foreign, unknown]) {
      expect(answer.statusCode).toBe(404)
      expect(answer.body).toContain('没有找到这个页面')
    }
  })
  test('asks to sign in, and comes back after', async () => {
    const answer = await get('/window/notes?sort=a')
    expect([answer.statusCode, answer.headers.location]).toEqual([303, '/sign-in?next=%2Fwindow%2Fnotes%3Fsort%3Da'])
    principal = { id: 'o', role: 'station-officer', organ: '220102', personId: null }
    expect((await get('/window/notes')).body).toContain('王警官')
  })
  test('the API keeps its own way of saying not found', async () => {
    expect((await app.inject('/api/v1/thing')).json()).toEqual({ ok: true })
    const answer = await get('/api/v1/nothing')
    expect(answer.headers['content-type']).toContain('application/problem+json')
  })
})

describe('an action', () => {
  test('redirects, so that refreshing does nothing again', async () => {
    const answer = await post('/notes/7', { text: '你好' })
    expect([answer.statusCode, answer.headers.location]).toEqual([303, '/notes/7'])
    expect(notes.saved).toHaveLength(1)
  })
  test('that is to be corrected renders the page with what was typed', async () => {
    const answer = await post('/notes/7', { text: '  ' })
    expect(answer.statusCode).toBe(422)
    expect(answer.body).toContain('<a href="#text">请写点什么。</a>')
    expect(answer.body).toContain('value="  "')
  })
  test('that is refused says why and what to do instead', async () => {
    const answer = await post('/notes/7', { text: 'refuse' })
    expect(answer.statusCode).toBe(409)
    for (const part of ['不能写这个', '民法典 8', '换一个', 'value="refuse"']) expect(answer.body).toContain(part)
  })
  test('that fails tells nothing of the fault', async () => {
    const answer = await post('/notes/7', { text: 'boom' })
    expect(answer.statusCode).toBe(500)
    expect(answer.body).toContain('系统出了点问题')
    expect(answer.body).not.toContain('secret')
  })
  test('from another site does nothing', async () => {
    for (const headers of [{ origin: 'https://evil.test' }, { origin: 'null' }, { origin: `http://${host}`, 'sec-fetch-site': 'cross-site' }])
      expect((await post('/notes/7', { text: 'x' }, headers)).statusCode).toBe(403)
    expect(notes.saved).toEqual([])
  })
  test('the key counts with what was typed: the same twice is one, other words are another body', async () => {
    await post('/notes/7', { text: 'a' })
    await post('/notes/7', { text: 'a' })
    await post('/notes/7', { text: 'b' })
    const [first, second, third] = notes.saved.map((saved) => saved.split('|')[2])
    expect(first).toBe(second)
    expect(third).toBe(first)
  })
  test('without its hidden key nothing is done', async () => {
    expect((await post('/notes/7', { text: 'a', _key: '' })).statusCode).toBe(400)
    expect(notes.saved).toEqual([])
  })
  test('that the page does not have', async () => expect((await post('/notes/7', { text: 'a', _action: 'toString' })).statusCode).toBe(400))
  test('characters that can’t be stored are named with their field', async () => {
    const answer = await post('/notes/7', { text: 'a\u0000' })
    expect(answer.statusCode).toBe(422)
    expect(answer.body).toContain('href="#text"')
  })
  test('takes a file', async () => {
    const body = new FormData()
    for (const [name, value] of Object.entries({ _form: 'save', _action: 'save', _key: 'key-1234-5678', text: 'with photo' })) body.set(name, value)
    body.set('photo', new Blob([new Uint8Array(321)], { type: 'image/jpeg' }), 'me.jpg')
    const request = new Request('http://x', { method: 'POST', body })
    const answer = await app.inject({
      method: 'POST',
      url: '/notes/7',
      headers: { host, origin: `http://${host}`, 'content-type': request.headers.get('content-type') ?? '' },
      payload: Buffer.from(await request.arrayBuffer()),
    })
    expect(answer.statusCode).toBe(303)
    expect(notes.saved[0]).toMatch(/^with photo\|321\|/)
  })
})

test('a kept refusal of a command becomes the same problem again', () => {
  const refused = problem('refused', { refusals: [{ code: 'r', sentence: { zh: '不', en: 'No' }, basis: 'x 1', wayOut: { zh: '换', en: 'Else' } }] })
  expect(outcomeOfAnswer(problemAnswer(refused), () => '/')).toEqual({ problem: refused })
  expect(outcomeOfAnswer(jsonAnswer(201, { number: '1' }), (body: { number: string }) => `/cases/${body.number}`)).toEqual({ to: '/cases/1' })
})
