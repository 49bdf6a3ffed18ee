#!/usr/bin/env bash
# install-programs.sh HOME_DIR CGI_BIN - copies the built programs, makes the home, tells what is left to do.
# Under suexec no environment arrives and links are refused: the handlers are copies, and a file beside them
# names the home. An update changes nothing when the new programs find fault with the configuration.
set -euo pipefail
home=$1 cgi_bin=$2
cd "$(dirname "$0")/.."
umask 022
case $home in /*) ;; *) home=$PWD/$home ;; esac
is_update=false
[ -e "$home/data/settings.sqlite3" ] && is_update=true
if $is_update && ! OPSFABRIC_HOME=$home bin/opsfabric apply --check >/dev/null; then
  echo "the new programs find fault with the configuration (above): mend it, then install again; nothing was changed" >&2
  exit 1
fi

mkdir -p "$home/bin" "$cgi_bin"
chmod 700 "$home"
install -m 755 bin/opsfabric "$home/bin/.opsfabric.new"
mv -f "$home/bin/.opsfabric.new" "$home/bin/opsfabric"
OPSFABRIC_HOME=$home "$home/bin/opsfabric" init

# A running handler keeps its old file: replaced by rename, never overwritten. Settings and handlers change
# together: everything is laid ready first.
for program in cgi-bin/*; do install -m 755 "$program" "$cgi_bin/.${program##*/}.new"; done
printf '%s\n' "$home" >"$cgi_bin/opsfabric.home"
chmod 644 "$cgi_bin/opsfabric.home"
if $is_update; then OPSFABRIC_HOME=$home "$home/bin/opsfabric" apply; fi
for program in cgi-bin/*; do mv -f "$cgi_bin/.${program##*/}.new" "$cgi_bin/${program##*/}"; done

if [ ! -e "$cgi_bin/.htaccess" ] || grep -q opsfabric "$cgi_bin/.htaccess"; then
  install -m 644 cgi-bin/.htaccess "$cgi_bin/.htaccess"
else
  install -m 644 cgi-bin/.htaccess "$cgi_bin/.htaccess.opsfabric"
  echo "note: $cgi_bin/.htaccess is yours and was kept; take over what .htaccess.opsfabric says"
fi
echo "handlers are in $cgi_bin, the home is $home"
# Quoted, since a folder's name may have spaces.
echo "cron: * * * * * OPSFABRIC_HOME='$home' '$home/bin/opsfabric' run --linger 55 >>'$home/log/run.log' 2>&1"
