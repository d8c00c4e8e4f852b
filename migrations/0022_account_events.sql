-- Who came in and went, who was turned away, and by what keys: events like all others, found by whose account it is and by time.
create index events_of_account on events (prefecture, (body::jsonb ->> 'account'), at desc, stream desc) where type like 'Account%';
create index events_of_accounts on events (prefecture, at desc, stream desc) where type like 'Account%';
