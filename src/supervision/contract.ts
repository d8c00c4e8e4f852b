import { z } from 'zod'
import { candidateFields } from '#catalogue/contract.ts'
import { field } from '#kernel/fields.ts'
import { isUuid, uuid } from '#kernel/ids.ts'
import { day, isDay } from '#kernel/time.ts'
import { PREFECTURES } from '#place/model.ts'
import { OUTCOMES } from '#supervision/model.ts'

const sentence = z.object({ zh: z.string(), en: z.string() })

const dayField = (zh: string, en: string) =>
  field(
    z
      .string()
      .refine(isDay)
      .transform((text) => day(text)),
    { zh, en },
    { zh: '请按 年-月-日 填写一个存在的日期，例如 2026-02-13。', en: 'Give a day that exists as year-month-day, e.g. 2026-02-13.' },
  )

const measureField = field(
  z.coerce.number().int().min(1).max(12),
  { zh: '措施', en: 'Measure' },
  { zh: '请填写 1 到 12 的措施序号。', en: 'Give the number of the measure, 1 to 12.' },
)

/** Without days: the thirty days up to today. */
export const figuresQuery = z.strictObject({
  measure: measureField.default(1),
  from: dayField('开始日期', 'First day').optional(),
  to: dayField('结束日期', 'Last day').optional(),
})

/** A column of the figures, or both kinds of broken promises together. */
export const FIGURES = ['accepted', 'promised', 'revised', 'broken', ...OUTCOMES] as const
export type FigureName = (typeof FIGURES)[number]

export const behindQuery = z.strictObject({
  measure: measureField.default(1),
  prefecture: field(
    z.enum(PREFECTURES),
    { zh: '市州', en: 'Prefecture' },
    { zh: '请选择一个市州（四位代码，例如 2201）。', en: 'Choose a prefecture by its four digits, e.g. 2201.' },
  ),
  day: dayField('日期', 'Day'),
  outcome: field(
    z.enum(FIGURES),
    { zh: '指标', en: 'Figure' },
    { zh: '请选择表中的一个指标，例如 broken。', en: 'Choose a figure of the table, e.g. broken.' },
  ).default('promised'),
  cursor: z.string().max(200).optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
})

export const alarmsQuery = z.strictObject({
  state: z.enum(['open', 'cleared']).default('open'),
  cursor: z.string().max(200).optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
})

const counts = z.record(z.string(), z.number().int())

/** Of the promises whose day has come, in 1/10000; null while none has. */
const shares = z.object({ kept: z.number().int(), firstTime: z.number().int() }).nullable()

const figureReply = z.object({ prefecture: z.string(), prefectureName: sentence, day: z.string(), counts, shares })

export const figuresReply = z.object({
  measure: z.number().int(),
  from: z.string(),
  to: z.string(),
  /** The figures are exact as of this instant. */
  takenAt: z.string(),
  rows: z.array(figureReply),
  prefectures: z.array(z.object({ prefecture: z.string(), prefectureName: sentence, counts, shares })),
  totals: z.object({ counts, shares }),
  columns: z.array(z.object({ name: z.string(), title: sentence, meaning: sentence })),
  leavesOut: z.array(sentence),
})
export type FiguresReply = z.output<typeof figuresReply>

const behindItem = z.object({
  number: z.string(),
  service: z.string(),
  title: sentence,
  organ: z.string(),
  organName: sentence,
  issuer: z.string(),
  outcome: z.enum(OUTCOMES),
  outcomeWords: sentence,
  acceptedOn: z.string().nullable(),
  /** The first promise, what binds now, and what the person was told last. */
  firstBy: z.string().nullable(),
  dueBy: z.string().nullable(),
  toldBy: z.string().nullable(),
  revisions: z.number().int(),
  toldInTime: z.number().int(),
  lastCause: z.string().nullable(),
  dispatchedAt: z.string().nullable(),
  withPersonAt: z.string().nullable(),
})
export type BehindItem = z.output<typeof behindItem>

export const behindReply = z.object({ takenAt: z.string(), items: z.array(behindItem), next: z.string().nullable() })
export type BehindReply = z.output<typeof behindReply>

export const alarmsReply = z.object({
  takenAt: z.string(),
  items: z.array(
    z.object({
      id: z.string(),
      kind: z.string(),
      kindWords: sentence,
      prefecture: z.string(),
      prefectureName: sentence,
      about: z.string(),
      raisedAt: z.string(),
      dueAt: z.string().nullable(),
      clearedAt: z.string().nullable(),
      sentence,
    }),
  ),
  next: z.string().nullable(),
})
export type AlarmsReply = z.output<typeof alarmsReply>

export const replayBody = z.strictObject({
  /** The settings to try. */
  settings: z.strictObject(candidateFields),
  /** Cases that were submitted from this day to that. */
  from: dayField('开始日期', 'First day'),
  to: dayField('结束日期', 'Last day'),
  limit: z.number().int().min(1).max(10_000).default(2_000),
})
export type ReplayBody = z.output<typeof replayBody>

export const replayRequestedReply = z.object({ id: z.string() })

const uuidText = z
  .string()
  .toLowerCase()
  .refine(isUuid)
  .transform((text) => uuid(text))

export const replayParams = z.strictObject({
  id: field(uuidText, { zh: '重放编号', en: 'Replay' }, { zh: '请填写重放的编号。', en: 'Give the number of the replay.' }),
})

export const replayQuery = z.strictObject({ cursor: z.string().max(200).optional(), limit: z.coerce.number().int().min(1).max(500).default(100) })

const outcomeCounts = z.object({ pass: z.number().int(), refer: z.number().int(), fail: z.number().int() })
const checkOutcome = z.enum(['pass', 'refer', 'fail']).nullable()

export const replayReply = z.object({
  id: z.string(),
  settings: z.object(candidateFields),
  from: z.string(),
  to: z.string(),
  limit: z.number().int(),
  requestedAt: z.string(),
  requestedBy: z.string(),
  finishedAt: z.string().nullable(),
  /** false: the limit ended it before all cases of those days were read. */
  complete: z.boolean().nullable(),
  casesRead: z.number().int(),
  /** before → after → how many. */
  outcomes: z.object({ pass: outcomeCounts, refer: outcomeCounts }),
  differing: z.number().int(),
  cases: z.array(
    z.object({
      number: z.string(),
      service: z.string(),
      before: checkOutcome,
      after: checkOutcome,
      checks: z.array(z.object({ id: z.string(), before: checkOutcome, after: checkOutcome })),
    }),
  ),
  next: z.string().nullable(),
  leavesOut: z.array(sentence),
})
export type ReplayReply = z.output<typeof replayReply>

export const takeUpParams = z.strictObject({ prefecture: z.enum(PREFECTURES), reaction: z.string().regex(/^[a-z][a-z.-]{1,60}$/) })

export const takeUpBody = z.strictObject({
  /** What was mended. */
  reason: field(
    z.string().trim().min(2).max(500),
    { zh: '修好了什么', en: 'What was mended' },
    { zh: '请写明修好了什么，2 到 500 个字，不要写个人信息。', en: 'Say what was mended, in 2 to 500 characters and without personal data.' },
  ),
})
export type TakeUpBody = z.output<typeof takeUpBody>

export const takeUpReply = z.object({ takenUp: z.number().int() })

export const parkedReply = z.object({
  reactions: z.array(
    z.object({
      prefecture: z.string(),
      reaction: z.string(),
      /** To be sent as `If-Match`, in quotes. */
      version: z.string(),
      since: z.string(),
      items: z.array(
        z.object({ caseNumber: z.string().nullable(), type: z.string(), attempts: z.number().int(), error: z.string().nullable(), since: z.string() }),
      ),
    }),
  ),
})
export type ParkedReply = z.output<typeof parkedReply>
