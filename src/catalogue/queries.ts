import { z } from 'zod'
import type { ServiceReply, ServicesReply, SettingsReply } from '#catalogue/contract.ts'
import type { Facts, Fee, ReviewSettings, Service, ServiceVersion } from '#catalogue/model.ts'
import { findVersionOn } from '#catalogue/rules.ts'
import { type DatedSettings, datedSettingsFact, settingsVersionFact } from '#catalogue/store.ts'
import { SETTING_WORDS } from '#catalogue/words.ts'
import { type Day, day, startOfDay } from '#kernel/time.ts'
import type { Db } from '#platform/db.ts'
import { gather } from '#platform/facts.ts'
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
