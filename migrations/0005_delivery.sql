-- Parcels (寄递件): each finished card on its way to a station or an address, as the fold of its events.
create table parcels (
  prefecture       text        not null, -- that of the case, which is the issuer's
  id               uuid        not null,
  version          integer     not null,
  case_id          uuid        not null,
  case_number      text        not null,
  serial           text        not null, -- of the card in it
  attempt          integer     not null, -- 1, or more when the same card was sent again
  status           text        not null,
  route            text        not null, -- what is loaded together, e.g. run-220122
  stop             text,                 -- the station or hall it is meant for; null: an address
  organ            text,                 -- the organ it goes to, or where it lies now
  issuer           text        not null, -- signs the card
  bureau           text,                 -- county bureau above the stop
  delivery_class   text        not null,
  waybill          text,                 -- the courier's number, once it took the order
  dispatch_on      date        not null,
  expected_on      date        not null, -- natural days from dispatch; moves when it is late
  collect_from     date,                 -- first open day of the station; null: an address
  late_since       date,                 -- the day that was missed, while it is still under way
  arrived_at       timestamptz,
  last_movement_at timestamptz,
  found_at         timestamptz,          -- turned up after it was declared lost: the card must be destroyed
  primary key (prefecture, id)
);
comment on table parcels is 'Cards on their way, one parcel each; no personal data.';
-- A finished card leaves once, however often the news of it comes.
create unique index parcels_dispatch on parcels (prefecture, case_id, serial, attempt);
create index parcels_manifest on parcels (prefecture, dispatch_on, route);
-- Lists read only what is still to be done, so their cost does not grow with what was delivered.
create index parcels_open on parcels (prefecture, status, dispatch_on, id) where status not in ('delivered', 'closed');
create index parcels_troubled on parcels (prefecture, expected_on, id)
  where late_since is not null or status in ('lost', 'refused', 'returned');
-- The station's list: cards of all prefectures that lie at one organ.
create index parcels_to_collect on parcels (organ, arrived_at, id) where status in ('arrived-at-station', 'returned');
