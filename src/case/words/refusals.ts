import type { Action, Actor, Resource } from '#account/model.ts'
import { can } from '#account/rules/can.ts'
import { forbiddenToAgents } from '#account/rules/representation.ts'
import { BEYOND_CONSENT, onlyInPerson, STANDING_REFUSALS } from '#account/words.ts'
import type { CaseRefusal } from '#case/rules/decide.ts'
import type { AgentProblem } from '#case/rules/on-behalf.ts'
import { STATUS_WORDS } from '#case/words/status.ts'
import type { Check } from '#catalogue/model.ts'
import type { Sentence } from '#kernel/language.ts'
import { cents, moneyInWords } from '#kernel/money.ts'
import type { RefusalReason } from '#kernel/refusal.ts'
import type { AgencyProblem } from '#person/model.ts'
import { agencyProblems } from '#person/words.ts'
import type { ExtensionProblem } from '#timelimit/model.ts'
import { extensionProblems } from '#timelimit/words.ts'

type Words = Omit<RefusalReason, 'code'>

const NEXT_STEP: Sentence = { zh: '请刷新这一件，按页面上列出的下一步办理。', en: 'Reload the case and take one of the next steps it lists.' }

const notExtended = (problem: ExtensionProblem, wayOut: Sentence) => (): Words => ({ sentence: extensionProblems[problem], basis: '居民身份证法 12', wayOut })

const WORDS: { readonly [Code in CaseRefusal['code']]: (refusal: Extract<CaseRefusal, { code: Code }>) => Words } = {
  'not-in-this-state': ({ status }) => ({
    sentence: { zh: `这一件现在是“${STATUS_WORDS[status].zh}”，不能做这一步。`, en: `The case is “${STATUS_WORDS[status].en}” now, so this step is not open.` },
    basis: '办件程序',
    wayOut: NEXT_STEP,
  }),
  'nothing-to-pay': () => ({
    sentence: { zh: '这一件没有要缴的费用，或者已经缴清。', en: 'Nothing is to be paid for this case, or it is paid already.' },
    basis: '行政许可法 58',
    wayOut: { zh: '不要再收费；请刷新看进度。', en: 'Do not collect anything; reload to see the progress.' },
  }),
  'amount-differs': ({ dueCents }) => ({
    sentence: {
      zh: `应收 ${moneyInWords(cents(dueCents)).zh}，与填写的金额不同。`,
      en: `${moneyInWords(cents(dueCents)).en} is due, which differs from the amount entered.`,
    },
    basis: '行政许可法 59',
    wayOut: { zh: '请按公布的标准收取，改正金额后再提交。', en: 'Collect the published amount, correct the figure and submit again.' },
  }),
  'waiver-not-allowed': () => ({
    sentence: { zh: '这一项的费用不能免收。', en: 'The fee of this item cannot be waived.' },
    basis: '居民身份证法 21',
    wayOut: {
      zh: '低保、特困的免收只适用于首次申领和换领；请按标准收费。',
      en: 'Waivers for hardship apply to first issue and renewal only; collect the published fee.',
    },
  }),
  'old-card-required': () => ({
    sentence: { zh: '领取新证要交回原证。', en: 'The old card is handed back on collecting the new one.' },
    basis: '居民身份证法 11',
    wayOut: {
      zh: '收回原证后选“已交回”；原证已丢失的，选“声明丢失”。',
      en: 'Take the old card and choose “handed back”; if it is lost, choose “declared lost”.',
    },
  }),
  'temporary-card-required': () => ({
    sentence: { zh: '领取居民身份证时要交回临时居民身份证。', en: 'The temporary card is handed back on collecting the ID card.' },
    basis: '公安部令第78号',
    wayOut: {
      zh: '收回临时证后选“已交回”；临时证已丢失的，选“声明丢失”。',
      en: 'Take the temporary card and choose “handed back”; if it is lost, choose “declared lost”.',
    },
  }),
  'proxy-unnamed': () => ({
    sentence: { zh: '代领要登记代领人。', en: 'A proxy must be recorded.' },
    basis: '行政许可法 29',
    wayOut: { zh: '请填写代领人的姓名和公民身份号码，核对委托书。', en: 'Enter the proxy’s name and identity number and check the letter of authority.' },
  }),
  'already-looked': () => ({
    sentence: { zh: '这一件已经复核过。', en: 'This case has had its second look.' },
    basis: '复核程序',
    wayOut: { zh: '请看下一件。', en: 'Go on to the next one.' },
  }),
  'not-sampled': () => ({
    sentence: { zh: '这一件没有被抽中复核。', en: 'This case was not sampled for a second look.' },
    basis: '复核程序',
    wayOut: { zh: '请从复核清单中选择。', en: 'Choose one from the list.' },
  }),
  'already-on-the-line': () => ({
    sentence: { zh: '证件已经在生产线上，不能撤回。', en: 'The card is on the line already and cannot be withdrawn.' },
    basis: '居民身份证法 12',
    wayOut: { zh: '证件制成后照常领取。', en: 'Collect the card when it is made.' },
  }),
  'not-transport-poor': () => ({
    sentence: {
      zh: '这一件的送达地不是偏远地区，不能以“交通不便”延长。',
      en: 'The card does not go to a remote place, so the limit is not extended on that ground.',
    },
    basis: '居民身份证法 12',
    wayOut: {
      zh: '请按原期限办理；道路或者交通中断的，选“交通中断”并写明情况。',
      en: 'Keep to the limit; if roads or lines are interrupted, choose “traffic interrupted” and say how.',
    },
  }),
  'not-extendable': notExtended('not-extendable', NEXT_STEP),
  'extended-before': notExtended('extended-before', NEXT_STEP),
  'too-long': notExtended('too-long', { zh: '最多延长 30 天。', en: 'Thirty days at most.' }),
  'already-over': notExtended('already-over', { zh: '请尽快办结，并如实告诉申请人。', en: 'Finish the case soon, and tell the applicant plainly.' }),
}

/** The four parts of a refusal: what can't be done, why, what can be done instead, where. */
export function refusalReason(refusal: CaseRefusal): RefusalReason {
  const words = WORDS[refusal.code] as (refusal: CaseRefusal) => Words
  return { code: refusal.code, ...words(refusal) }
}

export const reasonOfCheck = ({ id, sentence, basis, wayOut }: Check): RefusalReason => ({
  code: id,
  sentence,
  basis,
  wayOut: wayOut ?? { zh: '请改正后重新提交。', en: 'Correct this and submit again.' },
})

const guardianRefusal = (found: AgencyProblem): RefusalReason => ({
  code: found,
  sentence: agencyProblems[found],
  basis: '民法典 18',
  wayOut: { zh: '请本人到窗口办理。', en: 'Let the person come to the window.' },
})

function agentRefusal(found: AgentProblem): RefusalReason {
  switch (found.code) {
    case 'another-person':
      return {
        code: 'power-of-attorney-another-person',
        sentence: { zh: '这份委托不是申请人本人作出的。', en: 'This power of attorney was not given by the person who applies.' },
        basis: '民法典 161',
        wayOut: { zh: '请核对委托书，重新登记。', en: 'Check the paper and record it anew.' },
      }
    case 'agent-not-allowed':
      return onlyInPerson(found.basis)
    case 'beyond-consent':
      return BEYOND_CONSENT
    default:
      return { code: found.code, ...STANDING_REFUSALS[found.code] }
  }
}

/** Why a guardian, or whoever shows a power of attorney, may not apply for this person; undefined: they may, or nobody does. */
export const representationRefusal = (guardian: AgencyProblem | undefined, agent: AgentProblem | undefined): RefusalReason | undefined =>
  guardian ? guardianRefusal(guardian) : agent && agentRefusal(agent)

/** What of somebody else's case may be done on what they consented to; where it may not, with the article. */
export function permission(actor: Actor | null, action: Action, resource: Resource): boolean | RefusalReason {
  if (can(actor, action, resource)) return true
  // Only whoever may see the case is told why.
  if (!actor?.represents || !can(actor, 'case.read', resource)) return false
  const forbidden = actor.role === 'agent' ? forbiddenToAgents(action) : undefined
  if (forbidden) return onlyInPerson(forbidden.basis)
  const unbound: Actor = { ...actor, represents: { ...actor.represents, scope: { may: 'act', services: [] } } }
  return can(unbound, action, resource) ? BEYOND_CONSENT : false
}
