-- Acting for another: who may act for whom, on what, how far and how long (民法典 23, 161–165, 173; 行政许可法 29).

create table representations (
  prefecture            text        not null, -- of the represented person's record
  id                    uuid        not null, -- stream of what happened to it
  kind                  text        not null, -- guardian: the register's word; family: by consent; agent: by a power of attorney
  person_id             uuid        not null, -- who is represented
  person_shown          text        not null, -- masked name
  representative_id     uuid        not null,
  representative_shown  text        not null, -- masked name
  relation              text,                 -- of the representative, as the consent says: spouse, child, parent …
  document              text,                 -- what the officer saw: letter, notarised-letter
  may                   text        not null, -- read, act
  services              text[]      not null, -- empty: whatever the person may ask for
  from_at               timestamptz not null,
  until                 timestamptz,          -- of a guardian: the end of the year in which it ends by age; the very day is asked of the register
  recorded_at           timestamptz not null,
  recorded_by           text        not null,
  recorded_organ        text,
  ended_at              timestamptz,
  ended_because         text,                 -- withdrawn, given-up, term
  version               integer     not null,
  primary key (prefecture, id),
  check (until is null or until > from_at),
  check (person_id <> representative_id)
);
create index representations_of_person on representations (prefecture, person_id);
create index representations_of_representative on representations (representative_id);
create index representations_due on representations (until) where ended_at is null;
create unique index representations_once on representations (prefecture, person_id, representative_id, kind) where ended_at is null and kind <> 'agent';

-- For readings what events have already: for whom it was done, and on what consent.
alter table readings add column on_behalf_of text;

-- Whoever acts for another says on which record (yitang.representation: prefecture/id) and when (yitang.at); everything else stands there.
create function acting_representation() returns text language sql stable as $$ select nullif(current_setting('yitang.representation', true), '') $$;

-- The record on which somebody acts, as long as it stands and is theirs; null otherwise.
create function acting_record() returns representations language sql stable security definer set search_path = pg_catalog, public as $$
  select r from representations r
  where r.prefecture = split_part(current_setting('yitang.representation', true), '/', 1)
    and r.id = nullif(split_part(current_setting('yitang.representation', true), '/', 2), '')::uuid
    and 'resident:' || r.representative_id = current_setting('yitang.actor_id', true)
    and current_setting('yitang.role', true) = case r.kind when 'guardian' then 'guardian' else 'agent' end
    and r.ended_at is null
    and r.from_at <= nullif(current_setting('yitang.at', true), '')::timestamptz
    and (r.until is null or r.until > nullif(current_setting('yitang.at', true), '')::timestamptz)
$$;
-- Whom the actor may see, or decide for; null: nobody.
create function acting_for(need text) returns uuid language sql stable as $$
  select case when acting_representation() is not null then
    (select r.person_id from acting_record() r where need = 'read' or r.may = 'act') end
$$;
-- In which matters; null: in all.
create function acting_in() returns text[] language sql stable as $$
  select case when acting_representation() is not null then (select nullif(r.services, '{}') from acting_record() r) end
$$;
-- A guardian stands for the whole person, an agent for what the consent names.
create function acting_as_guardian_of() returns uuid language sql stable as $$
  select case when current_setting('yitang.role', true) = 'guardian' then acting_for('read') end
$$;

-- Asked when something is written, and of the record as it is then and not as the statement found it: whoever withdraws a consent
-- meanwhile is waited for, and nothing is done on it any more. Nobody acts on a consent while it is being withdrawn.
create function representation_stands() returns boolean language plpgsql volatile security definer set search_path = pg_catalog, public as $$
begin
  perform from representations r
    where r.prefecture = split_part(current_setting('yitang.representation', true), '/', 1)
      and r.id = nullif(split_part(current_setting('yitang.representation', true), '/', 2), '')::uuid
      and 'resident:' || r.representative_id = current_setting('yitang.actor_id', true)
      and r.ended_at is null and r.may = 'act'
      and r.from_at <= nullif(current_setting('yitang.at', true), '')::timestamptz
      and (r.until is null or r.until > nullif(current_setting('yitang.at', true), '')::timestamptz)
    for share;
  return found;
end
$$;

alter table representations enable row level security;
create policy representations_known on representations for select using (
  (select acting_for_system()) or person_id = (select acting_person()) or representative_id = (select acting_person()) or (select acting_on_register())
);
create policy representations_recorded on representations for insert with check (
  (select acting_for_system())
  or ((select acting_role()) = 'resident' and kind = 'family' and person_id = (select acting_person()))
  or ((select acting_on_register()) and kind = 'agent' and recorded_by = (select acting_id()))
);
create policy representations_ended on representations for update using (
  (select acting_for_system()) or person_id = (select acting_person()) or representative_id = (select acting_person()) or (select acting_on_register())
);
create policy representations_over_their_term on representations for delete using ((select acting_for_system()));

-- The rows of whoever is represented, and nothing else: while somebody acts for another they are no person of their own here.
create policy cases_of_the_represented on cases for select using (
  person_id = (select acting_for('read')) and ((select acting_in()) is null or service = any ((select acting_in())::text[]))
);
create policy cases_decided_for_the_represented on cases for update using (
  person_id = (select acting_for('act')) and ((select acting_in()) is null or service = any ((select acting_in())::text[]))
);
create policy cases_submitted_for_the_represented on cases for insert with check (
  person_id = (select acting_for('act')) and ((select acting_in()) is null or service = any ((select acting_in())::text[]))
);
create policy events_of_the_represented on events for select using (stream = (select acting_as_guardian_of()));
create policy events_while_it_stands on events as restrictive for insert with check (
  (select acting_representation()) is null or (select representation_stands())
);
create policy readings_of_the_represented on readings for select using (person_id = (select acting_as_guardian_of()));
create policy withholdings_of_the_represented on reading_withholdings for select using (person_id = (select acting_as_guardian_of()));
create policy people_represented on register_people for select using (id = (select acting_as_guardian_of()));
create policy cards_of_the_represented on cards for select using (person_id = (select acting_as_guardian_of()));
create policy keys_of_the_represented on person_keys for select using (person_id = (select acting_as_guardian_of()));
