-- The second wall: which rows exist for whom. The application logs in as a role that owns nothing (src/platform/grants.ts says what it
-- may do with each table), and says for whom each statement runs in variables of its session (src/platform/actor.ts). A policy looks
-- at these and at the row, and at nothing else. Who owns the tables, and migrates them, is not bound by policies.
-- Each variable is asked for as `(select …)`, so that it is looked up once for a statement and not once for a row.

create function acting_role() returns text language sql stable as $$ select current_setting('yitang.role', true) $$;
create function acting_id() returns text language sql stable as $$ select nullif(current_setting('yitang.actor_id', true), '') $$;
create function acting_organ() returns text language sql stable as $$ select nullif(current_setting('yitang.organ', true), '') $$;
create function acting_person() returns uuid language sql stable as $$ select nullif(current_setting('yitang.person_id', true), '')::uuid $$;
-- What the codes of all organs under the actor's begin with; '-' when it has none.
create function acting_over() returns text language sql stable as $$ select nullif(current_setting('yitang.jurisdiction', true), '') $$;
create function acting_for_system() returns boolean language sql stable as $$ select current_setting('yitang.role', true) = 'system' $$;

-- The record of a person is read for the case at hand or for a purpose that was stated.
create function acting_on_register() returns boolean language sql stable as $$
  select current_setting('yitang.role', true) = 'system'
    or (current_setting('yitang.role', true) in ('station-officer', 'household-officer', 'referral-reviewer') and coalesce(current_setting('yitang.purpose', true), '') <> '')
$$;

-- Cases: a resident's own; those that a station accepted or whose card it holds; those in a reviewer's or supervisor's jurisdiction.
-- Written by whoever decides about them: a supervisor and a household officer only look on.
alter table cases enable row level security;
create policy cases_seen on cases for select using (
  (select acting_for_system())
  or ((select acting_role()) = 'resident' and person_id = (select acting_person()))
  or ((select acting_role()) in ('station-officer', 'household-officer') and (organ = (select acting_organ()) or held_at = (select acting_organ())))
  or ((select acting_role()) in ('referral-reviewer', 'supervisor')
      and (starts_with(organ, (select acting_over())) or starts_with(issuer, (select acting_over()))))
);
create policy cases_submitted on cases for insert with check (
  (select acting_for_system())
  or ((select acting_role()) = 'resident' and person_id = (select acting_person()))
  or ((select acting_role()) = 'station-officer' and (organ = (select acting_organ()) or held_at = (select acting_organ())))
  or ((select acting_role()) = 'referral-reviewer'
      and (starts_with(organ, (select acting_over())) or starts_with(issuer, (select acting_over()))))
);
create policy cases_decided on cases for update using (
  (select acting_for_system())
  or ((select acting_role()) = 'resident' and person_id = (select acting_person()))
  or ((select acting_role()) = 'station-officer' and (organ = (select acting_organ()) or held_at = (select acting_organ())))
  or ((select acting_role()) = 'referral-reviewer'
      and (starts_with(organ, (select acting_over())) or starts_with(issuer, (select acting_over()))))
);

-- Events: those of a case that the actor may see, those of their own person, and for those who work those without any person in them.
-- Whoever acts writes in their own name only.
create function event_of_work(type text) returns boolean language sql immutable as $$
  select type = any (array[
    'OrderQueued', 'OrderMoved', 'OrderPutOnLine', 'OrderDelayed', 'OrderTakenOffLine', 'CardPersonalised', 'CardSpoiled', 'QualityPassed',
    'QualityFailed', 'CardFinished', 'OrderRemade', 'OrderCancelled', 'CancellationNoted',
    'BatchPlanned', 'BatchStarted', 'BatchExtended', 'BatchReviewed', 'CapacityAlarmRaised', 'BatchFinished',
    'LineStopped', 'LineResumed', 'StopReviewed', 'BlanksReceived', 'BlankDestroyed',
    'ParcelPrepared', 'ParcelHandedToCourier', 'OrderAskedAgain', 'ParcelMoved', 'ParcelArrived', 'ParcelDelivered', 'ParcelRefused',
    'ParcelReturned', 'ParcelLost', 'ParcelFoundLate', 'TrackingNoted', 'ParcelClosed',
    'CalendarNoticeImported', 'ReviewSettingsChanged', 'ReviewReplayRequested', 'ReviewFactsOpened', 'ReviewReplayFinished'])
$$;
alter table events enable row level security;
create policy events_of_the_actor on events for select using (
  (select acting_for_system())
  or ((select acting_role()) not in ('resident', 'anyone', 'nobody') and event_of_work(type))
  or stream = (select acting_person())
  or (type = 'PersonRead' and (select acting_on_register()))
  or exists (select from cases c where c.prefecture = events.prefecture and c.id = events.stream)
);
create policy events_by_the_actor on events for insert with check (
  (select acting_for_system()) or (actor = (select acting_id()) and actor_role = (select acting_role()))
);

-- The register: oneself; for an officer with a purpose.
alter table register_people enable row level security;
create policy people_for_the_actor on register_people using ((select acting_on_register()));
create policy people_themselves on register_people for select using (id = (select acting_person()));
alter table register_households enable row level security;
create policy households_for_the_actor on register_households using ((select acting_on_register()));
create policy households_of_the_person on register_households for select using (
  exists (select from register_people p where p.prefecture = register_households.prefecture and p.id = (select acting_person()) and p.household = register_households.id)
);
alter table cards enable row level security;
create policy cards_for_the_actor on cards using ((select acting_on_register()) or person_id = (select acting_person()));

-- Files: for the organ that received them. Whoever sees the case that names a file is given it by the product.
alter table attachment_uploads enable row level security;
create policy uploads_of_the_organ on attachment_uploads using ((select acting_for_system()) or organ = (select acting_organ()));
alter table attachments enable row level security;
create policy attachments_received on attachments for select using (
  (select acting_for_system())
  or exists (select from attachment_uploads u where u.prefecture = attachments.prefecture and u.digest = attachments.digest)
);
create policy attachments_kept on attachments for insert with check ((select acting_for_system()) or (select acting_organ()) is not null);
alter table photo_analyses enable row level security;
create policy analyses_received on photo_analyses for select using (
  (select acting_for_system())
  or exists (select from attachment_uploads u where u.prefecture = photo_analyses.prefecture and u.digest = photo_analyses.digest)
);
create policy analyses_kept on photo_analyses for insert with check ((select acting_for_system()) or (select acting_organ()) is not null);

-- What was told to a person: to themselves, and to whoever sees the case. Written by the product alone.
alter table messages enable row level security;
create policy messages_of_the_actor on messages for select using (
  (select acting_for_system()) or person_id = (select acting_person())
  or exists (select from cases c where c.prefecture = messages.prefecture and c.id = messages.case_id)
);
create policy messages_by_the_product on messages for insert with check ((select acting_for_system()));

-- What partners said of somebody.
alter table evidence enable row level security;
create policy evidence_of_the_case on evidence using (
  (select acting_for_system()) or exists (select from cases c where c.prefecture = evidence.prefecture and c.id = evidence.subject)
);

-- Orders name a person, masked: for those who make and send cards, and those who watch over it.
alter table production_orders enable row level security;
create policy orders_for_the_actor on production_orders using (
  (select acting_for_system()) or (select acting_role()) in ('factory-worker', 'dispatcher', 'supervisor')
);
alter table parcels enable row level security;
create policy parcels_for_the_actor on parcels using (
  (select acting_for_system())
  or (select acting_role()) = 'dispatcher'
  or ((select acting_role()) = 'station-officer' and (organ = (select acting_organ()) or stop = (select acting_organ())))
  or ((select acting_role()) = 'supervisor'
      and (starts_with(organ, (select acting_over())) or starts_with(stop, (select acting_over())) or starts_with(issuer, (select acting_over()))))
  or exists (select from cases c where c.prefecture = parcels.prefecture and c.id = parcels.case_id)
);

-- The first answer to a write is given again to whoever made it.
alter table idempotency add column owner text not null;
alter table idempotency enable row level security;
create policy answers_of_the_actor on idempotency using ((select acting_for_system()) or owner = (select acting_id()));

-- Who is signed in.
alter table sessions enable row level security;
create policy sessions_of_the_actor on sessions using ((select acting_for_system()) or actor_id = (select acting_id()));
