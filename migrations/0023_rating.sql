-- 好差评: what was said of a service, without whose case it was about; that stands in rating_authors, and the rated organ sees it only
-- when the person gave their name to it.

create table ratings (
  prefecture      text        not null, -- of the case
  id              uuid        not null, -- stream of what happened to it
  version         integer     not null,
  organ           text        not null, -- that was rated
  service         text        not null,
  channel         text        not null, -- online, window
  level           integer     not null check (level between 1 and 5),
  indicators      text        not null, -- JSON: indicator → level
  rated_on        date        not null,
  named           boolean     not null,
  rated_officers  text[]      not null,
  comment         text,                 -- sealed
  state           text        not null, -- of the rectification: none, open, closed
  opened_at       timestamptz,
  due_at          timestamptz,
  provisional     boolean     not null,
  handler         text,
  measure         text,                 -- sealed
  calls           integer     not null,
  reached         boolean     not null,
  satisfied       boolean,
  call_note       text,                 -- sealed
  result          text,                 -- put-right, explained
  explanation     text,                 -- sealed
  closed_at       timestamptz,
  late            boolean     not null,
  primary key (prefecture, id)
);
create index ratings_of_organ on ratings (prefecture, organ, id);
create index ratings_to_put_right on ratings (prefecture, organ, due_at) where state = 'open';

-- Whose case it was: once for a case and a channel.
create table rating_authors (
  prefecture   text        not null,
  case_id      uuid        not null,
  channel      text        not null,
  rating_id    uuid        not null,
  case_number  text        not null,
  organ        text        not null,
  named        boolean     not null,
  person_id    uuid,                    -- null: rated without a name
  rated_at     timestamptz not null,
  primary key (prefecture, case_id, channel)
);
create unique index rating_authors_of_rating on rating_authors (prefecture, rating_id);
create index rating_authors_of_person on rating_authors (prefecture, person_id);

-- How often, by organ, month and level; added to in the statement that rates or closes.
create table rating_counts (
  prefecture  text    not null,
  organ       text    not null,
  month       text    not null, -- 2026-02
  channel     text    not null,
  level       integer not null,
  rated       integer not null,
  kept        integer not null, -- put right within the limit
  late        integer not null,
  primary key (prefecture, organ, month, channel, level)
);

alter table ratings enable row level security;
create policy ratings_seen on ratings for select using (
  (select acting_for_system())
  or ((select acting_role()) in ('station-officer', 'household-officer', 'hall-manager') and organ = (select acting_organ()))
  or ((select acting_role()) = 'supervisor' and starts_with(organ, (select acting_over())))
);
create policy ratings_given on ratings for insert with check ((select acting_for_system()));
create policy ratings_put_right on ratings for update using (
  (select acting_for_system())
  or ((select acting_role()) in ('station-officer', 'household-officer', 'hall-manager') and organ = (select acting_organ()))
  or ((select acting_role()) = 'supervisor' and starts_with(organ, (select acting_over())))
);
alter table rating_authors enable row level security;
create policy rating_authors_seen on rating_authors for select using (
  (select acting_for_system())
  or person_id = (select acting_person())
  or (named and (select acting_role()) in ('station-officer', 'household-officer', 'hall-manager') and organ = (select acting_organ()))
  or ((select acting_role()) = 'supervisor' and starts_with(organ, (select acting_over())) and (named or organ <> (select acting_organ())))
);
create policy rating_authors_given on rating_authors for insert with check ((select acting_for_system()));
create policy rating_authors_over_their_term on rating_authors for delete using ((select acting_for_system()));
alter table rating_counts enable row level security;
create policy rating_counts_of_the_organ on rating_counts using (
  (select acting_for_system())
  or ((select acting_role()) in ('station-officer', 'household-officer', 'hall-manager') and organ = (select acting_organ()))
  or ((select acting_role()) = 'supervisor' and starts_with(organ, (select acting_over())))
);
