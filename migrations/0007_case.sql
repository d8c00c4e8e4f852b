-- Cases (办件) as they stand now: the fold of each case's events, written in the same statement as the events.
create table cases (
  prefecture       text        not null, -- of the issuer (register record), never of the accepting organ
  id               uuid        not null,
  number           text        not null, -- 办件号, seventeen digits
  service          text        not null,
  service_version  date        not null, -- the version in force on the day of submission
  status           text        not null,
  person_id        uuid        not null,
  person_shown     text        not null, -- masked
  organ            text        not null, -- accepted it
  issuer           text        not null, -- signs the card
  held_at          text,                 -- station at which the card awaits collection
  submitted_at     timestamptz not null,
  submitted_by     text        not null,
  accepted_at      timestamptz,
  statutory_due_at timestamptz,
  ready_by         timestamptz,
  with_you_by      timestamptz,
  first_with_you_by timestamptz,         -- as promised at acceptance
  provisional      boolean     not null default false,
  fee_cents        integer     not null default 0,
  fee_settled      boolean     not null default false,
  referral_to      text,
  referral_due_at  timestamptz,
  sampled          boolean     not null default false,
  second_look      boolean,
  arrived_at       timestamptz,
  concluded_at     timestamptz,
  kept             boolean,              -- whether the promise was kept; null while open or where nothing was promised
  version          integer     not null,
  primary key (prefecture, id)
);
create unique index cases_number on cases (prefecture, number);
create index cases_of_person on cases (prefecture, person_id, submitted_at desc);
-- Work lists read only what is open, so their cost does not grow with the closed cases.
create index cases_open_at_organ on cases (organ, submitted_at desc, id) where concluded_at is null;
create index cases_to_collect on cases (held_at, arrived_at, id) where status = 'awaiting-collection';
create index cases_referred on cases (referral_to, referral_due_at, id) where referral_to is not null;
create index cases_to_look_at on cases (issuer, accepted_at, id) where sampled and second_look is null;
create index cases_promised on cases (prefecture, with_you_by, id) where concluded_at is null;
create index cases_at_organ on cases (organ, submitted_at desc, id);
