/** Submissions as a window makes them, without HTTP: the command itself, eight at once. */
import { randomUUID } from 'node:crypto'
import { submissionOf } from '#bench/applicants.ts'
import type { Ends } from '#bench/figure.ts'
import { NOW, type Office, officerAt, officerInDatabase, STATION } from '#bench/office.ts'
import type { CaseRecord } from '#case/commands.ts'
import { actingAs } from '#platform/actor.ts'
import { openOnce } from '#platform/once.ts'

export const LANES = 8
export const CASES_PATH = '/api/v1/cases'

export const lanesOf = <T>(items: readonly T[]): T[][] => Array.from({ length: LANES }, (_, lane) => items.filter((_item, i) => i % LANES === lane))

/** Accepts a case for each, on eight lanes. */
export function acceptNumbers(office: Office, photo: string, numbers: readonly string[]): Promise<Ends> {
  return Promise.all(
    lanesOf(numbers).map(async (mine) => {
      const ends: number[] = []
      for (const number of mine) {
        await acceptOne(office, number, photo)
        ends.push(performance.now())
      }
      return ends
    }),
  )
}

/** @throws Error when it is not accepted, or asks for anything before the factory can begin */
export async function acceptOne(office: Office, identityNumber: string, photo: string, key: string = randomUUID()): Promise<CaseRecord> {
  const input = submissionOf(identityNumber, photo)
  const { service, channel, form } = input
  const act = officerAt(STATION)
  const once = openOnce(act.actor, key, CASES_PATH, { service, channel, form }, NOW)
  const outcome = await actingAs(officerInDatabase, () => office.cases.submit(input, act, once, office.answer))
  if (outcome.kind !== 'done') throw new Error(`not accepted: ${JSON.stringify(outcome).slice(0, 2000)}`)
  if (outcome.state.status !== 'producing') throw new Error(`accepted, but ${outcome.state.status}`)
  return outcome
}
