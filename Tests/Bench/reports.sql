SELECT CASE
    WHEN outcome <> 'missed' THEN ''
    WHEN decision IN ('pending', 'deferred') OR decided_at > ?4 THEN 'pending'
    WHEN reason NOT IN ('sent', 'dead') THEN reason
    ELSE coalesce((
      SELECT CASE
          WHEN calls.reason = 'dead' AND m.finished_at <= ?4 THEN 'dead'
          WHEN m.sent_at <= ?4 THEN 'sent'
          ELSE 'held'
        END
      FROM messages AS m WHERE m.call_id = calls.id AND m.kind = 'missed_call'), reason)
  END AS entry, count(*)
FROM calls WHERE tenant = ?1 AND started_at >= ?2 AND started_at < ?3 GROUP BY entry;
SELECT answer, count(*), total(sent), total(sent AND at_once), total(sent AND at_once AND in_time),
  total(sent AND is_spam), total(has_ticket)
FROM (
  SELECT m.sent_at IS NOT NULL AND m.sent_at <= ?4 AS sent, c.due_at - c.ended_at <= 60000 AS at_once,
    m.sent_at - c.ended_at <= 60000 AS in_time, iif(i.answer = 'help', 'free_text', i.answer) AS answer,
    i.ticket_id IS NOT NULL AS has_ticket,
    m.spam_at <= ?4 AND (m.spam_until IS NULL OR m.spam_until > ?4) AS is_spam
  FROM calls AS c JOIN messages AS m ON m.call_id = c.id AND m.kind = 'missed_call'
  LEFT JOIN inbound_messages AS i ON m.sent_at <= ?4 AND i.id = (
    SELECT f.id FROM inbound_messages AS f
    WHERE f.answers_message = m.id AND f.received_at <= ?4
      AND (f.answer IN ('1', '2', '3', 'free_text') OR (f.answer = 'help' AND f.ticket_id IS NOT NULL))
    ORDER BY f.received_at, f.id LIMIT 1)
  WHERE c.tenant = ?1 AND c.started_at >= ?2 AND c.started_at < ?3 AND c.decision = 'sent'
    AND c.decided_at <= ?4)
GROUP BY answer;
SELECT count(*) FROM (
  SELECT coalesce(
    (SELECT c.started_at FROM calls AS c WHERE c.id = t.call_id),
    (SELECT c.started_at FROM inbound_messages AS i JOIN messages AS m ON m.id = i.answers_message
      JOIN calls AS c ON c.id = m.call_id WHERE i.ticket_id = t.id ORDER BY i.id LIMIT 1),
    (SELECT c.started_at FROM calls AS c
      WHERE c.tenant = t.tenant AND c.caller = t.phone AND c.started_at <= t.created_at
        AND c.started_at > t.created_at - 777600000 AND c.outcome = 'missed' AND t.phone LIKE '+%'
      ORDER BY c.started_at DESC LIMIT 1),
    t.created_at) AS origin
  FROM tickets AS t
  WHERE t.tenant = ?1 AND t.created_at >= ?2 AND t.created_at < ?3 + 777600000 AND t.created_at <= ?4
    AND t.source IN ('missed_call', 'voice_menu', 'staff'))
WHERE origin >= ?2 AND origin < ?3;
SELECT count(*) FROM tickets AS t JOIN ticket_events AS e ON e.ticket_id = t.id
WHERE t.tenant = ?1 AND t.created_at >= ?2 AND t.created_at < ?3
  AND t.source IN ('missed_call', 'voice_menu') AND e.type = 'wizard_submitted' AND e.at <= ?4;
SELECT count(*), total(human_at < sla_due_at AND human_at <= ?4) FROM tickets
WHERE tenant = ?1 AND created_at >= ?2 - 5356800000 AND created_at < ?3 AND created_at <= ?4
  AND sla_due_at >= ?2 AND sla_due_at < ?3 AND promised;
SELECT human_at - created_at AS minutes FROM tickets
WHERE tenant = ?1 AND created_at >= ?2 AND created_at < ?3 AND human_at <= ?4 ORDER BY minutes;
SELECT count(*), coalesce(sum(amount), 0) FROM tickets
WHERE tenant = ?1 AND done_at >= ?2 AND done_at < ?3 AND done_at <= ?4 AND outcome = 'won';
SELECT count(*) FROM calls
WHERE tenant = ?1 AND started_at >= ?2 AND started_at < ?3 AND outcome = 'missed'
  AND (handled_at IS NULL OR handled_at > ?4)
  AND coalesce(reason, '') NOT IN ('blocked', 'spam', 'own_number', 'private');
SELECT 'outbound', upper(a.price_unit) AS currency, a.price IS NOT NULL AS priced, count(*),
  total(coalesce(nullif(a.segments, 0), m.segments)),
  total(CAST(round(abs(a.price) * 1000000) AS INTEGER))
FROM messages AS m JOIN message_attempts AS a ON a.message_id = m.id
WHERE m.tenant = ?1 AND m.created_at >= ?2 - 259200000 AND m.created_at < ?3 AND m.channel = 'sms'
  AND min(a.at, m.created_at + 259200000) >= ?2 AND min(a.at, m.created_at + 259200000) < ?3 GROUP BY currency, priced
UNION ALL
SELECT 'call', upper(a.price_unit) AS currency, a.price IS NOT NULL AS priced, count(*), 0,
  total(CAST(round(abs(a.price) * 1000000) AS INTEGER))
FROM messages AS m JOIN message_attempts AS a ON a.message_id = m.id
WHERE m.tenant = ?1 AND m.created_at >= ?2 - 259200000 AND m.created_at < ?3 AND m.channel = 'call'
  AND min(a.at, m.created_at + 259200000) >= ?2 AND min(a.at, m.created_at + 259200000) < ?3 GROUP BY currency, priced
UNION ALL
SELECT 'inbound', upper(price_unit) AS currency, price IS NOT NULL AS priced, count(*), total(segments),
  total(CAST(round(abs(price) * 1000000) AS INTEGER))
FROM inbound_messages WHERE tenant = ?1 AND received_at >= ?2 AND received_at < ?3
GROUP BY currency, priced
UNION ALL
SELECT 'lookup', upper(price_unit) AS currency, price IS NOT NULL AS priced, count(*), 0,
  total(CAST(round(abs(price) * 1000000) AS INTEGER))
FROM lookups WHERE tenant = ?1 AND at >= ?2 AND at < ?3 GROUP BY currency, priced;
SELECT min(a.at, m.created_at + 259200000) AS at, a.sid AS sid, 0, m.kind, m.recipient,
  coalesce(nullif(a.segments, 0), m.segments),
  CASE
    WHEN a.sid IS NOT m.sid THEN CASE WHEN a.attempt = 0 THEN 'accepted' ELSE 'failed' END
    WHEN m.state IN ('delivered', 'dead') AND m.finished_at > ?4 THEN 'accepted'
    WHEN m.state IN ('accepted', 'delivered', 'dead') THEN m.state
    ELSE 'failed'
  END, CAST(round(abs(a.price) * 1000000) AS INTEGER), upper(a.price_unit)
FROM messages AS m JOIN message_attempts AS a ON a.message_id = m.id
WHERE m.tenant = ?1 AND m.created_at >= ?2 - 259200000 AND m.created_at < ?3 AND m.channel = 'sms'
  AND min(a.at, m.created_at + 259200000) >= ?2 AND min(a.at, m.created_at + 259200000) < ?3
UNION ALL
SELECT received_at, message_sid, 1, CASE WHEN answer IN ('stop', 'start', 'help') THEN answer ELSE 'reply' END,
  recipient, segments, 'received', CAST(round(abs(price) * 1000000) AS INTEGER), upper(price_unit)
FROM inbound_messages WHERE tenant = ?1 AND received_at >= ?2 AND received_at < ?3
ORDER BY at, sid;
