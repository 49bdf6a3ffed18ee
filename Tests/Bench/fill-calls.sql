-- fill-calls.sql - calls as years of use leave them, with all that follows from them. Temporary table `size` holds which
-- (`first` up to but not with `last`, of `calls` in all), of how many `tenants`, in which time (`start`, `end`,
-- milliseconds), whether they come `sorted`, and whether they are `logged`: else only what pages of everybody look at is
-- there, without the log, tries, texts and requests that are done. Each call has its tenant, caller, time and fate by its
-- number alone.
--
-- CallSids are spread evenly over their index: in their order where `sorted`, else anywhere. large-database.sh tells why.
PRAGMA synchronous = OFF;
PRAGMA foreign_keys = OFF;
PRAGMA cache_size = -1000000;
BEGIN;
-- Of ten calls six are missed; of ten missed ones six get an SMS. A caller calls four times on average.
WITH RECURSIVE n (i) AS (SELECT first FROM size UNION ALL SELECT i + 1 FROM n, size WHERE i + 1 < last)
INSERT INTO calls (id, call_sid, tenant, caller, called, started_at, ended_at, closed_at, outcome, judged_by, decision,
  reason, due_at, look_at, decided_at)
SELECT i + 1, printf('CA%08x%024x', iif(sorted, i * 4294967296 / calls, i * 2654435761 & 4294967295), i),
  printf('t%03d', i * 7919 % tenants), printf('+4179%07d', i * 40503 % (calls / 4 + 1)),
  printf('+41797%06d', i * 7919 % tenants * 10), at, at + 20000, at + 20000, iif(miss, 'missed', 'answered'), 'dial_result',
  iif(miss, iif(sent, 'sent', 'skipped'), 'none'), iif(miss, iif(sent, 'sent', iif(i % 3, 'dedupe', 'landline')), NULL),
  iif(miss, at + 50000, NULL), iif(miss, at + 50000, NULL), iif(miss, at + 50000, NULL)
FROM (SELECT i, sorted, calls, tenants, start + (end - start) * i / calls AS at, i * 7919 % 10 < 6 AS miss,
  i * 104729 % 10 < 6 AS sent FROM n, size);
INSERT INTO messages (id, tenant, recipient, sender, channel, kind, body, encoding, segments, state, attempts, created_at,
  first_due_at, expires_at, claimed_at, sent_at, finished_at, sid, status_rank, price, price_unit, call_id)
SELECT id, tenant, caller, called, 'sms', 'missed_call',
  iif(logged, 'Danke fuer Ihren Anruf bei der Firma. Antworten Sie mit 1, 2 oder 3.', ''),
  'GSM-7', 1, 'delivered', 1, due_at, due_at, due_at + 3600000, due_at + 400, due_at + 900, due_at + 4000,
  printf('SM%032x', id), 3, 0.0769, 'USD', id
FROM calls, size WHERE decision = 'sent' AND id > first;
INSERT INTO message_attempts (sid, message_id, attempt, at, segments, price, price_unit)
SELECT sid, id, 1, sent_at, 1, 0.0769, 'USD' FROM messages, size WHERE id > first AND logged;
-- Two of five SMS are answered; one answer in a thousand still waits for somebody to work it.
INSERT INTO tickets (id, tenant, phone, local_day, source, urgency, status, summary, sla_due_at, created_at, updated_at,
  call_id)
SELECT id, tenant, recipient, date(sent_at / 1000, 'unixepoch'), 'missed_call', iif(id % 3, 'MED', 'HIGH'),
  iif(id % 1000, 'DONE', 'IN_PROGRESS'), 'Rohr', sent_at, sent_at + 60000, sent_at + 90000, call_id
FROM messages, size WHERE id * 31 % 10 < 4 AND id > first AND (logged OR id % 1000 = 0);
INSERT INTO inbound_messages (message_sid, tenant, sender, recipient, body, answer, segments, received_at,
  answers_message, ticket_id, price, price_unit)
SELECT printf('SMi%032x', m.id), m.tenant, m.recipient, m.sender, 'Rohr', iif(m.id % 3, '1', 'free_text'), 1,
  m.sent_at + 60000, m.id, m.id, 0.0075, 'USD'
FROM size, tickets AS t JOIN messages AS m ON m.id = t.id WHERE t.id > first;
INSERT INTO ticket_notices (ticket_id, kind, recipient, at)
SELECT id, 'new', '+41790000012', created_at FROM tickets, size WHERE id > first;
-- What is logged: two lines of a call, three of an SMS, one of a ticket.
INSERT INTO ticket_events (tenant, type, call_id, at) SELECT tenant, 'call_started', id, started_at FROM calls, size WHERE id > first AND logged;
INSERT INTO ticket_events (tenant, type, call_id, at)
SELECT tenant, iif(outcome = 'missed', 'call_missed', 'call_answered'), id, ended_at FROM calls, size WHERE id > first AND logged;
INSERT INTO ticket_events (tenant, type, call_id, message_id, at)
SELECT tenant, 'message_queued', id, id, created_at FROM messages, size WHERE id > first AND logged;
INSERT INTO ticket_events (tenant, type, call_id, message_id, detail, at)
SELECT tenant, 'message_accepted', id, id, sid, sent_at FROM messages, size WHERE id > first AND logged;
INSERT INTO ticket_events (tenant, type, call_id, message_id, at)
SELECT tenant, 'message_delivered', id, id, finished_at FROM messages, size WHERE id > first AND logged;
INSERT INTO ticket_events (tenant, type, ticket_id, at) SELECT tenant, 'ticket_created', id, created_at FROM tickets, size WHERE id > first AND logged;
-- Reports up to last month are written.
INSERT OR IGNORE INTO reported_months (tenant, month, written_at)
SELECT name, strftime('%Y-%m', end / 1000, 'unixepoch', 'start of month', '-1 month'), end
FROM size, (SELECT '' AS name UNION SELECT DISTINCT tenant FROM calls WHERE id < 10000);
-- The runner has counted all of it: every SMS was 0.9 s late and came back delivered.
INSERT INTO counts
SELECT family, tenant, label, n FROM (
  SELECT 'calls' AS family, tenant, outcome AS label, count(*) AS n FROM calls, size WHERE id > first GROUP BY tenant, label
  UNION ALL SELECT 'decisions', tenant, reason, count(*) FROM calls, size
    WHERE id > first AND outcome = 'missed' GROUP BY tenant, reason
  UNION ALL SELECT 'messages', tenant, 'sms missed_call delivered', count(*) FROM messages, size WHERE id > first GROUP BY tenant
  UNION ALL SELECT 'lateness', tenant, '1000', count(*) FROM messages, size WHERE id > first GROUP BY tenant
  UNION ALL SELECT 'lateness_sum', tenant, '', sum(sent_at - first_due_at) FROM messages, size WHERE id > first GROUP BY tenant
  UNION ALL SELECT 'cost', tenant, strftime('%Y-%m', sent_at / 1000, 'unixepoch') || ' USD' AS label, 76900 * count(*)
    FROM messages, size WHERE id > first GROUP BY tenant, label)
WHERE true ON CONFLICT DO UPDATE SET n = n + excluded.n;
UPDATE counts SET n = (SELECT coalesce(max(id), 0) FROM ticket_events) WHERE family = 'events';
COMMIT;
