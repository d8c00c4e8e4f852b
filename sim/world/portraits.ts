import { analysePhotoHere } from '#attachment/jobs.ts'
import type { PhotoAnalysis } from '#attachment/model.ts'
import { photoChecksOf } from '#attachment/words.ts'
import type { PhotoFact } from '#catalogue/model.ts'
import { portraitJpeg } from '#sim/portrait.ts'

/** A drawn portrait, measured and judged like any upload. */
export interface SamplePhoto {
  readonly sex: 'male' | 'female'
  readonly ageYears: number
  readonly bytes: Uint8Array
  readonly analysis: PhotoAnalysis
  readonly fact: PhotoFact
}

/** One for each sex and these ages: past cases share them, since a file is kept once by what it is. */
const AGES = [9, 30, 62]
const TRIES = 5

/** @param standardVersion of the photo standard that judges them */
export async function samplePhotos(standardVersion: string): Promise<readonly SamplePhoto[]> {
  const samples: SamplePhoto[] = []
  for (const sex of ['male', 'female'] as const) for (const ageYears of AGES) samples.push(await goodPhoto(sex, ageYears, standardVersion))
  return samples
}

/** The first of some that the standard lets pass; else the last, which a person would look at. */
async function goodPhoto(sex: 'male' | 'female', ageYears: number, standardVersion: string): Promise<SamplePhoto> {
  let found: SamplePhoto | undefined
  for (let seed = 1; seed <= TRIES && found?.analysis.worst !== 'pass'; seed += 1) {
    const bytes = await portraitJpeg(seed * 1_000 + ageYears, { sex, ageYears })
    const analysed = await analysePhotoHere(bytes, standardVersion)
    if (!analysed.ok) continue
    const { analysis } = analysed
    found = { sex, ageYears, bytes: analysed.kept, analysis, fact: { digest: analysis.digest, checks: photoChecksOf(analysis.findings) } }
  }
  if (!found) throw new Error('no portrait could be read as a photo')
  return found
}

export const photoLike = (samples: readonly SamplePhoto[], sex: 'male' | 'female', ageYears: number): SamplePhoto =>
  samples.filter((sample) => sample.sex === sex).toSorted((a, b) => Math.abs(a.ageYears - ageYears) - Math.abs(b.ageYears - ageYears))[0] as SamplePhoto
