import type { Reader, Readings } from '#account/commands/readings.ts'
import type { Subject } from '#account/model.ts'
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
  /** For whoever may see the case that names the digest; the caller has asked `can` about that case, and writes down what it shows. */
  findPhoto(prefecture: string, digest: string): Promise<KeptPhoto | undefined>
  /** To show to an officer of the organ that received the photo itself; the reading is written before. */
  openPhotoReceivedAt(received: Received, digest: string, reader: PhotoReader): Promise<KeptPhoto | undefined>
}

export interface PhotoReader extends Reader {
  /** Whose photo it is said to be; null: nobody has said so yet. */
  readonly subject: Subject | null
}

export interface PhotoQueryDeps {
  readonly db: Db
  readonly sealer: Sealer
  readonly standardVersion: () => string
  readonly readings: Readings
}

export function openPhotoQueries({ db, sealer, standardVersion, readings }: PhotoQueryDeps): PhotoQueries {
  const findPhoto = async (prefecture: string, digest: string): Promise<KeptPhoto | undefined> => {
    const { bytes, kept } = await gather(db, { bytes: photoFileFact(sealer, prefecture, digest), kept: photoAnalysisFact(prefecture, digest) })
    return bytes && kept ? { bytes, analysis: judgedUnder(kept, standardVersion()) } : undefined
  }
  return {
    findPhoto: (prefecture, digest) => forSystem('photo-of-case', () => findPhoto(prefecture, digest)),
    async openPhotoReceivedAt(received, digest, { act, subject }) {
      const { here } = await gather(db, { here: receivedFact(received, digest) })
      const found = here ? await findPhoto(received.prefecture, digest) : undefined
      await readings.record(act, { subject, what: 'photo', outcome: found ? 'shown' : 'not-found', fields: found ? ['photo'] : [] })
      return found
    },
  }
}
