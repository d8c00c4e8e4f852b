import type { Uuid } from '#kernel/ids.ts'
import type { Day, Instant } from '#kernel/time.ts'

/**
 * What the production centre and its card lines say to each other. HTTP and JSON, signed in both directions (see
 * ../signature.ts), the partner's name being `card-line`.
 *
 * To the line controller:
 *   POST /lines/{line}/cards    {batch, at, cards: [Card]}     202 {accepted}  hands cards over, made in this order; a card
 *                                                                              that is known (order and serial) is left as it is
 *   POST /lines/{line}/recall   {at, cards: [{order, serial}]} 200 {recalled: [serial], made: [serial]}
 *   POST /lines/{line}/stop     {at}                           200 {}          the line finishes no further card
 *   POST /lines/{line}/resume   {at}                           200 {}
 *   GET  /lines                                                200 {lines: [LineStatus]}
 *
 * From the line controller, to POST /partners/card-line/reports of ours: `LineReport`. A report is repeated until it is
 * answered 2xx, may come twice or late, and is known again by `report`.
 */
export const CARD_LINE = 'card-line'
export const REPORTS_PATH = '/partners/card-line/reports'

/** What a line needs to personalise a card. `position` is its place among the line's cards of the batch. */
export interface CardToMake {
  readonly order: Uuid
  readonly serial: string
  readonly position: number
  readonly caseNumber: string
  readonly template: 'standard' | 'korean' | 'mongolian'
  readonly issuer: string
  readonly validFrom: Day
  /** null: long-term */
  readonly validTo: Day | null
}

export interface LineStatus {
  readonly line: string
  readonly state: 'working' | 'stopped'
  readonly waiting: number
}

export type ReportEntry =
  | { readonly kind: 'made'; readonly order: Uuid; readonly serial: string; readonly at: Instant; readonly chip: boolean; readonly print: boolean }
  | { readonly kind: 'spoiled'; readonly order: Uuid; readonly serial: string; readonly at: Instant; readonly note: string }
  | { readonly kind: 'stopped'; readonly at: Instant; readonly reason: string }
  | { readonly kind: 'resumed'; readonly at: Instant }

export interface LineReport {
  readonly report: string
  readonly line: string
  readonly entries: readonly ReportEntry[]
}
