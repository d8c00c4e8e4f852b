import { z } from 'zod'
import { calendarYears } from '#calendar/rules.ts'
import { field } from '#kernel/fields.ts'
import type { Day } from '#kernel/time.ts'

const sentence = z.object({ zh: z.string(), en: z.string() })

const yearField = field(
  z.coerce.number().int().min(calendarYears.first).max(calendarYears.last),
  { zh: '年份', en: 'Year' },
  {
    zh: `请填写 ${calendarYears.first} 到 ${calendarYears.last} 之间的年份。`,
    en: `Give a year from ${calendarYears.first} to ${calendarYears.last}.`,
  },
)

export const yearParams = z.strictObject({ year: yearField })

/** What is wrong with a day in itself is told by the rules, with all else that is wrong with the notice. */
const days = field(
  z
    .array(z.string().max(10))
    .max(60)
    .transform((list) => list as Day[]),
  { zh: '日期', en: 'Days' },
  { zh: '请逐日填写 年-月-日，例如 2027-02-05。', en: 'Give each day as year-month-day, e.g. 2027-02-05.' },
)

const name = field(
  z.strictObject({ zh: z.string().trim().max(40), en: z.string().trim().max(80) }),
  { zh: '节日名称', en: 'Name of the holiday' },
  { zh: '请填写中文和英文名称。', en: 'Give the name in Chinese and English.' },
)

export const noticeBody = z.strictObject({
  /** Show what would change, and change nothing. */
  dryRun: z.boolean().default(false),
  notice: z.strictObject({
    year: yearField,
    source: field(
      z.string().trim().min(4).max(200),
      { zh: '文号或标题', en: 'Title or number' },
      { zh: '请填写通知的标题或文号（4 到 200 字）。', en: 'Give the title or number of the notice, 4 to 200 characters.' },
    ),
    holidays: field(
      z
        .array(z.strictObject({ name, off: days, makeUp: days.default([]) }))
        .min(1)
        .max(12),
      { zh: '节日', en: 'Holidays' },
      { zh: '请逐个填写通知中的节日（1 到 12 个）。', en: 'Give the holidays of the notice, 1 to 12.' },
    ),
  }),
})

export const calendarReply = z.object({
  year: z.number().int(),
  /** Whether the year's notice is out; else only the statutory days are known and every day is provisional. */
  published: z.boolean(),
  source: z.string(),
  sentence: sentence.nullable(),
  workingDays: z.number().int(),
  days: z.array(z.object({ day: z.string(), weekday: sentence, working: z.boolean(), kind: z.string(), reason: sentence, provisional: z.boolean() })),
})
export type CalendarReply = z.output<typeof calendarReply>

export const noticeReply = z.object({
  imported: z.boolean(),
  year: z.number().int(),
  replaces: z.string().nullable(),
  days: z.array(z.object({ day: z.string(), before: sentence, after: sentence, workingBefore: z.boolean(), workingAfter: z.boolean() })),
  confirmedYears: z.array(z.number().int()),
  /** Dates of open cases that move: how many, and the first of them. */
  promises: z.number().int(),
  statutory: z.number().int(),
  dates: z.array(z.object({ prefecture: z.string(), number: z.string(), what: z.enum(['promise', 'statutory']), before: z.string(), after: z.string() })),
})
export type NoticeReply = z.output<typeof noticeReply>
