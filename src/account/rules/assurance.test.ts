import { expect, test } from 'vitest'
import { ACTIONS, ROLES } from '#account/model.ts'
import { acrsFrom, FRESH_MINUTES, levelOfAcr, type Strength, strengthProblem } from '#account/rules/assurance.ts'
import { instant, plusMinutes, plusMs } from '#kernel/time.ts'

const NOON = instant('2026-02-13T12:00:00+08:00')
const resident: Strength = { role: 'resident', method: 'identity', level: 2, authenticatedAt: NOON }
const officer: Strength = { role: 'station-officer', method: 'identity', level: null, authenticatedAt: NOON }

test('a level is what the platform said in its own terms, and nothing else is one', () => {
  expect(['urn:yitang:real-name:1', 'urn:yitang:real-name:3', 'urn:yitang:real-name:0', 'urn:yitang:real-name:9', '', undefined].map(levelOfAcr)).toEqual([
    1,
    3,
    null,
    null,
    null,
    null,
  ])
  expect(acrsFrom(2)).toEqual(['urn:yitang:real-name:2', 'urn:yitang:real-name:3'])
})

test('withdrawing needs level 2 of a resident; of an officer it asks no level', () => {
  expect(strengthProblem({ ...resident, level: 1 }, 'case.withdraw', NOON)).toEqual({ type: 'step-up-needed', acr: acrsFrom(2) })
  expect(strengthProblem({ ...resident, level: null }, 'case.withdraw', NOON)?.type).toBe('step-up-needed')
  expect(strengthProblem(resident, 'case.withdraw', NOON)).toBeUndefined()
  expect(strengthProblem(officer, 'case.withdraw', NOON)).toBeUndefined()
})

test('what is grave needs an authentication younger than five minutes, to the millisecond', () => {
  const then = plusMinutes(NOON, FRESH_MINUTES)
  for (const action of ['passkey.revoke', 'officer.appoint', 'review.configure', 'calendar.import', 'client-key.manage'] as const) {
    expect(strengthProblem(officer, action, plusMs(then, -1))).toBeUndefined()
    expect(strengthProblem(officer, action, then)).toEqual({ type: 'reauthentication-needed', maxAgeSeconds: 300 })
  }
})

test('what is not grave never asks again, and the quick sign-in and programs are never asked', () => {
  const late = plusMinutes(NOON, 600)
  expect(strengthProblem(officer, 'case.submit', late)).toBeUndefined()
  expect(strengthProblem(resident, 'case.read', late)).toBeUndefined()
  for (const method of ['sandbox', 'key'] as const)
    for (const role of ROLES)
      for (const action of ACTIONS) expect(strengthProblem({ role, method, level: null, authenticatedAt: NOON }, action, late)).toBeUndefined()
})
