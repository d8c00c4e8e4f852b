import type { Officer, Role } from '#account/model.ts'
import { PROVINCE } from '#account/store/readings.ts'
import type { Uuid } from '#kernel/ids.ts'
import type { Instant } from '#kernel/time.ts'
import type { Change } from '#platform/commit.ts'
import type { Act } from '#platform/events.ts'
import { type Fact, fact } from '#platform/facts.ts'
import type { Piece } from '#platform/statement.ts'

export type RoleState = 'proposed' | 'in-force' | 'refused' | 'ended'

/** A role that an officer has, had, or is to have. */
export interface Appointment {
  readonly id: Uuid
  readonly number: string
  readonly role: Role
  readonly organ: string
  readonly state: RoleState
  readonly proposedBy: string
  readonly decidedBy: string | null
}

export interface KnownOfficer extends Officer {
  /** Stream of what happened to the account. */
  readonly id: Uuid
  readonly roles: readonly Appointment[]
}

interface Row {
  number: string
  id: Uuid
  actor_id: string
  organ: string
  status: Officer['status']
  person_id: Uuid | null
  version: number
  roles: RoleRow[]
}

interface RoleRow {
  id: Uuid
  number: string
  role: Role
  organ: string
  state: RoleState
  proposed_by: string
  decided_by: string | null
}

const OFFICER = `select o.number, o.id, o.actor_id, o.organ, o.status, o.person_id, o.version,
  (select coalesce(json_agg(r order by r.proposed_at, r.id), '[]'::json) from (
    select id, number, role, organ, state, proposed_by, decided_by, proposed_at from officer_roles where prefecture = o.prefecture and number = o.number) r) as roles
  from officers o`

const appointmentOf = (row: RoleRow): Appointment => ({
  ...{ id: row.id, number: row.number, role: row.role, organ: row.organ, state: row.state },
  ...{ proposedBy: row.proposed_by, decidedBy: row.decided_by },
})

export const officerOf = (row: Row): KnownOfficer => ({
  ...{ number: row.number, id: row.id, actorId: row.actor_id, organ: row.organ, status: row.status, personId: row.person_id, version: row.version },
  // The role in force that was given last; without any they may do nothing.
  role: row.roles.findLast(({ state }) => state === 'in-force')?.role ?? 'partner',
  roles: row.roles.map(appointmentOf),
})

export const officerFact = (number: string): Fact<KnownOfficer | null> =>
  fact(`select row_to_json(w) from (${OFFICER} where o.prefecture = $1::text and o.number = $2::text) w`, [PROVINCE, number], (row: Row | null) =>
    row === null ? null : officerOf(row),
  )

/** Whose role it is. */
export const officerOfRoleFact = (roleId: Uuid): Fact<KnownOfficer | null> =>
  fact(
    `select row_to_json(w) from (${OFFICER} where o.prefecture = $1::text and o.number = (
      select r.number from officer_roles r where r.prefecture = $1::text and r.id = $2::uuid)) w`,
    [PROVINCE, roleId],
    (row: Row | null) => (row === null ? null : officerOf(row)),
  )

export const officersPiece = (organ: string | null, after: string | null, limit: number): Piece => ({
  text: `${OFFICER} where o.prefecture = $1::text and ($2::text is null or o.organ = $2::text) and ($3::text is null or o.number > $3::text)
    order by o.number limit $4::int`,
  values: [PROVINCE, organ, after, limit + 1],
})

export const newOfficerChange = (o: Omit<KnownOfficer, 'roles' | 'role' | 'version' | 'status'>): Change => ({
  text: `insert into officers (prefecture, number, id, actor_id, organ, status, person_id, version)
    values ($1::text, $2::text, $3::uuid, $4::text, $5::text, 'active', $6::uuid, 1)`,
  values: [PROVINCE, o.number, o.id, o.actorId, o.organ, o.personId],
})

export interface SandboxOfficer {
  readonly number: string
  readonly id: Uuid
  readonly roleId: Uuid
  readonly actorId: string
  readonly role: Role
  readonly organ: string
}

/** Whether anybody is, or ever was, a security administrator. */
export const administratorsExistFact = (): Fact<boolean> =>
  fact(
    `select to_json(exists (select from officer_roles where prefecture = $1::text and role = 'security-administrator' and state in ('in-force', 'ended')))`,
    [PROVINCE],
    (exist: boolean) => exist,
  )

/** The first of an installation, by whoever installs it: two events stand before. @throws (on commit) Taken for a number that is known */
export const foundedOfficerChanges = (officers: readonly SandboxOfficer[], at: Instant): readonly Change[] =>
  officers.flatMap((o) => [
    {
      text: `insert into officers (prefecture, number, id, actor_id, organ, status, version)
        values ($1::text, $2::text, $3::uuid, $4::text, $5::text, 'active', 2)`,
      values: [PROVINCE, o.number, o.id, o.actorId, o.organ],
    },
    {
      text: `insert into officer_roles (prefecture, id, number, role, organ, state, proposed_by, proposed_at, decided_by, decided_at)
        values ($1::text, $2::uuid, $3::text, $4::text, $5::text, 'in-force', 'operator', $6::timestamptz, 'system', $6::timestamptz)`,
      values: [PROVINCE, o.roleId, o.number, o.role, o.organ, at],
    },
  ])

/** Appointed by nobody, since nobody real: the sandbox's. A second time it changes nothing. */
export const knownOfficerChanges = (o: SandboxOfficer, at: Instant): readonly Change[] => [
  {
    text: `insert into officers (prefecture, number, id, actor_id, organ, status, version)
      values ($1::text, $2::text, $3::uuid, $4::text, $5::text, 'active', 1) on conflict do nothing`,
    values: [PROVINCE, o.number, o.id, o.actorId, o.organ],
  },
  {
    text: `insert into officer_roles (prefecture, id, number, role, organ, state, proposed_by, proposed_at, decided_by, decided_at)
      values ($1::text, $2::uuid, $3::text, $4::text, $5::text, 'in-force', 'system:sandbox', $6::timestamptz, 'system:seed', $6::timestamptz)
      on conflict do nothing`,
    values: [PROVINCE, o.roleId, o.number, o.role, o.organ, at],
  },
]

/** Guarded by the events' key: whoever decided on an older version loses the race there. */
export const officerChange = ({ number, organ, status, version }: Pick<Officer, 'number' | 'organ' | 'status' | 'version'>): Change => ({
  text: 'update officers set organ = $3::text, status = $4::text, version = $5::int where prefecture = $1::text and number = $2::text',
  values: [PROVINCE, number, organ, status, version],
})

/** Taken (`officer_roles_once`), from the commit, when the same is proposed or in force already. */
export const proposeRoleChange = (id: Uuid, { number, personId }: Pick<Officer, 'number' | 'personId'>, role: Role, organ: string, act: Act): Change => ({
  text: `insert into officer_roles (prefecture, id, number, person_id, role, organ, state, proposed_by, proposed_at)
    values ($1::text, $2::uuid, $3::text, $4::uuid, $5::text, $6::text, 'proposed', $7::text, $8::timestamptz)`,
  values: [PROVINCE, id, number, personId, role, organ, act.actor, act.at],
})

/** Taken (`officer_roles_one_administrator…`), from the commit, when it would be the second of the three. */
export const decideRoleChange = (id: Uuid, state: 'in-force' | 'refused', act: Act): Change => ({
  text: `update officer_roles set state = $3::text, decided_by = $4::text, decided_at = $5::timestamptz
    where prefecture = $1::text and id = $2::uuid and state = 'proposed'`,
  values: [PROVINCE, id, state, act.actor, act.at],
})

/** Of those who leave an organ, or the service: what they had there ends. */
export const endRolesChange = (number: string, act: Act): Change => ({
  text: `update officer_roles set state = 'ended', ended_at = $3::timestamptz where prefecture = $1::text and number = $2::text and state in ('proposed', 'in-force')`,
  values: [PROVINCE, number, act.at],
})
