-- fill-outbox.sql - SMS that are due now. Temporary table `size` holds how many (`messages`), of how many `tenants`,
-- and `now` in milliseconds.
WITH RECURSIVE n (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n, size WHERE i + 1 < messages)
INSERT INTO messages (tenant, recipient, sender, channel, kind, body, encoding, segments, created_at, first_due_at, due_at,
  expires_at)
SELECT printf('t%03d', i % tenants), printf('+4179%07d', i), printf('+41797%05d0', i % tenants), 'sms', 'missed_call',
  'Danke fuer Ihren Anruf bei der Firma. Antworten Sie mit 1, 2 oder 3.', 'GSM-7', 1, now, now, now, now + 3600000
FROM n, size;
