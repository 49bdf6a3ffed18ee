-- fill-month.sql - a month of many calls. Temporary table `size` holds how many (`calls`, `tenants`), and the
-- month's bounds in milliseconds (`start`, `end`). Every call has its tenant, time and fate by its number alone.
PRAGMA synchronous = OFF;
PRAGMA cache_size = -400000;
BEGIN;
-- Tenants' calls lie mixed in time, as they come in.
WITH RECURSIVE n (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n, size WHERE i + 1 < calls)
INSERT INTO calls (id, call_sid, tenant, caller, called, started_at, ended_at, outcome, judged_by, decision, reason,
  due_at, decided_at)
SELECT i + 1, printf('CA%032x', i), printf('t%03d', i % tenants), printf('+4179%07d', i / 3), '+41435550100', at,
  at + 20000, iif(miss, 'missed', 'answered'), 'dial_result', iif(miss, iif(sent, 'sent', 'skipped'), 'none'),
  iif(miss, iif(sent, 'sent', iif(i % 3, 'dedupe', 'landline')), NULL), iif(miss, at + 50000, NULL),
  iif(miss, at + 50000, NULL)
FROM (SELECT i, tenants, start + (end - start) / calls * i AS at, i * 7919 % 10 < 6 AS miss, i * 104729 % 10 < 6 AS sent
  FROM n, size);
INSERT INTO messages (id, tenant, recipient, sender, channel, kind, body, encoding, segments, state, attempts, created_at,
  first_due_at, expires_at, sent_at, finished_at, sid, call_id)
SELECT id, tenant, caller, called, 'sms', 'missed_call', 'Danke fuer Ihren Anruf bei der Firma. Antworten Sie mit 1, 2 oder 3.',
  'GSM-7', 1, 'delivered', 1, due_at, due_at, due_at + 3600000, due_at + 900, due_at + 4000, printf('SM%032x', id), id
FROM calls WHERE decision = 'sent';
INSERT INTO message_attempts (sid, message_id, attempt, at, segments, price, price_unit)
SELECT sid, id, 1, sent_at, 1, 0.0769, 'USD' FROM messages ORDER BY sid;
INSERT INTO tickets (id, tenant, phone, local_day, source, urgency, status, summary, sla_due_at, created_at, updated_at)
SELECT id, tenant, recipient, date(created_at / 1000, 'unixepoch'), 'missed_call', 'MED', 'DONE', 'Rohr', sent_at, sent_at + 60000,
  sent_at + 90000 FROM messages WHERE id * 31 % 10 < 4;
INSERT INTO inbound_messages (message_sid, tenant, sender, recipient, body, answer, segments, received_at,
  answers_message, ticket_id, price, price_unit)
SELECT printf('SMi%032x', m.id), m.tenant, m.recipient, m.sender, 'Rohr', iif(m.id % 3, '1', 'free_text'), 1, m.sent_at + 60000,
  m.id, m.id, 0.0075, 'USD' FROM messages AS m JOIN tickets AS t ON t.id = m.id;
INSERT INTO ticket_events (tenant, type, ticket_id, at)
SELECT tenant, iif(id % 5, 'ticket_created', 'wizard_submitted'), id, created_at FROM tickets;
COMMIT;
