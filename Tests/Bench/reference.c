// reference.c - what the shipped `call-status` is measured against: the same durable job in static C.
//
// One CGI request: read the form, look the settings up, check the signature, record a missed call, answer 204.
// It opens the same files with the same settings, takes the same locks and runs the same SQL in the same order as
// Sources/Handlers/Web/WebhookEndpoint.swift, Sources/Common/Settings/SettingsReader.swift and
// Sources/Common/Webhooks/CallStatus.swift do; when they change, this changes. What it leaves out is what a request
// that succeeds does not use: the spool, other statuses' branches, and settings nobody asks for.
//
// GET `anfrage` is measured against the same program: `page` below reads what the handler reads and prints a page
// that the handler made, out of its own memory.
//
// With -DBUSY_WAITING it has no queue of writers, only SQLite's own waiting: what the queue is compared with.
//
// Build: see bench.sh. PAGE is the file with that page. SETTINGS_VERSION and SCHEMA_VERSION are the two databases' user_version,
// COLUMN_id and so on where the columns of `tenant` stand.
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sqlite3.h>
#include <stdio.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "signature.h"

enum { body_limit = 64 * 1024, field_limit = 1000, settings_id = 0x4d435273 };

#ifdef BUSY_WAITING
enum { patience = 60000 };
#else
enum { patience = 1000 };
#endif

// MARK: answers

static void answer(const char *text) {
  for (size_t rest = strlen(text); rest > 0;) {
    ssize_t count = write(STDOUT_FILENO, text, rest);
    if (count < 0 && errno != EINTR) return;
    if (count > 0) text += count, rest -= (size_t)count;
  }
}

/// Answers with a reason and ends.
static void refuse(int status, const char *reason) {
  char text[512];
  snprintf(text, sizeof text,
           "Status: %d Error\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: %zu\r\n"
           "Cache-Control: no-store\r\n\r\n%s\n",
           status, strlen(reason) + 1, reason);
  answer(text);
  fprintf(stderr, "reference: %d %s\n", status, reason);
  exit(0);
}

// MARK: the request

static char body[body_limit + 1];
static field_t fields[field_limit];
static size_t field_count;

static const char *variable(const char *name) {
  const char *value = getenv(name);
  return value ? value : "";
}

static size_t read_body(void) {
  if (strcmp(variable("REQUEST_METHOD"), "POST") != 0) refuse(405, "use POST");
  const char *type = "application/x-www-form-urlencoded";
  if (strncasecmp(variable("CONTENT_TYPE"), type, strlen(type)) != 0) refuse(415, "wrong type");
  char *end;
  unsigned long length = strtoul(variable("CONTENT_LENGTH"), &end, 10);
  if (*end) refuse(400, "Content-Length is not a number");
  if (length > body_limit) refuse(413, "the body is too large");
  size_t got = 0;
  while (got < length) {
    ssize_t count = read(STDIN_FILENO, body + got, length - got);
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) refuse(400, "the body is cut short");
    got += (size_t)count;
  }
  return length;
}

static int hex_digit(char digit) {
  if (digit >= '0' && digit <= '9') return digit - '0';
  if (digit >= 'A' && digit <= 'F') return digit - 'A' + 10;
  if (digit >= 'a' && digit <= 'f') return digit - 'a' + 10;
  return -1;
}

/// No NUL, no overlong forms, no surrogates.
static int is_utf8_text(const unsigned char *bytes, size_t count) {
  for (size_t i = 0; i < count;) {
    unsigned char lead = bytes[i];
    size_t more = lead < 0x80 ? 0 : lead >= 0xc2 && lead < 0xe0 ? 1 : lead >= 0xe0 && lead < 0xf0 ? 2
                : lead >= 0xf0 && lead < 0xf5 ? 3 : 9;
    if (lead == 0 || more == 9 || i + more >= count + (more == 0)) return 0;
    for (size_t k = 1; k <= more; k++)
      if ((bytes[i + k] & 0xc0) != 0x80) return 0;
    if ((lead == 0xe0 && bytes[i + 1] < 0xa0) || (lead == 0xed && bytes[i + 1] > 0x9f) ||
        (lead == 0xf0 && bytes[i + 1] < 0x90) || (lead == 0xf4 && bytes[i + 1] > 0x8f))
      return 0;
    i += more + 1;
  }
  return 1;
}

/// Decodes in place; the result is never longer. Returns its length.
static size_t decode(char *text, size_t count) {
  size_t length = 0;
  for (size_t i = 0; i < count; i++) {
    char byte = text[i];
    if (byte == '+') byte = ' ';
    if (byte == '%') {
      int high = i + 2 < count ? hex_digit(text[i + 1]) : -1, low = i + 2 < count ? hex_digit(text[i + 2]) : -1;
      if (high < 0 || low < 0) refuse(400, "broken percent-encoding");
      byte = (char)(high << 4 | low);
      i += 2;
    }
    text[length++] = byte;
  }
  if (!is_utf8_text((unsigned char *)text, length)) refuse(400, "not UTF-8");
  return length;
}

static void read_fields(size_t length) {
  char *position = body, *end = body + length;
  while (position < end) {
    char *stop = memchr(position, '&', (size_t)(end - position));
    if (!stop) stop = end;
    if (stop > position) {
      if (field_count == field_limit) refuse(400, "too many parameters");
      char *equals = memchr(position, '=', (size_t)(stop - position));
      field_t *field = &fields[field_count++];
      field->name = position;
      field->name_length = decode(position, (size_t)((equals ? equals : stop) - position));
      field->value = equals ? equals + 1 : "";
      field->value_length = equals ? decode(equals + 1, (size_t)(stop - equals - 1)) : 0;
    }
    position = stop + 1;
  }
}

static const field_t *find(const char *name) {
  size_t length = strlen(name);
  for (size_t i = 0; i < field_count; i++)
    if (fields[i].name_length == length && memcmp(fields[i].name, name, length) == 0) return &fields[i];
  return NULL;
}

static field_t required(const char *name) {
  const field_t *field = find(name);
  if (!field || (field->value_length == 0 && strcmp(name, "CallSid") == 0)) refuse(400, "a parameter is missing");
  return *field;
}

static int equals(field_t field, const char *text) {
  return field.value_length == strlen(text) && memcmp(field.value, text, field.value_length) == 0;
}

// MARK: SQLite

static sqlite3 *open_database(const char *path, int flags) {
  sqlite3 *database;
  if (sqlite3_open_v2(path, &database, flags | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE, NULL) != SQLITE_OK)
    refuse(503, "a database cannot be opened");
  sqlite3_busy_timeout(database, patience);
  return database;
}

static sqlite3_stmt *prepare(sqlite3 *database, const char *sql) {
  sqlite3_stmt *statement;
  if (sqlite3_prepare_v2(database, sql, -1, &statement, NULL) != SQLITE_OK) refuse(503, sqlite3_errmsg(database));
  return statement;
}

static int step(sqlite3 *database, sqlite3_stmt *statement) {
  int result = sqlite3_step(statement);
  if (result != SQLITE_ROW && result != SQLITE_DONE) refuse(503, sqlite3_errmsg(database));
  return result == SQLITE_ROW;
}

/// A statement that gives nothing back. Returns the number of rows changed.
static int run(sqlite3 *database, sqlite3_stmt *statement) {
  while (step(database, statement)) {}
  sqlite3_finalize(statement);
  return sqlite3_changes(database);
}

static sqlite3_int64 integer(sqlite3 *database, const char *sql) {
  sqlite3_stmt *statement = prepare(database, sql);
  sqlite3_int64 result = step(database, statement) ? sqlite3_column_int64(statement, 0) : -1;
  sqlite3_finalize(statement);
  return result;
}

static void bind_text(sqlite3_stmt *statement, int index, const char *text, size_t length) {
  sqlite3_bind_text(statement, index, text, (int)length, SQLITE_TRANSIENT);
}

static char *copy_column(sqlite3_stmt *statement, int column) {
  const unsigned char *text = sqlite3_column_text(statement, column);
  return text ? strdup((const char *)text) : NULL;
}

// MARK: settings

static char *public_url, *account_sid, *auth_token;

static sqlite3 *open_settings(const char *home) {
  char path[4200];
  snprintf(path, sizeof path, "file:%s/data/settings.sqlite3?immutable=1", home);
  sqlite3 *settings = open_database(path, SQLITE_OPEN_READONLY | SQLITE_OPEN_URI);
  if (integer(settings, "PRAGMA application_id") != settings_id) refuse(503, "no settings file");
  if (integer(settings, "PRAGMA user_version") != SETTINGS_VERSION) refuse(503, "settings of another version");
  if (integer(settings, "SELECT applied_at FROM installation") < 0) refuse(503, "empty settings");
  sqlite3_stmt *row = prepare(settings, "SELECT * FROM installation");
  if (!step(settings, row)) refuse(503, "empty settings");
  public_url = copy_column(row, 1);
  account_sid = copy_column(row, 2);
  auth_token = copy_column(row, 3);
  sqlite3_finalize(row);
  return settings;
}

typedef struct {
  char *id, *mode, *account_sid;
  int delay_seconds, is_active;
} tenant_t;

/// The tenant's whole row, as the handler reads it; kept is what this webhook needs.
static tenant_t find_tenant(sqlite3 *settings, field_t number) {
  sqlite3_stmt *row = prepare(settings,
                              "SELECT tenant.* FROM voice_number JOIN tenant ON tenant.id = voice_number.tenant\n"
                              "WHERE voice_number.number = ? ORDER BY tenant.id");
  bind_text(row, 1, number.value, number.value_length);
  if (!step(settings, row)) refuse(404, "no tenant has this number");
  tenant_t tenant = {
      .id = copy_column(row, COLUMN_id),
      .mode = copy_column(row, COLUMN_mode),
      .account_sid = copy_column(row, COLUMN_account_sid),
  };
  tenant.delay_seconds = sqlite3_column_int(row, COLUMN_sms_delay_seconds);
  tenant.is_active = sqlite3_column_int(row, COLUMN_active);
  sqlite3_finalize(row);
  return tenant;
}

/// The token of the account named; the installation's own unless it is a known other one.
static char *token_for(sqlite3 *settings, field_t sid) {
  if (equals(sid, account_sid)) return auth_token;
  sqlite3_stmt *row = prepare(settings, "SELECT auth_token FROM account WHERE sid = ?");
  bind_text(row, 1, sid.value, sid.value_length);
  char *token = step(settings, row) ? copy_column(row, 0) : auth_token;
  sqlite3_finalize(row);
  return token;
}

// MARK: signature

static int equal_in_constant_time(const char *left, const char *right) {
  if (strlen(left) != strlen(right)) return 0;
  unsigned char difference = 0;
  for (size_t i = 0; left[i]; i++) difference |= (unsigned char)(left[i] ^ right[i]);
  return difference == 0;
}

/// The URL as configured, without a port, and with the scheme's own port: Twilio is not consistent about it.
static int is_signed(const char *signature, const char *token) {
  static char parameters[body_limit + 1];
  static field_t sorted[field_limit];
  memcpy(sorted, fields, field_count * sizeof *fields);
  size_t count = signed_parameters(sorted, field_count, parameters);

  const char *scheme_end = strstr(public_url, "://") + 3;
  const char *host_end = scheme_end + strcspn(scheme_end, "/?#");
  const char *colon = memchr(scheme_end, ':', (size_t)(host_end - scheme_end));
  int bare = (int)((colon ? colon : host_end) - public_url);
  const char *port = strncmp(public_url, "https", 5) == 0 ? "443" : "80";

  char urls[3][1024], expected[signature_size + 1];
  snprintf(urls[0], sizeof urls[0], "%s/call-status", public_url);
  snprintf(urls[1], sizeof urls[1], "%.*s%s/call-status", bare, public_url, host_end);
  snprintf(urls[2], sizeof urls[2], "%.*s:%s%s/call-status", bare, public_url, port, host_end);
  int is_valid = 0;
  for (int i = 0; i < 3; i++) {
    if ((i > 0 && strcmp(urls[i], urls[0]) == 0) || (i > 1 && strcmp(urls[i], urls[1]) == 0)) continue;
    sign(token, urls[i], parameters, count, expected);
    if (equal_in_constant_time(expected, signature)) is_valid = 1;
  }
  return is_valid;
}

// MARK: recording

static sqlite3 *open_store(const char *home) {
  char path[4200];
  snprintf(path, sizeof path, "%s/data/opsfabric.sqlite3", home);
  sqlite3 *store = open_database(path, SQLITE_OPEN_READWRITE);
  sqlite3_exec(store, "PRAGMA foreign_keys = ON; PRAGMA synchronous = EXTRA", NULL, NULL, NULL);
  int on = 1;
  sqlite3_db_config(store, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, (int *)NULL);
  sqlite3_file_control(store, "main", SQLITE_FCNTL_PERSIST_WAL, &on);
  if (integer(store, "PRAGMA user_version") != SCHEMA_VERSION) refuse(503, "the database has another version");
  return store;
}

/// The place in the fair queue of writers. This one only ever waits; the handler gives up after a second.
static int take_turn(const char *home) {
#ifdef BUSY_WAITING
  return open(home, O_RDONLY | O_CLOEXEC);
#endif
  char path[4200];
  snprintf(path, sizeof path, "%s/data/write.lock", home);
  int descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (descriptor < 0 || flock(descriptor, LOCK_EX) != 0) refuse(503, "no lock");
  return descriptor;
}

static sqlite3_int64 call_id(sqlite3 *store, sqlite3_stmt *row, field_t sid) {
  bind_text(row, 1, sid.value, sid.value_length);
  sqlite3_int64 id = step(store, row) ? sqlite3_column_int64(row, 0) : 0;
  sqlite3_reset(row);
  sqlite3_clear_bindings(row);
  return id;
}

static void log_event(sqlite3 *store, sqlite3_stmt *event, const char *tenant, const char *type, sqlite3_int64 call,
                      const char *detail, sqlite3_int64 at) {
  bind_text(event, 1, tenant, strlen(tenant));
  bind_text(event, 2, type, strlen(type));
  sqlite3_bind_int64(event, 4, call);
  bind_text(event, 6, detail, strlen(detail));
  sqlite3_bind_int64(event, 7, at);
  while (step(store, event)) {}
  sqlite3_reset(event);
  sqlite3_clear_bindings(event);
}

static int insert_call(sqlite3 *store, tenant_t tenant, sqlite3_int64 started_at) {
  field_t sid = required("CallSid"), from = required("From"), to = required("To");
  sqlite3_stmt *insert = prepare(
      store,
      "INSERT INTO calls (call_sid, tenant, caller, called, source, started_at) VALUES (?, ?, ?, ?, ?, ?)\n"
      "ON CONFLICT (call_sid) DO NOTHING");
  bind_text(insert, 1, sid.value, sid.value_length);
  bind_text(insert, 2, tenant.id, strlen(tenant.id));
  bind_text(insert, 3, from.value, from.value_length < 64 ? from.value_length : 64);
  bind_text(insert, 4, to.value, to.value_length);
  bind_text(insert, 5, "webhook", 7);
  sqlite3_bind_int64(insert, 6, started_at);
  return run(store, insert) > 0;
}

static int mark_missed(sqlite3 *store, tenant_t tenant, field_t sid, sqlite3_int64 now) {
  sqlite3_stmt *update = prepare(
      store,
      "UPDATE calls SET outcome = 'missed', decision = 'pending', ended_at = ?2, due_at = ?3, look_at = ?3,\n"
      "  judged_by = ?4, dial_connected = coalesce(?5, dial_connected)\n"
      "WHERE call_sid = ?1 AND outcome = 'in_progress'");
  bind_text(update, 1, sid.value, sid.value_length);
  sqlite3_bind_int64(update, 2, now);
  sqlite3_bind_int64(update, 3, now + 1000 * tenant.delay_seconds);
  bind_text(update, 4, "call_status", 11);
  return run(store, update) > 0;
}

static void close_call(sqlite3 *store, tenant_t tenant, field_t sid, sqlite3_int64 now) {
  sqlite3_stmt *update = prepare(
      store,
      "UPDATE calls SET closed_at = ?2,\n"
      "  ended_at = CASE WHEN decision = 'pending' THEN max(?2, ended_at) ELSE coalesce(ended_at, ?2) END,\n"
      "  look_at = CASE WHEN decision = 'pending' THEN max(?3, due_at) ELSE look_at END,\n"
      "  due_at = CASE WHEN decision = 'pending' THEN max(?3, due_at) ELSE due_at END\n"
      "WHERE call_sid = ?1 AND closed_at IS NULL");
  bind_text(update, 1, sid.value, sid.value_length);
  sqlite3_bind_int64(update, 2, now);
  sqlite3_bind_int64(update, 3, now + 1000 * tenant.delay_seconds);
  run(store, update);
}

/// CallDuration, held to a day; 0 where it is missing or no number.
static long call_seconds(void) {
  const field_t *duration = find("CallDuration");
  long seconds = 0;
  for (size_t i = 0; duration && i < duration->value_length; i++) {
    char digit = duration->value[i];
    if (digit < '0' || digit > '9') return 0;
    seconds = seconds < 86400 ? seconds * 10 + (digit - '0') : 86400;
  }
  return seconds < 86400 ? seconds : 86400;
}

static void record(sqlite3 *store, const char *home, tenant_t tenant, sqlite3_int64 now) {
  field_t sid = required("CallSid");
  int lock = take_turn(home);
  run(store, prepare(store, "BEGIN IMMEDIATE"));
  int is_new = insert_call(store, tenant, now - 1000 * call_seconds());
  sqlite3_stmt *call = prepare(
      store,
      "SELECT id, call_sid, tenant, caller, called, started_at, ended_at, outcome, decision, reason, due_at,\n"
      "dial_connected, screen_key_at FROM calls WHERE call_sid = ?");
  sqlite3_stmt *event = prepare(
      store,
      "INSERT INTO ticket_events (tenant, type, ticket_id, call_id, message_id, detail, at, once_key)\n"
      "VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (once_key) DO NOTHING");
  if (is_new) log_event(store, event, tenant.id, "call_started", call_id(store, call, sid), "", now);
  if (mark_missed(store, tenant, sid, now))
    log_event(store, event, tenant.id, "call_missed", call_id(store, call, sid), "call_status", now);
  close_call(store, tenant, sid, now);
  run(store, prepare(store, "COMMIT"));
  close(lock);
  sqlite3_finalize(call);
  sqlite3_finalize(event);
}

static void check_parameters(void) {
  required("CallSid"), required("From"), required("To");
  const field_t *parent = find("ParentCallSid");
  if (!equals(required("CallStatus"), "no-answer") || (parent && parent->value_length))
    refuse(501, "the reference knows missed calls only");
}

static sqlite3_int64 milliseconds_now(void) {
  struct timespec time;
  clock_gettime(CLOCK_REALTIME, &time);
  return (sqlite3_int64)time.tv_sec * 1000 + time.tv_nsec / 1000000;
}

// MARK: the page

extern const char page_start[], page_end[];
__asm__(".section .rodata\npage_start:\n.incbin \"" PAGE "\"\npage_end:\n.byte 0\n.previous");

/// What the handler reads to show the form: the tenant by its website, the installation, the time zone. It makes
/// nothing of it: no token, no promise, no escaping.
static void page(const char *home) {
  char host[256], zone[65536];
  sqlite3 *settings = open_settings(home);
  size_t length = 0;
  for (const char *byte = variable("HTTP_HOST"); *byte && length < sizeof host - 1; byte++)
    host[length++] = *byte >= 'A' && *byte <= 'Z' ? (char)(*byte + 32) : *byte;
  sqlite3_stmt *row =
      prepare(settings, "SELECT * FROM tenant WHERE lower(website_domain) = ? ORDER BY id LIMIT 1");
  bind_text(row, 1, host, length);
  if (!step(settings, row)) refuse(404, "no tenant has this website");
  for (int column = 0; column < sqlite3_column_count(row); column++) free(copy_column(row, column));
  sqlite3_finalize(row);
  int file = open("/usr/share/zoneinfo/Europe/Zurich", O_RDONLY | O_CLOEXEC);
  if (file < 0 || read(file, zone, sizeof zone) < 44) refuse(503, "no time zone");
  close(file);
  answer(page_start);
  sqlite3_close(settings);
}

int main(void) {
  umask(077);
  signal(SIGPIPE, SIG_IGN);
  const char *home = variable("OPSFABRIC_HOME");
  if (strcmp(variable("REQUEST_METHOD"), "GET") == 0) return page(home), 0;
  size_t length = read_body();
  sqlite3 *settings = open_settings(home);
  sqlite3_int64 now = milliseconds_now();
  const char *signature = variable("HTTP_X_TWILIO_SIGNATURE");
  if (!*signature) refuse(403, "X-Twilio-Signature is missing");
  read_fields(length);
  const field_t *named = find("AccountSid");
  char *token = named ? token_for(settings, *named) : auth_token;
  if (!*token || !is_signed(signature, token)) refuse(403, "X-Twilio-Signature is wrong");
  check_parameters();
  tenant_t tenant = find_tenant(settings, required("To"));
  if (token != auth_token && (!tenant.account_sid || !named || !equals(*named, tenant.account_sid)))
    refuse(404, "no tenant has this number");
  if (tenant.is_active) {
    sqlite3 *store = open_store(home);
    record(store, home, tenant, now);
    sqlite3_close(store);
  }
  sqlite3_close(settings);
  answer("Status: 204 No Content\r\nCache-Control: no-store\r\n\r\n");
  return 0;
}
