-- The records the police keep of residents: households, people and the cards issued to them.
-- Personal data stands in one sealed value per person; what is left open is what decisions and lists filter by,
-- none of it enough to know who somebody is.

-- Ends the statement as lost: whoever finds a row changed since it was read decides again (SQLSTATE 40001).
-- Used where an update is a compare-and-set: `version + case when status = $from then 1 else lost_race() end`.
create function lost_race() returns integer language plpgsql as $$
begin
  raise exception 'the record was changed meanwhile' using errcode = '40001';
end
$$;

create table register_households (
  prefecture text    not null,
  id         uuid    not null,
  township   text    not null, -- nine digits
  kind       text    not null, -- family, collective (集体户)
  synthetic  boolean not null, -- made for the sandbox or a test
  version    integer not null,
  primary key (prefecture, id)
);

create table register_people (
  prefecture      text    not null, -- of the household registration (常住户口)
  id              uuid    not null,
  identity_index  text    not null, -- keyed digest of the identity number; unique in the province by identity_claims
  township        text    not null, -- nine digits: leads to county, issuer and station
  household       uuid    not null,
  status          text    not null, -- valid, moved-out, deceased, in-service, settled-abroad, duplicate-cancelled
  flags           text[]  not null, -- what makes routine review unwise, each refers to a person
  hardship        text    not null, -- as certified by civil affairs: 居民身份证法 21
  fingerprints_on date,             -- when fingerprints were last registered; null: none on file
  synthetic       boolean not null,
  version         integer not null,
  sealed          text    not null, -- sealed canonical JSON: number, name, sex, ethnicity, birth, phone, address, relation, guardians
  primary key (prefecture, id)
);
create index register_people_identity on register_people (prefecture, identity_index);
create index register_people_household on register_people (prefecture, household);
comment on table register_people is 'Population register. A person moved between prefectures leaves a closed record behind; identity_claims points to the open one.';

create table cards (
  prefecture text    not null,
  id         uuid    not null,
  person_id  uuid    not null,
  kind       text    not null, -- resident-id-card, temporary-id-card
  issuer     text    not null, -- organ code: the county bureau of the registration (居民身份证法 8)
  issued_on  date    not null,
  valid_to   date,             -- last valid day; null: long-term (居民身份证法 5)
  status     text    not null, -- valid, reported-lost, replaced, surrendered, cancelled; expiry follows from valid_to
  case_id    uuid,             -- the case that made it; null for cards from before
  version    integer not null,
  primary key (prefecture, id)
);
create index cards_person on cards (prefecture, person_id);
