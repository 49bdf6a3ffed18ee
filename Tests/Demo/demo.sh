#!/usr/bin/env bash
# demo.sh [--open] - one business's day in a minute and a half: for `make demo`, and `./demo` of the release archive.
#
#   --open  also leaves desk, form and operator's page to click on, at loopback, until Enter or Ctrl-C
#   --help  this
#
# A real web server (lighttpd, else Apache, else Python's) runs the shipped handlers, another one plays Twilio,
# `opsfabric run` lingers as cron starts it. Calls, webhooks, signatures, delays and requests to the API are real, on
# loopback only; the telephones and Twilio are played. At the end it checks that everything happened, and leaves nothing
# behind.
#
# Environment: CGI_BIN (folder of the shipped handlers), OPSFABRIC, STANDIN (the programs), WEB_SERVER (lighttpd, apache
# or python: which web server to take).
# Exit code: 0 all as it should be, 1 something was not, 2 something is missing.
set -euo pipefail
export LC_ALL=C.UTF-8
here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=web.sh
. "$here/web.sh"

account=AC0123456789abcdef0123456789abcdef
token=fedcba9876543210fedcba9876543210
voice_number=+41435550100
sms_number=+41797770100
delay=30

declare -A people=(
  [+41791112233]="Herr Keller" [+41782223344]="Frau Rossi" [+41763334455]="Herr Meier"
  [+4915112345678]="Frau Schmid" [+41445556677]="Herr Brunner" [anonymous]="A withheld number" [+41445556688]="The withheld number"
  [+41774445566]="Herr Frei" [+41795556677]="Frau Graf" [+41766667788]="Herr Odermatt"
  [+41792224466]="Frau Huber" [+41796660001]="Petra Dörfler (staff)"
)
keller=+41791112233 rossi=+41782223344 meier=+41763334455 schmid=+4915112345678 brunner=+41445556677
frei=+41774445566 graf=+41795556677 odermatt=+41766667788 huber=+41792224466
staff=+41796660001

work='' runner=''
declare -A ringing=()  # process of a call being played -> its caller
faults=0

# MARK: beginning and end

die() {
  printf 'demo: %s\n' "$1" >&2
  exit "${2:-1}"
}

check_environment() {
  local name
  for name in CGI_BIN OPSFABRIC STANDIN; do
    [ -n "${!name:-}" ] || die "$name is not set; use \`make demo\`" 2
  done
  [ -x "$OPSFABRIC" ] && [ -x "$STANDIN" ] && [ -x "$CGI_BIN/voice" ] || die "not built; use \`make demo\`" 2
  "$OPSFABRIC" --version >/dev/null || die "opsfabric does not run here (above): it needs libcurl and glibc 2.34" 2
  web_software >/dev/null ||
    die "a web server is missing: install ${WEB_SERVER:-lighttpd, Apache (with CGI; not as root) or python3}" 2
}

is_open=''
read_options() {
  local option
  for option in "$@"; do
    case $option in
      --open) is_open=1 ;;
      --help | -h)
        sed -n '2,13s/^#\( \|$\)//p' "$0"
        exit 0
        ;;
      *) die "$option is not known; see --help" 2 ;;
    esac
  done
}

# Processes that were started from our folder, or with it on their command line.
leftovers() {
  local folder
  for folder in /proc/[0-9]*; do
    [ "${folder#/proc/}" != $$ ] || continue
    if { tr '\0' ' ' <"$folder/cmdline"; readlink "$folder/exe"; readlink "$folder/cwd"; } 2>/dev/null |
      grep -qF "$work"; then
      printf '%s ' "${folder#/proc/}"
    fi
  done
}

clean_up() {
  local status=$? pid left='' wait
  trap '' INT TERM HUP
  set +e
  for pid in "${!ringing[@]}" $runner; do kill "$pid" 2>/dev/null; done
  web_stop
  for pid in "${!ringing[@]}" $runner; do wait "$pid" 2>/dev/null; done
  # A handler may be about to end.
  for wait in {1..30}; do
    left=$(leftovers)
    [ -n "$left" ] || break
    sleep 0.1
  done
  [ -z "$work" ] || rm -rf "$work"
  if [ -n "$left" ]; then
    echo "demo: still running: $left" >&2
    status=1
  fi
  exit "$status"
}

# MARK: telling

# Milliseconds since the story began.
elapsed() {
  local now=${EPOCHREALTIME/[.,]/}
  echo $((now / 1000 - started))
}

tell() {
  local seconds=$(($(elapsed) / 1000))
  printf '%02d:%02d  %s\n' $((seconds / 60)) $((seconds % 60)) "$*"
}

name_of() { printf '%s' "${people[$1]:-$1}"; }

# +41791112233 -> +41 79 111 22 33
spaced() {
  case $1 in
    +41*) sed -E 's/^\+41(..)(...)(..)(..)$/+41 \1 \2 \3 \4/' <<<"$1" ;;
    +49*) sed -E 's/^\+49(...)(.*)$/+49 \1 \2/' <<<"$1" ;;
    *) echo "$1" ;;
  esac
}

# field NAME LINE: a member of a flat JSON object, decoded; nothing for null.
field() {
  local pattern="\"$1\":(\"(([^\"\\\\]|\\\\.)*)\"|-?[0-9.]+)"
  [[ $2 =~ $pattern ]] || return 0
  if [[ ${BASH_REMATCH[1]} = \"* ]]; then
    printf '%b' "${BASH_REMATCH[2]//\\\"/\"}"
  else
    printf '%s' "${BASH_REMATCH[1]}"
  fi
}

# A text on one line.
flat() { sed -e ':a;N;$!ba;s/\n\n*/ \/ /g' <<<"$1"; }

# listed LIST: the rows of `opsfabric list`, which has the newest first, in the order they came about.
listed() { "$OPSFABRIC" list "$1" --json | tac; }

# row LIST KEY VALUE: the first row of `opsfabric list` with that value.
row() {
  local line
  while IFS= read -r line; do
    if [ "$(field "$2" "$line")" = "$3" ]; then
      printf '%s' "$line"
      return
    fi
  done < <(listed "$1")
}

standin() { "$STANDIN" "$@" --dir "$work/state"; }

seen_events=0 seen_messages=0 told_text='' found_graf=''

# Tells what is new - tickets before the SMS that follow from them - and delivers the delivery reports that
# Twilio would send.
look() {
  local events
  hang_up_calls
  mapfile -t events < <(listed events)
  events=("${events[@]:seen_events}")
  tell_events tell_ticket "${events[@]}"
  tell_messages
  # Not before the lost SMS was found in Twilio's list: its delivery report would tell as well.
  [ -z "$found_graf" ] || standin deliver >>"$work/deliveries.txt" || fault "a delivery report was not taken"
  tell_events tell_event "${events[@]}"
  seen_events=$((seen_events + ${#events[@]}))
}

tell_messages() {
  local line lines to body
  mapfile -t lines < <(standin messages --json)
  for line in "${lines[@]:seen_messages}"; do
    [ "$(field direction "$line")" = outbound-api ] || continue
    to=$(field to "$line")
    body=$(field body "$line")
    # The long text once; it is the same for everybody.
    if [[ $body = *'1 = Dringend'* ]]; then
      [ -z "$told_text" ] || body="${body%%$'\n'*} … (the same text)"
      told_text=1
    fi
    tell "SMS  to $(name_of "$to") $(spaced "$to"): \"$(flat "$body")\""
  done
  seen_messages=${#lines[@]}
}

tell_events() {
  local line teller=$1
  shift
  for line in "$@"; do "$teller" "$line"; done
}

tell_ticket() {
  local ticket
  [ "$(field type "$1")" = ticket_created ] || return 0
  ticket=$(row tickets id "$(field ticket "$1")")
  tell "TICKET $(field id "$ticket") for $(name_of "$(field phone "$ticket")"): $(field urgency "$ticket")" \
    "$(field status "$ticket"), from $(field source "$ticket")," \
    "due $(field sla_due_at "$ticket")$(summary_of "$ticket")"
}

tell_event() {
  local type who
  type=$(field type "$1")
  case $type in
    decision_skipped)
      who=$(name_of "$(field from "$(row calls id "$(field call "$1")")")")
      case $(field detail "$1") in
        dedupe) tell "RULE no SMS for $who's second call: one was sent less than 15 minutes ago (dedupe)" ;;
        landline) tell "RULE no SMS for $who: a landline cannot get one (landline)" ;;
        withheld) tell "RULE no SMS: nobody knows who called (withheld)" ;;
        *) tell "RULE no SMS for $who: $(field detail "$1")" ;;
      esac
      ;;
    message_held | message_unknown | message_found | message_retry) tell_trouble "$type" "$1" ;;
  esac
}

summary_of() {
  local text
  text=$(field summary "$1")
  [ -z "$text" ] || printf ': "%s"' "$(flat "$text")"
}

tell_trouble() {
  local message who
  message=$(row messages id "$(field message "$2")")
  who=$(name_of "$(field to "$message")")
  case $1 in
    message_held) tell "OOPS Twilio refuses the SMS to $who: too many requests (429); again in 5 s, as it asks" ;;
    message_unknown)
      tell "OOPS the connection is lost while the SMS to $who is handed over; Twilio is asked whether it has it" ;;
    message_found)
      [ "$(field to "$message")" != $graf ] || found_graf=1
      tell "FIX  asked Twilio's list: it has the SMS to $who; not sent again" ;;
    message_retry)
      tell "OOPS the SMS to $who was not delivered ($(field detail "$2")): retry 1 of 2" \
        "at $(field due_at "$message")"
      ;;
  esac
}

# MARK: acting

# call NUMBER WHAT options…: somebody telephones. The call is played while the story goes on.
call() {
  local from=$1 what=$2 number=''
  shift 2
  [ "$from" = anonymous ] || number=" $(spaced "$from")"
  tell "CALL $(name_of "$from")$number calls Dörfler AG: $what"
  "$STANDIN" call --dir "$work/state" --from "$from" --to $voice_number --real-time "$@" \
    >"$work/call-$from.txt" 2>&1 &
  ringing[$!]=$from
}

# Tells of the calls that have ended what the caller heard last.
hang_up_calls() {
  local pid from said
  for pid in "${!ringing[@]}"; do
    kill -0 "$pid" 2>/dev/null && continue
    from=${ringing[$pid]}
    unset "ringing[$pid]"
    wait "$pid" || fault "the call of $(name_of "$from") went wrong: $(cat "$work/call-$from.txt")"
    # Who has hung up hears nothing any more.
    said=''
    if ! grep -q 'dial=canceled' "$work/call-$from.txt"; then
      said=$(sed -nE 's/^(dial-result|menu|record|recording) 200 .*Say\(([^)]*)\).*/\2/p' "$work/call-$from.txt" | tail -n 1)
    fi
    tell "END  $(name_of "$from") hangs up${said:+; heard: \"$said\"}"
  done
}

# reply NUMBER TEXT
reply() {
  tell "SMS  from $(name_of "$1"): \"$2\""
  standin sms --from "$1" --to $sms_number --body "$2" >"$work/reply.txt" ||
    fault "the reply of $(name_of "$1") was not taken: $(cat "$work/reply.txt")"
}

# Somebody who is on call picks up and takes the request with a key.
take_by_telephone() {
  standin ring "$1" --ring 2 --press 1 >"$work/ring.txt" ||
    fault "the call to $(name_of "$1") went wrong: $(cat "$work/ring.txt")"
  tell "RING $(name_of "$1") $(spaced "$1") hears:" \
    "\"$(sed -nE 's/^voice 200 Gather\(Say\(([^)]*)\).*/\1/p' "$work/ring.txt")\", presses 1, hears:" \
    "\"$(sed -nE 's/^menu 200 Say\(([^)]*)\).*/\1/p' "$work/ring.txt")\""
}

# until_second S: goes on telling until then.
until_second() {
  while [ "$(elapsed)" -lt $(($1 * 1000)) ]; do
    look
    sleep 0.3
  done
}

# until_true SECOND WHAT command…: goes on telling until the command succeeds; at the latest until then.
until_true() {
  local limit=$(($1 * 1000)) what=$2
  shift 2
  while ! "$@"; do
    if [ "$(elapsed)" -ge "$limit" ]; then
      fault "$what did not happen in time"
      return 0
    fi
    look
    sleep 0.3
  done
  look
}

# MARK: what must be true

fault() {
  printf 'NOT AS IT SHOULD BE: %s\n' "$*"
  faults=$((faults + 1))
}

# texts_to NUMBER: how many SMS Twilio has for it.
texts_to() { standin messages --to "$1" | grep -c ' outbound-api ' || true; }

has_texts() { [ "$(texts_to "$1")" -ge "$2" ]; }

has_state() {
  local messages
  messages=$(listed messages)
  grep -F "\"to\":\"$1\"" <<<"$messages" | grep -qF "\"state\":\"$2\""
}

has_reason() { listed calls | grep -F "\"from\":\"$1\"" | grep -qF "\"reason\":\"$2\""; }

# expect WHAT GOT WANTED
expect() { [ "$2" = "$3" ] || fault "$1: $2, expected $3"; }

count_lines() { grep -cE "$1" || true; }

expect_ticket() {
  local ticket
  ticket=$(row tickets phone "$1")
  expect "ticket of $(name_of "$1")" \
    "$(field urgency "$ticket") $(field status "$ticket") $(field source "$ticket")" "$2"
}

check_calls() {
  local calls reason
  calls=$(listed calls)
  expect "answered calls" "$(count_lines '"outcome":"answered"' <<<"$calls")" 1
  expect "missed calls" "$(count_lines '"outcome":"missed"' <<<"$calls")" 10
  for reason in sent:7 dedupe:1 landline:1 withheld:1; do
    expect "decisions ${reason%:*}" "$(count_lines "\"reason\":\"${reason%:*}\"" <<<"$calls")" "${reason#*:}"
  done
}

check_tickets() {
  expect_ticket $keller "HIGH IN_PROGRESS missed_call"
  expect "who has the ticket of Herr Keller" "$(field person "$(row tickets phone $keller)")" "Petra Dörfler"
  expect "calls to Petra Dörfler" "$(standin calls --to $staff | count_lines .)" 1
  expect_ticket $rossi "MED NEEDS_CALLBACK missed_call"
  expect_ticket $schmid "MED NEW missed_call"
  expect_ticket $brunner "MED NEEDS_CALLBACK voice_menu"
  expect_ticket +41445556688 "MED NEEDS_CALLBACK voice_menu"
  expect "tickets" "$(listed tickets | count_lines '"id"')" 5
  expect "voice message of Herr Brunner" "$(field summary "$(row tickets phone $brunner)")" "Sprachnachricht, 0:09"
  case $(field summary "$(row tickets phone $schmid)") in
    *'Boiler tropft'*) ;;
    *) fault "the ticket of Frau Schmid does not hold her words" ;;
  esac
}

# From the end of each missed call to the SMS's acceptance: 30 to 60 s.
check_times() {
  local line ended sent seconds worst=0 from first
  while IFS= read -r line; do
    [ "$(field reason "$line")" = sent ] || continue
    from=$(field from "$line")
    first=$(grep -F '"kind":"missed_call"' <<<"$1" | grep -F "\"to\":\"$from\"" | head -n 1)
    ended=$(date -d "$(field ended_at "$line")" +%s)
    sent=$(field sent_at "$first")
    if [ -z "$sent" ]; then
      fault "the SMS to $(name_of "$from") was never accepted"
      continue
    fi
    sent=$(date -d "$sent" +%s)
    seconds=$((sent - ended))
    [ "$seconds" -ge $delay ] && [ "$seconds" -le 60 ] ||
      fault "the SMS to $(name_of "$from") was accepted $seconds s after the call's end"
    [ "$seconds" -le "$worst" ] || worst=$seconds
  done < <(listed calls)
  echo "from the end of a missed call to the SMS accepted by Twilio: $delay to $worst s (promised: under 60)"
}

check_messages() {
  local messages creates
  messages=$(listed messages)
  check_times "$messages"
  expect "missed-call SMS" "$(count_lines '"kind":"missed_call"' <<<"$messages")" 7
  expect "confirmations" "$(count_lines '"kind":"confirmation"' <<<"$messages")" 3
  expect "wizard links" "$(count_lines '"kind":"wizard_link"' <<<"$messages")" 1
  expect "SMS delivered to callers" \
    "$(grep -vF "\"to\":\"$staff\"" <<<"$messages" | count_lines '"state":"delivered"')" 10
  creates=$(standin requests --to $frei | count_lines ' POST .*Messages.json')
  expect "tries of the SMS that met a 429" "$creates" 2
  expect "SMS to Frau Graf, whose answer was lost" "$(texts_to $graf)" 1
  check_retry "$(row messages to $odermatt)"
}

# Two minutes after it was found undelivered: too long for a demo, so only the plan is checked.
check_retry() {
  local wait
  expect "the undelivered SMS" "$(field state "$1") $(field error_code "$1")" "failed 30008"
  [ -n "$(field due_at "$1")" ] || return 0
  wait=$(($(date -d "$(field due_at "$1")" +%s) - $(date +%s)))
  [ "$wait" -gt 60 ] && [ "$wait" -le 120 ] || fault "the undelivered SMS is tried again in $wait s"
  echo "the SMS to Herr Odermatt is $(field state "$1"): tried again in $wait s, by the run cron starts then"
}

check_logs() {
  local errors
  # A lost connection is part of the story; an error of a handler is not.
  errors=$(cat "$work"/{web,twilio}-programs.log "$work/runner.log" |
    grep -E ': (error|warning): |twilio-standin: ' |
    grep -v 'reason="X-Twilio-Signature is missing"' || true)
  [ -z "$errors" ] || fault "the log has errors: $errors"
}

# MARK: the installation

write_configuration() {
  # Only the form that is to be clicked on answers at our own address.
  local website=www.doerfler.example
  [ -z "$is_open" ] || website=127.0.0.1:$web_handlers_port
  cat >"$OPSFABRIC_HOME/config/opsfabric.json5" <<END
{
  public_url: "http://127.0.0.1:$web_handlers_port/cgi-bin",
  twilio: {
    account_sid: "$account", auth_token: "$token",
    api_base: "http://127.0.0.1:$web_standin_port", lookups_base: "http://127.0.0.1:$web_standin_port",
  },
  alerts: { sms: ["$staff"] },
}
END
  rm -f "$OPSFABRIC_HOME/config/tenants/example.json5"
  # Never quiet: a demo is watched at any time of day.
  cat >"$OPSFABRIC_HOME/config/tenants/doerfler.json5" <<END
{
  name: "Dörfler AG", voice_numbers: ["$voice_number"], forward_to: "+41434435200", sms_sender: "$sms_number",
  website_domain: "$website", ring_seconds: 10, sms_delay_seconds: $delay,
  quiet_hours: { from: "00:00", to: "00:00" },
  notify: [
    { channel: "sms", to: "$staff", on: ["new", "urgent"], name: "Petra Dörfler" },
    { channel: "call", to: "$staff", on: ["urgent"], name: "Petra Dörfler" },
  ],
}
END
  chmod 600 "$OPSFABRIC_HOME"/config/*.json5 "$OPSFABRIC_HOME"/config/tenants/*.json5
}

set_up() {
  work=$(mktemp -d "${TMPDIR:-/tmp}/opsfabric-demo.XXXXXX")
  export OPSFABRIC_HOME=$work/home
  "$OPSFABRIC" init >/dev/null
  web_handlers_root "$CGI_BIN" "$OPSFABRIC_HOME"
  web_start handlers
  web_handlers_port=$web_port
  web_standin_root "$STANDIN" "$work/state"
  "$STANDIN" init "$work/state" --account $account --token $token \
    --public-url "http://127.0.0.1:$web_handlers_port/cgi-bin" >/dev/null
  web_start standin
  web_standin_port=$web_port
  standin number $voice_number --no-sms >/dev/null
  standin number $sms_number >/dev/null
  standin plan messages.create rate429:5 --to $frei
  standin plan messages.create lostAnswer --to $graf
  standin delivery $odermatt undelivered:30008
  write_configuration
  "$OPSFABRIC" apply >"$work/apply.txt" || die "opsfabric apply failed: $(cat "$work/apply.txt")"
  started=$((${EPOCHREALTIME/[.,]/} / 1000))
  tell "$(web_software | cut -d ' ' -f 1) runs the handlers at http://127.0.0.1:$web_handlers_port/cgi-bin;" \
    "another plays Twilio at port $web_standin_port"
  tell "opsfabric apply: $(tail -n 1 "$work/apply.txt")"
  start_runner 85
  tell "opsfabric run --linger: the runner that cron starts each minute is at work"
}

# MARK: the story

play() {
  tell "WEB  a webhook without Twilio's signature is refused:" \
    "$(web_post_unsigned /cgi-bin/sms 'From=%2B41790000000&Body=1')"
  until_second 1
  call $huber "somebody answers" --outcome answered --ring 2 --talk 4
  until_second 2
  call $keller "nobody answers" --outcome no-answer
  until_second 3
  call anonymous "the line is busy" --outcome busy --ring 1 --press 0445556688 --press 1 --press 2
  call $rossi "the line is busy" --outcome busy --ring 2
  call $graf "the line is busy" --outcome busy --ring 1
  until_second 5
  call $meier "the line is busy" --outcome busy --ring 2
  call $brunner "a landline, the line is busy" --outcome busy --ring 2 --press 3 --speak 9
  until_second 7
  call $schmid "hangs up while it rings" --outcome canceled --ring 5
  call $odermatt "the line is busy" --outcome busy --ring 2
  until_second 10
  call $frei "the line is busy" --outcome busy --ring 5
  until_second 23
  call $keller "once more, the line is busy" --outcome busy --ring 2

  until_true 56 "the SMS to Frau Rossi" has_texts $rossi 1
  until_second 46
  reply $rossi "2"
  until_true 56 "the SMS to Herr Meier" has_texts $meier 1
  reply $meier "3"
  until_true 56 "the SMS to Frau Schmid" has_texts $schmid 1
  reply $schmid "Boiler tropft, Wasser im Keller. Können Sie heute noch kommen?"
  until_true 56 "the SMS to Herr Keller" has_texts $keller 1
  reply $keller "1"
  until_true 60 "the call to Petra Dörfler" is_rung $staff
  take_by_telephone $staff
  until_true 66 "the confirmation for Herr Keller" has_texts $keller 2
  until_true 66 "the retry after 429" has_state $frei delivered
  until_true 76 "the lost SMS found again" has_state $graf delivered
  until_true 80 "the decision on the second call" has_reason $keller dedupe
  until_true 80 "the decision on the withheld number" has_reason anonymous withheld
  until_true 80 "the decision on the landline" has_reason $brunner landline
  until_true 80 "the report on the SMS to Herr Odermatt" has_state $odermatt failed
  until_true 80 "the end of all calls" no_call_rings
  until_true 80 "the last delivery" all_delivered
  until_true 90 "the voice message of Herr Brunner" has_message
}

has_message() { listed tickets | grep -qF '"recordings":[{"seconds":9,"state":"stored"}]'; }

is_rung() { standin calls --to "$1" | grep -q ' queued '; }

no_call_rings() { [ ${#ringing[@]} -eq 0 ]; }

all_delivered() { ! listed messages | grep -qE '"state":"(queued|sending|accepted)"'; }

start_runner() {
  "$OPSFABRIC" run --linger "$1" >>"$work/runner.log" 2>&1 &
  runner=$!
}

# MARK: to click on

# Before the story, so that the desk can be watched while it fills.
show_addresses() {
  local public=http://127.0.0.1:$web_handlers_port/cgi-bin
  cat <<END

  desk             $("$OPSFABRIC" inbox doerfler link "Petra Dörfler")
  operator's page  $("$OPSFABRIC" operator link "Demo")
  form             $public/anfrage?ref=missed_call&phone=%2B41791112233

END
}

# Goes on telling, and answers what is clicked, until Enter, a signal, or the end of the terminal.
keep_open() {
  printf '\nThe pages stay, at the addresses above. Enter or Ctrl-C ends it.\n'
  local status
  while true; do
    kill -0 "$runner" 2>/dev/null || { wait "$runner" || true; start_runner 55; }
    look
    status=0
    read -r -t 0.5 || status=$?
    if [ "$status" -eq 0 ]; then return 0; fi
    # 1: nobody is at the keyboard. Then only a signal ends it.
    if [ "$status" -lt 128 ]; then sleep 0.5; fi
  done
}

stop_runner() {
  kill "$runner"
  wait "$runner" || fault "the runner ended with exit code $?"
  runner=''
  tell "the runner: $(tail -n 1 "$work/runner.log" | cut -d ' ' -f 2-)"
}

read_options "$@"
check_environment
trap clean_up EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP
set_up
[ -z "$is_open" ] || show_addresses
play
if [ -n "$is_open" ]; then
  keep_open
  exit 0
fi
stop_runner
printf '\nopsfabric list tickets\n'
"$OPSFABRIC" list tickets
printf '\nopsfabric status\n'
"$OPSFABRIC" status
printf '\n'
check_calls
check_tickets
check_messages
check_logs
if [ "$faults" -gt 0 ]; then
  echo "the demo failed: $faults of its checks"
  exit 1
fi
echo "all as it should be, after $(($(elapsed) / 1000)) s"
