-- What the edge let through and turned away, for all processes together.

-- So many requests in a window of a limit that counts over the whole province; written once a second by each process, for all that it
-- let through meanwhile. Keys are keyed digests: of an address, an officer, an organ, or of the number that was asked about.
create table rate_windows (
  prefecture text        not null, -- '2200'
  counter    text        not null, -- name of the limit, by what, and the window's seconds
  key        text        not null,
  starts_at  timestamptz not null, -- of the machine, not of the sandbox's clock
  spent      bigint      not null,
  primary key (prefecture, counter, key, starts_at)
);
create index rate_windows_old on rate_windows (starts_at);

-- Who ran against a limit: one row for what was counted and an hour, for the auditor.
create table floods (
  prefecture  text        not null, -- '2200'
  limit_name  text        not null,
  counted_by  text        not null, -- address, actor, organ, department, subject
  key         text        not null, -- keyed digest
  hour        timestamptz not null,
  first_at    timestamptz not null,
  last_at     timestamptz not null,
  refused     bigint      not null, -- requests
  actor       text        not null, -- who was refused first
  actor_role  text        not null,
  actor_organ text,
  primary key (prefecture, limit_name, counted_by, key, hour)
);
create index floods_lately on floods (last_at desc);

alter table rate_windows enable row level security;
create policy windows_of_the_product on rate_windows using ((select acting_for_system()));
alter table floods enable row level security;
create policy floods_kept on floods using ((select acting_for_system()));
create policy floods_seen on floods for select using ((select acting_role()) in ('auditor', 'audit-administrator', 'security-administrator'));
