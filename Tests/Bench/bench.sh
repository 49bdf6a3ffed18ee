#!/usr/bin/env bash
# bench.sh - what the product costs, as ratios within one run. `make bench` calls it.
#
# usage: bench.sh STATIC_BIN_DIR OPSFABRIC STANDIN_BIN WORKDIR [HOT_FUNCTIONS]
#   STATIC_BIN_DIR  the shipped handlers          OPSFABRIC  the batch program
#   STANDIN_BIN     twilio-standin, or "" to leave the lateness out
#   WORKDIR         made anew on each run; on the kind of disk that a home lies on, not on tmpfs
#   HOT_FUNCTIONS   the file that ONLY=hot_functions writes
# Environment: REQUESTS (400), MISSED_CALLS (200), MESSAGES (10000), CALLS (300000); those of reports.sh. ONLY names the
# figures wanted, such as ONLY="many_writers large_database"; else all.
#
# One function per figure, listed in `main`; a comparison with another program (php-cgi, Python) is one more
# NAME=COMMAND for `compare`. Nothing here is a test of speed: it fails only when something is not done right.
set -euo pipefail
export LC_ALL=C

if [ $# -ne 4 ] && [ $# -ne 5 ]; then
  sed -n '2,9s/^# \{0,1\}//p' "$0" >&2
  exit 2
fi
here=$(cd "$(dirname "$0")" && pwd)
handlers=$(cd "$1" && pwd)
opsfabric=$(readlink -f "$2")
standin=${3:+$(readlink -f "$3")}
work=$4
hot_functions=${5:-}
requests=${REQUESTS:-400}
missed_calls=${MISSED_CALLS:-200}

account=AC0123456789abcdef0123456789abcdef
token=fedcba9876543210fedcba9876543210
number=+41790000010
delay=5
children=()

say() { printf '%s\n' "$*"; }
die() { printf 'bench: %s\n' "$*" >&2; exit 1; }
sql() { sqlite3 -readonly "file:$1/data/opsfabric.sqlite3" "$2"; }

# Only what this script has started.
stop_children() {
  for child in ${children[@]+"${children[@]}"}; do kill "$child" 2>/dev/null || true; done
  for child in ${children[@]+"${children[@]}"}; do wait "$child" 2>/dev/null || true; done
  children=()
}
trap stop_children EXIT

# Figures of many at once, of a large database and of the runner; of who is rung, and of pages that look at everything.
. "$here/bench-load.sh"
. "$here/bench-pages.sh"

# MARK: what is measured with

free_port() {
  local port
  while port=$((20000 + RANDOM % 20000)); (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; do :; done
  say "$port"
}

# make_home DIR API_PORT [TENANTS]: tenants that are never quiet, sent to without delay by rate. Two with names, or
# so many: t000 with +41797000000, t001 with +41797000010 and on.
make_home() {
  local n tenants=${3:-0}
  export OPSFABRIC_HOME=$1
  "$opsfabric" init >/dev/null
  cat >"$1/config/opsfabric.json5" <<END
{
  public_url: "http://127.0.0.1:8080/cgi-bin",
  twilio: {
    account_sid: "$account", auth_token: "$token", lookup: "off", messages_per_second: 100, concurrency: 64,
    api_base: "http://127.0.0.1:$2", lookups_base: "http://127.0.0.1:$2",
  },
  sms_limits: { per_hour: 1000000, per_day: 1000000 },
  alerts: { sms: ["+41790000099"] },
  // As old as the database of large-database.sh: nothing is to be purged.
  retention_days: 3650,
}
END
  rm -f "$1"/config/tenants/*
  if [ "$tenants" = 0 ]; then
    make_tenant "$1" doerfler "Dörfler AG" "$number"
    make_tenant "$1" meier "Meier Sanitär GmbH" +41790000020
  fi
  for ((n = 0; n < tenants; n++)); do
    make_tenant "$1" "$(printf t%03d "$n")" "Betrieb $n" "$(printf +41797%05d0 "$n")"
  done
  "$opsfabric" apply >"$1/log/apply.txt" 2>&1 || die "apply failed: $(cat "$1/log/apply.txt")"
}

make_tenant() {
  # The pages' comparison asks for the first tenant's website.
  local domain=www.example.ch
  [ "$2" = doerfler ] || domain=www.$2.example.ch
  cat >"$1/config/tenants/$2.json5" <<END
{
  name: "$3", voice_numbers: ["$4"], forward_to: "${4%?}1", website_domain: "$domain",
  sms_delay_seconds: $delay, quiet_hours: { from: "00:00", to: "00:00" },
  notify: [{ channel: "sms", to: "${4%?}2", on: ["new", "urgent"] }],
  sms_limits: { per_hour: 1000000, per_day: 1000000 },
}
END
  chmod 600 "$1/config/tenants/$2.json5"
}

# The reference takes the versions of the two databases, and where columns stand, as constants, as the handler does.
build_tools() {
  local settings schema columns name
  settings=$(sqlite3 "file:$1/data/settings.sqlite3?immutable=1" 'PRAGMA user_version')
  schema=$(sql "$1" 'PRAGMA user_version')
  columns=$(sqlite3 "file:$1/data/settings.sqlite3?immutable=1" \
    "SELECT printf('-DCOLUMN_%s=%d', name, cid) FROM pragma_table_info('tenant')")
  OPSFABRIC_HOME=$1 REQUEST_METHOD=GET REQUEST_URI=/cgi-bin/anfrage QUERY_STRING='' HTTP_HOST=www.example.ch \
    HTTP_ACCEPT_LANGUAGE=de-CH "$handlers/anfrage" >"$work/page"
  for name in reference reference-busy; do
    gcc -O2 -static -Wall -Wextra -DSETTINGS_VERSION="$settings" -DSCHEMA_VERSION="$schema" $columns \
      -DPAGE="\"$work/page\"" $([ $name = reference ] || printf %s -DBUSY_WAITING) "$here/reference.c" -lsqlite3 -lm \
      -o "$work/$name" 2>"$work/gcc.log" || { cat "$work/gcc.log"; exit 1; }
  done
  for name in driver crowd api; do gcc -O2 -static -Wall -Wextra "$here/$name.c" -o "$work/$name"; done
  # All written in one piece: how a file came to lie in the page cache makes a tenth of a process's time here.
  mkdir "$work/programs"
  for name in "$handlers/call-status" "$handlers/anfrage" "$work/reference" "$work/reference-busy"; do
    dd if="$name" of="$work/programs/${name##*/}" bs=64M status=none
    chmod 755 "$work/programs/${name##*/}"
  done
  install -m 644 "$here/call-status.php" "$here/call_status.py" "$work/programs"
  printf '<?php\nconst SETTINGS_VERSION = %s, SCHEMA_VERSION = %s;\n' "$settings" "$schema" >"$work/programs/versions.php"
  # The system's own: what a version manager puts into PATH is a shell script of its own.
  python=/usr/bin/python3
  [ -x $python ] || python=$(command -v python3)
  python="$python -I $work/programs/call_status.py $settings $schema"
}

# drive HOME driver's options and programs…
drive() {
  local home=$1
  shift
  "$work/driver" --home "$home" --url http://127.0.0.1:8080/cgi-bin/call-status --account "$account" \
    --token "$token" --to "$number" "$@"
}

# A connection that stays open, as the lingering runner's does: without one each process would begin by
# reading the whole WAL.
hold_open() {
  local hold=$1/hold input
  mkfifo "$hold"
  sqlite3 "$1/data/opsfabric.sqlite3" <"$hold" >/dev/null &
  children+=($!)
  exec {input}>"$hold"
  say 'SELECT 1 FROM calls LIMIT 1;' >&"$input"
  until [ -e "$1/data/opsfabric.sqlite3-shm" ]; do sleep 0.1; done
}

# Nothing lost, nothing twice, and all programs left rows of the same kind.
check_rows() {
  local home=$1 expected=$2 calls kinds
  calls=$(sql "$home" 'SELECT count(*) FROM calls')
  [ "$calls" = "$expected" ] || die "$expected requests were answered 204, but there are $calls calls"
  kinds=$(sql "$home" "
    SELECT count(*) FROM (
      SELECT DISTINCT tenant, called, source, ended_at - started_at, closed_at - ended_at, outcome, judged_by,
        dial_connected, screen_key_at, decision, reason, due_at - ended_at, look_at - due_at, decided_at,
        (SELECT group_concat(type || detail || (ticket_events.at - started_at)) FROM ticket_events
         WHERE call_id = calls.id AND ticket_events.tenant = calls.tenant) FROM calls)")
  [ "$kinds" = 1 ] || die "the programs recorded different things"
  say "  checked: $expected answered 204, $calls rows in calls, all of one kind"
}

# compare HOME LINE NAME=COMMAND…: one table.
compare() {
  local home=$1 line=$2
  shift 2
  say "$line"
  drive "$home" --count "$requests" --warm-up 20 "$@"
  check_rows "$home" $((($requests + 20) * $#))
}

# MARK: the figures

one_webhook() {
  local home=$work/home-held
  make_home "$home" 9
  hold_open "$home"
  compare "$home" "call-status, one process per request, another connection open (a runner lingers):" \
    "C=$work/programs/reference" "Swift=$work/programs/call-status"
  stop_children
}

one_webhook_alone() {
  local home=$work/home-alone
  make_home "$home" 9
  compare "$home" "the same, the only connection (no runner):" "C=$work/programs/reference" "Swift=$work/programs/call-status"
}

# What the processor does, free of the disk: nothing is synced on tmpfs.
one_webhook_in_memory() {
  local home
  [ -w /dev/shm ] || return 0
  home=$(mktemp -d /dev/shm/opsfabric-bench.XXXXXX)
  make_home "$home" 9
  hold_open "$home"
  compare "$home" "the same on tmpfs, where syncing costs nothing (no target: this shows the processor's part):" \
    "C=$work/programs/reference" "Swift=$work/programs/call-status"
  stop_children
  rm -r "$home"
}

# visit HOME driver's options…: a browser at the wizard.
visit() {
  local home=$1
  shift
  "$work/driver" --home "$home" --url http://127.0.0.1:8080/cgi-bin/anfrage --host www.example.ch "$@"
}

wizard_page() {
  local home=$work/home-page opened
  make_home "$home" 9
  hold_open "$home"
  say "GET anfrage, one process per request (target: 1.5 x):"
  visit "$home" --count "$requests" --warm-up 20 --get '' "C=$work/programs/reference" "Swift=$work/programs/anfrage"
  # The SMS's link also looks into the database, whether the number was texted and this opening is in the log already.
  sqlite3 "$home/data/opsfabric.sqlite3" "INSERT INTO messages (tenant, recipient, sender, channel, kind, body, encoding,
      segments, state, created_at, first_due_at, expires_at, sent_at)
    SELECT id, '+41791234567', '+41790000000', 'sms', 'missed_call', 'x', 'GSM-7', 1, 'accepted', at, at, at, at
    FROM (SELECT '$(basename "$(grep -l 'www.example.ch' "$home"/config/tenants/*.json5 | head -1)" .json5)' AS id,
      1000 * strftime('%s', 'now') AS at)"
  say "the same by the SMS's link, whose opening is logged once (no target; C reads the settings only):"
  visit "$home" --count "$requests" --warm-up 20 --get 'ref=missed_call&phone=%2B41791234567' \
    "C=$work/programs/reference" "Swift=$work/programs/anfrage"
  opened=$(sql "$home" "SELECT count(*) FROM ticket_events WHERE type = 'wizard_link_opened'")
  [ "$opened" = 1 ] || die "the link's opening is $opened times in the log"
  stop_children
}

# A form with five photos of 8 MiB: JPEGs whose picture is long.
make_form() {
  local token part n
  token=$(OPSFABRIC_HOME=$1 REQUEST_METHOD=GET QUERY_STRING='' HTTP_HOST=www.example.ch "$handlers/anfrage" |
    sed -n 's/.*name="token" value="\([^"]*\)".*/\1/p')
  for part in ref=missed_call "token=$token" lang=de text=Rohrbruch urgency=HIGH "phone=079 123 45 67"; do
    printf -- '--XyZ\r\nContent-Disposition: form-data; name="%s"\r\n\r\n%s\r\n' "${part%%=*}" "${part#*=}"
  done
  for n in 1 2 3 4 5; do
    printf -- '--XyZ\r\nContent-Disposition: form-data; name="photos"; filename="%s.jpg"\r\n\r\n' "$n"
    printf '\xff\xd8\xff\xc0\x00\x0b\x08\x06\x40\x04\xb0\x01\x01\x11\x00\xff\xda\x00\x08\x01\x01\x00\x00\x3f\x00'
    head -c $((8 * 1024 * 1024 - 27)) /dev/zero | tr '\0' "$n"
    printf '\xff\xd9\r\n'
  done
  printf -- '--XyZ--\r\n'
}

upload() {
  local home=$work/home-upload stored
  make_home "$home" 9
  make_form "$home" >"$work/form"
  say "POST anfrage with 5 photos of 8 MiB (target: 24576 KiB; read its max KiB, the time is the disk's):"
  visit "$home" --count 1 --warm-up 0 --post "$work/form" --type 'multipart/form-data; boundary=XyZ' \
    "Swift=$work/programs/anfrage"
  stored=$(find "$home/uploads" -type f -size +8191k | wc -l)
  [ "$stored" = 5 ] || die "$stored of 5 photos were kept"
  rm "$work/form"
}

instructions() {
  local home=$work/home-instructions name count base=0
  command -v valgrind >/dev/null || { say "instructions: valgrind is not installed"; return 0; }
  make_home "$home" 9
  hold_open "$home"
  say "instructions of one request (callgrind):"
  for name in C=$work/programs/reference Swift=$work/programs/call-status; do
    drive "$home" --count 1 --warm-up 1 --seed "$RANDOM" \
      "x=valgrind -q --tool=callgrind --callgrind-out-file=$work/callgrind.${name%%=*} ${name#*=}" >/dev/null
    count=$(awk '/^(summary|totals):/ { n = $2 } END { print n }' "$work/callgrind.${name%%=*}")
    [ "$base" -gt 0 ] || base=$count
    awk -v n="${name%%=*}" -v c="$count" -v b="$base" \
      'BEGIN { printf "  %-14s %9.2f million %10.2f x\n", n, c / 1e6, c / b }'
  done
  stop_children
}

# start_lighttpd FOLDER PORT: with the settings from standard input; returns when it listens.
start_lighttpd() {
  {
    printf 'server.port = %s\nserver.bind = "127.0.0.1"\nserver.errorlog = "%s/lighttpd.log"\n' "$2" "$1"
    cat
  } >"$1/lighttpd.conf"
  lighttpd -D -f "$1/lighttpd.conf" &
  children+=($!)
  until (exec 3<>"/dev/tcp/127.0.0.1/$2") 2>/dev/null; do sleep 0.1; done
}

# start_standin PORT [FOLDER]
start_standin() {
  local port=$1 root=${2:-$work/standin}
  mkdir -p "$root/www"
  cp "$standin" "$root/www/standin.cgi"
  say "$root/state" >"$root/www/standin.dir"
  "$standin" init "$root/state" --account "$account" --token "$token" >/dev/null
  "$standin" number "$number" --dir "$root/state" >/dev/null
  start_lighttpd "$root" "$port" <<END
server.document-root = "$root/www"
server.modules = ("mod_rewrite", "mod_cgi")
# Longer than the runner keeps an idle connection: one that the server closes just as a request leaves is
# ambiguous, and deliberately waited for. That belongs into a test, not into this figure.
server.max-keep-alive-idle = 75
server.max-keep-alive-requests = 10000
url.rewrite-once = ("^(.*)$" => "/standin.cgi")
cgi.assign = (".cgi" => "")
END
}

# percentiles DATABASE "SELECT ms …" LABEL [FOLDER]: one line; the stand-in's database is attached as `twilio`.
percentiles() {
  sqlite3 -readonly -separator ' ' "$1" "
    ATTACH 'file:${4:-$work/standin}/state/standin.sqlite3?mode=ro' AS twilio;
    WITH late (ms) AS ($2), n (n) AS (SELECT count(*) FROM late)
    SELECT n, (SELECT ms FROM late ORDER BY ms LIMIT 1 OFFSET (SELECT cast(round(0.50 * (n - 1)) AS INT) FROM n)),
      (SELECT ms FROM late ORDER BY ms LIMIT 1 OFFSET (SELECT cast(round(0.99 * (n - 1)) AS INT) FROM n)),
      (SELECT max(ms) FROM late) FROM n" |
    { read -r n p50 p99 worst; printf '  %-42s %5s %8s %8s %8s\n' "$3" "$n" "$p50" "$p99" "$worst"; }
}

lateness() {
  local home=$work/home-late port runner waited=0
  if [ -z "$standin" ]; then say "lateness: no stand-in given"; return 0; fi
  command -v lighttpd >/dev/null || { say "lateness: lighttpd is not installed"; return 0; }
  port=$(free_port)
  make_home "$home" "$port"
  start_standin "$port"
  "$opsfabric" run --linger 25 >"$work/runner.txt" 2>&1 &
  runner=$!
  children+=("$runner")
  sleep 1
  # Over ten seconds: some twelve times the traffic that one sender's rate at Twilio would allow.
  drive "$home" --count "$missed_calls" --warm-up 0 --pace $((10000 / missed_calls)) --seed 7 \
    "Swift=$work/programs/call-status" >"$work/late-driver.txt"
  while [ $waited -lt 250 ] && kill -0 "$runner" 2>/dev/null; do
    [ "$(sql "$home" "SELECT count(*) FROM messages WHERE sent_at IS NOT NULL")" -lt "$missed_calls" ] || break
    sleep 0.1
    waited=$((waited + 1))
  done
  runner_kib=$(awk '/^VmHWM/ { print $2 }' "/proc/$runner/status" 2>/dev/null || true)
  say "lateness of $missed_calls missed calls while the runner lingers, ms from due:"
  printf '  %-42s %5s %8s %8s %8s\n' '' n p50 p99 worst
  percentiles "file:$home/data/opsfabric.sqlite3" "
    SELECT r.at - m.first_due_at FROM messages AS m
    JOIN twilio.requests AS r ON r.recipient = m.recipient AND r.action = 'messages.create'
    WHERE m.kind = 'missed_call'" "request at Twilio's stand-in (target: 1000)"
  percentiles "file:$home/data/opsfabric.sqlite3" \
    "SELECT sent_at - first_due_at FROM messages WHERE kind = 'missed_call' AND sent_at IS NOT NULL" \
    "acceptance committed in the store"
  check_sent "$home"
  stop_children
}

# Each missed call made one request, none was lost or doubled.
check_sent() {
  local sent
  sent=$(sqlite3 -readonly "file:$work/standin/state/standin.sqlite3" \
    "SELECT count(*) || ' ' || count(DISTINCT recipient) FROM requests WHERE action = 'messages.create'")
  [ "$sent" = "$missed_calls $missed_calls" ] ||
    die "$missed_calls missed calls made $sent requests and recipients; see $work/runner.txt"
  say "  checked: $missed_calls calls, $missed_calls requests, each number once"
  [ -z "$runner_kib" ] || say "resident memory of the lingering runner at most: $runner_kib KiB"
}

sizes() {
  local file
  say "sizes (goal: a handler 10485760 bytes):"
  for file in "$handlers"/*; do
    [ -f "$file" ] && [ -x "$file" ] && file_size "$file" || true
  done
  file_size "$opsfabric"
  file_size "$work/reference"
}

file_size() {
  local bytes packed
  bytes=$(wc -c <"$1")
  packed=$(gzip -c "$1" | wc -c)
  printf '  %-14s %10d bytes %10d gzipped\n' "$(basename "$1")" "$bytes" "$packed"
}

reports() { OPSFABRIC_HOME= "$here/reports.sh" "$opsfabric" "$work"; }

figures="one_webhook one_webhook_alone one_webhook_in_memory wizard_page upload instructions other_languages many_writers
  through_web_server large_database many_sms slow_webhooks lateness idle_runner urgent_ring large_pages figures_page reports sizes"

# Not a figure: the functions that a page and a webhook call, for the linker to lay side by side. The handlers must have
# their symbols; `make hot-functions` sees to it.
hot_functions() {
  local home=$work/home-hot name
  make_home "$home" 9
  hold_open "$home"
  for name in anfrage call-status; do
    printf '#!/bin/sh\nexec valgrind --quiet --tool=callgrind --demangle=no --callgrind-out-file=%s %s\n' \
      "$work/called.$name" "$work/programs/$name" >"$work/$name.sh"
    chmod 755 "$work/$name.sh"
  done
  visit "$home" --count 1 --get '' "hot=$work/anfrage.sh"
  drive "$home" --count 1 "hot=$work/call-status.sh"
  stop_children
  sed -n "s/^c\{0,1\}fn=([0-9]*) \([^']*\).*/.text.\1/p" "$work"/called.* | sort -u >"$work/hot-functions"
  [ "$(wc -l <"$work/hot-functions")" -gt 1000 ] || die "few functions have names: are the handlers stripped?"
  cp "$work/hot-functions" "$hot_functions"
}

main() {
  local figure
  [ ! -e "$work" ] || [ -e "$work/made-by-bench" ] || die "$work exists and is not the bench's: name another folder"
  rm -rf "$work"
  mkdir -p "$work"
  : >"$work/made-by-bench"
  work=$(cd "$work" && pwd)
  make_home "$work/home-tools" 9
  build_tools "$work/home-tools"
  say "$(date -u +%Y-%m-%d), $(nproc) x $(awk -F': ' '/model name/ { print $2; exit }' /proc/cpuinfo), $(stat -f -c %T "$work"), $requests requests each"
  for figure in ${ONLY:-$figures}; do "$figure"; done
}

main
