/** People who turned sixteen and never had a card, their photograph at the station, and what the window sends for each. */
import { analysePhotoHere } from '#attachment/jobs.ts'
import { NOW, type Office, officerAt, STATION } from '#bench/office.ts'
import type { SubmitInput } from '#case/commands.ts'
import { seededChance } from '#kernel/chance.ts'
import { prefectureOf } from '#place/rules/organs.ts'
import { Taken } from '#platform/commit.ts'
import { portraitJpeg } from '#sim/portrait.ts'
import { makeHome, makeResident, type Resident } from '#sim/world/people.ts'
import { drawTownship, openWorld, type World } from '#sim/world/world.ts'

/** Few, because one number that somebody has already makes the whole batch be drawn again. */
const PEOPLE_IN_A_BATCH = 20
const AGE = 16
const PHOTO_TRIES = 20

/** Who may come to the window, made as they are asked for. */
export interface Applicants {
  readonly photo: string
  /** Registers so many more, none of whom has applied. @returns their identity numbers */
  more(count: number): Promise<readonly string[]>
}

export async function openApplicants(office: Office, seed = 16): Promise<Applicants> {
  const world = openWorld({ places: office.places, chance: seededChance(seed), at: NOW, madeFor: 'applicants' })
  return {
    photo: await keptPhoto(office),
    async more(count) {
      const numbers: string[] = []
      while (numbers.length < count) numbers.push(...(await registered(office, world, Math.min(PEOPLE_IN_A_BATCH, count - numbers.length))))
      return numbers
    },
  }
}

/** @returns nobody when one of them exists already: the caller asks again, and others are drawn */
async function registered({ register, committer }: Office, world: World, count: number): Promise<string[]> {
  const made = Array.from({ length: count }, () => {
    const home = makeHome(world, drawTownship(world))
    return { home, resident: applicant(world, home) }
  })
  const people = made.map(({ resident }) => resident.person)
  try {
    await committer.commit({ events: [], changes: [register.householdChange(...made.map(({ home }) => home.household)), ...register.personChanges(...people)] })
  } catch (error) {
    if (error instanceof Taken) return []
    throw error
  }
  return people.map(({ identityNumber }) => identityNumber)
}

const applicant = (world: World, home: Parameters<typeof makeResident>[1]): Resident =>
  makeResident(world, home, { age: AGE, card: null, flags: [], hardship: 'none', status: 'valid', fingerprints: false })

/** A drawn portrait that the standard lets pass, uploaded and analysed at the station before anything is measured. */
async function keptPhoto({ photos, places, committer }: Office): Promise<string> {
  for (let seed = 1; seed <= PHOTO_TRIES; seed += 1) {
    const bytes = await portraitJpeg(seed, { sex: 'female', ageYears: AGE })
    const analysed = await analysePhotoHere(bytes, '2004')
    if (!analysed.ok || analysed.analysis.worst !== 'pass') continue
    const received = { prefecture: prefectureOf(places, STATION), organ: STATION }
    await committer.commit({ events: [], changes: photos.keepChanges(analysed.kept, received, analysed.analysis, officerAt(STATION)) })
    return analysed.analysis.digest
  }
  throw new Error('no portrait passes the photo standard')
}

/** What the window sends: a first card, free of charge, so that everything up to the order for the factory is one commit. */
export const submissionOf = (identityNumber: string, photo: string): SubmitInput => ({
  service: 'id-card-first',
  channel: 'window',
  organ: STATION,
  form: {
    identityNumber,
    reason: 'reached-16',
    photo,
    fingerprints: { how: 'captured', fingers: ['left-thumb', 'right-thumb'], quality: 80 },
    handover: { by: 'station' },
  },
})
