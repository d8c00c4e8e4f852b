import type { Condition } from '#catalogue/model.ts'
import { type Day, daysBetween } from '#kernel/time.ts'
import { currentCard } from '#register/rules.ts'
import { failed, passed } from '#services/id-card/conditions.ts'

/** How long before its end a card may be renewed as expiring. Our own figure: interpretation of 有效期满. */
const BEFORE_EXPIRY_DAYS = 90

const notExpiring = (validTo: Day | null) =>
  validTo === null
    ? { zh: '这张证件长期有效，不会期满。', en: 'This card is valid long-term and does not expire.' }
    : { zh: `这张证件有效期到 ${validTo}，还没有临近期满。`, en: `This card is valid until ${validTo}; its expiry is not near.` }

export const expiring: Condition<{ readonly reason: string }> = {
  id: 'expiring',
  check: ({ form, cards, on }) => {
    if (form.reason !== 'expiry') return []
    const validTo = currentCard(cards, on)?.validTo
    if (validTo === undefined) return []
    return validTo !== null && daysBetween(on, validTo) <= BEFORE_EXPIRY_DAYS
      ? passed('expiring', '居民身份证法 11', `有效期到 ${validTo}，可以换领。`, `Valid until ${validTo}; it can be renewed.`)
      : failed('expiring', '居民身份证法 11', notExpiring(validTo), {
          zh: `有效期满前 ${BEFORE_EXPIRY_DAYS} 天内再来；证件损坏或项目有变，请改选相应原因，现在就能办。`,
          en: `Come within ${BEFORE_EXPIRY_DAYS} days of the expiry; if the card is damaged or an item changed, choose that reason and it can be done now.`,
        })
  },
}
