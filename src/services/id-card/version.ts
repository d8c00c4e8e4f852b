import type { Facts, GrantContext, Granted, Material, Product, ServiceVersion } from '#catalogue/model.ts'
import type { Uuid } from '#kernel/ids.ts'
import { day } from '#kernel/time.ts'
import type { RegisterEffect } from '#register/model.ts'
import { currentCard } from '#register/rules.ts'
import { CARD_CONDITIONS } from '#services/id-card/conditions.ts'
import { FREE } from '#services/id-card/fees.ts'
import type { CapturedForm } from '#services/id-card/form.ts'
import { AT_ONCE, OLD_WAY, REFERRAL, STATUTORY_CARD } from '#services/id-card/limits.ts'
import { promiseCard } from '#services/id-card/promise.ts'
import { validToOf } from '#services/id-card/validity.ts'

/** The day on which the twelve measures were issued. */
export const MEASURES_IN_FORCE = day('2021-05-07')
export const NOTICE = '吉公通字〔2021〕32号'

export const HOUSEHOLD_BOOKLET: Material = {
  id: 'household-booklet',
  title: { zh: '居民户口簿', en: 'Household booklet' },
  waived: {
    zh: '公安机关已有户口信息，不用带（在线政务服务规定 7）。',
    en: 'The police hold the household record; no need to bring it (Online Government Services 7).',
  },
}

export const OLD_CARD: Material = {
  id: 'old-card',
  title: { zh: '原居民身份证，领新证时交回（居民身份证法 11）', en: 'The old ID card, handed back on collecting the new one (ID Card Law 11)' },
  waived: null,
}

/** What every version that makes a card has in common. */
export const cardVersion = <Form extends CapturedForm>(): Pick<
  ServiceVersion<Form>,
  'channels' | 'onceFor' | 'needsPhoto' | 'statutory' | 'oldWay' | 'referral' | 'promise' | 'conditions'
> => ({
  channels: ['window'],
  onceFor: 'id-card',
  needsPhoto: true,
  statutory: STATUTORY_CARD,
  oldWay: OLD_WAY,
  referral: REFERRAL,
  promise: promiseCard,
  conditions: CARD_CONDITIONS,
})

/** What every report at the counter has in common: free, decided at once, nothing made and nothing promised. */
export const counterVersion = <Form>(): Pick<
  ServiceVersion<Form>,
  'channels' | 'onceFor' | 'needsPhoto' | 'statutory' | 'oldWay' | 'referral' | 'fee' | 'promise' | 'validFrom' | 'source' | 'materials'
> => ({
  validFrom: MEASURES_IN_FORCE,
  source: `${NOTICE} 一；居民身份证法 11`,
  channels: ['window'],
  materials: [],
  onceFor: null,
  needsPhoto: false,
  statutory: AT_ONCE,
  oldWay: null,
  referral: REFERRAL,
  fee: () => FREE,
  promise: () => null,
})

/** Nothing is taken of who applies from home. */
interface Taken {
  readonly identityNumber: string
  readonly fingerprints?: CapturedForm['fingerprints'] | undefined
}

/** Of a lost card: applying for another reports the loss, so the old one stops being usable now, not when the new one is ready. */
export function grantForLost(facts: Facts<Taken>, context: GrantContext, reason: string): Granted {
  const granted = grantCard(facts, context, reason, { kind: 'resident-id-card', madeAt: 'factory' })
  const lost = currentCard(facts.cards, facts.on)
  return lost?.status === 'valid'
    ? {
        ...granted,
        effects: [...granted.effects, { type: 'set-card-status', prefecture: lost.prefecture, cardId: lost.id, from: 'valid', to: 'reported-lost' }],
      }
    : granted
}

/** What granting a card means: what to make, and the card that comes back for it. */
export function grantCard(facts: Facts<Taken>, context: GrantContext, reason: string, product: Product): Granted {
  const person = facts.person
  if (!person) throw new Error('a card is granted to nobody')
  const old = product.kind === 'resident-id-card' ? currentCard(facts.cards, facts.on) : undefined
  return {
    effects: fingerprintsEffect(facts),
    product: {
      ...product,
      validFrom: facts.on,
      validTo: validToOf(person.birth, facts.on),
      issuer: context.issuer,
      template: context.template,
      reason,
      oldCardId: (old?.id ?? null) as Uuid | null,
    },
  }
}

const fingerprintsEffect = ({ person, form, on }: Facts<Taken>): RegisterEffect[] =>
  person && form.fingerprints?.how === 'captured' ? [{ type: 'record-fingerprints', prefecture: person.prefecture, personId: person.id, on }] : []
