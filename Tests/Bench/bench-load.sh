# bench-load.sh - figures of many at once, of a large database and of the runner. bench.sh reads it in.
#
# Environment: MESSAGES (10000) due SMS, WEBHOOKS (10000) to a slow receiver, CALLS (300000) in the large database; CALLS=10000000 is the case of the
# target, takes some minutes to make and 10 GB of disk.
messages=${MESSAGES:-10000}
webhooks=${WEBHOOKS:-10000}
calls=${CALLS:-300000}

# crowd HOME crowd's options and programs…
crowd() {
  local home=$1
  shift
  "$work/crowd" --home "$home" --url http://127.0.0.1:8080/cgi-bin/call-status --account "$account" --token "$token" \
    --to "$number" --warm-up 20 "$@"
}

# check_kept HOME EXPECTED: as many calls as answers, or what is missing lies in the spool.
check_kept() {
  local rows kept
  rows=$(sql "$1" 'SELECT count(*) FROM calls')
  kept=$(find "$1/spool" -maxdepth 1 -type f | wc -l)
  [ $((rows + kept)) = "$2" ] || die "$2 requests were answered 204, but there are $rows calls and $kept files in the spool"
  say "  checked: $2 answered 204, $rows rows in calls, $kept in the spool"
}

# start_api DELAY_MS: sets `api`, `api_port` and `api_log`.
start_api() {
  api_port=$(free_port)
  api_log=$work/api-$api_port.log
  "$work/api" "$api_port" "$1" "$api_log" 2>"$api_log.open" &
  api=$!
  children+=("$api")
  until (exec 3<>"/dev/tcp/127.0.0.1/$api_port") 2>/dev/null; do sleep 0.1; done
}

# MARK: other languages, many at once

other_languages() {
  local home=$work/home-languages
  command -v php-cgi >/dev/null || { say "other languages: php-cgi is not installed"; return 0; }
  make_home "$home" 9
  hold_open "$home"
  # `php` as Debian sets it up, `php, bare` with nothing loaded but what it uses.
  requests=$(((requests + 3) / 4)) compare "$home" \
    "call-status in other languages (goals: php 6, Python 10 times the handler):" \
    "Swift=$work/programs/call-status" "C=$work/programs/reference" "php=php-cgi $work/programs/call-status.php" \
    "php, bare=php-cgi -n -d extension=sqlite3 $work/programs/call-status.php" "Python=$python"
  stop_children
}

many_writers() {
  local home=$work/home-writers count=$(((requests + 3) / 4))
  make_home "$home" 9
  hold_open "$home"
  say "8 writers at once (goals: x at most 3; requests per second no fewer than busy waiting):"
  crowd "$home" --count "$count" --rounds 4 "C, busy waiting=$work/programs/reference-busy" \
    "C, fair lock=$work/programs/reference" "Swift=$work/programs/call-status"
  check_kept "$home" $((3 * (20 + 8 * 4 * count)))
  stop_children
}

# start_web HOME: lighttpd with both programs as CGI. Sets `web_port`.
start_web() {
  local root=$work/web
  mkdir -p "$root/cgi-bin"
  install -m 755 "$work/programs/call-status" "$work/programs/reference" "$root/cgi-bin"
  web_port=$(free_port)
  start_lighttpd "$root" "$web_port" <<END
server.document-root = "$root"
server.modules = ("mod_setenv", "mod_cgi")
setenv.add-environment = ("OPSFABRIC_HOME" => "$1")
cgi.assign = ("" => "")
END
}

through_web_server() {
  local home=$work/home-web count=$(((requests + 3) / 4))
  command -v lighttpd >/dev/null || { say "through a web server: lighttpd is not installed"; return 0; }
  make_home "$home" 9
  hold_open "$home"
  start_web "$home"
  say "through lighttpd's CGI, 8 clients at once (goal: 0.9 of C's requests per second, none lost):"
  crowd "$home" --count "$count" --rounds 4 "C=http:$web_port/cgi-bin/reference" \
    "Swift=http:$web_port/cgi-bin/call-status"
  check_kept "$home" $((2 * (20 + 8 * 4 * count)))
  stop_children
}

# MARK: a large database

# A run that finds five missed calls due: one line `HOME MS`.
minute() {
  local home=$1 start
  drive "$home" --count 5 --warm-up 0 --seed "$2" "x=$work/programs/call-status" >/dev/null
  sqlite3 "$home/data/opsfabric.sqlite3" \
    "UPDATE calls SET due_at = due_at - 60000, look_at = look_at - 60000 WHERE decision IN ('pending', 'deferred')"
  start=${EPOCHREALTIME/./}
  OPSFABRIC_HOME=$home "$opsfabric" run >"$work/run.txt"
  say "$home $(((${EPOCHREALTIME/./} - start) / 1000))"
  grep -q 'decided 5 (send 5, defer 0, skip 0), sent 5' "$work/run.txt" || die "a run with five due calls said: $(cat "$work/run.txt")"
}

# of_minutes HOME: median and least.
of_minutes() {
  awk -v h="$1" '$1 == h { print $2 }' "$work/minutes" | sort -n | awk '{ v[++n] = $1 } END { print v[int((n + 1) / 2)], v[1] }'
}

large_database() {
  local empty=$work/home-empty large=$work/home-large number=+41797000000 home turn before
  start_api 0
  make_home "$empty" "$api_port" 200
  make_home "$large" "$api_port" 200
  "$here/large-database.sh" "$large/data/opsfabric.sqlite3" "$calls" 200
  say "an empty database and one of $calls calls, $(du -m "$large/data/opsfabric.sqlite3" | cut -f1) MB (goal: 1.2):"
  hold_open "$empty"
  hold_open "$large"
  before=$(sql "$large" 'SELECT count(*) FROM calls')
  drive "$empty" --count "$requests" --warm-up 20 "empty=@$empty $work/programs/call-status" \
    "large=@$large $work/programs/call-status"
  [ $(($(sql "$large" 'SELECT count(*) FROM calls') - before)) = $((requests + 20)) ] || die "calls are missing"
  # What these calls wait for is not in the figure.
  for home in "$empty" "$large"; do
    sqlite3 "$home/data/opsfabric.sqlite3" \
      "UPDATE calls SET decision = 'skipped', reason = 'dedupe', decided_at = 0 WHERE decision = 'pending'"
    OPSFABRIC_HOME=$home "$opsfabric" run >/dev/null
  done
  for turn in 1 2 3 4 5 6 7 8 9 10 11; do
    minute "$empty" $((1000 + turn))
    minute "$large" $((1000 + turn))
  done >"$work/minutes"
  awk -v e="$(of_minutes "$empty")" -v l="$(of_minutes "$large")" 'BEGIN {
    split(e, empty); split(l, large)
    printf "  runner'"'"'s minute, 5 due, 11 times: empty %d ms, large %d ms, %.2f x (minima %d and %d ms, %.2f x)\n",
      empty[1], large[1], large[1] / empty[1], empty[2], large[2], large[2] / empty[2] }'
  stop_children
  # It may have ten gigabytes.
  rm -r "$large"
}

# MARK: the runner

many_sms() {
  local home=$work/home-many runner runner_kib=0 numbers tenants=20
  start_api 100
  make_home "$home" "$api_port" "$tenants"
  {
    say "CREATE TEMP TABLE size AS SELECT $messages AS messages, $tenants AS tenants, unixepoch() * 1000 AS now;"
    cat "$here/fill-outbox.sql"
  } | sqlite3 "$home/data/opsfabric.sqlite3"
  OPSFABRIC_HOME=$home "$opsfabric" run >"$work/many.txt" &
  runner=$!
  children+=("$runner")
  while kill -0 "$runner" 2>/dev/null; do
    runner_kib=$(awk -v last="$runner_kib" '/^VmHWM/ { last = $2 } END { print last }' "/proc/$runner/status" 2>/dev/null ||
      say "$runner_kib")
    sleep 0.2
  done
  wait "$runner" || die "the run failed: $(cat "$work/many.txt")"
  kill "$api"
  wait "$api" || true
  numbers=$(awk '{ print $2 }' "$api_log" | sort -u | wc -l)
  [ "$(wc -l <"$api_log") $numbers" = "$messages $messages" ] ||
    die "$messages messages made $(wc -l <"$api_log") requests to $numbers numbers"
  [ "$(sql "$home" "SELECT count(*) FROM messages WHERE state = 'accepted'")" = "$messages" ] || die "not all are accepted"
  say "sending $messages due SMS, answered in 100 ms, 64 at a time (goals: 1.2 of the ideal, 49152 KiB):"
  awk -v n="$messages" -v kib="$runner_kib" -v open="$(cat "$api_log.open")" '{ last = $1 } END {
    ideal = n * 0.1 / 64; took = (last + 100) / 1000
    printf "  first request to last answer %.2f s, ideal %.2f s, %.2f x; runner %d KiB; at most %d connections\n",
      took, ideal, took / ideal, kib, open }' "$api_log"
  say "  checked: $messages numbers, each once, all accepted"
  stop_children
}

# sms_beside HOME WEBHOOKS: from the runner's start until 1,000 due SMS are accepted, in ms, with so many events due to $hook.
sms_beside() {
  local home=$1 database=$1/data/opsfabric.sqlite3 runner start waited=0
  start=$(date +%s%3N)
  {
    say "DELETE FROM messages;"
    say "CREATE TEMP TABLE size AS SELECT 1000 AS messages, $2 AS webhooks, '$hook' AS url, 20 AS tenants, $start AS now;"
    cat "$here/fill-webhooks.sql" "$here/fill-outbox.sql"
  } | sqlite3 "$database"
  start=$(date +%s%3N)
  OPSFABRIC_HOME=$home "$opsfabric" run --linger 55 >"$work/beside.txt" &
  runner=$!
  children+=("$runner")
  until [ "$(sql "$home" "SELECT count(*) FROM messages WHERE channel = 'sms' AND state = 'accepted'")" = 1000 ]; do
    [ $((waited += 1)) -lt 200 ] || die "not all SMS left: $(cat "$work/beside.txt")"
    sleep 0.2
  done
  sql "$home" "SELECT max(sent_at) - $start FROM messages WHERE channel = 'sms'"
  kill "$runner"
  wait "$runner" || true
}

# An event that waits for its receiver keeps no SMS waiting.
slow_webhooks() {
  local home=$work/home-webhooks hook place secret receiver receiver_log turn
  start_api 2000
  hook=http://127.0.0.1:$api_port/hook receiver=$api receiver_log=$api_log
  start_api 100
  make_home "$home" "$api_port" 20
  place=${hook#http://} secret=whsec_$(head -c 24 /dev/zero | base64)
  sed -i "1s|.*|{ trusted_hosts: [\"${place%/hook}\"], webhooks: [{ url: \"$hook\", secret: \"$secret\" }],|" \
    "$home/config/opsfabric.json5"
  OPSFABRIC_HOME=$home "$opsfabric" apply >"$home/log/apply.txt" 2>&1 || die "apply failed: $(cat "$home/log/apply.txt")"
  for turn in 1 2 3 4 5; do
    say "alone $(sms_beside "$home" 0)"
    say "beside $(sms_beside "$home" "$webhooks")"
  done >"$work/minutes"
  kill "$receiver"
  wait "$receiver" || true
  [ -s "$receiver_log" ] || die "the receiver was told nothing"
  say "1000 due SMS beside $webhooks due webhooks to a receiver that needs 2 s, 5 times in turn (goal: 1.1):"
  awk -v a="$(of_minutes alone)" -v b="$(of_minutes beside)" -v told="$(wc -l <"$receiver_log")" \
    -v open="$(cat "$receiver_log.open")" 'BEGIN {
      split(a, alone); split(b, beside)
      printf "  until the last SMS is accepted: alone %d ms, beside %d ms, %.2f x (minima %d and %d ms, %.2f x)\n",
        alone[1], beside[1], beside[1] / alone[1], alone[2], beside[2], beside[2] / alone[2]
      printf "  meanwhile %d webhooks arrived, over at most %d connections\n", told, open }'
  stop_children
}

# What a runner costs that has nothing to do: the kernel's count, in nanoseconds, over 40 of its 55 seconds.
idle_runner() {
  local home=$work/home-idle runner before
  start_api 0
  make_home "$home" "$api_port" 200
  OPSFABRIC_HOME=$home "$opsfabric" run --linger 55 >"$work/idle.txt" &
  runner=$!
  children+=("$runner")
  sleep 12
  before=$(cut -d' ' -f1 "/proc/$runner/schedstat")
  sleep 40
  awk -v b="$before" -v kib="$(awk '/^VmHWM/ { print $2 }' "/proc/$runner/status")" '{
    printf "an idle lingering runner, 200 tenants: %.3f %% of a core (goal: 0.2), %d KiB\n", ($1 - b) / 40e9 * 100, kib
    }' "/proc/$runner/schedstat"
  stop_children
}
