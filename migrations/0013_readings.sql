-- Who saw what, and who may: every reading of a person's data, what was unusual about it, and officers with their roles.

-- Written before the answer is sent, by whoever reads; never changed.
create table readings (
  prefecture  text        not null, -- of the person's record; '2200' when nobody in particular was read, or nobody found
  id          uuid        not null, -- UUIDv7: in the order of time
  at          timestamptz not null,
  person_id   uuid,                 -- whose data; null: a list, or nobody found
  actor       text        not null,
  actor_role  text        not null,
  actor_organ text,
  officer     text,                 -- 警号: what the person is shown instead of a name
  what        text        not null, -- record, case, photo, parcel, list, export …
  outcome     text        not null, -- shown; refused, not-found, slowed: nothing was shown
  case_number text,                 -- the case at hand
  purpose     text,                 -- or what for
  note        text,                 -- in the reader's words
  fields      text        not null, -- what was shown whole, comma between; the rest was masked
  count       integer     not null, -- people or cases shown
  request_id  text        not null,
  leaf        bytea       not null, -- SM3 of the row: a leaf of the evidence log
  primary key (prefecture, id)
);
create index readings_of_person on readings (prefecture, person_id, id desc) where person_id is not null;
create index readings_by_actor on readings (actor, at desc);
create index readings_by_time on readings (at desc, id desc);

-- Readings that the law lets us keep from the person for a term: of one person, by one organ.
create table reading_withholdings (
  prefecture   text        not null, -- of the person's record
  id           uuid        not null,
  person_id    uuid        not null,
  organ        text        not null, -- whose readings
  basis        text        not null, -- the article
  reason       text        not null,
  from_at      timestamptz not null,
  until        timestamptz not null, -- shown from then on
  requested_by text        not null,
  requested_at timestamptz not null,
  approved_by  text,
  approved_at  timestamptz,
  primary key (prefecture, id),
  check (approved_by is null or approved_by <> requested_by),
  check (until > from_at)
);
create index reading_withholdings_of_person on reading_withholdings (prefecture, person_id);

-- What was unusual: one row for a reader, a kind and an hour.
create table reading_flags (
  prefecture  text        not null, -- '2200'
  actor       text        not null,
  kind        text        not null,
  hour        timestamptz not null,
  id          uuid        not null,
  actor_role  text        not null,
  actor_organ text,
  officer     text,
  first_at    timestamptz not null,
  last_at     timestamptz not null,
  readings    integer     not null, -- how many led to it
  reviewed_at timestamptz,
  reviewed_by text,
  review      text,
  primary key (prefecture, actor, kind, hour)
);
create unique index reading_flags_id on reading_flags (prefecture, id);
create index reading_flags_open on reading_flags (last_at desc, id desc) where reviewed_at is null;

-- Officers: who they are to the system. Their names stand in the register of staff, not here.
create table officers (
  prefecture text    not null, -- '2200'
  number     text    not null, -- 警号
  id         uuid    not null, -- stream of what happened to the account
  actor_id   text    not null, -- how sessions, events and readings name them
  organ      text    not null,
  status     text    not null, -- active, retired
  person_id  uuid,             -- their own record, so that looking oneself up is noticed
  version    integer not null,
  primary key (prefecture, number)
);
create unique index officers_actor on officers (prefecture, actor_id);

-- What a person is told instead of an officer's name; nothing else of the officer leaves the table by it.
create function officer_number(actor text) returns text language sql stable security definer set search_path = pg_catalog, public as
  $$ select o.number from officers o where o.prefecture = '2200' and o.actor_id = actor $$;

-- Roles: proposed by one, approved by another.
create table officer_roles (
  prefecture  text        not null, -- '2200'
  id          uuid        not null,
  number      text        not null, -- 警号
  person_id   uuid,
  role        text        not null,
  organ       text        not null,
  state       text        not null, -- proposed, in-force, refused, ended
  proposed_by text        not null,
  proposed_at timestamptz not null,
  decided_by  text,
  decided_at  timestamptz,
  ended_at    timestamptz,
  primary key (prefecture, id),
  check (decided_by is null or decided_by <> proposed_by)
);
create unique index officer_roles_once on officer_roles (prefecture, number, role, organ) where state in ('proposed', 'in-force');
-- 三员: nobody holds two of the three, neither as an officer nor as a person with two numbers.
create unique index officer_roles_one_administrator on officer_roles (prefecture, number)
  where state = 'in-force' and role in ('administrator', 'security-administrator', 'audit-administrator');
create unique index officer_roles_one_administrator_person on officer_roles (prefecture, person_id)
  where state = 'in-force' and role in ('administrator', 'security-administrator', 'audit-administrator');

alter table readings enable row level security;
create policy readings_seen on readings for select using (
  (select acting_for_system()) or actor = (select acting_id()) or person_id = (select acting_person())
  or (select acting_role()) in ('auditor', 'audit-administrator')
);
create policy readings_by_the_reader on readings for insert with check ((select acting_for_system()) or actor = (select acting_id()));
alter table reading_withholdings enable row level security;
create policy withholdings_known on reading_withholdings using (
  (select acting_for_system()) or person_id = (select acting_person()) or (select acting_role()) in ('supervisor', 'auditor', 'audit-administrator')
);
alter table reading_flags enable row level security;
create policy flags_seen on reading_flags for select using (
  (select acting_for_system()) or actor = (select acting_id()) or (select acting_role()) in ('auditor', 'audit-administrator')
);
create policy flags_raised on reading_flags for insert with check ((select acting_for_system()) or actor = (select acting_id()));
create policy flags_counted on reading_flags for update using (
  (select acting_for_system()) or actor = (select acting_id()) or (select acting_role()) = 'auditor'
);
alter table officers enable row level security;
create policy officers_known on officers for select using (
  (select acting_for_system()) or actor_id = (select acting_id()) or (select acting_role()) in ('security-administrator', 'auditor', 'audit-administrator')
);
create policy officers_kept on officers for insert with check ((select acting_for_system()) or (select acting_role()) = 'security-administrator');
create policy officers_changed on officers for update using ((select acting_for_system()) or (select acting_role()) = 'security-administrator');
alter table officer_roles enable row level security;
create policy officer_roles_known on officer_roles for select using (
  (select acting_for_system()) or (select acting_role()) in ('security-administrator', 'auditor', 'audit-administrator')
);
create policy officer_roles_proposed on officer_roles for insert with check ((select acting_for_system()) or (select acting_role()) = 'security-administrator');
create policy officer_roles_decided on officer_roles for update using ((select acting_for_system()) or (select acting_role()) = 'security-administrator');
