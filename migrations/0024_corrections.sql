-- Which personal data left the product, to whom and until when they keep it, so that whoever received a value that was wrong is told
-- the right one (个人信息保护法 46; GB/T 35273-2020 9.2).

create table disclosures (
  prefecture    text        not null, -- of the person's record
  id            uuid        not null,
  person_id     uuid        not null,
  receiver      text        not null, -- courier
  reference     text        not null, -- by which the receiver knows it
  case_number   text        not null, -- for which it was given
  fields        text[]      not null, -- which items of the register were given as they stood there
  sealed        text        not null, -- their values, under the person's key
  given_at      timestamptz not null,
  kept_until    timestamptz not null, -- how long the receiver holds them
  corrected_seq integer     not null default 0, -- the last correction that the receiver was told, by its number in the person's stream
  corrected_at  timestamptz,
  primary key (prefecture, id)
);
create unique index disclosures_once on disclosures (prefecture, receiver, reference);
create index disclosures_of_person on disclosures (prefecture, person_id);
comment on table disclosures is 'To whom personal data was given: shown to the person, and told of corrections.';

alter table disclosures enable row level security;
create policy disclosures_of_the_person on disclosures for select using ((select acting_for_system()) or person_id = (select acting_person()));
create policy disclosures_by_the_product on disclosures for all using ((select acting_for_system()));
