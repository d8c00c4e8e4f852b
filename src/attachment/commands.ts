import { createHash } from 'node:crypto'
import type { AnalysePhoto, PhotoAnalysis, PhotoProblem } from '#attachment/model.ts'
import { judgePhoto, worstOf } from '#attachment/rules/judge.ts'
import { getPhotoStandard } from '#attachment/rules/standard.ts'
import { keepPhotoChanges, photoAnalysisFact, type Received, receivedFact, uploadChange } from '#attachment/store.ts'
import { describeFindings, photoChecksOf } from '#attachment/words.ts'
import type { PhotoFact } from '#catalogue/model.ts'
import { uuidV7 } from '#kernel/ids.ts'
import { instant } from '#kernel/time.ts'
import { forSystem } from '#platform/actor.ts'
import { type Change, type Committer, decidedAgain } from '#platform/commit.ts'
import type { Db } from '#platform/db.ts'
import { type Act, type StoredEvent, storedEvents } from '#platform/events.ts'
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

export interface Photos {
  /**
   * Keeps the photo once by its digest and analyses it at its first arrival. A photo that fails the standard is kept all the same:
   * its findings are the answer. What cannot be read as a JPEG is not kept.
   */
  upload(bytes: Uint8Array, received: Received, act: Act, once: Once, answer: (analysis: PhotoAnalysis) => Answer): Promise<PhotoOutcome>
  /** The photo as a review sees it, judged under the given standard; null when nobody uploaded it in the prefecture. */
  photoFact(prefecture: string, digest: string, standardVersion: string): Fact<PhotoFact | null>
  /** For seeds: the changes that keep a photo with an analysis made before. */
  keepChanges(bytes: Uint8Array, received: Received, analysis: PhotoAnalysis, act: Act): readonly Change[]
}

export function openPhotos(deps: PhotoDeps): Photos {
  return {
    // The same request, or the same photo, in two hands: what the winner wrote is there the next time.
    upload: (bytes, received, act, once, answer) => decidedAgain(() => upload(deps, bytes, received, act, once, answer)),
    photoFact: (prefecture, digest, standardVersion) => {
      const { parse, ...piece } = photoAnalysisFact(prefecture, digest)
      return { ...piece, parse: (json) => photoFactOf(parse(json), standardVersion) }
    },
    keepChanges: (bytes, received, analysis, act) => keepPhotoChanges(deps.sealer, received, bytes, analysis, act),
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

async function upload(
  deps: PhotoDeps,
  bytes: Uint8Array,
  received: Received,
  act: Act,
  once: Once,
  answer: (analysis: PhotoAnalysis) => Answer,
): Promise<PhotoOutcome> {
  const { db, committer, sealer } = deps
  const digest = createHash('sha256').update(bytes).digest('hex')
  const { seen, kept, here } = await forSystem('photo-analysis', () =>
    gather(db, { seen: once.seen, kept: photoAnalysisFact(received.prefecture, digest), here: receivedFact(received, digest) }),
  )
  const replayed = once.replay(seen)
  if (replayed) return { kind: 'replayed', answer: replayed }
  const standardVersion = deps.standardVersion()
  if (kept) {
    const analysis = judgedUnder(kept, standardVersion)
    const changes = here ? [] : [uploadChange(received, digest, act)]
    await committer.commit({ events: here ? [] : receivedEvents(received, digest, act), changes: [...changes, once.remember(answer(analysis))] })
    return { kind: 'analysed', analysis }
  }
  const analysed = await deps.analyse(bytes, standardVersion)
  if (!analysed.ok) return { kind: 'problem', problem: analysed.problem }
  const { analysis } = analysed
  const changes = [...keepPhotoChanges(sealer, received, bytes, analysis, act), once.remember(answer(analysis))]
  await committer.commit({ events: receivedEvents(received, digest, act), changes })
  return { kind: 'analysed', analysis }
}

/** Streams that are named by what they are about begin with one instant. */
const NAMED_SINCE = instant('2021-05-07T00:00:00+08:00')

interface PhotoReceived {
  readonly type: 'PhotoReceived'
  readonly digest: string
  readonly organ: string
}

/** That a file came to an organ happens once: the stream is named after both. */
function receivedEvents({ prefecture, organ }: Received, digest: string, act: Act): readonly StoredEvent[] {
  const event: PhotoReceived = { type: 'PhotoReceived', digest, organ }
  const name = createHash('sha256').update(`${prefecture} ${organ} ${digest}`).digest()
  return storedEvents({ prefecture, stream: uuidV7(NAMED_SINCE, name.subarray(0, 10)) }, 0, [event], act)
}
