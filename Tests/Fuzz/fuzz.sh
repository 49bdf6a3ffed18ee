#!/usr/bin/env bash
# fuzz.sh PROGRAM SECONDS CORPUS - every target for its share of the time; a table at the end, 1 where one failed.
# An input that failed is kept in CORPUS/TARGET: the tests run it from then on.
set -uo pipefail
program=$1 seconds=$2 corpus=$3
targets=$("$program" list)
share=$((seconds / $(wc -w <<<"$targets")))
[ "$share" -ge 1 ] || share=1
log=$(mktemp)
trap 'rm -f "$log"' EXIT
status=0
printf '%-16s %12s %10s %9s\n' target executions per_second peak_MiB
for target in $targets; do
  # Whatever the programs keep on purpose (settings, one installation) is no leak.
  if ASAN_OPTIONS=detect_leaks=0 "$program" "$target" "$share" "$corpus" >"$log" 2>&1; then
    awk -v target="$target" '
      /number_of_executed_units/ { runs = $2 } /average_exec_per_sec/ { speed = $2 } /peak_rss_mb/ { memory = $2 }
      / inputs$/ { runs = $2 }
      END { printf "%-16s %12s %10s %9s\n", target, runs, speed, memory }' "$log"
  else
    status=1
    printf '%-16s FAILED\n' "$target"
    tail -n 40 "$log"
  fi
done
rm -rf /dev/shm/opsfabric-fuzz-* /tmp/opsfabric-fuzz-*
exit $status
