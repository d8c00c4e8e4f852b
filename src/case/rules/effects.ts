import type { CaseEvent, CaseState } from '#case/model.ts'
import type { Uuid } from '#kernel/ids.ts'
import { dayOf, type Instant } from '#kernel/time.ts'
import type { Card, RegisterEffect } from '#register/model.ts'

export interface EffectFacts {
  readonly at: Instant
  readonly prefecture: string
  readonly caseId: Uuid
  readonly newId: Uuid
  /** The person's cards; needed when something is handed over. */
  readonly cards: readonly Card[]
}

/** What an event orders in the register, committed with it. `state` is that before the event. */
export function effectsOf(state: CaseState, event: CaseEvent, facts: EffectFacts): readonly RegisterEffect[] {
  switch (event.type) {
    case 'CaseGranted':
      return state.effects
    case 'CardMade':
      return issued(state, facts, { id: event.cardId, issuedOn: event.issuedOn, validTo: event.validTo })
    case 'DeliveryNoted':
      // A lost card must open no door: it is cancelled before it is made again.
      return event.what === 'lost' && state.cardId ? [setStatus(facts.prefecture, state.cardId, 'valid', 'cancelled')] : []
    case 'CardHandedOver':
      return handedOver(state, event, facts)
    default:
      return []
  }
}

const setStatus = (prefecture: string, cardId: Uuid, from: Card['status'], to: Card['status']): RegisterEffect => ({
  type: 'set-card-status',
  prefecture,
  cardId,
  from,
  to,
})

function issued(state: CaseState, { prefecture, caseId }: EffectFacts, made: Pick<Card, 'id' | 'issuedOn' | 'validTo'>): RegisterEffect[] {
  const { submission, product } = state
  if (!submission || !product) throw new Error('a card is made for a granted case only')
  return [{ type: 'issue-card', card: { ...made, prefecture, personId: submission.personId, kind: product.kind, issuer: product.issuer, caseId } }]
}

function handedOver(state: CaseState, event: Extract<CaseEvent, { type: 'CardHandedOver' }>, facts: EffectFacts): RegisterEffect[] {
  const { product } = state
  if (!product) return []
  if (product.kind === 'temporary-id-card') return issued(state, facts, { id: facts.newId, issuedOn: dayOf(facts.at), validTo: product.validTo })
  const effects: RegisterEffect[] = []
  const old = facts.cards.find(({ id }) => id === product.oldCardId)
  if (old && (old.status === 'valid' || old.status === 'reported-lost')) {
    effects.push(setStatus(facts.prefecture, old.id, old.status, event.oldCard === 'handed-back' ? 'surrendered' : 'replaced'))
  }
  if (product.reason === 'found') return effects
  for (const temporary of validTemporaryCards(facts.cards))
    effects.push(setStatus(facts.prefecture, temporary.id, 'valid', event.temporaryCard === 'handed-back' ? 'surrendered' : 'replaced'))
  return effects
}

/** Temporary cards not yet handed back: 临时居民身份证管理办法 asks for them when the card is collected. */
export const validTemporaryCards = (cards: readonly Card[]): readonly Card[] =>
  cards.filter(({ kind, status }) => kind === 'temporary-id-card' && status === 'valid')
