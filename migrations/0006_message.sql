-- What people were told about their cases, and when: one message for each event that is told, never two.
create table messages (
  prefecture text        not null, -- that of the case
  case_id    uuid        not null,
  seq        integer     not null, -- the event of the case that is told
  person_id  uuid        not null,
  kind       text        not null,
  zh         text        not null, -- no personal data: names, numbers and addresses stand on the case's page only
  en         text        not null,
  channel    text        not null, -- page: shown to the person when they look at their case
  at         timestamptz not null,
  overtaken  boolean     not null, -- no longer true when its turn came: kept on record, not told
  primary key (prefecture, case_id, seq)
);
comment on table messages is 'Told to a person about a case; shown on their page.';
create index messages_of_person on messages (prefecture, person_id, at desc);
