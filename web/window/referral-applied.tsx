/** What was applied for, opened from the case's sealed form once the record is open. */
import type { CaseRecord } from '#case/commands.ts'
import type { Facts } from '#catalogue/model.ts'
import type { Sentence } from '#kernel/language.ts'
import { maskName } from '#person/rules.ts'
import type { PersonView } from '#register/model.ts'
import type { CapturedForm } from '#services/id-card/form.ts'
import type { Services } from '#web/services.ts'
import { type Answer, Answers } from '#web/shared/answers.tsx'
import { REASON_WORDS } from '#web/shared/reason-words.ts'
import type { PageContext } from '#web/shared/web.ts'
import { EXEMPTION_WORDS, FINGER_WORDS, RELATION_WORDS } from '#web/window/apply-words.ts'
import { readerOf } from '#web/window/sections.ts'
import { windowWords as words } from '#web/window/words.ts'

export interface Applied {
  readonly reason: string | undefined
  readonly fingerprints: CapturedForm['fingerprints'] | undefined
  readonly guardian: { readonly id: string | undefined; readonly name: string | undefined; readonly relation: string } | undefined
  readonly readFromCard: Readonly<Record<string, string>> | undefined
}

/** From what the review knew: the form, and the guardian as found in the register. */
export async function appliedFor(record: CaseRecord, context: PageContext<Services>): Promise<Applied | undefined> {
  const { caseQueries } = context.services
  const facts = await caseQueries.reviewedFactsOf(record)
  if (facts === undefined) return undefined
  await caseQueries.recordShown(record, readerOf(context), 'application', ['readFromCard'])
  const { form, guardian } = facts as Facts<Partial<CapturedForm> & { readonly reason?: string }>
  return {
    reason: form.reason,
    fingerprints: form.fingerprints,
    guardian: form.guardian && { id: guardian?.id, name: guardian?.name, relation: form.guardian.relation },
    readFromCard: form.readFromCard,
  }
}

export function AppliedFor({ applied, person }: { readonly applied: Applied; readonly person: PersonView }) {
  const { reason, fingerprints, guardian } = applied
  const answers: Answer[] = [
    ...(reason === undefined ? [] : [{ question: words.applyReason, answer: REASON_WORDS[reason as keyof typeof REASON_WORDS] ?? reason }]),
    ...(fingerprints === undefined ? [] : [{ question: words.fingerprint, answer: fingerprintsInWords(fingerprints) }]),
    ...(guardian === undefined ? [] : [{ question: words.guardian, answer: guardianInWords(guardian, person) }]),
  ]
  return answers.length === 0 ? null : (
    <section class="panel">
      <Answers answers={answers} />
    </section>
  )
}

function fingerprintsInWords(given: CapturedForm['fingerprints']): Sentence {
  if (given.how === 'exempted') {
    const why = EXEMPTION_WORDS[given.reason]
    return { zh: `未采集：${why.zh}${given.note === '' ? '' : `（${given.note}）`}`, en: `Not taken: ${why.en}${given.note === '' ? '' : ` (${given.note})`}` }
  }
  const fingers = given.fingers.map((finger) => FINGER_WORDS[finger])
  return {
    zh: `${fingers.map(({ zh }) => zh).join('、')}，质量分 ${given.quality}`,
    en: `${fingers.map(({ en }) => en).join(', ')}; quality ${given.quality}`,
  }
}

function guardianInWords({ id, name, relation }: NonNullable<Applied['guardian']>, person: PersonView): Sentence {
  const said = RELATION_WORDS[relation as keyof typeof RELATION_WORDS]
  if (name === undefined || id === undefined) return { zh: `${said.zh}，不在本省人口信息中`, en: `${said.en}, not in the province’s register` }
  const registered = (person.guardians as readonly string[]).includes(id)
  return registered
    ? { zh: `${maskName(name)}（${said.zh}），与户口登记一致`, en: `${maskName(name)} (${said.en}), as registered` }
    : { zh: `${maskName(name)}（${said.zh}），户口登记中没有这项关系`, en: `${maskName(name)} (${said.en}), not registered as such` }
}
