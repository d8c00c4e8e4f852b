import type { CaseEvent } from '#case/model.ts'
import type { MessageKind } from '#message/model.ts'

type EventType = CaseEvent['type']

/** Which events are told, as what. */
export const TOLD_AS = {
  CaseAccepted: 'accepted',
  PromiseRevised: 'promise-revised',
  LimitExtended: 'limit-extended',
  CardArrived: 'arrived',
  FoundCardTakenIn: 'found',
  FoundCardPassedOn: 'found',
  CollectionChased: 'chased',
  MaterialsRequested: 'materials-requested',
  CaseRejected: 'rejected',
  CaseConcluded: 'concluded',
} as const satisfies Partial<Record<EventType, MessageKind>>

export type ToldEvent = Extract<CaseEvent, { type: keyof typeof TOLD_AS }>

export const isTold = (event: CaseEvent): event is ToldEvent => event.type in TOLD_AS

const ENDS: readonly EventType[] = ['CardHandedOver', 'CaseConcluded', 'CaseRejected', 'CaseWithdrawn']

/** What makes a message untrue or idle when it has happened before the message's turn comes. */
const OVERTAKEN_BY: Readonly<Record<MessageKind, readonly EventType[]>> = {
  // Whoever lost a card has applied for nothing: they are told that it was found.
  accepted: ['PromiseRevised', 'CardArrived', 'FoundCardTakenIn', ...ENDS],
  'promise-revised': ['PromiseRevised', 'CardArrived', ...ENDS],
  'limit-extended': ['CardArrived', ...ENDS],
  arrived: ['CardDispatched', 'CardArrived', ...ENDS],
  found: ['FoundCardPassedOn', ...ENDS],
  chased: ['CollectionChased', 'FoundCardPassedOn', 'CardDispatched', ...ENDS],
  'materials-requested': ['MaterialsSupplied', 'CaseAccepted', ...ENDS],
  rejected: [],
  concluded: [],
}

/** Whether what happened later makes the message one that is not told any more. */
export const isOvertaken = (kind: MessageKind, later: readonly CaseEvent[]): boolean => later.some(({ type }) => OVERTAKEN_BY[kind].includes(type))
