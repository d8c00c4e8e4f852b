/** Role × action × resource: every cell is spelled out here, and compared with what `can` answers. */
import { expect, test } from 'vitest'
import { ACTIONS, type Actor, COLUMNS, type Column, type Resource, ROLES, type Role } from '#account/model.ts'
import { can, columnOf, levelOf } from '#account/rules/can.ts'

const PROVINCE = '220000000000'
const PREFECTURE = '220100000000'
const COUNTY = '220102000000'
const STATION = '220102500100'
const FOREIGN_STATION = '222401500100'
const FOREIGN_COUNTY = '222401000000'

/** By its level, what stands under the organ; of nobody else's. */
const UNDER: Readonly<Record<string, readonly string[]>> = {
  [PROVINCE]: [PROVINCE, PREFECTURE, COUNTY, STATION],
  [PREFECTURE]: [PREFECTURE, COUNTY, STATION],
  [COUNTY]: [COUNTY, STATION],
  [STATION]: [STATION],
}

const ORGAN_OF: Readonly<Record<Column, string | null>> = {
  resident: null,
  guardian: null,
  agent: null,
  'station-officer': STATION,
  'household-officer': STATION,
  'referral-reviewer': COUNTY,
  'factory-worker': PROVINCE,
  dispatcher: PROVINCE,
  'plate-shop': COUNTY,
  'hall-manager': STATION,
  'hotline-agent': PROVINCE,
  'department-verifier': null,
  auditor: PROVINCE,
  'supervisor-station': STATION,
  'supervisor-county': COUNTY,
  'supervisor-prefecture': PREFECTURE,
  'supervisor-province': PROVINCE,
  administrator: PROVINCE,
  'security-administrator': PROVINCE,
  'audit-administrator': PROVINCE,
  partner: null,
  kiosk: null,
}

const roleOf = (column: Column): Role => (column.startsWith('supervisor-') ? 'supervisor' : (column as Role))
const hasPerson = (column: Column): boolean => column === 'resident' || column === 'guardian' || column === 'agent'

const ACTING: NonNullable<Actor['represents']> = {
  ...{ id: 'r-1', prefecture: '2201', personId: 'p-ward', personShown: '王*', onBehalfOf: 'p-ward power-of-attorney:r-1' },
  ...{ kind: 'agent', scope: { may: 'act', services: [] } },
}

const actorOf = (column: Column): Actor => ({
  ...{ id: `${column}:1`, role: roleOf(column), organ: ORGAN_OF[column], personId: hasPerson(column) ? 'p-self' : null },
  ...(column === 'guardian' || column === 'agent' ? { represents: ACTING } : {}),
})

/** How the thing stands to whoever acts, each with its letter in the table. */
const RELATIONS: Readonly<Record<string, (actor: Actor) => Resource>> = {
  /** own: about oneself, at an organ of others */
  o: (actor) => at(actor, { personId: actor.personId ?? 'p-self', organ: FOREIGN_STATION, issuer: FOREIGN_COUNTY }),
  /** represented: about a ward, or whoever gave power of attorney */
  r: (actor) => at(actor, { personId: 'p-ward', organ: FOREIGN_STATION, issuer: FOREIGN_COUNTY }),
  /** organ: at the actor's own, accepted by a colleague */
  g: (actor) => at(actor, { personId: 'p-other', organ: actor.organ ?? FOREIGN_STATION, issuer: FOREIGN_COUNTY, acceptedBy: 'colleague' }),
  /** under: at an organ below the actor's (a station has none below: then its own is not this relation) */
  u: (actor) => at(actor, { personId: 'p-other', organ: under(actor) ?? FOREIGN_STATION, issuer: FOREIGN_COUNTY, acceptedBy: 'colleague' }),
  /** signed: accepted elsewhere, signed in the actor's jurisdiction */
  s: (actor) => at(actor, { personId: 'p-other', organ: FOREIGN_STATION, issuer: actor.organ ?? FOREIGN_COUNTY, acceptedBy: 'colleague' }),
  /** accepted by the actor, in the actor's jurisdiction */
  a: (actor) => at(actor, { personId: 'p-other', organ: actor.organ ?? FOREIGN_STATION, issuer: FOREIGN_COUNTY, acceptedBy: actor.id }),
  /** foreign: nothing of it is the actor's */
  f: (actor) => at(actor, { personId: 'p-other', organ: FOREIGN_STATION, issuer: FOREIGN_COUNTY, acceptedBy: 'colleague' }),
  /** nothing is known of it, or it has no owner */
  n: () => ({}),
}

const under = ({ organ }: Actor): string | undefined => (organ === null ? undefined : UNDER[organ]?.find((one) => one !== organ))
const at = (actor: Actor, resource: Resource): Resource => ({
  ...resource,
  jurisdiction: new Set(actor.organ === null ? [] : UNDER[actor.organ]),
})

/**
 * In a cell, the relations that are allowed: `o`wn, `r`epresented, own or`g`an, `u`nder it, `s`igned by it, `a`ccepted by oneself,
 * `f`oreign, `n`othing known; `*` all of them, `.` none.
 */
// biome-ignore format: a table is read by its columns
const EXPECTED = `
                        resident guardian agent station household reviewer factory dispatch plates hall hotline department auditor sup-sta sup-cou sup-pre sup-pro system security audit partner kiosk
case.submit             o        .        .     *       .         .        .       .        .      .    .       .          .       .       .       .       .       .      .        .     .     .
case.read               o        r        r     ga      ga        gusa     .       .        .      .    .       .          .       gsa     gusa    gusa    gusa    .      .        .     .     .
case.list               .        .        .     ga      ga        gusa     .       .        .      .    .       .          .       gsa     gusa    gusa    gusa    .      .        .     .     .
case.settle-fee         .        .        .     ga      .         .        .       .        .      .    .       .          .       .       .       .       .       .      .        .     .     .
case.supply-materials   .        .        .     ga      .         .        .       .        .      .    .       .          .       .       .       .       .       .      .        .     .     .
case.hand-over          .        .        .     ga      .         .        .       .        .      .    .       .          .       .       .       .       .       .      .        .     .     .
case.withdraw           o        r        .     ga      .         .        .       .        .      .    .       .          .       .       .       .       .       .      .        .     .     .
case.decide-referral    .        .        .     .       .         gus      .       .        .      .    .       .          .       .       .       .       .       .      .        .     .     .
case.extend-limit       .        .        .     .       .         s        .       .        .      .    .       .          .       .       .       .       .       .      .        .     .     .
case.second-look        .        .        .     .       .         gus      .       .        .      .    .       .          .       .       .       .       .       .      .        .     .     .
review.replay           .        .        .     .       .         .        .       .        .      .    .       .          .       *       *       *       *       *      .        .     .     .
review.configure        .        .        .     .       .         .        .       .        .      .    .       .          .       .       .       .       .       *      .        .     .     .
person.find             .        .        .     *       *         .        .       .        .      .    .       .          .       .       .       .       .       .      .        .     .     .
register.correct        .        .        .     .       ga        .        .       .        .      .    .       .          .       .       .       .       .       .      .        .     .     .
photo.upload            .        .        .     *       .         .        .       .        .      .    .       .          .       .       .       .       .       .      .        .     .     .
photo.read              .        .        .     ga      .         gusa     .       .        .      .    .       .          .       .       .       .       .       .      .        .     .     .
payment.pay             o        .        .     .       .         .        .       .        .      .    .       .          .       .       .       .       .       .      .        .     .     .
payment.reconcile       .        .        .     .       .         .        .       .        .      .    .       .          .       .       .       .       *       .      .        .     .     .
production.read         .        .        .     .       .         .        *       *        .      .    .       .          .       *       *       *       *       .      .        .     .     .
production.work         .        .        .     .       .         .        *       .        .      .    .       .          .       .       .       .       .       .      .        .     .     .
delivery.read           .        .        .     ga      .         .        .       *        .      .    .       .          .       gsa     gusa    gusa    gusa    .      .        .     .     .
delivery.work           .        .        .     .       .         .        .       *        .      .    .       .          .       .       .       .       .       .      .        .     .     .
supervision.read        .        .        .     .       .         .        .       .        .      .    .       .          .       .       .       *       *       .      .        .     .     .
outbox.take-up          .        .        .     .       .         .        .       .        .      .    .       .          .       .       .       .       .       *      .        .     .     .
calendar.import         .        .        .     .       .         .        .       .        .      .    .       .          .       .       .       .       .       *      .        .     .     .
partner.report          .        .        .     .       .         .        .       .        .      .    .       .          .       .       .       .       .       .      .        .     *     .
reading.own             o        r        .     .       .         .        .       .        .      .    .       .          .       .       .       .       .       .      .        .     .     .
reading.audit           .        .        .     .       .         .        .       .        .      .    .       .          *       .       .       .       .       .      .        *     .     .
reading.review          .        .        .     .       .         .        .       .        .      .    .       .          *       .       .       .       .       .      .        .     .     .
reading.withhold        .        .        .     .       .         .        .       .        .      .    .       .          .       .       gusa    gusa    gusa    .      .        .     .     .
officer.read            .        .        .     .       .         .        .       .        .      .    .       .          *       .       .       .       .       .      *        *     .     .
officer.appoint         .        .        .     .       .         .        .       .        .      .    .       .          .       .       .       .       .       .      *        .     .     .
officer.retire          .        .        .     .       .         .        .       .        .      .    .       .          .       .       .       .       .       .      *        .     .     .
passkey.issue-code      .        .        .     .       .         .        .       .        .      .    .       .          .       .       .       .       .       .      *        .     .     .
client-key.manage       .        .        .     .       .         .        .       .        .      .    .       .          .       .       .       .       .       .      *        .     .     .
privacy.own             o        r        .     .       .         .        .       .        .      .    .       .          .       .       .       .       .       .      .        .     .     .
privacy.hold            .        .        .     .       .         .        .       .        .      .    .       .          .       .       .       .       .       .      *        .     .     .
privacy.delete          .        .        .     .       .         .        .       .        .      .    .       .          .       .       .       .       .       .      *        .     .     .
representation.own      o        .        .     .       .         .        .       .        .      .    .       .          .       .       .       .       .       .      .        .     .     .
representation.grant    o        .        .     .       .         .        .       .        .      .    .       .          .       .       .       .       .       .      .        .     .     .
representation.claim    o        .        .     .       .         .        .       .        .      .    .       .          .       .       .       .       .       .      .        .     .     .
representation.record   .        .        .     *       *         .        .       .        .      .    .       .          .       .       .       .       .       .      .        .     .     .
rating.give             o        .        .     .       .         .        .       .        .      .    .       .          .       .       .       .       .       .      .        .     .       .
rating.read             .        .        .     ga      ga        .        .       .        .      ga   .       .          .       gsa     gusa    gusa    gusa    .      .        .     .       .
rectification.assign    .        .        .     .       .         .        .       .        .      ga   .       .          .       gsa     gusa    gusa    gusa    .      .        .     .       .
rectification.record    .        .        .     ga      ga        .        .       .        .      ga   .       .          .       gsa     gusa    gusa    gusa    .      .        .     .       .
rectification.call-back .        .        .     g       g         .        .       .        .      g    .       .          .       gs      gus     gus     gus     .      .        .     .       .
rectification.close     .        .        .     .       .         .        .       .        .      .    .       .          .       gs      gus     gus     gus     .      .        .     .       .
`
  .trim()
  .split('\n')
  .slice(1)
  .map((line) => line.trim().split(/\s+/))

const CELLS = EXPECTED.flatMap(([action = '', ...cells]) =>
  COLUMNS.flatMap((column, index) => Object.keys(RELATIONS).map((relation) => ({ action, column, relation, cell: cells[index] ?? '?' }))),
)

test('the table names every action and decides every column', () => {
  expect(EXPECTED.map(([action]) => action)).toEqual([...ACTIONS])
  for (const [action, ...cells] of EXPECTED) expect([action, cells.length]).toEqual([action, COLUMNS.length])
  expect(CELLS.filter(({ cell }) => !/^(?:\.|\*|[orgusafn]+)$/.test(cell))).toEqual([])
  expect([...new Set(COLUMNS.map(roleOf))].sort()).toEqual([...ROLES].sort())
  expect(CELLS).toHaveLength(ACTIONS.length * COLUMNS.length * Object.keys(RELATIONS).length)
})

test('every actor of the table stands in its own column', () => {
  for (const column of COLUMNS) expect(columnOf(actorOf(column))).toBe(column)
  expect([PROVINCE, PREFECTURE, COUNTY, STATION].map(levelOf)).toEqual(['province', 'prefecture', 'county', 'station'])
  expect(columnOf({ id: 'x', role: 'supervisor', organ: null, personId: null })).toBe('supervisor-station')
})

test('every cell is as the table says', () => {
  const differing = CELLS.filter(({ action, column, relation, cell }) => {
    const actor = actorOf(column)
    const resource = RELATIONS[relation]?.(actor) ?? {}
    return can(actor, action as (typeof ACTIONS)[number], resource) !== (cell === '*' || cell.includes(relation))
  })
  expect(differing).toEqual([])
})

test('nobody who isn’t signed in may do anything', () => {
  for (const action of ACTIONS) for (const relation of Object.values(RELATIONS)) expect(can(null, action, relation(actorOf('resident')))).toBe(false)
})

test('no administrator reads a case, a person, a photo or a parcel; none of them but the audit administrator sees the audit log', () => {
  const reads = ACTIONS.filter((action) => /^(?:case|person|photo|delivery)\./.test(action))
  for (const column of ['administrator', 'security-administrator', 'audit-administrator'] as const) {
    const actor = actorOf(column)
    for (const action of reads) for (const relation of Object.values(RELATIONS)) expect([action, can(actor, action, relation(actor))]).toEqual([action, false])
    expect(can(actor, 'reading.audit')).toBe(column === 'audit-administrator')
  }
  // The audit administrator changes nothing.
  const changes = ACTIONS.filter((action) => !/\.(?:read|list|audit|own|find)$/.test(action))
  expect(changes.filter((action) => can(actorOf('audit-administrator'), action))).toEqual([])
})

test('a consent narrows what its role may do, and never widens it', () => {
  const ward = { personId: 'p-ward', service: 'id-card-renewal' }
  const acting = (column: 'guardian' | 'agent', scope: NonNullable<Actor['represents']>['scope']): Actor => ({
    ...actorOf(column),
    represents: { ...ACTING, scope },
  })
  for (const column of ['guardian', 'agent'] as const)
    for (const action of ACTIONS) {
      const whole = can(acting(column, { may: 'act', services: [] }), action, ward)
      for (const may of ['read', 'act'] as const)
        for (const services of [[], ['id-card-renewal'], ['id-card-loss-report']]) {
          const given = can(acting(column, { may, services }), action, ward)
          const expected = whole && !services.includes('id-card-loss-report') && (may === 'act' || action === 'case.read' || action === 'reading.own')
          expect([column, action, may, services, given]).toEqual([column, action, may, services, expected])
          // Named matters are matters: what belongs to none of them is the person's own.
          if (services.length > 0) expect(can(acting(column, { may, services }), action, { personId: 'p-ward' })).toBe(false)
        }
      // Nobody else's, their own included, and nothing at all without the record.
      for (const personId of ['p-self', 'p-other', null]) expect(can(acting(column, { may: 'act', services: [] }), action, { personId })).toBe(false)
      const { represents: _, ...without } = actorOf(column)
      expect(can(without, action, ward)).toBe(false)
    }
})
