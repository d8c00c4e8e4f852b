-- Supervision: promised versus kept as an incremental rollup, and the alarms.
-- A commit of a case writes one row of deltas beside its events; a sweep folds them into the two tables below,
-- so that nobody waits for a row that everybody wants. Readers add what is not folded yet.

-- What happened to cases and is not folded in yet: one row per commit.
create table supervision_deltas (
  prefecture text    not null,
  stream     uuid    not null, -- the case
  seq        integer not null, -- the last event of the commit
  body       text    not null, -- canonical JSON: the few facts of those events that supervision keeps
  primary key (prefecture, stream, seq)
);

-- A case as supervision sees it: the fold of its deltas. No person in it.
create table supervised_cases (
  prefecture         text        not null,
  id                 uuid        not null,
  version            integer     not null, -- the last event that it knows of
  number             text        not null,
  service            text        not null,
  measure            integer     not null,
  organ              text        not null,
  issuer             text        not null,
  accepted_on        date,
  promised_on        date,                 -- day of the first promise; null: nothing promised (yet)
  first_by           timestamptz,          -- kept for the first time until then
  due_by             timestamptz,          -- moved only by a day that was told in time
  told_by            timestamptz,          -- what the person was told last
  revisions          integer     not null,
  told_in_time       integer     not null,
  last_cause         text,
  settled            boolean     not null,
  dispatched_at      timestamptz,
  with_person_at     timestamptz,          -- with the person, or at the station where they collect it
  ended_at           timestamptz,
  ended              text,                 -- concluded, withdrawn, rejected
  referral_due_at    timestamptz,
  referral_paused_at timestamptz,
  statutory_due_at   timestamptz,
  counted_as         text collate "C",              -- the column of promise_rollup that counts it now; null: none
  primary key (prefecture, id)
);
-- The cases behind each figure.
create index supervised_cases_behind on supervised_cases (prefecture, measure, promised_on, counted_as, id);
create index supervised_cases_accepted on supervised_cases (prefecture, measure, accepted_on, id) where promised_on is not null;
-- What may still break, what broke and is still open, and other limits of open cases: all small.
create index supervised_cases_to_come on supervised_cases (prefecture, due_by, id) where counted_as = 'in-progress';
create index supervised_cases_overdue on supervised_cases (prefecture, due_by, id)
  where counted_as in ('broken-told', 'broken-silently') and with_person_at is null and ended_at is null;
create index supervised_cases_referred on supervised_cases (prefecture, referral_due_at, id) where referral_due_at is not null;
create index supervised_cases_statutory on supervised_cases (prefecture, statutory_due_at, id) where with_person_at is null and ended_at is null;

-- Promises by prefecture, measure and day of the first promise.
create table promise_rollup (
  prefecture      text    not null,
  measure         integer not null,
  day             date    not null,
  accepted        integer not null, -- accepted on this day, for whatever day they were promised
  promised        integer not null, -- promised for this day at acceptance: the sum of the seven outcomes
  revised         integer not null, -- of them, told a new day at least once
  kept            integer not null,
  kept_as_told    integer not null,
  broken_told     integer not null,
  broken_silently integer not null,
  in_progress     integer not null,
  waiting_for_fee integer not null,
  withdrawn       integer not null,
  primary key (prefecture, measure, day)
);

create table alarms (
  prefecture text        not null,
  id         uuid        not null,
  kind       text        not null, -- promise-at-risk, promise-broken, capacity, referral-overdue, statutory-limit-near, outbox-parked
  about      text        not null, -- case number, half-day at the factory, reaction
  subject    uuid,                 -- the stream that it is about
  raised_at  timestamptz not null,
  due_at     timestamptz,
  cleared_at timestamptz,
  zh         text        not null,
  en         text        not null,
  primary key (prefecture, id)
);
-- One open alarm for one thing.
create unique index alarms_open on alarms (prefecture, kind, about) where cleared_at is null;
create index alarms_cleared on alarms (prefecture, cleared_at desc, id) where cleared_at is not null;

-- Reactions that gave up are looked for every second.
create index outbox_parked on outbox (prefecture, due_at) where parked;
