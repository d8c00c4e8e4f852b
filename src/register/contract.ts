import { z } from 'zod'
import { READ_PURPOSES } from '#account/model.ts'
import { field } from '#kernel/fields.ts'
import { CORRECTABLE_ITEMS, RECEIVERS } from '#register/model.ts'
import { correctWords, findPersonWords as words } from '#register/words.ts'

/** In the body and not in the address: numbers don't belong in logs and histories. */
export const findPersonBody = z.strictObject({
  identityNumber: field(z.string().max(64), words.identityNumber.label, words.identityNumber.problem),
  purpose: field(z.enum(READ_PURPOSES), words.purpose.label, words.purpose.problem),
  /** Demanded by those purposes that say nothing by themselves. */
  note: field(z.string().trim().max(200).optional(), words.note.label, words.note.problem),
})

const item = (text: z.ZodString, of: Exclude<keyof typeof correctWords, 'basis'>) => field(text.optional(), correctWords[of].label, correctWords[of].problem)

export const correctBody = z.strictObject({
  identityNumber: field(z.string().max(64), words.identityNumber.label, words.identityNumber.problem),
  corrected: z.strictObject({
    name: item(z.string().trim().min(1).max(60), 'name'),
    ethnicity: item(z.string().trim().min(1).max(20), 'ethnicity'),
    phone: item(z.string().regex(/^[\d +-]{7,20}$/), 'phone'),
    address: item(z.string().trim().min(4).max(200), 'address'),
  }),
  basis: field(z.string().trim().min(2).max(200), correctWords.basis.label, correctWords.basis.problem),
})

export const correctReply = z
  .object({ corrected: z.array(z.enum(CORRECTABLE_ITEMS)) })
  .meta({ description: 'The items that were put right. Whoever outside holds an old value is told.' })

export const disclosuresReply = z.object({
  given: z.array(
    z.object({
      receiver: z.enum(RECEIVERS),
      receiverWords: z.object({ zh: z.string(), en: z.string() }),
      caseNumber: z.string(),
      fields: z.array(z.enum(CORRECTABLE_ITEMS)),
      givenAt: z.string(),
      keptUntil: z.string(),
      correctedAt: z.string().nullable(),
    }),
  ),
})

const cardView = z.object({
  id: z.uuid(),
  kind: z.enum(['resident-id-card', 'temporary-id-card']),
  issuer: z.string(),
  issuedOn: z.iso.date(),
  validTo: z.iso.date().nullable(),
  status: z.enum(['valid', 'reported-lost', 'replaced', 'surrendered', 'cancelled']),
  state: z.enum(['in-force', 'expiring', 'expired', 'reported-lost', 'replaced', 'surrendered', 'cancelled']),
})

export const personViewReply = z.object({
  prefecture: z.string(),
  id: z.uuid(),
  inFull: z.boolean(),
  identityNumber: z.string(),
  name: z.string(),
  sex: z.enum(['male', 'female']),
  ethnicity: z.string(),
  birth: z.string(),
  age: z.number().int(),
  address: z.string(),
  phone: z.string(),
  township: z.string(),
  status: z.enum(['valid', 'moved-out', 'deceased', 'in-service', 'settled-abroad', 'duplicate-cancelled']),
  flags: z.array(z.string()),
  hardship: z.enum(['none', 'urban-minimum-living', 'rural-special', 'other']),
  fingerprintsOn: z.iso.date().nullable(),
  guardians: z.array(z.uuid()),
  synthetic: z.boolean(),
  cards: z.array(cardView),
})
