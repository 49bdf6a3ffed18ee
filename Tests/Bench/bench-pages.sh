# bench-pages.sh - figures of the telephone side, and of the pages that look at everything. bench.sh reads it in.
#
# Environment: URGENT_REPLIES (20); CALLS (bench-load.sh), of which these pages know less: 10000000 are 6 GB here.
urgent_replies=${URGENT_REPLIES:-20}
metrics_secret=0123456789abcdef01234567

# start_handlers FOLDER HOME PORT: lighttpd with all handlers.
start_handlers() {
  mkdir -p "$1"
  cp -r "$handlers" "$1/cgi-bin"
  start_lighttpd "$1" "$3" <<END
server.document-root = "$1"
server.modules = ("mod_setenv", "mod_cgi")
setenv.add-environment = ("OPSFABRIC_HOME" => "$2")
cgi.assign = ("" => "")
END
}

# An urgent reply at each of the tenants, who have two people to be rung, one after the other; the first does not answer.
# In real time: some three minutes.
urgent_ring() {
  local home=$work/home-urgent root=$work/standin-urgent port web n public waited=0
  if [ -z "$standin" ]; then say "urgent replies: no stand-in given"; return 0; fi
  command -v lighttpd >/dev/null || { say "urgent replies: lighttpd is not installed"; return 0; }
  port=$(free_port)
  web=$(free_port)
  public=http://127.0.0.1:$web/cgi-bin
  make_home "$home" "$port" "$urgent_replies"
  sed -i "s|http://127.0.0.1:8080/cgi-bin|$public|" "$home/config/opsfabric.json5"
  sed -i 's|notify: .* to: "\(+[0-9]*\)2".*|notify: [\
    { channel: "call", to: "\13", on: ["urgent"], name: "Anna", order: 1 },\
    { channel: "call", to: "\14", on: ["urgent"], name: "Beat", order: 2 },\
  ],|' "$home"/config/tenants/*.json5
  "$opsfabric" apply >"$home/log/apply.txt" 2>&1 || die "apply failed: $(cat "$home/log/apply.txt")"
  start_standin "$port" "$root"
  start_handlers "$work/web-urgent" "$home" "$web"
  "$opsfabric" run --linger 240 >"$work/urgent.txt" 2>&1 &
  children+=($!)
  sleep 1
  for ((n = 0; n < urgent_replies; n++)); do
    "$standin" number "$(printf +41797%05d0 "$n")" --dir "$root/state" >/dev/null
    "$standin" sms --from "$(printf +4178%07d "$n")" --to "$(printf +41797%05d0 "$n")" --body 1 --public-url "$public" \
      --dir "$root/state" >>"$work/urgent-replies.txt" || die "a reply was not taken: $(tail -1 "$work/urgent-replies.txt")"
    # An account places a call a second at most.
    sleep 1.3
  done
  for ((n = 0; n < urgent_replies; n++)); do
    "$standin" ring "$(printf +41797%05d3 "$n")" --person no-answer --public-url "$public" --dir "$root/state" \
      >>"$work/urgent-rings.txt" || die "nobody was rung: $(tail -1 "$work/urgent-rings.txt")"
  done
  while [ $waited -lt 140 ] && [ "$(rung "$root" 4 | wc -l)" -lt "$urgent_replies" ]; do
    sleep 1
    waited=$((waited + 1))
  done
  say "$urgent_replies urgent replies while the runner lingers, ms:"
  printf '  %-42s %5s %8s %8s %8s\n' '' n p50 p99 worst
  percentiles "file:$home/data/opsfabric.sqlite3" "
    SELECT r.at - t.created_at FROM tickets AS t JOIN twilio.requests AS r ON r.action = 'calls.create'
      AND r.recipient = printf('+41797%05d3', CAST(substr(t.tenant, 2) AS INTEGER))" \
    "reply to call at the stand-in (target: 2000)" "$root"
  percentiles "file:$home/data/opsfabric.sqlite3" "
    SELECT b.at - a.at FROM twilio.requests AS a JOIN twilio.requests AS b ON b.action = a.action
      AND substr(b.recipient, 1, 11) = substr(a.recipient, 1, 11)
    WHERE a.action = 'calls.create' AND a.recipient LIKE '%3' AND b.recipient LIKE '%4'" \
    "from there to the next person (125000)" "$root"
  [ "$(rung "$root" 3 | sort -u | wc -l) $(rung "$root" 3 | wc -l)" = "$urgent_replies $urgent_replies" ] &&
    [ "$(rung "$root" 4 | sort -u | wc -l) $(rung "$root" 4 | wc -l)" = "$urgent_replies $urgent_replies" ] ||
    die "not each of the people was rung once; see $work/urgent.txt"
  say "  checked: each of $((2 * urgent_replies)) people rung once"
  stop_children
}

# rung STANDIN DIGIT: the people rung whose number ends so.
rung() {
  sqlite3 -readonly -cmd '.timeout 10000' "file:$1/state/standin.sqlite3" \
    "SELECT recipient FROM requests WHERE action = 'calls.create' AND recipient LIKE '%$2'"
}

# pages HOME LINK NAME=PAGE…: as processes, in turn.
pages() { BEARER=$metrics_secret /usr/bin/python3 "$here/pages.py" "$1" "$handlers" 30 "${@:2}"; }

# What a monitor and the operator look at: 200 tenants, a large database.
large_pages() {
  local home=$work/home-pages link counted shown
  start_api 0
  make_home "$home" "$api_port" 200
  sed -i "s|^{|{ metrics_secret: \"$metrics_secret\",|" "$home/config/opsfabric.json5"
  # The form's website.
  sed -i 's|www.t000.example.ch|www.example.ch|' "$home/config/tenants/t000.json5"
  "$opsfabric" apply >"$home/log/apply.txt" 2>&1 || die "apply failed: $(cat "$home/log/apply.txt")"
  "$here/large-database.sh" "$home/data/opsfabric.sqlite3" "$calls" 200 730 0
  "$opsfabric" run >"$work/pages-run.txt" || die "the run failed: $(cat "$work/pages-run.txt")"
  hold_open "$home"
  say "$calls calls of 200 tenants, $(du -m "$home/data/opsfabric.sqlite3" | cut -f1) MB (goals: metrics 20 ms, the operator's list 150 ms):"
  link=$("$opsfabric" operator link Olga)
  pages "$home" "$link" form=anfrage metrics=metrics "operator's list=operator" "its last page=operator?page=4" \
    "a tenant's page=operator?tenant=t007"
  shown=$(REQUEST_METHOD=GET HTTP_AUTHORIZATION="Bearer $metrics_secret" "$handlers/metrics" |
    awk '/^missedcall_calls_total/ { n += $2 } END { print n }')
  counted=$(sql "$home" "SELECT count(*) FROM calls WHERE outcome = 'answered' OR decision IN ('sent', 'skipped')")
  [ "$shown" = "$counted" ] || die "metrics says $shown calls, the database has $counted"
  say "  checked: metrics counts the $counted calls there are"
  stop_children
  rm -r "$home"
}

# A year of one busy tenant, as the desk shows it once the runner has kept its months.
figures_page() {
  local home=$work/home-figures link counted shown
  start_api 0
  make_home "$home" "$api_port" 1
  sed -i 's|www.t000.example.ch|www.example.ch|' "$home/config/tenants/t000.json5"
  "$opsfabric" apply >"$home/log/apply.txt" 2>&1 || die "apply failed: $(cat "$home/log/apply.txt")"
  "$here/large-database.sh" "$home/data/opsfabric.sqlite3" 100000 1 365
  "$opsfabric" run >"$work/figures-run.txt" || die "the run failed: $(cat "$work/figures-run.txt")"
  hold_open "$home"
  say "the desk of a tenant with 100000 calls in a year, its months kept by the runner (goal of the figures: 3 x the form):"
  link=$("$opsfabric" inbox t000 link +41797000002)
  pages "$home" "$link" form=anfrage "figures=inbox?view=figures" "requests=inbox"
  shown=$(sql "$home" "SELECT sum(calls) FROM month_figures")
  counted=$(sql "$home" "SELECT count(*) FROM calls")
  [ "$shown" = "$counted" ] || die "the figures have $shown calls, the database $counted"
  say "  checked: all $counted calls are in the figures"
  stop_children
  rm -r "$home"
}
