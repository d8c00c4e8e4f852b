import { judgedUnder } from '#attachment/commands.ts'
import type { PhotoAnalysis } from '#attachment/model.ts'
import { photoAnalysisFact, photoFileFact, type Received, receivedFact } from '#attachment/store.ts'
import { forSystem } from '#platform/actor.ts'
import type { Db } from '#platform/db.ts'
import { gather } from '#platform/facts.ts'
import type { Sealer } from '#platform/sealed.ts'

export interface KeptPhoto {
  readonly bytes: Buffer
  readonly analysis: PhotoAnalysis
}

export interface PhotoQueries {
  /** For whoever may see the case that names the digest; the caller has asked `can` about that case. */
  findPhoto(prefecture: string, digest: string): Promise<KeptPhoto | undefined>
  /** For an officer of the organ that received the photo itself. */
  findPhotoReceivedAt(received: Received, digest: string): Promise<KeptPhoto | undefined>
}

export interface PhotoQueryDeps {
  readonly db: Db
  readonly sealer: Sealer
  readonly standardVersion: () => string
}

export function openPhotoQueries({ db, sealer, standardVersion }: PhotoQueryDeps): PhotoQueries {
  const findPhoto = async (prefecture: string, digest: string): Promise<KeptPhoto | undefined> => {
    const { bytes, kept } = await gather(db, { bytes: photoFileFact(sealer, prefecture, digest), kept: photoAnalysisFact(prefecture, digest) })
    return bytes && kept ? { bytes, analysis: judgedUnder(kept, standardVersion()) } : undefined
  }
  return {
    findPhoto: (prefecture, digest) => forSystem('photo-of-case', () => findPhoto(prefecture, digest)),
    async findPhotoReceivedAt(received, digest) {
      const { here } = await gather(db, { here: receivedFact(received, digest) })
      return here ? findPhoto(received.prefecture, digest) : undefined
    },
  }
}
