import { z } from 'zod'
import { field } from '#kernel/fields.ts'
import { PERSON_PURPOSES } from '#platform/sealed.ts'

const sentence = z.object({ zh: z.string(), en: z.string() })

const PURPOSE = { zh: '用途', en: 'Purpose' }
const PURPOSE_HELP = { zh: '请填写隐私说明里的用途编号。', en: 'Enter the id of a purpose from the privacy notice.' }
const BASIS = field(
  z.string().trim().min(4).max(100),
  { zh: '依据', en: 'Basis' },
  { zh: '请写明法律条款或文书编号。', en: 'Name the article or the document.' },
)
const PERSON = field(z.uuid(), { zh: '人员', en: 'Person' }, { zh: '请填写登记编号。', en: 'Enter the id of the record.' })
const PREFECTURE = field(
  z.string().regex(/^22\d\d$/),
  { zh: '市州', en: 'Prefecture' },
  { zh: '请填写四位市州代码。', en: 'Enter the four digits of the prefecture.' },
)

/** Table by table, as it is kept; what is said of others is masked. */
export const exportReply = z.object({ at: z.string(), records: z.array(z.record(z.string(), z.array(z.record(z.string(), z.unknown())))) })

export const noticeReply = z.object({
  purposes: z.array(
    z.object({
      id: z.string(),
      title: sentence,
      what: sentence,
      why: sentence,
      basis: z.enum(['statutory-duty', 'consent']),
      articles: z.array(z.string()),
      sensitive: z.boolean(),
      offered: z.boolean(),
      keeps: sentence.nullable(),
      givenTo: sentence.nullable(),
    }),
  ),
})

export const consentBody = z.strictObject({ purpose: field(z.string().max(60), PURPOSE, PURPOSE_HELP) })

/** How it stands now. */
export const consentReply = z.object({ purpose: z.string(), given: z.boolean() })

export const consentsReply = z.object({
  consents: z.array(z.object({ purpose: z.string(), version: z.string(), givenAt: z.string(), withdrawnAt: z.string().nullable() })),
})

export const holdBody = z.strictObject({
  prefecture: PREFECTURE,
  personId: PERSON,
  basis: BASIS,
  reason: field(
    z.string().trim().min(4).max(200),
    { zh: '事由', en: 'Reason' },
    { zh: '请写明为什么暂时不能删除。', en: 'Say why nothing may be deleted yet.' },
  ),
})
export const holdReply = z.object({ id: z.string() })
export const holdParams = z.object({ prefecture: z.string().regex(/^22\d\d$/), id: z.uuid() })
export const liftedReply = z.object({ lifted: z.boolean() })

export const deletionBody = z.strictObject({
  prefecture: PREFECTURE,
  personId: PERSON,
  basis: BASIS,
  purposes: field(
    z.array(z.enum(PERSON_PURPOSES)).min(1),
    { zh: '范围', en: 'What' },
    { zh: '请选择删除登记资料、办件资料，或两样都删。', en: 'Choose the register’s record, what cases say, or both.' },
  ),
})
export const deletionReply = z.object({ deleted: z.boolean() })
