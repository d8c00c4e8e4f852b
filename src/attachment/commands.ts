import { createHash } from 'node:crypto'
import { type PrivacyEvent, RETENTION_STREAM } from '#account/commands/privacy.ts'
import { overBefore, type Retention, retentionOn } from '#account/rules/retention.ts'
import type { AnalysePhoto, PhotoAnalysis, PhotoProblem } from '#attachment/model.ts'
import { judgePhoto, worstOf } from '#attachment/rules/judge.ts'
import { getPhotoStandard } from '#attachment/rules/standard.ts'
import {
  analysisOfArrivedFact,
  forgetFilesChanges,
  keepPhotoChanges,
  namedChange,
  overdueFilesPiece,
  photoAnalysisFact,
  type Received,
  receivedFact,
  type UnnamedFile,
  uploadChange,
} from '#attachment/store.ts'
import { describeFindings, photoChecksOf } from '#attachment/words.ts'
import type { PhotoFact } from '#catalogue/model.ts'
import { type Uuid, uuidV7 } from '#kernel/ids.ts'
import { dayOf, type Instant, instant } from '#kernel/time.ts'
import { forSystem } from '#platform/actor.ts'
import { type Change, type Committer, decidedAgain } from '#platform/commit.ts'
import type { Db } from '#platform/db.ts'
import { type Act, type StoredEvent, storedEvents, streamFact } from '#platform/events.ts'
import { type Fact, gather } from '#platform/facts.ts'
import type { Answer, Once } from '#platform/once.ts'
import type { Sealer } from '#platform/sealed.ts'

export interface PhotoDeps {
  readonly db: Db
  readonly committer: Committer
  readonly sealer: Sealer
  readonly analyse: AnalysePhoto
  /** The standard that the review's settings put in force. */
  readonly standardVersion: () => string
}

export type PhotoOutcome =
  | { readonly kind: 'analysed'; readonly analysis: PhotoAnalysis }
  | { readonly kind: 'problem'; readonly problem: PhotoProblem }
  | { readonly kind: 'replayed'; readonly answer: Answer }

/** @param sourceDigest SHA-256 of the file as it came; the analysis carries that of what is kept */
export type PhotoAnswered = (analysis: PhotoAnalysis, sourceDigest: string) => Answer

export interface Photos {
  /**
   * Keeps the picture, written anew from its pixels, once by its digest, and analyses it at its first arrival. A photo that fails the
   * standard is kept all the same: its findings are the answer. What cannot be read as a JPEG is not kept.
   */
  upload(bytes: Uint8Array, received: Received, act: Act, once: Once, answer: PhotoAnswered): Promise<PhotoOutcome>
  /** The photo as a review sees it, judged under the given standard; null when nobody uploaded it in the prefecture. */
  photoFact(prefecture: string, digest: string, standardVersion: string): Fact<PhotoFact | null>
  /** For seeds: the changes that keep a photo with an analysis made before; `kept` as the analysis gave it. */
  keepChanges(kept: Uint8Array, received: Received, analysis: PhotoAnalysis, act: Act): readonly Change[]
}

export function openPhotos(deps: PhotoDeps): Photos {
  return {
    // The same request, or the same photo, in two hands: what the winner wrote is there the next time.
    upload(bytes, received, act, once, answer) {
      const analyse = onlyOnce(() => deps.analyse(bytes, deps.standardVersion()))
      return decidedAgain(() => upload({ ...deps, analyse }, bytes, received, act, once, answer))
    },
    photoFact: (prefecture, digest, standardVersion) => {
      const { parse, ...piece } = photoAnalysisFact(prefecture, digest)
      return { ...piece, parse: (json) => photoFactOf(parse(json), standardVersion) }
    },
    keepChanges: (kept, received, analysis, act) => keepPhotoChanges(deps.sealer, received, { bytes: kept, sourceDigest: analysis.digest }, analysis, act),
  }
}

const photoFactOf = (kept: PhotoAnalysis | null, standardVersion: string): PhotoFact | null =>
  kept && { digest: kept.digest, checks: photoChecksOf(judgedUnder(kept, standardVersion).findings) }

/** What was measured stays; what it means is said anew when another standard is in force. */
export function judgedUnder(kept: PhotoAnalysis, standardVersion: string): PhotoAnalysis {
  if (kept.standardVersion === standardVersion) return kept
  const standard = getPhotoStandard(standardVersion)
  const findings = describeFindings(judgePhoto(kept.measures, standard), kept.measures, standard)
  return { ...kept, standardVersion, findings, worst: worstOf(findings) }
}

/** A race that is lost is decided again, with the pixels measured already. */
function onlyOnce<T>(work: () => Promise<T>): () => Promise<T> {
  let done: Promise<T> | undefined
  return () => (done ??= work())
}

interface UploadDeps extends Omit<PhotoDeps, 'analyse'> {
  readonly analyse: () => ReturnType<AnalysePhoto>
}

async function upload(deps: UploadDeps, bytes: Uint8Array, received: Received, act: Act, once: Once, answer: PhotoAnswered): Promise<PhotoOutcome> {
  const { db, committer, sealer } = deps
  const { prefecture } = received
  const sourceDigest = createHash('sha256').update(bytes).digest('hex')
  const { seen, arrived } = await forSystem('photo-analysis', () => gather(db, { seen: once.seen, arrived: analysisOfArrivedFact(prefecture, sourceDigest) }))
  const replayed = once.replay(seen)
  if (replayed) return { kind: 'replayed', answer: replayed }
  const analysed = arrived ? undefined : await deps.analyse()
  if (analysed?.ok === false) return { kind: 'problem', problem: analysed.problem }
  const digest = (arrived ?? analysed?.analysis)?.digest as string
  // Another file may have held the same picture.
  const { here, same, past } = await forSystem('photo-analysis', () =>
    gather(db, {
      here: receivedFact(received, digest),
      same: photoAnalysisFact(prefecture, digest),
      past: streamFact<PhotoReceived>({ prefecture, stream: streamOf(received, digest) }),
    }),
  )
  const found = same ?? arrived
  const analysis = found ? judgedUnder(found, deps.standardVersion()) : (analysed?.analysis as PhotoAnalysis)
  const keep = analysed && !found ? keepPhotoChanges(sealer, received, { bytes: analysed.kept, sourceDigest }, analysis, act) : undefined
  const changes = keep ?? (here ? [] : [uploadChange(received, digest, act)])
  const events = here ? [] : receivedEvents(received, digest, past.at(-1)?.seq ?? 0, act)
  await committer.commit({ events, changes: [...changes, once.remember(answer(analysis, sourceDigest))] })
  return { kind: 'analysed', analysis }
}

/** Streams that are named by what they are about begin with one instant. */
const NAMED_SINCE = instant('2021-05-07T00:00:00+08:00')

interface PhotoReceived {
  readonly type: 'PhotoReceived'
  readonly digest: string
  readonly organ: string
}

/** The stream is named after the organ and the picture. */
const streamOf = ({ prefecture, organ }: Received, digest: string): Uuid =>
  uuidV7(NAMED_SINCE, createHash('sha256').update(`${prefecture} ${organ} ${digest}`).digest().subarray(0, 10))

/** A picture comes to an organ once, unless it was deleted meanwhile. */
function receivedEvents(received: Received, digest: string, after: number, act: Act): readonly StoredEvent[] {
  const event: PhotoReceived = { type: 'PhotoReceived', digest, organ: received.organ }
  return storedEvents({ prefecture: received.prefecture, stream: streamOf(received, digest) }, after, [event], act)
}

const FILES_AT_ONCE = 200

export interface ForgetDeps extends Pick<PhotoDeps, 'db' | 'committer'> {
  readonly prefectures: readonly string[]
  readonly retention: readonly Retention[]
}

/** Pictures that were uploaded and then named by no case go when their term is over; whose they were nobody ever said. */
export async function forgetUnnamed({ db, committer, prefectures, retention }: ForgetDeps, now: Instant): Promise<void> {
  const term = retentionOn(retention, dayOf(now)).find(({ id }) => id === 'photos-unnamed')
  if (!term?.keep) return
  const [before, basis] = [overBefore(term.keep, dayOf(now)), term.basis.join('、')]
  const act: Act = { at: now, actor: 'system:retention', actorRole: 'system', actorOrgan: null, onBehalfOf: null, requestId: `photos:${dayOf(now)}` }
  for (const prefecture of prefectures) {
    for (;;) {
      const { rows } = await db.run<UnnamedFile>(overdueFilesPiece(prefecture, before, FILES_AT_ONCE))
      if (rows.length === 0) break
      const [named, gone] = [rows.filter((row) => row.named), rows.filter((row) => !row.named)].map((some) => some.map(({ digest }) => digest))
      const changes = [namedChange(prefecture, named as string[], now), ...forgetFilesChanges(prefecture, gone as string[])]
      const event: PrivacyEvent = { type: 'RecordsDeleted', kind: term.id, rows: gone?.length ?? 0, before, basis }
      await decidedAgain(async () => {
        const { past } = await gather(db, { past: streamFact<PrivacyEvent>(RETENTION_STREAM) })
        await committer.commit({ events: storedEvents(RETENTION_STREAM, past.at(-1)?.seq ?? 0, [event], act, { basis }), changes })
      })
    }
  }
}
