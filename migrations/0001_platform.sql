-- The platform's own tables: what happened, what is still to be done about it, and what was answered.
-- Portable subset: prefecture leads every key; no triggers, sequences as business keys, advisory locks,
-- exclusion constraints or deferrable constraints; SKIP LOCKED only inside one prefecture.

-- Everything that happened to anything with a life of its own. Append only; state is the fold of a stream.
create table events (
  prefecture      text        not null, -- shard: that of the register record, issuer, hall or production centre
  stream          uuid        not null,
  seq             integer     not null, -- 1, 2, 3 … within the stream; the key is the optimistic version check
  type            text        not null,
  at              timestamptz not null, -- when it happened, by the application's clock
  actor           text        not null,
  actor_role      text        not null,
  actor_organ     text,                 -- the organ for which the officer acted
  on_behalf_of    text,
  basis           text,                 -- article or standard that the act rests on
  service_version text,                 -- the version of the service that the case is pinned to
  request_id      text        not null,
  body            text        not null, -- canonical JSON (RFC 8785), text so that its bytes can be hashed
  leaf            bytea       not null, -- SM3 of the row: a leaf of the evidence log
  primary key (prefecture, stream, seq)
);
comment on table events is 'What happened, per stream, in order. Personal data only as sealed values.';

-- Work that an event or a passed instant asks for: reactions (due at once) and timers (due later).
create table outbox (
  prefecture   text        not null,
  stream       uuid        not null,
  seq          integer     not null, -- the event that asked for it
  reaction     text        not null, -- who does it: a name registered at start
  type         text        not null, -- the event's type
  due_at       timestamptz not null,
  attempts     integer     not null default 0,
  leased_until timestamptz,          -- a worker has it until then (real time of the worker's machine)
  last_error   text,
  parked       boolean     not null default false, -- gave up after too many attempts; an alarm, never silence
  primary key (prefecture, stream, seq, reaction)
);
create index outbox_due on outbox (prefecture, due_at, stream, seq) where not parked;

-- First answers to writes, kept for thirty days and given again byte for byte.
create table idempotency (
  prefecture text        not null, -- '2200': the keys of the province's API are one space
  key        text        not null, -- owner and Idempotency-Key
  body_hash  text        not null,
  status     integer     not null,
  headers    text        not null,
  response   text        not null,
  at         timestamptz not null,
  primary key (prefecture, key)
);
create index idempotency_age on idempotency (at);

-- The only table without a prefecture: what must be unique in the whole province.
create table identity_claims (
  claim_key  text not null primary key, -- e.g. person:<blind index>, open:id-card:<person>
  prefecture text not null,
  subject    uuid not null,             -- the record that holds the claim
  note       text                       -- what to tell whoever comes second, e.g. the case number
);

-- The sandbox's clock: shared by all processes, moved forward only. Production has no row.
create table clock (
  prefecture text        not null primary key,
  base       timestamptz not null, -- the virtual instant at which the clock was last set
  set_at     timestamptz not null, -- the machine's instant at that moment
  running    boolean     not null  -- false: it stands still until moved
);

-- Facts that came from a partner, kept as they came: what a decision rested on.
create table evidence (
  prefecture text        not null,
  id         uuid        not null,
  subject    uuid        not null, -- the case or record that it was fetched for
  partner    text        not null,
  at         timestamptz not null,
  outcome    text        not null, -- known, not-found, unknown
  body       text        not null,
  primary key (prefecture, id)
);
create index evidence_subject on evidence (prefecture, subject);

-- Configuration that people change while it runs; every change is an event of its own stream.
create table settings (
  prefecture text        not null,
  name       text        not null,
  value      text        not null, -- canonical JSON
  changed_at timestamptz not null,
  changed_by text        not null,
  primary key (prefecture, name)
);
