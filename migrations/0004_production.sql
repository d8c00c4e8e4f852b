-- What the production centre makes: orders in half-day batches, lines, and blank cards by serial. All of it lives in the
-- centre's shard, '2200'; an order has the id of its case and knows the case's shard.

create table production_orders (
  prefecture      text        not null,
  id              uuid        not null, -- of the case
  case_prefecture text        not null,
  case_number     text        not null,
  accepted_at     timestamptz not null, -- the order in which cards are made
  status          text        not null, -- queued, on-line, made, finished, cancelled
  slot_day        date,                 -- half-day in which it is planned or made; null: waits for the coming year's calendar
  slot_half       text,                 -- am, pm
  batch           uuid,
  line            text,
  blank           text,                 -- serial bound to it while it is on the line
  position        integer,              -- among the cards of its line in the batch
  serial          text,                 -- of the card that was made
  made_at         timestamptz,
  finished_at     timestamptz,
  remakes         integer     not null,
  withdrawn       text,                 -- reason, when the case was withdrawn
  ordered         text        not null, -- canonical JSON: what the case asked for
  version         integer     not null,
  primary key (prefecture, id)
);
create index production_orders_slot on production_orders (prefecture, slot_day, slot_half, accepted_at, id);
create index production_orders_line on production_orders (prefecture, line, position) where status = 'on-line';
create index production_orders_unplaced on production_orders (prefecture, accepted_at) where status = 'queued' and slot_day is null;
create unique index production_orders_number on production_orders (prefecture, case_number);
create unique index production_orders_blank on production_orders (prefecture, blank);
comment on table production_orders is 'Projection of the order streams.';

-- How many orders stand in a half-day. Sixteen rows each, so that many orders accepted at once don't wait for one row.
create table production_load (
  prefecture text    not null,
  slot_day   date    not null,
  slot_half  text    not null,
  stripe     integer not null,
  cards      integer not null,
  primary key (prefecture, slot_day, slot_half, stripe)
);

create table production_batches (
  prefecture  text        not null,
  id          uuid        not null,
  slot_day    date        not null,
  slot_half   text        not null,
  status      text        not null, -- planned, running, finished
  alarms      text        not null, -- JSON: the alarms raised for it
  started_at  timestamptz,
  finished_at timestamptz,
  version     integer     not null,
  primary key (prefecture, id),
  unique (prefecture, slot_day, slot_half)
);
create index production_batches_running on production_batches (prefecture) where status = 'running';
comment on table production_batches is 'Projection of the batch streams: one batch for each half-day.';

create table production_lines (
  prefecture       text        not null,
  line             text        not null,
  state            text        not null, -- working, stopped
  changed_at       timestamptz,          -- by the line's own account
  expected_back_at timestamptz,
  reason           text,
  version          integer     not null,
  primary key (prefecture, line)
);
comment on table production_lines is 'Projection of the lines'' streams. A line without a row has never stopped.';

create table production_blanks (
  prefecture text        not null,
  serial     text        not null,
  state      text        not null, -- in-stock, issued, made, spoiled, destroyed
  order_id   uuid,                 -- whose card it is or was to become
  batch      uuid,
  changed_at timestamptz not null,
  primary key (prefecture, serial)
);
create index production_blanks_stock on production_blanks (prefecture, serial) where state = 'in-stock';
create index production_blanks_open on production_blanks (prefecture, state, serial) where state in ('issued', 'spoiled');
create index production_blanks_batch on production_blanks (prefecture, batch) where state in ('spoiled', 'destroyed');

-- A blank is used once: whoever takes it writes its serial here, and a second one can't.
create table production_blank_uses (
  prefecture text not null,
  serial     text not null,
  order_id   uuid,          -- null: destroyed unused
  primary key (prefecture, serial)
);

-- The ledger: every blank that ever came is in one of the states.
create table production_stock (
  prefecture text    not null,
  received   integer not null,
  in_stock   integer not null,
  issued     integer not null,
  made       integer not null,
  spoiled    integer not null,
  destroyed  integer not null,
  version    integer not null, -- of the stock's stream
  primary key (prefecture),
  constraint production_stock_tallies check (received = in_stock + issued + made + spoiled + destroyed),
  constraint production_stock_not_negative check (least(in_stock, issued, made, spoiled, destroyed) >= 0)
);

-- Reports of the lines that were taken in: a report may come twice.
create table production_reports (
  prefecture text        not null,
  report     text        not null,
  line       text        not null,
  at         timestamptz not null,
  primary key (prefecture, report)
);
