# web.sh - two web servers on loopback, as functions for a script to source: one runs the shipped handlers
# as CGI programs, one plays Twilio's API.
#
# The script sets `work`, a folder of its own, before it calls anything, and `web_handlers_port` when it knows
# it; in its EXIT trap it calls `web_stop`.
# shellcheck shell=bash

web_pids=()

# lighttpd lies where a normal user's PATH does not reach.
web_program() { PATH=$PATH:/usr/sbin:/usr/local/sbin command -v lighttpd; }

# Copies without copying where the file system can: the programs are big, and links are refused by suexec.
web_copy() { ln "$1" "$2" 2>/dev/null || cp "$1" "$2"; }

# web_handlers_root CGI_BIN HOME: the programs as `make install` leaves them, the file that names the home too.
web_handlers_root() {
  local program
  mkdir -p "$work/www/cgi-bin"
  for program in "$1"/*; do
    # The file that names the home may lie there already; this one has its own.
    [ -x "$program" ] && [ -f "$program" ] || continue
    web_copy "$program" "$work/www/cgi-bin/${program##*/}"
  done
  printf '%s\n' "$2" >"$work/www/cgi-bin/opsfabric.home"
}

# web_standin_root STANDIN STATE_DIR
web_standin_root() {
  mkdir -p "$work/twilio"
  web_copy "$1" "$work/twilio/standin.cgi"
  printf '%s\n' "$2" >"$work/twilio/standin.dir"
}

# A connection is kept for longer than a played call pauses: lighttpd's 5 s end just when the next webhook
# comes, and a webhook that was lost with its connection is a story of its own.
web_patience='server.max-keep-alive-idle = 120'

web_handlers_config() {
  cat <<END
server.document-root = "$work/www"
server.bind = "127.0.0.1"
server.port = $1
server.errorlog = "$work/web.log"
server.breakagelog = "$work/web-programs.log"
server.modules = ("mod_access", "mod_cgi")
$web_patience
\$HTTP["url"] =~ "^/cgi-bin/(\.|opsfabric\.home)" { url.access-deny = ("") }
\$HTTP["url"] =~ "^/cgi-bin/" { cgi.assign = ("" => "") }
END
}

web_standin_config() {
  cat <<END
server.document-root = "$work/twilio"
server.bind = "127.0.0.1"
server.port = $1
server.errorlog = "$work/twilio.log"
server.breakagelog = "$work/twilio-programs.log"
server.modules = ("mod_rewrite", "mod_cgi")
$web_patience
url.rewrite-once = ("^/(2010-04-01|v1|v2)/" => "/standin.cgi")
cgi.assign = (".cgi" => "")
END
}

# web_start handlers|standin: starts the server on a free port and sets `web_port`.
web_start() {
  local try wait pid
  for try in 1 2 3 4 5 6 7 8; do
    web_port=$((20000 + RANDOM % 20000))
    web_is_open "$web_port" && continue
    "web_$1_config" "$web_port" >"$work/$1.conf"
    "$(web_program)" -D -f "$work/$1.conf" >>"$work/web-start.log" 2>&1 &
    pid=$!
    for wait in {1..100}; do
      # Ours, and not somebody else's on the port we lost to them: then lighttpd ends.
      kill -0 "$pid" 2>/dev/null || break
      if web_is_open "$web_port"; then
        sleep 0.1
        kill -0 "$pid" 2>/dev/null || break
        web_pids+=("$pid")
        return 0
      fi
      sleep 0.05
    done
    kill "$pid" 2>/dev/null || true
    wait "$pid" 2>/dev/null || true
  done
  echo "no web server could be started: $(tail -n 3 "$work/web-start.log")" >&2
  return 1
}

web_is_open() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

# web_post_unsigned URL_PATH BODY: a webhook that Twilio did not send; prints status and reason.
web_post_unsigned() {
  local reply
  exec 4<>"/dev/tcp/127.0.0.1/$web_handlers_port"
  printf '%s\r\n' "POST $1 HTTP/1.0" 'Content-Type: application/x-www-form-urlencoded' \
    "Content-Length: ${#2}" '' >&4
  printf '%s' "$2" >&4
  reply=$(tr -d '\r' <&4)
  exec 4>&-
  printf '%s: %s' "$(head -n 1 <<<"$reply" | cut -d ' ' -f 2)" "$(tail -n 1 <<<"$reply")"
}

web_stop() {
  local pid
  for pid in ${web_pids[@]+"${web_pids[@]}"}; do kill "$pid" 2>/dev/null || true; done
  for pid in ${web_pids[@]+"${web_pids[@]}"}; do wait "$pid" 2>/dev/null || true; done
  web_pids=()
}
