import { createHash } from 'node:crypto'
import type { Actor } from '#account/model.ts'
import { can } from '#account/rules/can.ts'
import type { Photos } from '#attachment/commands.ts'
import { photoFileReply, photoParams, photoUploadReply } from '#attachment/contract.ts'
import type { PhotoAnalysis, PhotoProblem } from '#attachment/model.ts'
import type { PhotoQueries } from '#attachment/queries.ts'
import { photoProblemSentences } from '#attachment/words.ts'
import { canonicalJson } from '#kernel/canonical.ts'
import type { Places } from '#place/model.ts'
import { prefectureOf } from '#place/rules/organs.ts'
import { type AnyRoute, type Principal, route } from '#platform/http.ts'
import { type Answer, jsonAnswer, problemAnswer } from '#platform/once.ts'
import { ProblemError, problem } from '#platform/problem.ts'

export interface PhotoRouteDeps {
  readonly photos: Photos
  readonly queries: PhotoQueries
  readonly places: Places
}

const TAG = 'photos'
const NOT_KEPT = { 'cache-control': 'no-store' }

export const photoRoutes = ({ photos, queries, places }: PhotoRouteDeps): readonly AnyRoute[] => [
  route({
    method: 'POST',
    path: '/api/v1/photos',
    summary: 'Upload a portrait as image/jpeg (or as the file of a form) and read at once what has to be put right; name its digest when you submit',
    tag: TAG,
    limit: 'upload',
    upload: { mediaType: 'image/jpeg', name: 'photo' },
    reply: { 201: photoUploadReply },
    async handle({ body, raw, principal, act, once }) {
      const organ = organOf(principal)
      const bytes = Buffer.isBuffer(body) ? body : await fileOfForm(raw)
      const outcome = await photos.upload(bytes, { prefecture: prefectureOf(places, organ), organ }, act, once, answerOf)
      switch (outcome.kind) {
        case 'analysed':
          return answerOf(outcome.analysis, createHash('sha256').update(bytes).digest('hex'))
        case 'replayed':
          return ofSameFile(outcome.answer, bytes)
        case 'problem':
          return problemAnswer(problemOf(outcome.problem))
      }
    },
  }),
  route({
    method: 'GET',
    path: '/api/v1/photos/:digest',
    summary: 'A portrait that your own organ received, with its findings under the standard in force',
    tag: TAG,
    params: photoParams,
    reply: { 200: photoFileReply },
    async handle({ params, principal, act }) {
      const organ = organOf(principal, 'photo.read')
      const reader = { actor: principal as Actor | null, act, subject: null }
      const found = await queries.openPhotoReceivedAt({ prefecture: prefectureOf(places, organ), organ }, params.digest, reader)
      if (!found) throw new ProblemError(problem('not-found'))
      return jsonAnswer(200, { ...replyOf(found.analysis), mediaType: 'image/jpeg', base64: found.bytes.toString('base64') }, NOT_KEPT)
    },
  }),
]

/** Photos are taken in at a counter: whoever has no organ has none to see either. */
function organOf(principal: Principal | null, action: 'photo.upload' | 'photo.read' = 'photo.upload'): string {
  const organ = principal?.organ ?? null
  if (!can(principal as Actor | null, action, { organ, jurisdiction: new Set(organ === null ? [] : [organ]) }) || !principal?.organ)
    throw new ProblemError(problem('not-found'))
  return principal.organ
}

async function fileOfForm(raw: Parameters<NonNullable<AnyRoute['handle']>>[0]['raw']): Promise<Buffer> {
  if (!raw.isMultipart()) throw new ProblemError(problem('unsupported-media'))
  const file = await raw.file()
  if (!file) throw new ProblemError(problemOf('empty'))
  return file.toBuffer()
}

/** In canonical order: an analysis that was read back from the database answers byte for byte what the fresh one did. */
const replyOf = ({ digest, worst, standardVersion, findings, measures }: PhotoAnalysis) =>
  JSON.parse(canonicalJson({ digest, worst, standardVersion, findings, measures })) as Pick<
    PhotoAnalysis,
    'digest' | 'worst' | 'standardVersion' | 'findings' | 'measures'
  >

const answerOf = (analysis: PhotoAnalysis, sourceDigest: string): Answer =>
  jsonAnswer(201, { ...replyOf(analysis), sourceDigest }, { location: `/api/v1/photos/${analysis.digest}`, ...NOT_KEPT })

/** The file of a form is no part of the body that the key was bound to, so it is compared here. */
function ofSameFile(answer: Answer, bytes: Buffer): Answer {
  const { sourceDigest } = JSON.parse(answer.body) as { sourceDigest: string }
  if (sourceDigest !== createHash('sha256').update(bytes).digest('hex')) throw new ProblemError(problem('idempotency-key-reused'))
  return answer
}

function problemOf(found: PhotoProblem) {
  const sentence = photoProblemSentences[found]
  if (found === 'busy' || found === 'too-slow') return problem('unavailable', { title: sentence })
  return problem('invalid-input', { fields: { photo: sentence } })
}
