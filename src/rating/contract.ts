import { z } from 'zod'
import { progressBody } from '#case/contract.ts'
import { field } from '#kernel/fields.ts'
import { isUuid, uuid } from '#kernel/ids.ts'
import { PREFECTURES } from '#place/model.ts'
import { INDICATORS, RATED_CHANNELS, RESULTS } from '#rating/model.ts'

const sentence = z.object({ zh: z.string(), en: z.string() })

export const levelField = field(
  z.union([z.literal(5), z.literal(4), z.literal(3), z.literal(2), z.literal(1)]),
  { zh: '总体评价', en: 'On the whole' },
  {
    zh: '请选择一项：5 非常满意，4 满意，3 基本满意，2 不满意，1 非常不满意。',
    en: 'Choose one: 5 very satisfied, 4 satisfied, 3 fairly, 2 dissatisfied, 1 very dissatisfied.',
  },
)

export const COMMENT_MAX = 500
const commentField = field(
  z.string().trim().max(COMMENT_MAX).default(''),
  { zh: '想说的话', en: 'In your own words' },
  { zh: '请写在 500 字以内，可以不写。', en: 'Up to 500 characters; it may be left empty.' },
)

const channelField = field(
  z.enum(RATED_CHANNELS),
  { zh: '评价的渠道', en: 'What is rated' },
  { zh: '请选择网上办理或窗口办理。', en: 'Choose the online service or the service at the window.' },
)

const indicatorNames = [...new Set([...INDICATORS.online, ...INDICATORS.window])]
const indicatorsField = field(
  z.partialRecord(z.enum(indicatorNames), z.union([z.literal(5), z.literal(4), z.literal(3), z.literal(2), z.literal(1)])).default({}),
  { zh: '分项评价', en: 'One by one' },
  { zh: '请给每项 1 到 5 分，可以不填。', en: 'Give each 1 to 5; they may be left out.' },
)

const said = { channel: channelField, level: levelField, indicators: indicatorsField, comment: commentField }

export const rateBody = z.strictObject({
  ...said,
  anonymous: field(
    z.boolean().default(false),
    { zh: '匿名评价', en: 'Anonymously' },
    { zh: '请选择是否匿名。', en: 'Say whether you want to stay anonymous.' },
  ),
})

/** Without signing in: the case's number and the end of the identity number; such a rating has no name. */
export const rateByNumberBody = z.strictObject({ ...progressBody.shape, ...said })

export const ratedCaseParams = z.strictObject({ number: progressBody.shape.number })

export const ratingParams = z.strictObject({
  prefecture: z.enum(PREFECTURES),
  id: z
    .string()
    .toLowerCase()
    .refine(isUuid)
    .transform((text) => uuid(text)),
})

const noteField = (zh: string, en: string) =>
  field(z.string().trim().min(2).max(COMMENT_MAX), { zh, en }, { zh: '请写 2 到 500 字。', en: 'Write 2 to 500 characters.' })

export const assignBody = z.strictObject({
  handler: field(z.string().trim().min(1).max(60), { zh: '经办人', en: 'Who sees to it' }, { zh: '请填写经办民警的编号。', en: 'Give the officer’s number.' }),
})
export const recordBody = z.strictObject({ measure: noteField('整改措施', 'What was done') })
export const callBackBody = z.strictObject({
  reached: field(z.boolean(), { zh: '是否联系上', en: 'Reached' }, { zh: '请选择是否联系上本人。', en: 'Say whether the person was reached.' }),
  satisfied: field(
    z.boolean().nullable().default(null),
    { zh: '是否满意', en: 'Satisfied' },
    { zh: '请选择本人是否满意。', en: 'Say whether the person is satisfied now.' },
  ),
  note: noteField('回访情况', 'What was said'),
})
export const closeBody = z.strictObject({
  result: field(
    z.enum(RESULTS),
    { zh: '整改结果', en: 'Result' },
    { zh: '请选择已整改，或经核实已说明。', en: 'Choose put right, or looked into and explained.' },
  ),
  explanation: noteField('结果说明', 'What the result is'),
})

export const listRatingsQuery = z.strictObject({
  list: z.enum(['open', 'overdue', 'kept', 'late', 'all']).default('open'),
  organ: z
    .string()
    .regex(/^\d{12}$/)
    .optional(),
  level: z.coerce.number().int().min(1).max(5).optional(),
  cursor: z.string().max(60).optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
})

const ratingReply = z.object({
  prefecture: z.string(),
  id: z.string(),
  organ: z.string(),
  organName: sentence,
  service: z.string(),
  title: sentence,
  channel: z.enum(RATED_CHANNELS),
  level: z.number().int(),
  levelWords: sentence,
  indicators: z.record(z.string(), z.number().int()),
  ratedOn: z.string(),
  named: z.boolean(),
  /** null: rated without a name, or the reader may not know it. */
  caseNumber: z.string().nullable(),
  comment: z.string().nullable(),
  state: z.enum(['none', 'open', 'closed']),
  dueAt: z.string().nullable(),
  provisional: z.boolean(),
  overdue: z.boolean(),
  handler: z.string().nullable(),
  measure: z.string().nullable(),
  calls: z.number().int(),
  reached: z.boolean(),
  satisfied: z.boolean().nullable(),
  callNote: z.string().nullable(),
  result: z.enum(RESULTS).nullable(),
  resultWords: sentence.nullable(),
  explanation: z.string().nullable(),
  closedAt: z.string().nullable(),
  late: z.boolean(),
})
export type RatingReply = z.output<typeof ratingReply>

export const ratingsReply = z.object({ takenAt: z.string(), items: z.array(ratingReply), next: z.string().nullable() })
export type RatingsReply = z.output<typeof ratingsReply>

export const ratedReply = z.object({ channel: z.enum(RATED_CHANNELS), level: z.number().int(), named: z.boolean(), rectifyBy: z.string().nullable() })
export const rectifiedReply = z.object({ id: z.string(), version: z.number().int(), state: z.enum(['none', 'open', 'closed']), late: z.boolean() })

/** What was said of one's own case, and what became of it. */
export const ownRatingsReply = z.object({
  channels: z.array(z.object({ channel: z.enum(RATED_CHANNELS), words: sentence, canBeRated: z.boolean(), whyNot: sentence.nullable() })),
  ratings: z.array(
    ratingReply.pick({
      channel: true,
      level: true,
      levelWords: true,
      ratedOn: true,
      named: true,
      comment: true,
      state: true,
      dueAt: true,
      resultWords: true,
      explanation: true,
      closedAt: true,
    }),
  ),
})
export type OwnRatings = z.output<typeof ownRatingsReply>

const organFigures = z.object({
  organ: z.string(),
  organName: sentence,
  levels: z.record(z.string(), z.number().int()),
  rated: z.number().int(),
  /** 1/10000; null without ratings. */
  satisfied: z.number().int().nullable(),
  open: z.number().int(),
  overdue: z.number().int(),
  kept: z.number().int(),
  late: z.number().int(),
})
export const ratingFiguresReply = z.object({
  takenAt: z.string(),
  fromMonth: z.string(),
  organs: z.array(organFigures),
  totals: organFigures.omit({ organ: true, organName: true }),
  satisfiedMeans: sentence,
  limit: z.object({ workingDays: z.number().int(), basis: z.string(), verified: z.boolean(), note: sentence }),
})
export type RatingFigures = z.output<typeof ratingFiguresReply>
