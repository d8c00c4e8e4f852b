import { expect, test } from 'vitest'
import { announcedAt, findConsentable, LEGAL_BASES } from '#account/rules/legal-bases.ts'
import { SHIPPED_RETENTION } from '#account/rules/retention.ts'
import { citation } from '#kernel/laws.ts'

test('every purpose has a ground that the laws’ list knows, is announced, and says how long', () => {
  for (const { id, articles, announced, retention, basis, offered } of LEGAL_BASES) {
    for (const article of articles) expect(citation(article).en, id).toMatch(/^[\x20-\x7e]+$/)
    expect(announced, id).toContain('page')
    if (retention === null) expect([basis, offered], id).toEqual(['consent', false])
    else
      expect(
        SHIPPED_RETENTION.map((one) => one.id),
        id,
      ).toContain(retention)
  }
})

test('fingerprints and photo rest on a statutory duty, announced at the window; only optional biometrics ask for consent, and none is offered', () => {
  expect(LEGAL_BASES.filter(({ basis }) => basis === 'consent').map(({ id }) => id)).toEqual(['face-sign-in'])
  expect(announcedAt(LEGAL_BASES, 'window').map(({ id }) => id)).toContain('biometrics-of-the-card')
  expect(findConsentable(LEGAL_BASES, 'biometrics-of-the-card')).toBeUndefined()
  expect(findConsentable(LEGAL_BASES, 'face-sign-in')).toBeUndefined()
  const offered = LEGAL_BASES.map((one) => ({ ...one, offered: true }))
  expect(findConsentable(offered, 'face-sign-in')?.id).toBe('face-sign-in')
  expect(findConsentable(offered, 'id-card')).toBeUndefined()
})
