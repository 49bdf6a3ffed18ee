<?php
// call-status.php - what `call-status` is compared with in PHP: reference.c's job, for php-cgi with its sqlite3.
//
// One CGI request: the form, the settings, the signature, a missed call recorded and synced in the queue of writers,
// 204. The same SQL in the same order, with the same settings of the database. versions.php, beside it, defines
// SETTINGS_VERSION and SCHEMA_VERSION.
require __DIR__ . '/versions.php';

function refuse(int $status, string $reason): never {
    http_response_code($status);
    header('Cache-Control: no-store');
    echo $reason, "\n";
    exit;
}

/** Names and values as they stand in the body: PHP's own reading would change names and drop repeated ones. */
function pairs(string $body): array {
    $pairs = [];
    foreach (explode('&', $body) as $field) {
        [$name, $value] = explode('=', $field, 2) + [1 => ''];
        $pairs[] = [urldecode($name), urldecode($value)];
    }
    return $pairs;
}

/** The URL as configured, without a port, and with the scheme's own port. */
function is_signed(array $pairs, string $public_url, string $token): bool {
    sort($pairs);
    $parameters = '';
    foreach ($pairs as $i => [$name, $value]) {
        if ($i === 0 || $pairs[$i - 1] !== [$name, $value]) $parameters .= $name . $value;
    }
    $parts = parse_url($public_url);
    $port = $parts['scheme'] === 'https' ? 443 : 80;
    $bare = $parts['scheme'] . '://' . $parts['host'];
    $urls = array_unique([$public_url, $bare . $parts['path'], "$bare:$port" . $parts['path']]);
    $valid = false;
    foreach ($urls as $url) {
        $own = base64_encode(hash_hmac('sha1', $url . '/call-status' . $parameters, $token, true));
        $valid = hash_equals($own, $_SERVER['HTTP_X_TWILIO_SIGNATURE'] ?? '') || $valid;
    }
    return $valid;
}

/** Runs one statement with its values from ?1 on. */
function run(SQLite3 $database, string $sql, array $values = []): SQLite3Result {
    $statement = $database->prepare($sql);
    foreach ($values as $i => $value) $statement->bindValue($i + 1, $value);
    return $statement->execute();
}

function log_event(SQLite3 $store, string $tenant, string $type, string $sid, string $detail, int $now): void {
    $call = run($store, 'SELECT id, call_sid, tenant, caller, called, started_at, ended_at, outcome, decision, reason, due_at,
        dial_connected, screen_key_at FROM calls WHERE call_sid = ?', [$sid])->fetchArray(SQLITE3_ASSOC);
    run($store, 'INSERT INTO ticket_events (tenant, type, ticket_id, call_id, message_id, detail, at, once_key)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (once_key) DO NOTHING',
        [$tenant, $type, null, $call['id'], null, $detail, $now, null]);
}

function record(SQLite3 $store, array $tenant, array $form, int $now): void {
    $sid = $form['CallSid'];
    $due = $now + 1000 * $tenant['sms_delay_seconds'];
    $started = $now - 1000 * min(86400, (int) ($form['CallDuration'] ?? 0));
    $store->exec('BEGIN IMMEDIATE');
    run($store, 'INSERT INTO calls (call_sid, tenant, caller, called, source, started_at) VALUES (?, ?, ?, ?, ?, ?)
        ON CONFLICT (call_sid) DO NOTHING', [$sid, $tenant['id'], $form['From'], $form['To'], 'webhook', $started]);
    if ($store->changes() > 0) log_event($store, $tenant['id'], 'call_started', $sid, '', $now);
    run($store, "UPDATE calls SET outcome = 'missed', decision = 'pending', ended_at = ?2, due_at = ?3, look_at = ?3,
        judged_by = ?4, dial_connected = coalesce(?5, dial_connected)
        WHERE call_sid = ?1 AND outcome = 'in_progress'", [$sid, $now, $due, 'call_status', null]);
    if ($store->changes() > 0) log_event($store, $tenant['id'], 'call_missed', $sid, 'call_status', $now);
    run($store, "UPDATE calls SET closed_at = ?2,
        ended_at = CASE WHEN decision = 'pending' THEN max(?2, ended_at) ELSE coalesce(ended_at, ?2) END,
        look_at = CASE WHEN decision = 'pending' THEN max(?3, due_at) ELSE look_at END,
        due_at = CASE WHEN decision = 'pending' THEN max(?3, due_at) ELSE due_at END
        WHERE call_sid = ?1 AND closed_at IS NULL", [$sid, $now, $due]);
    $store->exec('COMMIT');
}

umask(0077);
if ($_SERVER['REQUEST_METHOD'] !== 'POST') refuse(405, 'use POST');
$body = file_get_contents('php://input');
if (strlen($body) > 65536) refuse(413, 'the body is too large');
$pairs = pairs($body);
$form = array_column($pairs, 1, 0);
$home = $_SERVER['OPSFABRIC_HOME'];
$settings = new SQLite3("$home/data/settings.sqlite3", SQLITE3_OPEN_READONLY);
if ($settings->querySingle('PRAGMA user_version') !== SETTINGS_VERSION) refuse(503, 'the settings have another version');
$installation = $settings->querySingle('SELECT * FROM installation', true);
if (($form['AccountSid'] ?? '') !== $installation['account_sid']
    || !is_signed($pairs, $installation['public_url'], $installation['auth_token'])) refuse(403, 'X-Twilio-Signature is wrong');
if (($form['CallStatus'] ?? '') !== 'no-answer' || ($form['ParentCallSid'] ?? '') !== '') refuse(501, 'missed calls only');
$tenant = run($settings, 'SELECT tenant.* FROM voice_number JOIN tenant ON tenant.id = voice_number.tenant
    WHERE voice_number.number = ? ORDER BY tenant.id', [$form['To']])->fetchArray(SQLITE3_ASSOC);
if (!$tenant || !$tenant['active']) refuse(404, 'no tenant has this number');
$now = (int) (microtime(true) * 1000);
$store = new SQLite3("$home/data/opsfabric.sqlite3", SQLITE3_OPEN_READWRITE);
$store->busyTimeout(1000);
$store->exec('PRAGMA foreign_keys = ON; PRAGMA synchronous = EXTRA');
if ($store->querySingle('PRAGMA user_version') !== SCHEMA_VERSION) refuse(503, 'the database has another version');
$lock = fopen("$home/data/write.lock", 'c+');
flock($lock, LOCK_EX);
record($store, $tenant, $form, $now);
fclose($lock);
$store->close();
http_response_code(204);
header('Cache-Control: no-store');
