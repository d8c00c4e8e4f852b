/** The level of every column: see src/platform/privacy/tags.ts for what each word means. */
import { ACCESS, EDGE, LOG, PRIVACY, SIGN_IN } from '#platform/privacy/columns-access.ts'
import {
  CASES,
  caseNumber,
  handle,
  keyed,
  masked,
  nobody,
  ofCase,
  officer,
  ofPerson,
  ofPhotos,
  opaque,
  open,
  progress,
  sealed,
  sensitiveOpen,
  type TableTags,
} from '#platform/privacy/tags.ts'
import type { Database } from '#platform/schema.ts'

export const COLUMNS: { readonly [Table in keyof Database]: TableTags<Database[Table]> } = {
  alarms: {
    about: { where: `t.subject in ${CASES}` },
    columns: {
      ...{ prefecture: 'internal', id: 'internal', kind: 'internal', about: caseNumber, subject: opaque, raised_at: 'internal', due_at: 'internal' },
      ...{ cleared_at: 'internal', zh: progress, en: progress },
    },
  },
  attachment_uploads: {
    about: ofPhotos,
    columns: {
      prefecture: 'internal',
      digest: open('the digest of a file: the file is sealed'),
      organ: 'internal',
      uploaded_at: 'internal',
      uploaded_by: officer,
    },
  },
  attachments: {
    about: ofPhotos,
    columns: {
      ...{ prefecture: 'internal', digest: open('the digest of a file: the file is sealed'), media_type: 'internal', size: 'internal', sealed },
      ...{ source_digest: handle('the digest of a file that is not kept'), named_at: 'internal' },
      wrapped_key: handle('wrapped: opens nothing without the vault'),
    },
  },
  calendar_notices: {
    about: nobody('the State Council’s notices'),
    columns: { prefecture: 'public', year: 'public', notice: 'public', version: 'public', imported_at: 'internal', imported_by: officer },
  },
  cards: {
    about: ofPerson,
    columns: {
      ...{ prefecture: 'internal', id: opaque, person_id: opaque, kind: progress, issuer: 'internal', issued_on: progress, valid_to: progress },
      ...{ status: progress, case_id: opaque, version: 'internal' },
    },
  },
  cases: {
    about: ofPerson,
    columns: {
      ...{ prefecture: 'internal', id: opaque, number: caseNumber, service: progress, service_version: 'internal', status: progress, person_id: opaque },
      ...{
        person_shown: masked,
        organ: 'internal',
        issuer: 'internal',
        held_at: progress,
        submitted_at: progress,
        submitted_by: officer,
        accepted_at: progress,
      },
      ...{ statutory_due_at: progress, ready_by: progress, with_you_by: progress, first_with_you_by: progress, provisional: 'internal', fee_cents: progress },
      ...{ fee_settled: progress, referral_to: 'internal', referral_due_at: 'internal', sampled: 'internal', second_look: 'internal', arrived_at: progress },
      ...{ concluded_at: progress, kept: progress, version: 'internal' },
    },
  },
  clock: { about: nobody('the sandbox’s time'), columns: { prefecture: 'internal', base: 'internal', set_at: 'internal', running: 'internal' } },
  disclosures: {
    about: ofPerson,
    columns: {
      ...{
        prefecture: 'internal',
        id: opaque,
        person_id: opaque,
        receiver: progress,
        reference: 'internal',
        case_number: caseNumber,
        fields: progress,
        sealed,
      },
      ...{ given_at: progress, kept_until: progress, corrected_seq: 'internal', corrected_at: progress },
    },
  },
  events: {
    about: {
      where: `(t.stream = $2::uuid or t.stream in ${CASES} or t.stream in (select p.id from parcels p where p.prefecture = $1::text and p.case_id in ${CASES}))`,
    },
    columns: {
      ...{
        prefecture: 'internal',
        stream: opaque,
        seq: 'internal',
        type: progress,
        at: progress,
        actor: officer,
        actor_role: 'internal',
        actor_organ: 'internal',
      },
      ...{ on_behalf_of: opaque, basis: 'public', service_version: 'internal', request_id: 'internal', leaf: 'internal' },
      body: sensitiveOpen('canonical JSON for the log; whatever names or reaches somebody in it is a sealed value, and canaries are looked for'),
    },
  },
  evidence: {
    about: { where: `(t.subject = $2::uuid or t.subject in ${CASES})` },
    columns: {
      ...{ prefecture: 'internal', id: 'internal', subject: opaque, partner: 'internal', at: 'internal', outcome: progress },
      body: open('no partner is asked about a person yet; whoever writes the first row seals it'),
    },
  },
  idempotency: {
    about: nobody('the answers that somebody was given already, word for word; an answer with personal data is kept sealed'),
    columns: {
      ...{ prefecture: 'internal', key: 'internal', body_hash: 'internal', status: 'internal', headers: 'internal', at: 'internal', owner: officer },
      response: open('as the screen showed it: masked'),
    },
  },
  identity_claims: {
    about: { where: `(t.subject = $2::uuid or t.subject in ${CASES})` },
    columns: { claim_key: keyed, prefecture: 'internal', subject: opaque, note: caseNumber },
  },
  messages: {
    about: ofPerson,
    columns: {
      ...{ prefecture: 'internal', case_id: opaque, seq: 'internal', person_id: opaque, kind: progress, zh: progress, en: progress, channel: 'internal' },
      ...{ at: progress, overtaken: 'internal' },
    },
  },
  outbox: {
    about: nobody('work still to be done, gone when it is done'),
    columns: {
      ...{ prefecture: 'internal', stream: opaque, seq: 'internal', reaction: 'internal', type: 'internal', due_at: 'internal', attempts: 'internal' },
      ...{ leased_until: 'internal', last_error: 'internal', parked: 'internal' },
    },
  },
  parcels: {
    about: ofCase('case_id'),
    columns: {
      ...{ prefecture: 'internal', id: opaque, version: 'internal', case_id: opaque, case_number: caseNumber, serial: progress, attempt: 'internal' },
      ...{ status: progress, route: 'internal', stop: progress, organ: progress, issuer: 'internal', bureau: 'internal', delivery_class: 'internal' },
      ...{ waybill: progress, dispatch_on: progress, expected_on: progress, collect_from: progress, late_since: progress, arrived_at: progress },
      ...{ last_movement_at: progress, found_at: progress },
    },
  },
  payment_days: {
    about: nobody('a day’s account with a gateway'),
    columns: {
      ...{ prefecture: 'internal', gateway: 'internal', day: 'internal', ours_count: 'internal', ours_cents: 'internal', theirs_count: 'internal' },
      ...{ theirs_cents: 'internal', differences: open('numbers of orders and what they differ by'), reconciled_at: 'internal' },
    },
  },
  payment_orders: {
    about: ofPerson,
    columns: {
      ...{ prefecture: 'internal', id: opaque, version: 'internal', number: progress, case_id: opaque, case_number: caseNumber, person_id: opaque },
      ...{ organ: 'internal', gateway: progress, item: progress, amount_cents: progress, status: progress, placed_at: progress, expires_at: progress },
      ...{ transaction: progress, paid_cents: progress, paid_at: progress, receipt_number: progress, refund_why: progress, refund_number: progress },
      ...{ refund_cents: progress, refunded_at: progress, disputed: progress },
    },
  },
  person_keys: {
    about: ofPerson,
    columns: {
      prefecture: 'internal',
      person_id: opaque,
      purpose: 'internal',
      wrapped: handle('wrapped: opens nothing without the vault'),
      deleted_at: progress,
    },
  },
  photo_analyses: {
    about: ofPhotos,
    columns: {
      ...{ prefecture: 'internal', digest: open('the digest of a file: the file is sealed'), standard_version: 'public', worst: progress, findings: progress },
      measures: sensitiveOpen('sizes, places and brightness by which the photo is judged; no template that a face could be told by'),
    },
  },
  production_batches: {
    about: nobody('half-days at the factory'),
    columns: {
      ...{
        prefecture: 'internal',
        id: 'internal',
        slot_day: 'internal',
        slot_half: 'internal',
        status: 'internal',
        alarms: 'internal',
        started_at: 'internal',
      },
      ...{ finished_at: 'internal', version: 'internal' },
    },
  },
  production_blank_uses: { about: ofCase('order_id'), columns: { prefecture: 'internal', serial: 'internal', order_id: opaque } },
  production_blanks: {
    about: ofCase('order_id'),
    columns: { prefecture: 'internal', serial: 'internal', state: 'internal', order_id: opaque, batch: 'internal', changed_at: 'internal' },
  },
  production_lines: {
    about: nobody('machines'),
    columns: {
      ...{
        prefecture: 'internal',
        line: 'internal',
        state: 'internal',
        changed_at: 'internal',
        expected_back_at: 'internal',
        reason: 'internal',
        version: 'internal',
      },
    },
  },
  production_load: {
    about: nobody('counts'),
    columns: { prefecture: 'internal', slot_day: 'internal', slot_half: 'internal', stripe: 'internal', cards: 'internal' },
  },
  production_orders: {
    about: ofCase('id'),
    columns: {
      ...{
        prefecture: 'internal',
        id: opaque,
        case_prefecture: 'internal',
        case_number: caseNumber,
        accepted_at: progress,
        status: progress,
        slot_day: 'internal',
      },
      ...{ slot_half: 'internal', batch: 'internal', line: 'internal', blank: 'internal', position: 'internal', serial: progress, made_at: progress },
      ...{ finished_at: progress, remakes: 'internal', withdrawn: progress, version: 'internal' },
      ordered: open('what is to be made and for whose case, with the name masked: what stands on the card is read from the register when it is made'),
    },
  },
  production_reports: { about: nobody('messages of the lines'), columns: { prefecture: 'internal', report: 'internal', line: 'internal', at: 'internal' } },
  production_stock: {
    about: nobody('counts'),
    columns: {
      ...{
        prefecture: 'internal',
        received: 'internal',
        in_stock: 'internal',
        issued: 'internal',
        made: 'internal',
        spoiled: 'internal',
        destroyed: 'internal',
      },
      version: 'internal',
    },
  },
  rating_authors: {
    about: ofPerson,
    columns: {
      ...{ prefecture: 'internal', case_id: opaque, channel: progress, rating_id: opaque, case_number: caseNumber, organ: 'internal' },
      ...{ named: progress, person_id: opaque, rated_at: progress },
    },
  },
  rating_counts: {
    about: nobody('how often, by organ, month and level'),
    columns: {
      ...{ prefecture: 'internal', organ: 'internal', month: 'internal', channel: 'internal', level: 'internal', rated: 'internal' },
      ...{ kept: 'internal', late: 'internal' },
    },
  },
  ratings: {
    about: { where: 't.id in (select a.rating_id from rating_authors a where a.prefecture = $1::text and a.person_id = $2::uuid)' },
    columns: {
      ...{ prefecture: 'internal', id: opaque, version: 'internal', organ: 'internal', service: progress, channel: progress, level: progress },
      ...{ indicators: progress, rated_on: progress, named: progress, rated_officers: officer, comment: sealed, state: progress, opened_at: progress },
      ...{ due_at: progress, provisional: 'internal', handler: officer, measure: sealed, calls: progress, reached: progress, satisfied: progress },
      ...{ call_note: sealed, result: progress, explanation: sealed, closed_at: progress, late: progress },
    },
  },
  promise_rollup: {
    about: nobody('counts'),
    columns: {
      ...{
        prefecture: 'public',
        measure: 'public',
        day: 'public',
        accepted: 'public',
        promised: 'public',
        revised: 'public',
        kept: 'public',
        kept_as_told: 'public',
      },
      ...{ broken_told: 'public', broken_silently: 'public', in_progress: 'public', waiting_for_fee: 'public', withdrawn: 'public' },
    },
  },
  register_households: {
    about: {
      where: 't.prefecture = $1::text and t.id = (select p.household from register_people p where p.prefecture = $1::text and p.id = $2::uuid)',
    },
    columns: { prefecture: 'internal', id: opaque, township: progress, kind: progress, synthetic: 'internal', version: 'internal' },
  },
  register_people: {
    about: { where: 't.prefecture = $1::text and t.id = $2::uuid' },
    columns: {
      ...{ prefecture: 'internal', id: opaque, identity_index: keyed, township: open('one of some thousand townships: lists filter by it'), household: opaque },
      ...{ status: progress, fingerprints_on: progress, synthetic: 'internal', version: 'internal', sealed },
      flags: sensitiveOpen('of a record whose person stands sealed: reviews filter by it'),
      hardship: sensitiveOpen('of a record whose person stands sealed: the fee follows from it'),
    },
  },
  review_replay_differences: {
    about: { where: `t.number in (select c.number from cases c where c.prefecture = $1::text and c.person_id = $2::uuid)` },
    columns: { prefecture: 'internal', replay: 'internal', number: caseNumber, service: 'internal', before: progress, after: progress, checks: progress },
  },
  review_replays: {
    about: nobody('what a change of settings would do, in counts'),
    columns: {
      ...{ prefecture: 'internal', id: 'internal', settings: 'internal', from_day: 'internal', to_day: 'internal', case_limit: 'internal' },
      ...{ requested_at: 'internal', requested_by: officer, finished_at: 'internal', complete: 'internal', next_prefecture: 'internal', next_after: opaque },
      ...{ cases_read: 'internal', outcomes: 'internal', version: 'internal' },
    },
  },
  review_settings: {
    about: nobody('settings'),
    columns: {
      ...{
        prefecture: 'internal',
        valid_from: 'internal',
        settings: 'internal',
        replay: 'internal',
        version: 'internal',
        changed_at: 'internal',
        changed_by: officer,
      },
    },
  },
  sessions: {
    about: { where: 't.person_id = $2::uuid' },
    columns: {
      ...{ prefecture: 'internal', token_hash: handle('the digest of a token'), actor_id: opaque, role: 'internal', organ: 'internal', person_id: opaque },
      ...{ shown_name: masked, created_at: progress, expires_at: progress, id: 'internal', method: progress, stage: 'internal', level: progress },
      ...{ authenticated_at: progress, last_used_at: progress, idle_minutes: 'internal', officer, key_id: 'internal' },
      ...{ browser: open('the kind of browser, without its version'), source: open('the network, its last part left out') },
    },
  },
  settings: {
    about: nobody('settings'),
    columns: { prefecture: 'internal', name: 'internal', value: 'internal', changed_at: 'internal', changed_by: officer },
  },
  supervised_cases: {
    about: ofCase('id'),
    columns: {
      ...{
        prefecture: 'internal',
        id: opaque,
        version: 'internal',
        number: caseNumber,
        service: progress,
        measure: 'internal',
        organ: 'internal',
        issuer: 'internal',
      },
      ...{
        accepted_on: progress,
        promised_on: progress,
        first_by: progress,
        due_by: progress,
        told_by: progress,
        revisions: 'internal',
        told_in_time: 'internal',
      },
      ...{ last_cause: progress, settled: progress, dispatched_at: progress, with_person_at: progress, ended_at: progress, ended: progress },
      ...{ referral_due_at: 'internal', referral_paused_at: 'internal', statutory_due_at: 'internal', counted_as: 'internal' },
    },
  },
  supervision_deltas: { about: ofCase('stream'), columns: { prefecture: 'internal', stream: opaque, seq: 'internal', body: progress } },
  ...PRIVACY,
  ...SIGN_IN,
  ...ACCESS,
  ...LOG,
  ...EDGE,
}
