-- Data keys of persons: each seals one person's data for one purpose, in rows and in events, and is itself wrapped by a key that the
-- database doesn't have. Deleting it deletes the data, while every row and every leaf of the evidence log stays as it was.
create table person_keys (
  prefecture text not null, -- as the person's record
  person_id  uuid not null,
  purpose    text not null, -- register: the record; case: what was applied for and what the review knew
  wrapped    text,          -- purpose.version.algorithm.base64; null: deleted, and none may be made again
  deleted_at timestamptz,
  primary key (prefecture, person_id, purpose)
);
comment on table person_keys is 'One data key per person and purpose, wrapped. Its end is the end of the data.';

-- A file's own key, wrapped; null: sealed before files had keys of their own.
alter table attachments add column wrapped_key text;
-- The product itself wraps a file's key anew, and deletes files whose term is over.
create policy attachments_by_the_product on attachments for all using ((select acting_for_system()));

-- Who may not be forgotten yet: while a hold stands, nothing about the person is deleted, whatever its term.
create table legal_holds (
  prefecture text        not null, -- of the person's record
  id         uuid        not null,
  person_id  uuid        not null,
  basis      text        not null, -- the article
  reason     text        not null,
  placed_by  text        not null,
  placed_at  timestamptz not null,
  lifted_by  text,
  lifted_at  timestamptz,
  primary key (prefecture, id)
);
create index legal_holds_standing on legal_holds (prefecture, person_id) where lifted_at is null;

-- What a person consented to, where the law does not already say that it must be done. Withdrawn as it was given: by one act.
create table consents (
  prefecture   text        not null, -- of the person's record
  person_id    uuid        not null,
  purpose      text        not null,
  version      date        not null, -- of what was announced
  given_at     timestamptz not null,
  withdrawn_at timestamptz,
  primary key (prefecture, person_id, purpose)
);

alter table legal_holds enable row level security;
create policy holds_known on legal_holds using ((select acting_for_system()) or (select acting_role()) in ('security-administrator', 'audit-administrator', 'auditor'));
alter table consents enable row level security;
create policy consents_of_the_person on consents using ((select acting_for_system()) or person_id = (select acting_person()));

-- What is deleted when its term is over, by the product alone.
create policy messages_forgotten on messages for delete using ((select acting_for_system()));
