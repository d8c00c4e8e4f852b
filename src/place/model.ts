import type { Sentence } from '#kernel/language.ts'
import type { Day } from '#kernel/time.ts'

/**
 * Where the police of Jilin are, and for whom: divisions to township level, police organs,
 * and what follows from a place (issuer, prefecture of the record, delivery class).
 * Codes: divisions have 2, 4, 6 or 9 digits (GB/T 2260, national statistics); organs 12, the first six a division.
 */

/** The nine prefectures, `2200` for the province's own organs, `2299` for 长白山 (a police area without a division code). */
export const PREFECTURES = ['2200', '2201', '2202', '2203', '2204', '2205', '2206', '2207', '2208', '2224', '2299'] as const
export type Prefecture = (typeof PREFECTURES)[number]

export type DivisionKind =
  | 'province'
  | 'prefecture-level-city'
  | 'autonomous-prefecture'
  | 'district'
  | 'county-level-city'
  | 'county'
  | 'autonomous-county'
  | 'subdistrict'
  | 'town'
  | 'township'
  /** A farm, forestry bureau or development zone that the statistics list beside the townships. */
  | 'special'

export interface Division {
  readonly code: string
  readonly kind: DivisionKind
  readonly name: Sentence
  /** Syllables without tones, ü as v, parted by spaces: `nan ling jie dao`. */
  readonly pinyin: string
  /** Code of the division above; only the province has none. */
  readonly parent: string | undefined
  /** The name in the statistics, where ours leaves out a prefix or a remark. */
  readonly registeredName: string | undefined
  /** The town where the county's government sits. */
  readonly isSeat: boolean
  /** Persons. Townships: an estimate (shares of the census figure of their area); above: sums of them. */
  readonly populationEstimate: number
}

/** Organs from the department down; a hall is the household registration hall of a county bureau. */
export type OrganLevel = 'province' | 'prefecture' | 'county' | 'hall' | 'station' | 'production-centre'

/** The card's layout: standard, or with the script of the autonomous area beside Chinese (居民身份证法 4). */
export type CardTemplate = 'standard' | 'korean' | 'mongolian'

export interface Organ {
  readonly code: string
  readonly level: OrganLevel
  readonly name: Sentence
  readonly pinyin: string
  /** Code of the organ above; only the department has none. */
  readonly parent: string | undefined
  /** The division whose police it is; undefined for 长白山公安局. */
  readonly division: string | undefined
  /** The shard in which what it keeps is stored. */
  readonly prefecture: Prefecture
  /** Where a station or hall stands. */
  readonly township: string | undefined
  /** The townships that a station serves, its own first. */
  readonly serves: readonly string[]
  /** Whether it signs ID cards: county bureaus (居民身份证法 8), and 长白山公安局 by interpretation. */
  readonly issuesCards: boolean
  readonly cardTemplate: CardTemplate
  /** Counters open to the public; 0 where nobody is received. */
  readonly windows: number
  /** Made by rule rather than taken from a published list. */
  readonly synthetic: boolean
  /** Unified social credit code, where published. */
  readonly creditCode: string | undefined
}

export interface FormerCode {
  readonly code: string
  readonly name: string
  readonly current: string
  readonly status: 'confirmed' | 'unverified'
}

export interface PoliceArea {
  readonly prefecture: Prefecture
  readonly name: Sentence
  readonly bureau: string
  readonly townships: readonly string[]
}

export type DeliveryClass = 'urban' | 'town' | 'remote-rural'

/** Days from dispatch until a card is there. `interpretation` says how the basis was read. */
export interface DeliveryDays {
  readonly amount: number
  readonly unit: 'natural-day'
  readonly basis: string
  readonly interpretation: string
}

export interface DeliveryVersion {
  readonly validFrom: Day
  readonly classes: Readonly<Record<DeliveryClass, DeliveryDays>>
  readonly classification: {
    readonly byKind: Readonly<Record<'subdistrict' | 'town' | 'township' | 'special', DeliveryClass>>
    readonly seatTown: DeliveryClass
    /** A 乡 that lies in a city district is not remote. */
    readonly townshipOfDistrict: DeliveryClass
    readonly specialZoneWords: readonly string[]
    readonly specialZone: DeliveryClass
    readonly exceptions: Readonly<Record<string, DeliveryClass>>
  }
}

/** How the calendar sees a day: `working-day` includes make-up days (调休上班), `holiday` the days off of a holiday notice. */
export type DayKind = 'working-day' | 'weekend' | 'holiday'

export type OpeningDays = 'working-days' | 'working-days-and-saturdays' | 'every-day'

export interface Opening {
  readonly days: OpeningDays
  /** Asia/Shanghai, `HH:MM`. */
  readonly hours: readonly { readonly from: string; readonly to: string }[]
}

export interface OpeningVersion {
  readonly validFrom: Day
  readonly byLevel: Readonly<Record<'hall' | 'station' | 'production-centre', Opening>>
  readonly exceptions: readonly (Opening & { readonly organs: readonly string[] })[]
}

export interface ProductionLine {
  readonly id: string
  /** Estimate. */
  readonly cardsPerHalfDay: number
  readonly validFrom: Day
}

export interface ProductionCentre {
  readonly organ: string
  readonly lines: readonly ProductionLine[]
}

/** A census figure of an area: prefecture, 梅河口 (counted apart) or 长白山. */
export interface PopulationArea {
  readonly code: string
  readonly name: string
  readonly persons: number
}

/** The data as it lies in `data/`; `buildPlaces` makes the indexed value from it. */
export interface PlaceData {
  readonly divisions: readonly DivisionRow[]
  readonly organs: readonly OrganRow[]
  readonly formerCodes: readonly FormerCode[]
  readonly policeAreas: readonly PoliceArea[]
  readonly cardTemplates: readonly { readonly division: string; readonly template: CardTemplate }[]
  readonly delivery: readonly DeliveryVersion[]
  readonly opening: readonly OpeningVersion[]
  readonly production: readonly ProductionCentre[]
  readonly population: readonly PopulationArea[]
}

export interface DivisionRow {
  readonly code: string
  readonly kind: DivisionKind
  readonly zh: string
  readonly en: string
  readonly pinyin: string
  readonly parent?: string
  readonly registeredName?: string
  readonly isSeat?: true
  /** Townships only. */
  readonly persons?: number
}

export interface OrganRow {
  readonly code: string
  readonly level: OrganLevel
  readonly zh: string
  readonly en: string
  readonly pinyin: string
  readonly parent?: string
  readonly division?: string
  readonly township?: string
  readonly serves?: readonly string[]
  readonly issuesCards?: true
  readonly windows?: number
  readonly synthetic?: true
  readonly creditCode?: string
}

/** The province's places as one immutable value, with its indexes. Made by `buildPlaces`, read through `rules`. */
export interface Places {
  readonly divisions: ReadonlyMap<string, Division>
  readonly children: ReadonlyMap<string, readonly Division[]>
  readonly organs: ReadonlyMap<string, Organ>
  readonly organsBelow: ReadonlyMap<string, readonly Organ[]>
  /** County code → its bureau. */
  readonly bureauOfDivision: ReadonlyMap<string, Organ>
  /** Township code → the stations that serve it. */
  readonly stationsOfTownship: ReadonlyMap<string, readonly Organ[]>
  /** Township code → the police area that is no division. */
  readonly areaOfTownship: ReadonlyMap<string, PoliceArea>
  readonly formerCodes: ReadonlyMap<string, FormerCode>
  readonly delivery: readonly DeliveryVersion[]
  readonly opening: readonly OpeningVersion[]
  readonly production: readonly ProductionCentre[]
  readonly population: readonly PopulationArea[]
}
