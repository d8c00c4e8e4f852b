import fastifySwagger from '@fastify/swagger'
import type { FastifyInstance } from 'fastify'
import { jsonSchemaTransform } from 'fastify-type-provider-zod'
import { PROBLEM_STATUS } from '#platform/problem.ts'

/** What a route takes that no schema validates: the file itself, or a form that has it. */
export interface Upload {
  readonly mediaType: string
  /** The name of the form's file. */
  readonly name: string
}

const fileOf = ({ mediaType }: Upload) => ({ type: 'string', format: 'binary', contentMediaType: mediaType })

const bodyOf = (upload: Upload) => ({
  content: {
    [upload.mediaType]: { schema: fileOf(upload) },
    'multipart/form-data': { schema: { type: 'object', properties: { [upload.name]: fileOf(upload) }, required: [upload.name] } },
  },
})

/** The document is made from the schemas that validate: register before the routes. What has no tag is for browsers and is not in it. */
export async function describeApi(app: FastifyInstance): Promise<void> {
  await app.register(fastifySwagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: '一趟 Yitang',
        version: '1',
        description:
          'Police public services where nobody makes a second trip. Every write carries an Idempotency-Key; errors are RFC 9457 problems in Chinese and English; the version of a record travels as ETag and If-Match.',
        license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
      },
      components: { securitySchemes: { session: { type: 'http', scheme: 'bearer' } } },
      security: [{ session: [] }],
    },
    hideUntagged: true,
    transform: (given) => {
      const { schema, url } = jsonSchemaTransform(given)
      const upload = (given.route.config as { readonly upload?: Upload } | undefined)?.upload
      return { schema: upload === undefined ? schema : { ...schema, body: bodyOf(upload) }, url }
    },
  })
  app.get('/api/openapi.json', { schema: { hide: true } }, async () => withProblems(app.swagger() as unknown as ApiDocument))
}

interface ApiOperation {
  readonly parameters?: readonly { readonly in: string }[]
  readonly requestBody?: unknown
  readonly security?: readonly unknown[]
  readonly responses?: Readonly<Record<string, unknown>>
}

interface ApiDocument {
  readonly paths: Readonly<Record<string, Readonly<Record<string, ApiOperation>>>>
  readonly components?: Readonly<Record<string, unknown>>
}

/** Which problems an operation may answer; what it answers when all is well stands with the route. */
function problemsOf(method: string, { security, requestBody }: ApiOperation): readonly number[] {
  const always = [400, 403, 404, 408, 410, 413, 415, 422, 429, 431, 503]
  const writes = method === 'get' ? [] : [409, 412, 428]
  const signedIn = security?.length === 0 && requestBody === undefined ? [] : [401]
  return [...always, ...writes, ...signedIn].sort()
}

/** Every operation names the problems that it may answer, each described once. */
function withProblems(document: ApiDocument): ApiDocument {
  const named = new Set<number>()
  const paths = Object.entries(document.paths).map(([path, methods]) => {
    const operations = Object.entries(methods).map(([method, operation]) => {
      const problems = problemsOf(method, operation)
      for (const status of problems) named.add(status)
      const refs = problems.map((status) => [String(status), { $ref: `#/components/responses/Problem${status}` }])
      return [method, { ...operation, responses: { ...Object.fromEntries(refs), ...answersOf(operation) } }]
    })
    return [path, Object.fromEntries(operations)]
  })
  const responses = Object.fromEntries([...named].sort().map((status) => [`Problem${status}`, problemResponse(status)]))
  const { schemas, ...components } = (document.components ?? {}) as { schemas?: object }
  return {
    ...document,
    paths: Object.fromEntries(paths),
    components: { ...components, schemas: { ...schemas, Problem: PROBLEM_SCHEMA }, responses },
  }
}

/** A route that answers with nothing has no reply to describe; the generator calls that 200. */
function answersOf({ responses = {} }: ApiOperation): ApiOperation['responses'] {
  const { 200: usual, ...others } = responses as Record<string, { readonly description?: string }>
  return usual?.description === 'Default Response' && !('content' in usual) && Object.keys(others).length === 0 ? { 204: { description: 'Done' } } : responses
}

const problemResponse = (status: number): object => ({
  description: Object.entries(PROBLEM_STATUS)
    .filter(([, other]) => other === status)
    .map(([type]) => `/problems/${type}`)
    .join(', '),
  content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
})

const sentence = { type: 'object', properties: { zh: { type: 'string' }, en: { type: 'string' } }, required: ['zh', 'en'] }
const PROBLEM_SCHEMA = {
  type: 'object',
  description: 'RFC 9457. `fields` names what is wrong with each field, `refusals` why the rules say no, with the way out.',
  properties: {
    type: { type: 'string', enum: Object.keys(PROBLEM_STATUS).map((type) => `/problems/${type}`) },
    status: { type: 'integer' },
    title: { type: 'string' },
    titleEn: { type: 'string' },
    fields: { type: 'object', additionalProperties: sentence },
    refusals: { type: 'array', items: { type: 'object' } },
    retryAfterSeconds: { type: 'integer' },
  },
  required: ['type', 'status', 'title', 'titleEn'],
}
