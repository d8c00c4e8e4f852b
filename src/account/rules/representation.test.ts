import fc from 'fast-check'
import { expect, test } from 'vitest'
import { ACTS_FOR_ANOTHER, AGENCY, CONSENTS, onBehalfText, parseOnBehalf, representationProblem } from '#account/rules/representation.ts'
import { day } from '#kernel/time.ts'
import type { AgencyFacts, Agent } from '#person/model.ts'

const on = day('2026-02-13')
const adult = { personId: 'adult', birth: day('1990-01-01'), capacity: {} }
const child = { personId: 'child', birth: day('2018-01-01'), capacity: {} }
const helper = { personId: 'helper', birth: day('1980-01-01'), capacity: {} }

const AGENTS: Readonly<Record<string, Agent>> = {
  guardian: { kind: 'guardian', personId: 'helper', relation: 'parent' },
  proxy: { kind: 'proxy', personId: 'helper', powerOfAttorney: { signedOn: day('2026-02-01'), validTo: null, services: [], attachmentId: 'paper' } },
  officer: { kind: 'officer-on-behalf', officerId: '031952', organ: '220102500100', reason: { zh: '行动不便', en: 'hard to move' } },
}
const problemOf = (act: (typeof ACTS_FOR_ANOTHER)[number], agent: string, principal: AgencyFacts['principal']) =>
  representationProblem(act, AGENTS[agent] as Agent, { on, principal, acting: helper }) ?? 'may'

/** Act: for an adult by a guardian, by an agent with power of attorney, by an officer; for a child by a guardian, by an agent, by an officer. */
// biome-ignore format: a table is read by its columns
const EXPECTED: Readonly<Record<(typeof ACTS_FOR_ANOTHER)[number], readonly string[]>> = {
  'id-card-first':                   ['guardian-not-needed', 'agent-not-allowed', 'may', 'may', 'agent-not-allowed', 'may'],
  'id-card-renewal':                 ['guardian-not-needed', 'agent-not-allowed', 'may', 'may', 'agent-not-allowed', 'may'],
  'id-card-replacement':             ['guardian-not-needed', 'agent-not-allowed', 'may', 'may', 'agent-not-allowed', 'may'],
  'id-card-temporary':               ['guardian-not-needed', 'agent-not-allowed', 'may', 'may', 'agent-not-allowed', 'may'],
  'id-card-loss-report':             ['guardian-not-needed', 'may',               'may', 'may', 'guardian-required', 'may'],
  'id-card-loss-withdrawal':         ['guardian-not-needed', 'agent-not-allowed', 'may', 'may', 'agent-not-allowed', 'may'],
  'id-card-found-notice':            ['guardian-not-needed', 'may',               'may', 'may', 'guardian-required', 'may'],
  'collect-card':                    ['guardian-not-needed', 'may',               'may', 'may', 'guardian-required', 'may'],
  'withdraw-application':            ['guardian-not-needed', 'agent-not-allowed', 'may', 'may', 'agent-not-allowed', 'may'],
  'vehicle-certificate-replacement': ['guardian-not-needed', 'agent-not-allowed', 'may', 'may', 'agent-not-allowed', 'may'],
  'vehicle-co-owner-change':         ['guardian-not-needed', 'agent-not-allowed', 'may', 'may', 'agent-not-allowed', 'may'],
  'vehicle-destroyed':               ['guardian-not-needed', 'agent-not-allowed', 'may', 'may', 'agent-not-allowed', 'may'],
  'vehicle-registration':            ['guardian-not-needed', 'may',               'may', 'may', 'guardian-required', 'may'],
  'licence-medical-report':          ['guardian-not-needed', 'may',               'may', 'may', 'guardian-required', 'may'],
}

test.each(ACTS_FOR_ANOTHER)('%s: who may do it for whom', (act) => {
  const agents = Object.keys(AGENTS)
  expect([...agents.map((agent) => problemOf(act, agent, adult)), ...agents.map((agent) => problemOf(act, agent, child))]).toEqual(EXPECTED[act])
  expect(AGENCY[act].basis).toMatch(/\d/)
})

test('what an event carries is read back, and nothing else is taken for it', () => {
  fc.assert(
    fc.property(fc.uuid(), fc.constantFrom(...CONSENTS), fc.option(fc.uuid()), (personId, consent, shownBy) => {
      expect(parseOnBehalf(onBehalfText({ personId, consent, shownBy }))).toEqual({ personId, consent, shownBy })
    }),
  )
  for (const text of [null, '', 'administrator:1', 'p whatever']) expect(parseOnBehalf(text)).toBeUndefined()
})
