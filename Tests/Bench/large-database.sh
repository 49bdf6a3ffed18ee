#!/usr/bin/env bash
# large-database.sh - fills the database of an installation with calls of two years, or so many days. bench.sh calls it.
#
# usage: large-database.sh DATABASE CALLS TENANTS [DAYS [LOGGED]]
#   LOGGED  1 (default) or 0: without what fill-calls.sql says, in half the room
#
# Most rows are inserted in order and without indexes, which are made afterwards: so ten million calls take minutes and
# not hours. Pages are then as full as they get, and each new row would split one. So the last twentieth goes in as rows
# do in use, with the indexes in place and anywhere in them; afterwards pages are as full as use leaves them.
set -euo pipefail
export LC_ALL=C

if [ $# -lt 3 ]; then
  sed -n '2,6s/^# \{0,1\}//p' "$0" >&2
  exit 2
fi
here=$(cd "$(dirname "$0")" && pwd)
database=$1 calls=$2 tenants=$3
end=$(($(date +%s) * 1000 - 600000))
start=$((end - ${4:-730} * 86400000))
logged=${5:-1}

# fill FIRST LAST SORTED
fill() {
  printf 'CREATE TEMP TABLE size AS SELECT %s AS first, %s AS last, %s AS sorted, %s AS logged, %s AS calls, %s AS tenants, %s AS start, %s AS end;\n' \
    "$1" "$2" "$3" "$logged" "$calls" "$tenants" "$start" "$end"
  cat "$here/fill-calls.sql"
}

# index_lines EXPRESSION: one line for each index that was made by itself.
index_lines() { sqlite3 "$database" "SELECT $1 || ';' FROM sqlite_schema WHERE type = 'index' AND sql IS NOT NULL"; }

made=$(index_lines sql)
dropped=$(index_lines "'DROP INDEX ' || name")
{
  printf 'PRAGMA journal_mode = DELETE;\nPRAGMA journal_mode = OFF;\n'
  printf '%s\n' "$dropped"
  fill 0 $((calls * 19 / 20)) 1
  printf '%s\nDROP TABLE size;\n' "$made"
  fill $((calls * 19 / 20)) "$calls" 0
  printf 'PRAGMA journal_mode = WAL;\n'
} | sqlite3 "$database" >/dev/null
