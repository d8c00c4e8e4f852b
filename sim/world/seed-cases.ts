import { keepPhotoChanges } from '#attachment/store.ts'
import type { CaseDeps } from '#case/commands.ts'
import { ENDED } from '#case/rules/procedure.ts'
import { rowOf as caseRowOf, insertCasesChange } from '#case/store.ts'
import type { Service } from '#catalogue/model.ts'
import type { DeliverySettings } from '#delivery/model.ts'
import { rowOf as parcelRowOf, saveParcelsChange } from '#delivery/store.ts'
import { type Chance, seededChance } from '#kernel/chance.ts'
import { uuidV7 } from '#kernel/ids.ts'
import { type Day, dayOf, type Instant, plusMinutes, startOfDay } from '#kernel/time.ts'
import { ageOn } from '#person/rules.ts'
import { prefectureOf } from '#place/rules/organs.ts'
import type { Ids } from '#platform/chance.ts'
import { type Change, type Commit, type Followers, openCommitter, type Timer } from '#platform/commit.ts'
import type { Db } from '#platform/db.ts'
import { PRODUCTION_SHARD } from '#production/model.ts'
import { type Begun, seedInBatches } from '#sim/world/batches.ts'
import { type Application, type CaseLife, type Holdings, type LifeDeps, officerAct, submit } from '#sim/world/case-lives.ts'
import { busyStations, type CasePlan, drawPlan, pastWorkingDays } from '#sim/world/case-plans.ts'
import { handOver, STAGES, settled } from '#sim/world/case-stages.ts'
import { type PastProduction, pastProduction, pastSerial } from '#sim/world/past-production.ts'
import { photoLike, type SamplePhoto, samplePhotos } from '#sim/world/portraits.ts'
import { comingReportsChange } from '#sim/world/under-way.ts'
import { openWorld, type World } from '#sim/world/world.ts'

/** A case is some ten events with all their explanations, so that fewer fit into a statement than people do. */
const CASES_IN_A_BATCH = 60

interface SeedCasesDeps {
  readonly db: Db
  /** Who reacts to events, and the projections that follow them. */
  readonly followers: () => Followers
  readonly cases: CaseDeps
  readonly deliverySettings: readonly DeliverySettings[]
  readonly seed: number
  readonly count: number
  readonly now: Instant
  /** A line for the terminal. */
  readonly say?: (line: string) => void
}

/**
 * Makes the cases of the past sixty days with applicants of their own: submitted, reviewed, made, sent and collected by the real
 * deciders in memory, then copied in. Where a case stands now, its open reactions and timers are set, and the product goes on.
 */
export async function seedCases({ db, followers, cases, deliverySettings, seed, count, now, say }: SeedCasesDeps): Promise<Begun> {
  // The past is not reacted to again; only its projections follow.
  const committer = openCommitter(db, () => ({ subscriptions: [], projectors: followers().projectors }))
  const { begun, leftOut } = await seedInBatches({
    db,
    committer,
    what: 'cases',
    unless: HAS_WORKED,
    begun: { seed, count, at: now },
    async *commits(first) {
      const samples = await samplePhotos(cases.settings(dayOf(first.at)).photoStandard)
      const busy = busyStations(cases.places)
      for (const station of busy) yield { events: [], changes: photoChanges(cases, samples, station, first.at) }
      const lived = [...pastCases(cases, deliverySettings, samples, first)]
      const production = pastProduction(
        cases,
        lived.flatMap(({ lives }) => lives),
      )
      yield production.opening
      for (const batch of batched(lived)) yield commitOf(cases, followers(), production, batch)
    },
  })
  if (leftOut) say?.(LEFT_OUT)
  return begun
}

/** A factory with blanks, or a case: then people have worked here, and a past cannot be made up behind them. */
const HAS_WORKED = `(exists (select 1 from cases) or exists (select 1 from events where prefecture = '${PRODUCTION_SHARD}' and type = 'BlanksReceived'))`

const LEFT_OUT =
  'This data was made by an earlier version, without past cases: it is kept and goes on as it is. For a province with a past, stop, remove the data folder (or empty the database) and start again, or use POST /sandbox/reset.'

/** Every prefecture keeps the files that its own stations received. */
const photoChanges = ({ sealer, places }: CaseDeps, samples: readonly SamplePhoto[], organ: string, at: Instant): readonly Change[] =>
  samples.flatMap(({ bytes, analysis }) =>
    keepPhotoChanges(
      sealer,
      { prefecture: prefectureOf(places, organ), organ },
      { bytes, sourceDigest: analysis.digest },
      analysis,
      officerAct('station-officer', organ, at),
    ),
  )

/** What one applicant's visit led to: one case, or two when a temporary card was needed too. */
export interface Lived {
  readonly plan: CasePlan
  readonly holdings: Holdings
  readonly lives: readonly CaseLife[]
}

const seededIds = (chance: Chance): Ids => ({ uuid: (at) => uuidV7(at, chance.bytes(10)), below: (bound) => chance.below(bound) })

/** The same cases for the same values. What the review would refuse never became a case, and is drawn again. */
export function* pastCases(
  cases: CaseDeps,
  settings: readonly DeliverySettings[],
  samples: readonly SamplePhoto[],
  { seed, count, at }: Begun,
): Iterable<Lived> {
  const chance = seededChance(seed + 1)
  const world = openWorld({ places: cases.places, chance, at, madeFor: 'applicants' })
  let serials = 0
  const nextSerial = (): string => {
    serials += 1
    return pastSerial(serials)
  }
  const deps: LifeDeps = { cases: { ...cases, ids: seededIds(chance) }, settings, chance, now: at, nextSerial }
  const days = pastWorkingDays(cases.calendar(), dayOf(at))
  const busy = busyStations(cases.places)
  for (let made = 0; made < count; ) {
    const plan = drawPlan(world, days, busy)
    const lived = plan && live(deps, world, samples, plan)
    if (!lived) continue
    made += lived.lives.length
    yield lived
  }
}

/** Of a hundred who wait for a card, so many need a temporary one at once; nobody whom a person has to look at first. */
const WITH_TEMPORARY = 9

function live(deps: LifeDeps, world: World, samples: readonly SamplePhoto[], plan: CasePlan): Lived | undefined {
  const { person, cards } = plan.applicant
  const holdings: Holdings = { person, cards, keys: deps.cases.sealer.newKeys(person) }
  const first = submit(deps, holdings, applicationOf(deps, world.chance, samples, plan))
  if (!first) return undefined
  const lives = [first]
  const [review, fee, ...rest] = STAGES as readonly [(typeof STAGES)[0], (typeof STAGES)[0], ...typeof STAGES]
  let goesOn = review(deps, first) && fee(deps, first)
  const isRoutine = first.state.checks.every(({ result }) => result === 'pass')
  if (goesOn && isRoutine && first.state.status === 'producing' && world.chance.below(100) < WITH_TEMPORARY) {
    const temporary = liveTemporary(deps, holdings, samples, plan, first)
    if (temporary) lives.push(temporary)
  }
  for (const stage of rest) goesOn = goesOn && stage(deps, first)
  return { plan, holdings, lives }
}

/** 临时居民身份证: applied for right after the card itself, made and handed over on the spot. */
function liveTemporary(deps: LifeDeps, holdings: Holdings, samples: readonly SamplePhoto[], plan: CasePlan, card: CaseLife): CaseLife | undefined {
  const submittedAt = plusMinutes((card.stored.at(-1) as { at: Instant }).at, 3)
  const number = card.state.submission?.number as string
  const service = serviceOf(deps.cases, 'id-card-temporary')
  const { reason: _reason, fingerprints: _fingerprints, handover: _handover, ...form } = applicationOf(deps, deps.chance, samples, plan).form
  const application: Application = {
    ...applicationOf(deps, deps.chance, samples, plan),
    service,
    form,
    submittedAt,
    openCardApplication: number,
  }
  if (plusMinutes(submittedAt, 30) > deps.now) return undefined
  const life = submit(deps, holdings, application)
  if (life && settled(deps, life) && life.state.status === 'ready') handOver(deps, life, plan.organ, plusMinutes((life.stored.at(-1) as { at: Instant }).at, 8))
  return life
}

const serviceOf = ({ services }: CaseDeps, id: string): Service => {
  const service = services.get(id)
  if (!service) throw new Error(`no service ${id}`)
  return service
}

const FINGERS = ['right-thumb', 'right-index', 'left-thumb', 'left-index'] as const
const PLACES = ['测试路公交站', '测试市场', '测试公园', '测试医院', '测试火车站']

function applicationOf({ cases }: LifeDeps, chance: Chance, samples: readonly SamplePhoto[], plan: CasePlan): Application {
  const { person, cards } = plan.applicant
  const on = dayOf(plan.submittedAt)
  const { fact } = photoLike(samples, person.sex, ageOn(person.birth, on))
  const common = {
    service: serviceOf(cases, plan.service),
    organ: plan.organ,
    submittedAt: plan.submittedAt,
    guardian: plan.guardian?.person ?? null,
    openCardApplication: null,
  }
  if (plan.reason === undefined) return { ...common, form: counterForm(chance, plan), photo: null }
  const read = cards.length > 0 && plan.reason !== 'lost' && plan.reason !== 'stolen'
  const form = {
    identityNumber: person.identityNumber,
    reason: plan.reason,
    photo: fact.digest,
    fingerprints: fingerprintsOf(chance),
    handover: plan.byMail ? mailTo(plan) : { by: 'station' },
    ...(plan.guardian && ageOn(person.birth, on) < 16 ? { guardian: { identityNumber: plan.guardian.person.identityNumber, relation: 'parent' } } : {}),
    ...(read ? { readFromCard: { name: person.name, sex: person.sex, ethnicity: person.ethnicity, birth: person.birth, address: person.address } } : {}),
  }
  return { ...common, form, photo: fact }
}

/** Reports and notices, done at the counter without a photo. */
function counterForm(chance: Chance, { service, applicant, submittedAt }: CasePlan): Readonly<Record<string, unknown>> {
  const { identityNumber } = applicant.person
  const day: Day = dayOf(startOfDay(dayOf(submittedAt)))
  if (service === 'id-card-loss-report') return { identityNumber, lostOn: day, place: chance.pick(PLACES) }
  if (service === 'id-card-found-notice') return { identityNumber, foundOn: day, place: chance.pick(PLACES) }
  return { identityNumber }
}

/** In a thousand. */
const NO_FINGERPRINTS = 12

const fingerprintsOf = (chance: Chance) =>
  chance.below(1_000) < NO_FINGERPRINTS
    ? { how: 'exempted', reason: 'prints-unusable', note: '多次采集不清晰' }
    : { how: 'captured', fingers: [FINGERS[chance.below(2)], FINGERS[2 + chance.below(2)]], quality: 55 + chance.below(45) }

const mailTo = ({ applicant: { person }, guardian, home }: CasePlan) => ({
  by: 'mail',
  recipient: guardian?.person.name ?? person.name,
  phone: person.phone ?? guardian?.person.phone ?? '14000000000',
  township: home.township.code,
  address: home.address,
})

function* batched(lived: Iterable<Lived>): Iterable<readonly Lived[]> {
  let batch: Lived[] = []
  for (const one of lived) {
    batch.push(one)
    if (batch.length < CASES_IN_A_BATCH) continue
    yield batch
    batch = []
  }
  if (batch.length > 0) yield batch
}

function commitOf({ register, sealer }: CaseDeps, { subscriptions }: Followers, production: PastProduction, batch: readonly Lived[]): Commit {
  const lives = batch.flatMap((lived) => lived.lives)
  const orders = production.ordersOf(lives)
  const parcels = lives.flatMap(({ parcel }) => (parcel ? [parcel] : []))
  const coming = lives.flatMap((life) => life.coming)
  const guardians = batch.flatMap(({ plan }) => (plan.guardian ? [plan.guardian] : []))
  return {
    events: [...lives.flatMap(({ stored }) => stored), ...parcels.flatMap(({ stored }) => stored), ...orders.events],
    changes: [
      register.householdChange(...batch.map(({ plan }) => plan.home.household)),
      ...register.recordChanges(...batch.map(({ holdings }) => holdings), ...guardians.map(({ person }) => ({ person, keys: sealer.newKeys(person) }))),
      register.cardChange(...batch.flatMap(({ holdings }) => holdings.cards), ...guardians.flatMap(({ cards }) => cards)),
      insertCasesChange(lives.map(({ key, state }) => caseRowOf(key, state))),
      ...(parcels.length > 0 ? [saveParcelsChange(parcels.map(({ key, state }) => parcelRowOf(key, state)))] : []),
      claimsChange(sealer, batch),
      ...(coming.length > 0 ? [comingReportsChange(coming)] : []),
      ...orders.changes,
    ],
    timers: lives.flatMap(({ timers, unanswered }) => [...timers, ...unanswered.flatMap((event) => reactionsTo(subscriptions, event))]),
  }
}

const reactionsTo = (subscriptions: Followers['subscriptions'], event: CaseLife['stored'][number]): readonly Timer[] =>
  subscriptions
    .filter(({ on }) => on.includes(event.type))
    .map(({ name }) => ({ prefecture: event.prefecture, stream: event.stream, seq: event.seq, reaction: name, dueAt: event.at }))

/** What may be open only once for a person, by the claims that a second window would meet. */
function claimsChange(sealer: CaseDeps['sealer'], batch: readonly Lived[]): Change {
  const rows = batch.flatMap(({ holdings, lives }) =>
    lives
      .filter(({ state, version }) => version.onceFor !== null && !ENDED.has(state.status))
      .map(({ key, state, version }) => ({
        claim_key: `open:${version.onceFor}:${sealer.blindIndex('identity-number', holdings.person.identityNumber)}`,
        prefecture: key.prefecture,
        subject: key.stream,
        note: state.submission?.number,
      })),
  )
  return {
    text: `insert into identity_claims (claim_key, prefecture, subject, note)
      select claim_key, prefecture, subject, note from json_to_recordset($1::json) as r(claim_key text, prefecture text, subject uuid, note text)`,
    values: [JSON.stringify(rows)],
  }
}
