/** A hundredth of what `npm run night` plays; and what is done behind the product's back, which must be found. */
import { describe, expect, test } from 'vitest'
import { rowChange } from '#bench/audit/decoding.ts'
import { audit, auditFigures } from '#bench/audit.ts'
import { isReached } from '#bench/figure.ts'

const OPERATIONS = Number(process.env.YITANG_AUDIT_OPERATIONS ?? 10_000)

describe('everything that was changed or read', () => {
  test('belongs to one audit row, exactly', { timeout: 3_600_000 }, async () => {
    const result = await audit({ operations: OPERATIONS })
    expect(result.verdict.unmatched).toEqual([])
    expect(result.differing).toEqual([])
    for (const figure of auditFigures(result)) expect([figure.name, figure.rounds, isReached(figure)]).toEqual([figure.name, [1], true])
    // It was played, with success and in vain.
    for (const what of ['submit 201', 'submit 409', 'settle-fee 200', 'settle-fee 404', 'read 200', 'read 404', 'find 200', 'progress 200', 'photo 200'])
      expect([what, (result.played.answers.get(what) ?? 0) > 0]).toEqual([what, true])
  })

  const CONTROL = { timeout: 900_000 }
  const meddled = (meddle: { before?: string; after?: string }, operations = 80) => audit({ operations, people: 60, meddle })
  /** From now on the database forgets what it is told about something, and says that it has kept it. */
  const forgetting = (table: string, when: string): string => `
    create function forget() returns trigger language plpgsql as 'begin return null; end';
    create trigger forget before insert on ${table} for each row when (${when}) execute function forget()`

  test('a row that is changed behind the product’s back is found', CONTROL, async () => {
    const { verdict } = await meddled({ after: "update cases set status = 'concluded' where id = (select id from cases limit 1)" })
    expect(verdict.unmatched.join()).toContain('cases')
    expect(verdict.audited).toBeLessThan(verdict.changed)
  })

  test('so is a card that is cancelled and nothing happened', CONTROL, async () => {
    const { verdict } = await meddled({ after: "update cards set status = 'cancelled' where id = (select id from cards limit 1)" })
    expect(verdict.unmatched.join()).toContain('cards was changed and nothing happened')
  })

  test('so is an event that is taken away', CONTROL, async () => {
    const { verdict } = await meddled({ after: 'delete from events where (stream, seq) = (select stream, seq from events limit 1)' })
    expect(verdict.unmatched.join()).toContain('events was changed: DELETE')
  })

  test('so is a decision that left no event', CONTROL, async () => {
    const { verdict } = await meddled({ before: forgetting('events', "new.type = 'PhotoReceived'") })
    expect(verdict.unmatched.join()).toMatch(/attachment_uploads was changed and nothing happened/)
    expect(verdict.audited).toBeLessThan(verdict.changed)
  })

  test('so is a reading that was shown and not written down', CONTROL, async () => {
    const { differing, verdict } = await meddled({ before: forgetting('readings', "new.what = 'list'") })
    expect(differing.join()).toContain('list shown')
    expect(verdict.unmatched.join()).toContain('is of no row')
  })
})

describe('a line of the log', () => {
  test('is read with its quotes, nulls and brackets', () => {
    const line =
      "table public.cases: UPDATE: old-key: id[uuid]:'1' new-tuple: id[uuid]:'2' flags[text[]]:'{a,b}' at[timestamp with time zone]:'2026-02-13 01:00:00+00' body[text]:'it''s [x]:''y''' kept[boolean]:null n[integer]:3"
    expect(rowChange(line)).toEqual({
      table: 'cases',
      kind: 'UPDATE',
      row: { id: '2', flags: '{a,b}', at: '2026-02-13 01:00:00+00', body: "it's [x]:'y'", kept: null, n: '3' },
    })
  })

  test('is not passed over when it is not understood', () => {
    expect(() => rowChange('something else')).toThrow('not understood')
  })
})
