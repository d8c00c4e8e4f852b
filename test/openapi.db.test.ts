/** The document that describes the API: exactly its routes, and of each what it takes and what it answers. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { apiRoutes } from '#scripts/api.ts'
import { sandboxPeopleRoutes } from '#sim/world/sandbox-people.ts'
import { openApi } from '#test/api.ts'
import { freshDatabase } from '#test/database.ts'
import { type Product, startProduct } from '#test/product.ts'

interface Described {
  readonly parameters?: readonly { readonly name: string; readonly in: string }[]
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema?: object }>> }
  readonly responses: Readonly<Record<string, { readonly content?: Readonly<Record<string, { readonly schema?: object }>> }>>
}

const CONTROLS = ['GET /sandbox/clock', 'POST /sandbox/clock', 'POST /sandbox/sign-in', 'POST /sandbox/faults', 'POST /sandbox/reset']
const inPath = (path: string): string[] => [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name as string)

const nameOf = ({ method, path }: { readonly method: string; readonly path: string }): string => `${method} ${path.replaceAll(/:(\w+)/g, '{$1}')}`

const routes = new Map([...apiRoutes(), ...sandboxPeopleRoutes({} as never)].map((one) => [nameOf(one), one]))

let product: Product
let described: readonly (readonly [string, Described])[]

beforeAll(async () => {
  product = await startProduct({ DATABASE_URL: (await freshDatabase()).url, YITANG_NOW: '2026-02-13T10:00:00+08:00', YITANG_PEOPLE: '0' })
  const { body } = await openApi(product).get<{ paths: Record<string, Record<string, Described>> }>('/api/openapi.json')
  described = Object.entries(body.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => [`${method.toUpperCase()} ${path}`, operation] as const),
  )
})
afterAll(() => product?.stop())

test('describes exactly the routes of the API and the controls of the sandbox: no page, and none is missing', () => {
  expect(described.map(([name]) => name).toSorted()).toEqual([...routes.keys(), ...CONTROLS].toSorted())
})

test('of each it says what is taken, in the path and the body, and what is answered', () => {
  const wanting = described.flatMap(([name, { parameters = [], requestBody, responses }]) => {
    const said = parameters.filter(({ in: where }) => where === 'path').map(({ name: parameter }) => parameter)
    const asked = routes.get(name)
    const bodies = Object.values(requestBody?.content ?? {})
    const answers = Object.entries(responses).filter(([status]) => /^[23]/.test(status))
    return [
      ...(inPath(name).join() === said.join() ? [] : [`${name}: its path`]),
      ...(name.startsWith('GET ') || (asked && !asked.body && !asked.upload) || (bodies.length > 0 && bodies.every(({ schema }) => schema !== undefined))
        ? []
        : [`${name}: its body`]),
      ...(answers.length > 0 ? [] : [`${name}: its answer`]),
      ...answers.flatMap(([status, { content }]) =>
        status === '204' || Object.values(content ?? {}).some(({ schema }) => schema !== undefined) ? [] : [`${name}: its answer ${status}`],
      ),
    ]
  })
  expect(wanting).toEqual([])
})

test('a photo is taken as the file itself or in a form', () => {
  const photo = described.find(([name]) => name === 'POST /api/v1/photos')?.[1].requestBody?.content
  expect(photo).toMatchObject({
    'image/jpeg': { schema: { type: 'string', format: 'binary' } },
    'multipart/form-data': { schema: { properties: { photo: { format: 'binary' } }, required: ['photo'] } },
  })
})
