import { z } from 'zod'
import type { Readings } from '#account/commands/readings.ts'
import type { Calendar } from '#calendar/model.ts'
import type { AnswerReply, ServiceReply, ServicesReply, SettingsReply } from '#catalogue/contract.ts'
import type { Facts, Fee, Handover, ReviewSettings, Service, ServiceVersion } from '#catalogue/model.ts'
import { answerOf, findVersionOn } from '#catalogue/rules.ts'
import { type DatedSettings, datedSettingsFact, settingsVersionFact } from '#catalogue/store.ts'
import { SETTING_WORDS } from '#catalogue/words.ts'
import type { Uuid } from '#kernel/ids.ts'
import type { Sentence } from '#kernel/language.ts'
import type { Cents } from '#kernel/money.ts'
import { type Day, day, dayOf, type Instant, startOfDay } from '#kernel/time.ts'
import { type Places, PREFECTURES } from '#place/model.ts'
import { deliveryClassOf } from '#place/rules/delivery.ts'
import { fullNameOf, stationsOf } from '#place/rules/organs.ts'
import type { Db } from '#platform/db.ts'
import type { Act } from '#platform/events.ts'
import { gather } from '#platform/facts.ts'
import { ProblemError, problem } from '#platform/problem.ts'
import type { Register } from '#register/commands.ts'
import type { Card, Person } from '#register/model.ts'
import type { Limit } from '#timelimit/model.ts'
import { limitInWords } from '#timelimit/words.ts'

/** The settings that the product begins with: whatever other provinces exclude goes to a person, and 2 % of the automatic grants are looked at. */
export const FIRST_REVIEW_SETTINGS: ReviewSettings = {
  validFrom: day('2021-05-07'),
  referAppearanceChanged: true,
  referForgedDocuments: true,
  referCreditRecord: true,
  referItemMismatch: true,
  referFingerprintExemption: true,
  sampleShare: 200,
  photoStandard: '2004',
}

/** Which of dated settings holds on a day: the last that took force by then; before the first, the first. */
export const settingsOn = (dated: readonly DatedSettings[], on: Day): DatedSettings =>
  dated.findLast(({ settings }) => settings.validFrom <= on) ?? (dated[0] as DatedSettings)

export const withFirstSettings = (changed: readonly DatedSettings[]): readonly DatedSettings[] => [
  { settings: FIRST_REVIEW_SETTINGS, replay: null },
  ...changed,
]

/** The settings of the automatic review, held in memory: every process asks each second whether they changed. */
export interface SettingsHolder {
  on(day: Day): ReviewSettings
  all(): readonly DatedSettings[]
  /** Takes over what was changed meanwhile, here or in another process. */
  refresh(): Promise<void>
}

export async function openReviewSettings(db: Db): Promise<SettingsHolder> {
  let [dated, version] = [withFirstSettings([]), 0]
  const refresh = async (): Promise<void> => {
    const { latest } = await gather(db, { latest: settingsVersionFact() })
    if (latest === version) return
    const read = await gather(db, { version: settingsVersionFact(), changed: datedSettingsFact() })
    ;[dated, version] = [withFirstSettings(read.changed), read.version]
  }
  await refresh()
  return { on: (on) => settingsOn(dated, on).settings, all: () => dated, refresh }
}

const limitView = (limit: Limit) => ({
  sentence: limitInWords(limit),
  amount: limit.amount,
  unit: limit.unit,
  basis: limit.basis,
  interpretation: limit.interpretation ?? null,
})

const jsonSchemaOf = (version: ServiceVersion): Record<string, unknown> =>
  z.toJSONSchema(version.form, { io: 'input', unrepresentable: 'any' }) as Record<string, unknown>

/** The reasons that the form offers, where it asks for one. */
function reasonsOf(version: ServiceVersion): readonly string[] {
  const { properties } = jsonSchemaOf(version) as { properties?: { reason?: { enum?: unknown } } }
  const offered = properties?.reason?.enum
  return Array.isArray(offered) ? offered.map(String) : []
}

/** Asks the declaration itself what it costs, for every reason and for nobody in particular: no waiver applies. */
function feesOf(version: ServiceVersion): { readonly reason: string | null; readonly fee: Fee }[] {
  const reckon = (reason: string | null): Fee => {
    const facts: Facts<unknown> = {
      at: startOfDay(version.validFrom),
      on: version.validFrom,
      form: { reason },
      channel: 'window',
      person: null,
      cards: [],
      guardian: null,
      photo: null,
      openDuplicate: null,
      openCardApplication: null,
      settings: FIRST_REVIEW_SETTINGS,
    }
    return version.fee(facts)
  }
  const reasons = reasonsOf(version)
  const fees = reasons.map((reason) => ({ reason, fee: reckon(reason) }))
  const [one] = fees
  if (!one) return [{ reason: null, fee: reckon(null) }]
  const same = fees.every(({ fee }) => fee.amount === one.fee.amount && fee.item === one.fee.item)
  return same ? [{ reason: null, fee: one.fee }] : fees
}

const versionView = (version: ServiceVersion): ServiceReply['versions'][number] => ({
  validFrom: version.validFrom,
  source: version.source,
  channels: [...version.channels],
  whoMayApply: version.whoMayApply,
  fees: feesOf(version).map(({ reason, fee }) => ({ reason, item: fee.item, amountCents: fee.amount, basis: fee.basis, sentence: fee.sentence })),
  limits: { statutory: limitView(version.statutory), oldWay: version.oldWay && limitView(version.oldWay), referral: limitView(version.referral) },
  materials: version.materials.map((material) => ({ ...material })),
  needsPhoto: version.needsPhoto,
  onceFor: version.onceFor,
})

/** Every service that is offered on a day, by measure and id. */
export const viewServices = (services: ReadonlyMap<string, Service>, on: Day): ServicesReply => ({
  on,
  items: [...services.values()]
    .flatMap(({ id, title, measure, versions }) => {
      const version = findVersionOn({ id, title, measure, versions }, on)
      return version ? [{ id, title, measure, version: versionView(version) }] : []
    })
    .sort((a, b) => a.measure - b.measure || (a.id < b.id ? -1 : 1)),
})

/** One service with all its versions, the form of the one in force first. */
export function viewService(service: Service, on: Day): ServiceReply {
  const version = findVersionOn(service, on)
  return {
    id: service.id,
    title: service.title,
    measure: service.measure,
    on,
    version: version ? versionView(version) : null,
    form: version ? jsonSchemaOf(version) : null,
    versions: service.versions.toSorted((a, b) => (a.validFrom < b.validFrom ? 1 : -1)).map(versionView),
  }
}

const datedView = ({ settings, replay }: DatedSettings): SettingsReply['inForce'] => {
  const { validFrom, ...rest } = settings
  return { validFrom, settings: rest, replay }
}

export const viewSettings = (dated: readonly DatedSettings[], on: Day, photoStandards: readonly string[]): SettingsReply => ({
  on,
  inForce: datedView(settingsOn(dated, on)),
  versions: dated.map(datedView),
  words: { ...SETTING_WORDS },
  photoStandards: [...photoStandards],
})

export interface AnswerDeps {
  readonly db: Db
  readonly readings: Pick<Readings, 'record'>
  readonly register: Pick<Register, 'personFact' | 'cardsFact'>
  readonly calendar: () => Calendar
  readonly places: Places
  readonly services: ReadonlyMap<string, Service>
  readonly settings: (on: Day) => ReviewSettings
  /** Handed in by the composition root: cases stand to the right of the catalogue. */
  readonly caseFacts: (person: Person, cards: readonly Card[], onceFor: string | null) => Promise<CaseFacts>
  /** Of a parcel within the province. */
  readonly postage: (on: Day) => Cents
}

export type CaseFacts = Required<Pick<Facts, 'openDuplicate' | 'openCardApplication' | 'photoOnRecord'>>

export interface Answers {
  /**
   * "Can I, what do I need, what does it cost, when do I have it?" for the person, before anything is submitted; by the declaration that
   * decides at submission. Reading the person's record is written down first.
   * @returns undefined where there is no such service today, or no such person
   * @throws ProblemError for a reason that the service doesn't know
   */
  forPerson(service: string, reason: string | undefined, personId: Uuid, act: Act): Promise<AnswerReply | undefined>
}

export const openAnswers = (deps: AnswerDeps): Answers => ({
  async forPerson(id, reason, personId, act) {
    const on = dayOf(act.at)
    const service = deps.services.get(id)
    const version = service && findVersionOn(service, on)
    if (!service || !version) return undefined
    const offered = reasonsOf(version)
    if (reason !== undefined && !offered.includes(reason)) throw new ProblemError(problem('invalid-input', { fields: { reason: REASON_UNKNOWN } }))
    const found = Object.values(
      await gather(deps.db, Object.fromEntries(PREFECTURES.map((prefecture) => [prefecture, deps.register.personFact({ prefecture, id: personId })]))),
    )
    const person = found.find((one) => one !== null)
    if (!person) return undefined
    await deps.readings.record(act, { subject: { prefecture: person.prefecture, personId }, what: 'record', outcome: 'shown', purpose: 'application' })
    const { cards } = await gather(deps.db, { cards: deps.register.cardsFact(person) })
    const known = { person, cards, ...(await deps.caseFacts(person, cards, version.onceFor)) }
    const station = stationsOf(deps.places, person.township)[0]
    const asked = reason !== undefined ? [reason] : offered.length > 0 ? offered : [null]
    return {
      service: id,
      title: service.title,
      on,
      channels: [...version.channels],
      rule: { validFrom: version.validFrom, source: version.source, note: version.note ?? null },
      whoMayApply: version.whoMayApply,
      materials: version.materials.map((material) => ({ ...material })),
      limits: { statutory: limitView(version.statutory), oldWay: version.oldWay && limitView(version.oldWay) },
      station: station ? { organ: station.code, name: fullNameOf(deps.places, station.code) } : null,
      answers: asked.map((one) => earlyAnswer(deps, version, known, station?.code, one, act.at)),
    }
  },
})

const REASON_UNKNOWN: Sentence = { zh: '这个事项没有这种原因，请从列出的原因中选择。', en: 'This service knows no such reason; choose one of those it lists.' }

type KnownOfPerson = CaseFacts & { readonly person: Person; readonly cards: readonly Card[] }

function earlyAnswer(
  deps: AnswerDeps,
  version: ServiceVersion,
  known: KnownOfPerson,
  station: string | undefined,
  reason: string | null,
  at: Instant,
): AnswerReply['answers'][number] {
  const on = dayOf(at)
  const facts: Facts = {
    ...{ at, on, channel: version.channels[0] ?? 'window', guardian: null, photo: null, settings: deps.settings(on) },
    form: { identityNumber: known.person.identityNumber, ...(reason !== null && { reason }) },
    ...known,
  }
  const { outcome, checks, whenApplying } = answerOf(version, facts)
  const fee = version.fee(facts)
  const instead = outcome === 'fail' ? deps.services.get(version.atWindow?.(facts) ?? '') : undefined
  return {
    reason,
    can: CAN[outcome],
    against: checks.filter(({ result }) => result !== 'pass'),
    met: checks.filter(({ result }) => result === 'pass'),
    whenApplying: [...whenApplying],
    fee: { item: fee.item, amountCents: fee.amount, basis: fee.basis, sentence: fee.sentence },
    promised: outcome === 'fail' ? null : promisedNow(deps, version, known.person, station, at),
    instead: instead ? { service: instead.id, title: instead.title } : null,
  }
}

const CAN = { pass: 'yes', refer: 'officer-looks', fail: 'no' } as const

/** As it would be promised at acceptance in this instant, to the person's own station and to an address in the own township. */
function promisedNow(deps: AnswerDeps, version: ServiceVersion, { township }: Person, station: string | undefined, at: Instant): EarlyPromises {
  const { places } = deps
  const on = dayOf(at)
  const promised = (handover: Handover) => {
    const found = version.promise({ calendar: deps.calendar(), places, acceptedAt: at, startedAt: at, handover })
    return found && { readyBy: found.readyBy, withYouBy: found.withYouBy, because: [...found.because], provisional: found.provisional }
  }
  const mail = promised({ by: 'mail', inProvince: true, deliveryClass: deliveryClassOf(places, township, on) })
  if (mail === null) return null
  return {
    station: station === undefined ? null : promised({ by: 'station', organ: station, deliveryClass: deliveryClassOf(places, station, on) }),
    mail: { ...mail, postageCents: deps.postage(on) },
  }
}

type EarlyPromises = AnswerReply['answers'][number]['promised']
