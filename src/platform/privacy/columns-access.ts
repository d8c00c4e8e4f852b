/** Tags of the tables of signing in, access, the evidence log and the edge. */
import { caseNumber, keyed, masked, nobody, officer, ofPerson, opaque, open, progress, type TableTags } from '#platform/privacy/tags.ts'

export const ACCESS = {
  readings: {
    about: {
      where: `t.prefecture = $1::text and t.person_id = $2::uuid and not exists (
        select from reading_withholdings w where w.prefecture = t.prefecture and w.person_id = t.person_id and w.organ = t.actor_organ
          and w.approved_at is not null and t.at >= w.from_at and w.until > $3::timestamptz)`,
    },
    columns: {
      ...{ prefecture: 'internal', id: 'internal', at: progress, person_id: opaque, actor: officer, actor_role: 'internal', actor_organ: 'internal', officer },
      ...{
        what: progress,
        outcome: progress,
        case_number: caseNumber,
        purpose: progress,
        fields: progress,
        count: 'internal',
        request_id: 'internal',
        on_behalf_of: opaque,
        leaf: 'internal',
      },
      note: open('why, in the reader’s words: shown to the person and to the auditor'),
    },
  },
  reading_withholdings: {
    // What the law lets us keep back for a term is told after it.
    about: { where: 't.prefecture = $1::text and t.person_id = $2::uuid and t.until <= $3::timestamptz' },
    columns: {
      ...{ prefecture: 'internal', id: 'internal', person_id: opaque, organ: 'internal', basis: 'public', from_at: 'internal', until: 'internal' },
      ...{ requested_by: officer, requested_at: 'internal', approved_by: officer, approved_at: 'internal' },
      reason: open('seen by who asked, who approved and the auditor'),
    },
  },
  reading_flags: {
    about: nobody('what was unusual about an officer’s readings, whoever was read'),
    columns: {
      ...{
        prefecture: 'internal',
        actor: officer,
        kind: 'internal',
        hour: 'internal',
        id: 'internal',
        actor_role: 'internal',
        actor_organ: 'internal',
        officer,
      },
      ...{ first_at: 'internal', last_at: 'internal', readings: 'internal', reviewed_at: 'internal', reviewed_by: officer, review: officer },
    },
  },
  officers: {
    about: { where: 't.person_id = $2::uuid' },
    columns: {
      ...{
        prefecture: 'internal',
        number: officer,
        id: 'internal',
        actor_id: officer,
        organ: 'internal',
        status: 'internal',
        person_id: opaque,
        version: 'internal',
      },
    },
  },
  officer_roles: {
    about: { where: 't.person_id = $2::uuid' },
    columns: {
      ...{ prefecture: 'internal', id: 'internal', number: officer, person_id: opaque, role: 'internal', organ: 'internal', state: 'internal' },
      ...{ proposed_by: officer, proposed_at: 'internal', decided_by: officer, decided_at: 'internal', ended_at: 'internal' },
    },
  },
} satisfies Record<string, TableTags<Record<string, unknown>>>

export const SIGN_IN = {
  identities: {
    about: { where: 't.person_id = $2::uuid' },
    columns: {
      ...{ prefecture: 'internal', issuer: 'public', subject: open('the identity platform’s own name for the person'), person_id: opaque, officer },
      first_seen_at: progress,
    },
  },
  passkeys: {
    about: nobody('officers sign in with them; residents by the identity platform'),
    columns: {
      ...{ prefecture: 'internal', credential_id: 'internal', officer, public_key: 'internal', counter: 'internal', transports: 'internal', name: officer },
      ...{ created_at: 'internal', last_used_at: 'internal', revoked_at: 'internal', revoked_by: officer },
    },
  },
  used_once: {
    about: nobody('gone within minutes'),
    columns: {
      ...{ prefecture: 'internal', kind: 'internal', key_hash: 'internal', expires_at: 'internal' },
      body: open('a challenge, or a form that waits: sealed where it holds anything about somebody'),
    },
  },
  sign_in_failures: {
    about: nobody('a keyed digest leads to nobody'),
    columns: {
      prefecture: 'internal',
      kind: 'internal',
      subject_hash: keyed,
      failures: 'internal',
      last_at: 'internal',
      locked_until: 'internal',
      version: 'internal',
    },
  },
  client_keys: {
    about: nobody('departments and kiosks'),
    columns: {
      ...{ prefecture: 'internal', client_id: 'internal', kid: 'internal', role: 'internal', organ: 'internal', shown_name: 'internal', public_key: 'public' },
      ...{ valid_from: 'internal', valid_until: 'internal', registered_by: officer, revoked_at: 'internal' },
    },
  },
} satisfies Record<string, TableTags<Record<string, unknown>>>

export const PRIVACY = {
  legal_holds: {
    about: nobody('who ordered that something may not be deleted yet: told to the person by whoever ordered it'),
    columns: {
      ...{ prefecture: 'internal', id: 'internal', person_id: opaque, basis: 'public', placed_by: officer, placed_at: 'internal' },
      ...{ lifted_by: officer, lifted_at: 'internal', reason: open('seen by who placed it and the auditors') },
    },
  },
  consents: {
    about: ofPerson,
    columns: { prefecture: 'internal', person_id: opaque, purpose: progress, version: progress, given_at: progress, withdrawn_at: progress },
  },
  representations: {
    about: { where: '$1::text is not null and (t.person_id = $2::uuid or t.representative_id = $2::uuid)' },
    columns: {
      ...{ prefecture: 'internal', id: 'internal', kind: progress, person_id: opaque, person_shown: masked, representative_id: opaque },
      ...{ representative_shown: masked, relation: open('how two people are related, whom only their opaque ids name'), document: progress, may: progress },
      ...{ services: progress, from_at: progress, until: progress, recorded_at: progress, recorded_by: officer, recorded_organ: 'internal' },
      ...{ ended_at: progress, ended_because: progress, version: 'internal' },
    },
  },
} satisfies Record<string, TableTags<Record<string, unknown>>>

export const LOG = {
  log_pending: {
    about: nobody('hashes and keys of rows'),
    columns: { prefecture: 'internal', kind: 'internal', stream: opaque, seq: 'internal', leaves: 'internal', since: 'internal' },
  },
  log_leaves: {
    about: nobody('hashes and keys of rows'),
    columns: { prefecture: 'internal', index: 'internal', kind: 'internal', stream: opaque, seq: 'internal', leaf: 'internal' },
  },
  log_nodes: { about: nobody('hashes'), columns: { prefecture: 'internal', level: 'internal', index: 'internal', hash: 'internal' } },
  log_heads: {
    about: nobody('signed hashes'),
    columns: {
      ...{
        prefecture: 'public',
        size: 'public',
        previous: 'public',
        log: 'public',
        root: 'public',
        edge: 'internal',
        at: 'public',
        key_id: 'public',
        signature: 'public',
      },
    },
  },
  log_days: {
    about: nobody('signed hashes'),
    columns: {
      ...{ prefecture: 'public', day: 'public', previous: 'public', root: 'public', heads: 'public', at: 'public', key_id: 'public', signature: 'public' },
    },
  },
} satisfies Record<string, TableTags<Record<string, unknown>>>

export const EDGE = {
  rate_windows: {
    about: nobody('counts by keyed digests, gone within a day'),
    columns: { prefecture: 'internal', counter: 'internal', key: keyed, starts_at: 'internal', spent: 'internal' },
  },
  floods: {
    about: nobody('who ran against a limit, for the auditor'),
    columns: {
      ...{ prefecture: 'internal', limit_name: 'internal', counted_by: 'internal', key: keyed, hour: 'internal', first_at: 'internal', last_at: 'internal' },
      ...{ refused: 'internal', actor: officer, actor_role: 'internal', actor_organ: 'internal' },
    },
  },
} satisfies Record<string, TableTags<Record<string, unknown>>>
