import { z } from 'zod'
import { field } from '#kernel/fields.ts'
import { isUuid, uuid } from '#kernel/ids.ts'
import { day, isDay } from '#kernel/time.ts'

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

export const serviceParams = z.strictObject({ id: z.string().max(60) })
/** Without a day: today. */
export const onQuery = z.strictObject({ on: dayField('日期', 'Day').optional() })

const limitReply = z.object({ sentence, amount: z.number(), unit: z.string(), basis: z.string(), interpretation: sentence.nullable() })

const feeReply = z.object({
  /** The reason of the application that leads to this fee; null where it is the same for all. */
  reason: z.string().nullable(),
  item: z.string(),
  amountCents: z.number().int(),
  basis: z.string(),
  sentence,
})

const versionReply = z.object({
  validFrom: z.string(),
  source: z.string(),
  channels: z.array(z.string()),
  whoMayApply: sentence,
  /** Before any waiver that depends on the person. */
  fees: z.array(feeReply),
  limits: z.object({ statutory: limitReply, oldWay: limitReply.nullable(), referral: limitReply }),
  materials: z.array(z.object({ id: z.string(), title: sentence, waived: sentence.nullable() })),
  needsPhoto: z.boolean(),
  onceFor: z.string().nullable(),
})

const serviceHead = { id: z.string(), title: sentence, measure: z.number().int() }

export const servicesReply = z.object({ on: z.string(), items: z.array(z.object({ ...serviceHead, version: versionReply })) })
export type ServicesReply = z.output<typeof servicesReply>

export const serviceReply = z.object({
  ...serviceHead,
  on: z.string(),
  /** In force on that day; null before the first. */
  version: versionReply.nullable(),
  /** JSON schema of the form, of the same version. */
  form: z.record(z.string(), z.unknown()).nullable(),
  versions: z.array(versionReply),
})
export type ServiceReply = z.output<typeof serviceReply>

/** Without a reason: every one that the form offers, each with its own answer. */
export const answerQuery = z.strictObject({ reason: z.string().max(60).optional() })

const checkReply = z.object({ id: z.string(), result: z.enum(['pass', 'fail', 'refer']), sentence, basis: z.string(), wayOut: sentence.nullable() })

const promisedReply = z.object({
  readyBy: z.string(),
  withYouBy: z.string(),
  because: z.array(sentence),
  provisional: z.boolean(),
})

const earlyAnswer = z.object({
  reason: z.string().nullable(),
  /** `officer-looks`: it can be submitted, and a person decides. */
  can: z.enum(['yes', 'officer-looks', 'no']),
  /** Everything that stands against it, at once: each with its article and the way out. */
  against: z.array(checkReply),
  met: z.array(checkReply),
  /** What is still taken, shown or typed when applying. */
  whenApplying: z.array(sentence),
  /** With every waiver that the person has. */
  fee: z.object({ item: z.string(), amountCents: z.number().int(), basis: z.string(), sentence }),
  /** As if it were submitted and paid for now; null where nothing is made or it can't be done. */
  promised: z.object({ station: promisedReply.nullable(), mail: promisedReply.extend({ postageCents: z.number().int() }).nullable() }).nullable(),
  /** The service that a window does instead. */
  instead: z.object({ service: z.string(), title: sentence }).nullable(),
})

export const answerReply = z.object({
  service: z.string(),
  title: sentence,
  on: z.string(),
  channels: z.array(z.string()),
  rule: z.object({ validFrom: z.string(), source: z.string(), note: sentence.nullable() }),
  whoMayApply: sentence,
  materials: z.array(z.object({ id: z.string(), title: sentence, waived: sentence.nullable() })),
  limits: z.object({ statutory: limitReply, oldWay: limitReply.nullable() }),
  /** The station of the person's own household; any other of the province does the same. */
  station: z.object({ organ: z.string(), name: sentence }).nullable(),
  answers: z.array(earlyAnswer).min(1),
})
export type AnswerReply = z.output<typeof answerReply>

/** Everything that other settings of the automatic review may change. */
export const candidateFields = {
  referAppearanceChanged: z.boolean(),
  referForgedDocuments: z.boolean(),
  referCreditRecord: z.boolean(),
  referItemMismatch: z.boolean(),
  referFingerprintExemption: z.boolean(),
  sampleShare: field(
    z.number().int().min(0).max(10_000),
    { zh: '抽查比例', en: 'Sampled share' },
    { zh: '请填写 0 到 10000 的整数，200 即 2%。', en: 'Give a whole number from 0 to 10000; 200 is 2 %.' },
  ),
  photoStandard: z.string().min(1).max(40),
}

export const settingsBody = z.strictObject({
  validFrom: dayField('生效日期', 'In force from'),
  settings: z.strictObject(candidateFields),
  replay: field(
    z
      .string()
      .toLowerCase()
      .refine(isUuid)
      .transform((text) => uuid(text)),
    { zh: '重放编号', en: 'Replay' },
    { zh: '请填写用同样设置做过的重放的编号。', en: 'Give the number of the replay that was made with exactly these settings.' },
  ),
})
export type SettingsBody = z.output<typeof settingsBody>

const settingsVersion = z.object({ validFrom: z.string(), settings: z.object(candidateFields), replay: z.string().nullable() })

export const settingsReply = z.object({
  on: z.string(),
  inForce: settingsVersion,
  versions: z.array(settingsVersion),
  words: z.record(z.string(), sentence),
  photoStandards: z.array(z.string()),
})
export type SettingsReply = z.output<typeof settingsReply>
