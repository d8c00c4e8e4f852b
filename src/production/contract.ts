import { z } from 'zod'
import { field } from '#kernel/fields.ts'
import { parseCaseNumber } from '#kernel/ids.ts'
import { isDay } from '#kernel/time.ts'
import { BLANK_STATES } from '#production/rules/blanks.ts'

const sentence = z.object({ zh: z.string(), en: z.string() })
const instantText = z.iso.datetime({ offset: true })

const dayField = field(z.string().refine(isDay), { zh: '日期', en: 'Day' }, { zh: '请写成 2026-02-13 这样的日期。', en: 'Write a day like 2026-02-13.' })
const limit = z.coerce.number().int().min(1).max(200).default(50)
const cursor = z.string().max(200).optional()

const note = field(
  z.string().trim().min(2).max(500),
  { zh: '说明', en: 'Note' },
  { zh: '请用 2 到 500 个字说明原因。', en: 'Give the reason in 2 to 500 characters.' },
)
const serial = field(
  z
    .string()
    .trim()
    .regex(/^[A-Z0-9]{9,24}$/),
  { zh: '卡体序列号', en: 'Serial of the card' },
  { zh: '请照卡体上的序列号输入：9 至 24 位大写字母和数字。', en: 'Enter the serial printed on the card: 9 to 24 capital letters and digits.' },
)

export const slotParams = z.strictObject({
  slot: field(
    z.string().refine((text) => isDay(text.slice(0, 10)) && /^(am|pm)$/.test(text.slice(10))),
    { zh: '半天', en: 'Half-day' },
    { zh: '请写成 2026-02-13am 或 2026-02-13pm。', en: 'Write it like 2026-02-13am or 2026-02-13pm.' },
  ),
})

export const orderParams = z.strictObject({
  number: field(
    z
      .string()
      .max(64)
      .refine((text) => parseCaseNumber(text).ok),
    { zh: '办件号', en: 'Case number' },
    { zh: '请输入 17 位办件号并逐位核对；最后一位是校验码。', en: 'Enter the 17-digit case number and check each digit; the last is a check digit.' },
  ),
})

export const lineParams = z.strictObject({ line: z.string().min(1).max(20) })
export const serialParams = z.strictObject({ serial })

export const batchesQuery = z.strictObject({ day: dayField.optional(), days: z.coerce.number().int().min(1).max(31).default(1) })
export const pageQuery = z.strictObject({ cursor, limit })
export const loadQuery = z.strictObject({ slots: z.coerce.number().int().min(1).max(60).default(10) })
export const blanksQuery = z.strictObject({ state: z.enum(BLANK_STATES).default('spoiled'), cursor, limit })

export const spoilBody = z.strictObject({ serial, note })
export const remakeBody = z.strictObject({ note })
export const qualityBody = z.strictObject({ reason: note })
export const stopBody = z.strictObject({
  reason: note,
  expectedBackAt: field(
    instantText,
    { zh: '预计恢复时间', en: 'Expected back' },
    { zh: '请写成带时区的时间，如 2026-02-13T15:00:00+08:00。', en: 'Write an instant with its offset, like 2026-02-13T15:00:00+08:00.' },
  ).optional(),
})
export const emptyBody = z.strictObject({})

export const receiveBody = z.strictObject({
  prefix: field(
    z
      .string()
      .trim()
      .regex(/^[A-Z0-9]{1,16}$/),
    { zh: '序列号前缀', en: 'Prefix of the serials' },
    { zh: '请输入箱签上的前缀：1 至 16 位大写字母和数字。', en: 'Enter the prefix from the box: 1 to 16 capital letters and digits.' },
  ),
  first: field(
    z.number().int().min(0).max(99_949_999),
    { zh: '起始号', en: 'First number' },
    { zh: '请输入箱签上的起始号，最多 8 位数字。', en: 'Enter the first number from the box, at most 8 digits.' },
  ),
  count: field(
    z.number().int().min(1).max(50_000),
    { zh: '数量', en: 'Count' },
    { zh: '请输入 1 到 50000 之间的数量。', en: 'Enter a count from 1 to 50,000.' },
  ),
  note,
})
export const destroyBody = z.strictObject({
  witness: field(
    z.string().trim().min(2).max(64),
    { zh: '见证人', en: 'Witness' },
    { zh: '请填写在场见证的另一位同事。', en: 'Name the colleague who witnesses the destruction.' },
  ),
  note,
})

const uuidText = z.uuid()
const at = instantText

/** What a line controller sends; see the card line's protocol. */
export const reportBody = z.strictObject({
  report: z.string().min(1).max(100),
  line: z.string().min(1).max(20),
  entries: z
    .array(
      z.discriminatedUnion('kind', [
        z.strictObject({ kind: z.literal('made'), order: uuidText, serial: z.string().max(40), at, chip: z.boolean(), print: z.boolean() }),
        z.strictObject({ kind: z.literal('spoiled'), order: uuidText, serial: z.string().max(40), at, note: z.string().max(500) }),
        z.strictObject({ kind: z.literal('stopped'), at, reason: z.string().max(500) }),
        z.strictObject({ kind: z.literal('resumed'), at }),
      ]),
    )
    .min(1)
    .max(500),
})

const slot = z.object({ day: z.string(), half: z.enum(['am', 'pm']) })

export const batchReply = z.object({
  id: z.string(),
  slot,
  status: z.enum(['none', 'planned', 'running', 'stopped', 'finished']),
  statusSays: sentence,
  startsAt: z.string(),
  readyBy: z.string(),
  startedAt: z.string().nullable(),
  finishedAt: z.string().nullable(),
  capacity: z.number().int(),
  cards: z.object({ queued: z.number().int(), 'on-line': z.number().int(), made: z.number().int(), finished: z.number().int() }),
  spoiled: z.number().int(),
  alarms: z.array(z.string()),
})

export const orderReply = z.object({
  id: z.string(),
  caseNumber: z.string(),
  personShown: z.string(),
  acceptedAt: z.string(),
  status: z.string(),
  statusSays: sentence,
  slot: slot.nullable(),
  batch: z.string().nullable(),
  line: z.string().nullable(),
  position: z.number().int().nullable(),
  serial: z.string().nullable(),
  madeAt: z.string().nullable(),
  remakes: z.number().int(),
  template: z.string(),
  issuer: z.string(),
  version: z.number().int(),
})

export const batchesReply = z.object({ batches: z.array(batchReply) })
export const cardsReply = z.object({ batch: batchReply, cards: z.array(orderReply), next: z.string().nullable() })
export const loadReply = z.object({ slots: z.array(z.object({ slot, capacity: z.number().int(), load: z.number().int() })) })
export const linesReply = z.object({
  lines: z.array(
    z.object({
      line: z.string(),
      state: z.enum(['working', 'stopped']),
      stateSays: sentence,
      cardsPerHalfDay: z.number().int(),
      estimated: z.boolean(),
      waiting: z.number().int(),
      stoppedAt: z.string().nullable(),
      expectedBackAt: z.string().nullable(),
      reason: z.string().nullable(),
    }),
  ),
})
export const lineChangeReply = z.object({ line: z.string(), state: z.enum(['working', 'stopped']) })
export const takenOffReply = z.object({ line: z.string(), cards: z.number().int() })
const counts = z.object({ 'in-stock': z.number(), issued: z.number(), made: z.number(), spoiled: z.number(), destroyed: z.number() })
export const tallyReply = z.object({
  ledger: counts.extend({ received: z.number() }),
  counted: counts,
  balanced: z.boolean(),
  difference: z.number().int(),
  agrees: z.boolean(),
})
export const blanksReply = z.object({
  blanks: z.array(
    z.object({
      serial: z.string(),
      state: z.enum(BLANK_STATES),
      stateSays: sentence,
      order: z.string().nullable(),
      batch: z.string().nullable(),
      changedAt: z.string(),
    }),
  ),
  next: z.string().nullable(),
})
export const receivedReply = z.object({ first: z.string(), last: z.string(), count: z.number().int() })
export const destroyedReply = z.object({ serial: z.string(), state: z.literal('destroyed') })
export const reportReply = z.object({ taken: z.number().int(), ignored: z.number().int(), seenBefore: z.boolean() })
