# web.sh - two web servers on loopback, as functions for a script to source: one runs the shipped handlers
# as CGI programs, one plays Twilio's API.
#
# The script sets `work`, a folder of its own, before it calls anything, and `web_handlers_port` when it knows
# it; in its EXIT trap it calls `web_stop`.
# shellcheck shell=bash

web_pids=()
web_here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)

# The web server there is, as "KIND PROGRAM"; WEB_SERVER names one kind. Servers lie where a normal user's PATH does not
# reach. Apache gives up root's rights, and could then not read the home; so root has another.
web_software() {
  local kind name path
  for kind in ${WEB_SERVER:-lighttpd apache python}; do
    for name in $(web_names "$kind"); do
      path=$(PATH=$PATH:/usr/sbin:/usr/local/sbin command -v "$name") || continue
      case $kind in
        apache) [ "$(id -u)" -ne 0 ] && [ -n "$(web_apache_modules)" ] || continue ;;
        python) "$path" -c 'import http.server' 2>/dev/null || continue ;;
      esac
      printf '%s %s' "$kind" "$path"
      return 0
    done
  done
  return 1
}

web_names() {
  case $1 in
    lighttpd) echo lighttpd ;;
    apache) echo apache2 httpd ;;
    python) echo python3 /usr/bin/python3 ;;
  esac
}

web_apache_modules() {
  local folder
  for folder in /usr/lib/apache2/modules /usr/lib64/httpd/modules /usr/lib/httpd/modules; do
    if [ -e "$folder/mod_cgi.so" ] && [ -e "$folder/mod_mpm_prefork.so" ]; then
      echo "$folder"
      return
    fi
  done
}

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

# web_apache_config handlers|standin PORT
web_apache_config() {
  local modules module log=$work/web
  [ "$1" = handlers ] || log=$work/twilio
  modules=$(web_apache_modules)
  cat <<END
ServerRoot "$work"
ServerName 127.0.0.1
Listen 127.0.0.1:$2
PidFile "$work/$1.pid"
ErrorLog "$log-programs.log"
Mutex file:$work default
KeepAliveTimeout 120
MaxKeepAliveRequests 0
StartServers 4
END
  # Some are compiled in, as the distribution likes it.
  for module in mpm_prefork authz_core unixd alias cgi; do
    [ ! -e "$modules/mod_$module.so" ] || echo "LoadModule ${module}_module $modules/mod_$module.so"
  done
  if [ "$1" = handlers ]; then
    cat <<END
DocumentRoot "$work/www"
ScriptAliasMatch "^/cgi-bin/([a-z-]+)\$" "$work/www/cgi-bin/\$1"
END
  else
    cat <<END
DocumentRoot "$work/twilio"
ScriptAliasMatch "^/(2010-04-01|v1|v2)/" "$work/twilio/standin.cgi"
<Directory "$work/twilio">
  CGIPassAuth On
</Directory>
END
  fi
  echo "<Directory \"$work\">"
  echo "  Require all granted"
  echo "</Directory>"
}

# web_serve KIND PROGRAM handlers|standin PORT: the server itself, in the foreground.
web_serve() {
  case $1 in
    lighttpd)
      "web_$3_config" "$4" >"$work/$3.conf"
      exec "$2" -D -f "$work/$3.conf"
      ;;
    apache)
      web_apache_config "$3" "$4" >"$work/$3.conf"
      exec "$2" -D FOREGROUND -f "$work/$3.conf"
      ;;
    python)
      case $3 in
        handlers) exec "$2" "$web_here/web-server.py" "$4" handlers "$work/www" 2>>"$work/web-programs.log" ;;
        standin) exec "$2" "$web_here/web-server.py" "$4" standin "$work/twilio" 2>>"$work/twilio-programs.log" ;;
      esac
      ;;
  esac
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
    # shellcheck disable=SC2046
    web_serve $(web_software) "$1" "$web_port" >>"$work/web-start.log" 2>&1 &
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
