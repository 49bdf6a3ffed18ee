-- fill-webhooks.sql - events that are due now. Temporary table `size` holds how many (`webhooks`), of how many `tenants`, to
-- which `url`, and `now` in milliseconds.
WITH RECURSIVE n (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n, size WHERE i + 1 < webhooks)
INSERT INTO messages (tenant, recipient, sender, channel, kind, body, subject, encoding, segments, created_at,
  first_due_at, due_at, expires_at)
SELECT printf('t%03d', i % tenants), url, '', 'webhook', 'event',
  json_object('type', 'call.missed', 'timestamp', '2026-02-12T09:00:00Z', 'data', json_object('id', i)),
  printf('evt_%d_%d', now, i), '', 0, now, now, now, now + 3600000
FROM n, size WHERE webhooks > 0;
