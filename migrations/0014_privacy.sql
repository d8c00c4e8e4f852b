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
