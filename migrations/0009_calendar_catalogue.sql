-- What administrators change while the product runs: the State Council's holiday notices and the settings of the automatic review.
-- Every change is also an event of its own stream; the tables say what holds.

-- Notices that were imported; those that the product ships hold for all other years.
create table calendar_notices (
  prefecture  text        not null, -- '2200': the calendar is the province's
  year        integer     not null,
  notice      text        not null, -- canonical JSON
  version     integer     not null, -- the calendar's version that it made: the event's number in its stream
  imported_at timestamptz not null,
  imported_by text        not null,
  primary key (prefecture, year)
);

-- Settings of the automatic review, each in force from a day on until the next.
create table review_settings (
  prefecture text        not null, -- '2200'
  valid_from date        not null,
  settings   text        not null, -- canonical JSON
  replay     uuid,                 -- the replay that showed what they change; null: the product's own first ones
  version    integer     not null, -- the event's number in its stream
  changed_at timestamptz not null,
  changed_by text        not null,
  primary key (prefecture, valid_from)
);

-- Replays of other settings on past cases: whose outcome would differ. Nothing is changed by one.
create table review_replays (
  prefecture      text        not null, -- '2200'
  id              uuid        not null,
  settings        text        not null, -- canonical JSON of the candidate
  from_day        date        not null, -- cases submitted from this day …
  to_day          date        not null, -- … to this day
  case_limit      integer     not null,
  requested_at    timestamptz not null,
  requested_by    text        not null,
  finished_at     timestamptz,
  complete        boolean,              -- whether every case of those days was read; false: the limit ended it
  next_prefecture text,                 -- where it goes on; null: not begun
  next_after      uuid,
  cases_read      integer     not null,
  outcomes        text        not null, -- canonical JSON: before → after → how many
  version         integer     not null,
  primary key (prefecture, id)
);

create table review_replay_differences (
  prefecture text    not null, -- '2200'
  replay     uuid    not null,
  number     text    not null,
  service    text    not null,
  before     text    not null, -- pass, refer
  after      text    not null, -- pass, refer, fail
  checks     text    not null, -- canonical JSON: the checks that answer otherwise
  primary key (prefecture, replay, number)
);
