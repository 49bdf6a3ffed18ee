#!/usr/bin/env bash
# install-programs.sh HOME_DIR CGI_BIN - copies the built programs, makes the home, tells what is left to do.
# Under suexec no environment arrives and links are refused: the handlers are copies, and a file beside them
# names the home.
set -euo pipefail
home=$1 cgi_bin=$2
cd "$(dirname "$0")/.."
umask 022
case $home in /*) ;; *) home=$PWD/$home ;; esac

mkdir -p "$cgi_bin"
for program in cgi-bin/*; do
  name=${program##*/}
  # A running handler keeps its old file: replaced by rename, never overwritten.
  install -m 755 "$program" "$cgi_bin/.$name.new"
  mv -f "$cgi_bin/.$name.new" "$cgi_bin/$name"
done
install -m 644 cgi-bin/.htaccess "$cgi_bin/.htaccess"
printf '%s\n' "$home" >"$cgi_bin/opsfabric.home"
chmod 644 "$cgi_bin/opsfabric.home"

mkdir -p "$home"
chmod 700 "$home"
mkdir -p "$home/bin"
install -m 755 bin/opsfabric "$home/bin/.opsfabric.new"
mv -f "$home/bin/.opsfabric.new" "$home/bin/opsfabric"
OPSFABRIC_HOME=$home "$home/bin/opsfabric" init
if [ -e "$home/data/settings.sqlite3" ]; then
  # An update: the settings are written in the form the new programs read.
  OPSFABRIC_HOME=$home "$home/bin/opsfabric" apply
fi
echo "handlers are in $cgi_bin, the home is $home"
echo "cron: * * * * * OPSFABRIC_HOME=$home $home/bin/opsfabric run --linger 55 >>$home/log/run.log 2>&1"
