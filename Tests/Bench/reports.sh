#!/usr/bin/env bash
# reports.sh - a month's reports of many calls, as a ratio to the sqlite3 shell. bench.sh calls it.
#
# usage: reports.sh OPSFABRIC WORKDIR
# Environment: REPORT_CALLS (100000), REPORT_TENANTS (200), REPORT_RUNS (3).
# With REPORT_CALLS=1000000 it is the case of the target: all files at most 1.5 times the shell's time, 64 MiB.
#
# The shell runs the statements of reports.sql (a test keeps them those of the store) for each tenant and prints the
# rows to nowhere: it makes no CSV of five kinds, no descriptions, no checks, and writes and syncs nothing.
set -euo pipefail
export LC_ALL=C

if [ $# -ne 2 ]; then
  sed -n '2,6s/^# \{0,1\}//p' "$0" >&2
  exit 2
fi
here=$(cd "$(dirname "$0")" && pwd)
opsfabric=$(readlink -f "$1")
work=$2
calls=${REPORT_CALLS:-100000}
tenants=${REPORT_TENANTS:-200}
runs=${REPORT_RUNS:-3}
export OPSFABRIC_HOME=$work/home-reports
database=$OPSFABRIC_HOME/data/opsfabric.sqlite3
# February 2026 in Zurich.
start=1769900400000 end=1772319600000

say() { printf '%s\n' "$*"; }
die() { printf 'bench: %s\n' "$*" >&2; exit 1; }

make_home() {
  "$opsfabric" init >/dev/null
  cat >"$OPSFABRIC_HOME/config/opsfabric.json5" <<END
{ public_url: "https://hooks.example.ch/cgi-bin",
  twilio: { account_sid: "AC0123456789abcdef0123456789abcdef", auth_token: "fedcba9876543210fedcba9876543210" } }
END
  rm -f "$OPSFABRIC_HOME"/config/tenants/*
  for ((n = 0; n < tenants; n++)); do
    id=$(printf 't%03d' "$n")
    cat >"$OPSFABRIC_HOME/config/tenants/$id.json5" <<END
{ name: "Betrieb $n", voice_numbers: ["+4179700$(printf %04d "$n")"], forward_to: "+41434435200",
  website_domain: "$id.example.ch", accounts: { debit: "6513", credit: "2000" } }
END
  done
  chmod 600 "$OPSFABRIC_HOME"/config/*.json5 "$OPSFABRIC_HOME"/config/tenants/*
  "$opsfabric" apply >"$OPSFABRIC_HOME/log/apply.txt" 2>&1 || die "apply failed: $(cat "$OPSFABRIC_HOME/log/apply.txt")"
  {
    say "CREATE TEMP TABLE size AS SELECT $calls AS calls, $tenants AS tenants, $start AS start, $end AS end;"
    cat "$here/fill-month.sql"
  } | sqlite3 "$database"
}

# The same statements for each tenant, in one shell.
write_script() {
  local n
  say ".parameter init"
  for ((n = 0; n < tenants; n++)); do
    printf ".parameter set ?1 \"'t%03d'\"\n.parameter set ?2 %s\n.parameter set ?3 %s\n.parameter set ?4 %s\n" \
      "$n" "$start" "$end" 9223372036854775807
    say ".read $here/reports.sql"
  done
}

# timed COMMAND…: "seconds cpu-seconds KiB" of a process.
timed() {
  python3 - "$@" <<'END'
import resource, subprocess, sys, time
begin = time.monotonic()
subprocess.run(sys.argv[1:], check=True, stdout=subprocess.DEVNULL)
used = resource.getrusage(resource.RUSAGE_CHILDREN)
print("%.2f %.2f %d" % (time.monotonic() - begin, used.ru_utime + used.ru_stime, used.ru_maxrss))
END
}

# What the files say must be what the shell counts.
check() {
  local summed counted
  summed=$(awk -F';' 'NR > 1 { calls += $4; sent += $7 } END { print calls " " sent }' "$OPSFABRIC_HOME/reports/2026-02/summary_2026-02.csv")
  counted=$(sqlite3 -readonly -separator ' ' "$database" "SELECT count(*), sum(decision = 'sent') FROM calls")
  [ "$summed" = "$counted" ] || die "the summary has $summed calls and SMS, the database $counted"
  say "  checked: $counted calls and SMS in the summary; $(find "$OPSFABRIC_HOME/reports" -name '*.csv' | wc -l) CSV files"
}

make_home
write_script >"$work/reports.script"
shell="" own=""
for ((run = 0; run < runs; run++)); do
  shell+="$(timed sqlite3 -readonly -csv "$database" ".read $work/reports.script")"$'\n'
  own+="$(timed "$opsfabric" report 2026-02)"$'\n'
done
# median COLUMN: of lines as `timed` prints them.
median() { awk -v c="$1" 'NF { print $c }' | sort -n | awk '{ v[++n] = $1 } END { print v[int((n + 1) / 2)] }'; }
say "reports of a month, $calls calls, $tenants tenants, all files (target at 1000000: 1.5 x, 65536 KiB):"
awk -v s="$(printf %s "$shell" | median 1)" -v t="$(printf %s "$shell" | median 2)" -v o="$(printf %s "$own" | median 1)" \
  -v p="$(printf %s "$own" | median 2)" -v k="$(printf %s "$own" | median 3)" 'BEGIN {
    printf "  %-14s %8s %8s %8s %8s %10s\n", "", "s", "ratio", "cpu s", "ratio", "KiB"
    printf "  %-14s %8.2f %8s %8.2f\n", "sqlite3 shell", s, "", t
    printf "  %-14s %8.2f %6.2f x %8.2f %6.2f x %10d\n", "opsfabric", o, o / s, p, p / t, k }'
check
