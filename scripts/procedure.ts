/**
 * Draws docs/procedure.md from the procedure of a case: the table as it stands in the code, and the diagram of where each command
 * leads, found by letting the real decider take every command in every state that it can get into.
 */
import type { CaseCommand, CaseEvent, CaseState, CaseStatus } from '#case/model.ts'
import { type DecideFacts, decide, grantedEvents } from '#case/rules/decide.ts'
import { ENDED, evolve, foldCase, NEEDS, type Need, PROCEDURE } from '#case/rules/procedure.ts'
import { STATUS_WORDS } from '#case/words/status.ts'
import type { Fee, GrantedProduct, Promised } from '#catalogue/model.ts'
import { makeCaseNumber, uuid } from '#kernel/ids.ts'
import { yuan } from '#kernel/money.ts'
import { day, endOfDay, type Instant, instant } from '#kernel/time.ts'

type CommandName = CaseCommand['type']

/** What each command means, and whose it is. Complete by the compiler. */
const COMMANDS: Readonly<Record<CommandName, string>> = {
  DecideReferral: 'an officer grants or rejects what the automatic review referred',
  RequestMaterials: 'an officer names everything that is missing, at once (补正)',
  SupplyMaterials: 'the window records what was brought',
  SettleFee: 'the window records how the fee was paid or on what basis it was waived',
  Withdraw: 'the applicant takes the application back',
  RevisePromise: 'production or delivery tells a new day, with the reason',
  RederiveLimit: 'a holiday notice was imported: the statutory limit is reckoned anew',
  ExtendLimit: 'the issuing county extends the statutory limit, once and by at most thirty days, because transport is poor',
  RecordCardMade: 'the factory has made the card',
  RecordDispatched: 'the courier has the parcel',
  NoteDelivery: 'the courier reports: on its way, late, lost, returned, refused',
  RecordArrived: 'the card is at the station',
  ChaseCollection: 'a card that nobody collects is chased (day 7, 30 and 60), a found one too',
  PassFoundCardOn: 'a found card that nobody comes for goes to the organ that signed it; so does one whose owner has another by now',
  HandOver: 'the card is given to the person, a guardian, a proxy or at the address',
  RecordSecondLook: 'an officer has looked at a sampled automatic grant',
}

const NEEDED: Readonly<Record<Need, string>> = {
  referral: 'a referral that is open',
  promise: 'a promise',
  limit: 'a limit set by law',
  'found-card': 'a card that was found and handed in',
  'card-of-the-factory': 'a card that the factory makes, not a found or a temporary one',
}

const ANY_TIME = instant('2026-02-13T11:59:00+08:00')
const LATER = instant('2026-04-14T23:59:59+08:00')
const NOBODY = uuid('019c5526-eba0-7dbf-b53b-000000000001')
const SENTENCE = { zh: '示例', en: 'Example' }
const SEALED = { k: 'k1', c: '' }
const STATION = '220102500100'
const PROMISED: Promised = { slot: null, readyBy: ANY_TIME, withYouBy: endOfDay(day('2026-02-14')), because: [], provisional: false }
const TOLD_ANEW: Promised = { ...PROMISED, withYouBy: LATER }
const feeOf = (amount: 0 | 20): Fee => ({ item: '工本费', amount: yuan(amount), basis: '', sentence: SENTENCE })

const product = (madeAt: GrantedProduct['madeAt'], reason: string): GrantedProduct => ({
  kind: madeAt === 'factory' ? 'resident-id-card' : 'temporary-id-card',
  madeAt,
  validFrom: day('2026-02-13'),
  validTo: null,
  issuer: '220102000000',
  template: 'standard',
  reason,
  oldCardId: null,
})

/** The kinds of case that take different ways: [product, whether there is a fee to pay]. */
const KINDS: readonly (readonly [GrantedProduct | null, boolean])[] = [
  [product('factory', 'renewal:expiry'), true],
  [product('factory', 'first-issue'), false],
  [product('station', 'temporary'), true],
  [product('station', 'found'), false],
  [null, false],
]

const factsFor = (made: GrantedProduct | null): DecideFacts => ({
  at: ANY_TIME,
  promisedFrom: () => (made && made.reason !== 'found' ? PROMISED : null),
  dueAt: () => LATER,
  extended: (_, before) => (before ? { ok: false, problem: 'extended-before' } : { ok: true, dueAt: LATER }),
  newId: NOBODY,
  holdsTemporaryCard: false,
})

function* submissions(): Generator<{ readonly facts: DecideFacts; readonly events: readonly CaseEvent[] }> {
  for (const [made, pays] of KINDS) {
    const [facts, fee] = [factsFor(made), feeOf(pays ? 20 : 0)]
    const submitted: CaseEvent = {
      ...{ type: 'CaseSubmitted', service: 'example', serviceVersion: day('2021-05-07'), channel: 'window', personId: NOBODY, personShown: '*' },
      ...{ number: makeCaseNumber({ prefecture: '2201', on: day('2026-02-13'), random: 1 }), organ: STATION, issuer: '220102000000', form: SEALED },
      ...{ photoDigest: null, onBehalf: null, handover: { by: 'station', organ: STATION, deliveryClass: 'urban' }, title: SENTENCE },
    }
    const reviewed = (outcome: 'pass' | 'refer'): CaseEvent => ({
      ...{ type: 'CaseReviewed', outcome, checks: [], fee, product: made, effects: [], statutoryDueAt: LATER, facts: SEALED },
    })
    const limit = {
      limit: { amount: 1, unit: 'working-day', basis: '', rollOver: false, kind: 'promised', pausable: true },
      startedAt: ANY_TIME,
      pauses: [],
    } as const
    yield { facts, events: [submitted, reviewed('refer'), { type: 'CaseReferred', reasons: [], limit, dueAt: LATER, toOrgan: '220102000000' }] }
    const granted = grantedEvents({ fee, product: made }, facts, { by: 'automatic', reason: null, sampled: true })
    yield { facts, events: [submitted, reviewed('pass'), ...granted] }
  }
}

const HANDED: CaseCommand = { type: 'HandOver', to: 'self', identityCheckedBy: 'fingerprint', oldCard: 'none', temporaryCard: 'none', proxy: null }

/** Every command, in every form that leads elsewhere. */
const TRIED: readonly CaseCommand[] = [
  { type: 'DecideReferral', decision: 'grant', reason: '', basis: '' },
  { type: 'DecideReferral', decision: 'reject', reason: '', basis: '' },
  { type: 'RequestMaterials', missing: [], basis: '' },
  { type: 'SupplyMaterials', photoDigest: null, note: '', checks: [] },
  { type: 'SettleFee', settlement: { how: 'paid', means: 'cash', receiptNumber: '1', amount: yuan(20) } },
  { type: 'Withdraw', reason: '' },
  { type: 'RevisePromise', to: TOLD_ANEW, cause: 'capacity', reason: SENTENCE },
  { type: 'RederiveLimit', to: ANY_TIME, reason: SENTENCE },
  { type: 'ExtendLimit', days: 30, ground: 'cut-off', reason: SENTENCE },
  ...['1', '2'].map((serial): CaseCommand => ({ type: 'RecordCardMade', serial, issuedOn: day('2026-02-13'), validTo: null })),
  ...['1', '2'].map((waybill): CaseCommand => ({ type: 'RecordDispatched', waybill, expectedOn: day('2026-02-14') })),
  ...(['in-transit', 'late', 'lost', 'returned', 'refused'] as const).map((what): CaseCommand => ({ type: 'NoteDelivery', what, sentence: SENTENCE })),
  { type: 'RecordArrived', organ: STATION, collectFrom: day('2026-02-14') },
  { type: 'ChaseCollection', sentence: SENTENCE },
  ...(['unclaimed', 'replaced'] as const).map((why): CaseCommand => ({ type: 'PassFoundCardOn', organ: '220102000000', why, sentence: SENTENCE })),
  HANDED,
  { type: 'RecordSecondLook', agrees: true, note: '' },
]

export interface Transition {
  readonly from: CaseStatus
  readonly by: CommandName | 'Submit'
  readonly to: CaseStatus
}

/** What a command's answer can depend on: two states alike in this lead to the same places. */
const kindOf = (state: CaseState): string =>
  JSON.stringify([
    ...[state.status, state.product?.madeAt, state.product?.reason, state.settlement?.how, state.serial, state.waybill, state.heldAt],
    ...[state.secondLook, state.promised?.withYouBy, state.statutoryDueAt, state.chasedTimes > 0, state.sampled],
  ])

const folded = (state: CaseState, events: readonly CaseEvent[], at: Instant): CaseState =>
  events.reduce((now, event) => evolve(now, { event, at, actor: 'anybody' }), state)

/** Every way from one state to another that the decider takes; each once, in the order of the states. */
export function transitions(): readonly Transition[] {
  const found = new Map<string, Transition>()
  const seen = new Set<string>()
  const note = (transition: Transition): void => void found.set(Object.values(transition).join(' '), transition)
  for (const { facts, events } of submissions()) {
    const first = foldCase(events.map((event) => ({ event, at: ANY_TIME, actor: 'anybody' })))
    note({ from: 'none', by: 'Submit', to: first.status })
    const open = [first]
    for (const state of open) {
      if (seen.has(kindOf(state))) continue
      seen.add(kindOf(state))
      for (const command of TRIED) {
        const decision = decide(state, command, facts)
        if (!decision.ok) continue
        const next = folded(state, decision.events, facts.at)
        note({ from: state.status, by: command.type, to: next.status })
        open.push(next)
      }
    }
  }
  const order = Object.keys(PROCEDURE)
  const rank = ({ from, by, to }: Transition): string =>
    [order.indexOf(from), order.indexOf(to)].map((n) => String(n).padStart(2, '0')).join('') + String(Object.keys(COMMANDS).indexOf(by)).padStart(3, '0')
  return [...found.values()].sort((a, b) => (rank(a) < rank(b) ? -1 : 1))
}

const idOf = (status: CaseStatus): string => status.replaceAll('-', '_')

/** Arrows between two states, one for each pair, with the commands that lead there. What stays in its state is only in the table. */
function diagram(all: readonly Transition[]): string {
  const arrows = Map.groupBy(
    all.filter(({ from, to }) => from !== to),
    ({ from, to }) => `${from === 'none' ? '[*]' : idOf(from)} --> ${idOf(to)}`,
  )
  const states = (Object.keys(PROCEDURE) as CaseStatus[]).filter((status) => status !== 'none')
  return [
    '```mermaid',
    'stateDiagram-v2',
    ...states.map((status) => `  state "${status} ${STATUS_WORDS[status].zh}" as ${idOf(status)}`),
    ...[...arrows].map(([arrow, by]) => `  ${arrow}: ${by.map(({ by: command }) => command).join(', ')}`),
    ...states.filter((status) => ENDED.has(status)).map((status) => `  ${idOf(status)} --> [*]`),
    '```',
  ].join('\n')
}

function table(all: readonly Transition[]): string {
  const rows = (Object.keys(PROCEDURE) as CaseStatus[])
    .filter((status) => status !== 'none')
    .map((status) => {
      const { zh, en } = STATUS_WORDS[status]
      const ways = PROCEDURE[status].map((command) => {
        const to = all.filter(({ from, by }) => from === status && by === command).map(({ to: next }) => (next === status ? 'stays' : next))
        return `${command}${to.length === 0 ? '' : ` (${to.join(', ')})`}`
      })
      return `| \`${status}\` | ${zh} | ${en} | ${ways.join('<br>') || 'nothing: the case has ended'} |`
    })
  return ['| state | 中文 | shown as | commands, and where each leads |', '|---|---|---|---|', ...rows].join('\n')
}

const neededBy = (name: CommandName): string => {
  const need = NEEDS[name]
  return need === undefined ? '' : NEEDED[need]
}

const commandTable = (): string =>
  [
    ...['| command | who, and what for | needs, beside the state |', '|---|---|---|'],
    ...(Object.keys(COMMANDS) as CommandName[]).map((name) => `| \`${name}\` | ${COMMANDS[name]} | ${neededBy(name)} |`),
  ].join('\n')

/** The text of docs/procedure.md. */
export function procedurePage(): string {
  const all = transitions()
  return `<!-- Drawn from src/case/rules/procedure.ts by npm run docs. Do not edit. -->
# The procedure of a case (办件程序)

Which command is legal in which state is one value in the code, \`PROCEDURE\` in [src/case/rules/procedure.ts](../src/case/rules/procedure.ts), complete by the compiler. The arrows are what the decider does: it was given every command in every state that it can get into, for each kind of case (a card with a fee, a free one, a temporary card made at the station, a found card, a report with nothing to make). A command that is not legal in a state, or needs what this case has not (\`NEEDS\` in the same file), is refused with 409 and a sentence, and changes nothing.

A submission that fails the automatic review is refused before there is a case, so it has no state here.

${diagram(all)}

## States

${table(all)}

## Commands

${commandTable()}
`
}
