#!/usr/bin/env bash
# install.sh HOME_DIR CGI_BIN - installs, or brings up to date, from the built tree or the unpacked release archive.
#
#   HOME_DIR  where configuration and data shall lie: outside of the web root
#   CGI_BIN   where the web server runs CGI programs
#
# Under suexec no environment arrives and symbolic links are refused: the handlers are one program under hard links, and
# a file beside them names the home. An update changes nothing when the new programs find fault with the configuration.
set -euo pipefail
if [ $# -ne 2 ]; then
  sed -n '2,5s/^# \{0,1\}//p' "$0" >&2
  exit 2
fi
here=$(cd "$(dirname "$0")" && pwd)
home=$1 cgi_bin=$2
umask 022
case $home in /*) ;; *) home=$PWD/$home ;; esac
case $cgi_bin in /*) ;; *) cgi_bin=$PWD/$cgi_bin ;; esac
cd "$here"

die() { printf '%s\n' "$*" >&2; exit 1; }

case $(uname -sm) in
  "Linux x86_64") ;;
  *) die "this is $(uname -sm): the programs run on Linux x86_64 only" ;;
esac
# The archive's own list; a built tree has none.
if [ -f SHA256SUMS ]; then
  sha256sum --quiet --check SHA256SUMS >&2 || die "the archive is damaged (above): unpack it again"
fi
bin/opsfabric --help >/dev/null || die "bin/opsfabric does not run on this host (above): see \"Which hosts\" in docs/operator.md"

is_update=false
[ -e "$home/data/settings.sqlite3" ] && is_update=true
if $is_update && ! OPSFABRIC_HOME=$home bin/opsfabric apply --check >/dev/null; then
  die "the new programs find fault with the configuration (above): mend it, then install again; nothing was changed"
fi

# Refuses a home that the web server would hand out, before anything is made.
OPSFABRIC_HOME=$home bin/opsfabric init --handlers "$cgi_bin"
mkdir -p "$home/bin" "$cgi_bin"
chmod 700 "$home"
install -m 755 bin/opsfabric "$home/bin/.opsfabric.new"
mv -f "$home/bin/.opsfabric.new" "$home/bin/opsfabric"
# So that its path alone is enough to call it.
printf '%s\n' "$home" >"$home/bin/opsfabric.home"
# The manual page and the shells' completions, made by the program itself.
manual() {
  mkdir -p "$home/share/${2%/*}"
  OPSFABRIC_HOME=$home "$home/bin/opsfabric" manual "$1" >"$home/share/$2.new"
  mv -f "$home/share/$2.new" "$home/share/$2"
}
manual page man/man1/opsfabric.1
manual bash bash-completion/completions/opsfabric
manual zsh zsh/site-functions/_opsfabric

# A running handler keeps its old file: replaced by rename, never overwritten. Settings and handlers change
# together: everything is laid ready first.
first=
for program in cgi-bin/*; do
  new=$cgi_bin/.${program##*/}.new
  rm -f "$new"
  # A disk without hard links has copies.
  if [ -n "$first" ] && cmp -s "$program" "$first" && ln "$first" "$new" 2>/dev/null; then continue; fi
  install -m 755 "$program" "$new"
  first=$new
done
printf '%s\n' "$home" >"$cgi_bin/opsfabric.home"
chmod 644 "$cgi_bin/opsfabric.home"
# The counterpart: where `opsfabric doctor` finds the handlers.
(umask 077 && printf '%s\n' "$cgi_bin" >"$home/data/handlers.folder")
if $is_update; then OPSFABRIC_HOME=$home "$home/bin/opsfabric" apply; fi
for program in cgi-bin/*; do mv -f "$cgi_bin/.${program##*/}.new" "$cgi_bin/${program##*/}"; done

if [ ! -e "$cgi_bin/.htaccess" ]; then
  install -m 644 cgi-bin/.htaccess "$cgi_bin/.htaccess"
elif grep -q opsfabric "$cgi_bin/.htaccess"; then
  # Where programs run by this line, they shall go on running.
  options=
  if grep -q '^Options .*+ExecCGI' "$cgi_bin/.htaccess"; then options='s/^#Options/Options/'; fi
  sed "$options" cgi-bin/.htaccess >"$cgi_bin/.htaccess.new"
  chmod 644 "$cgi_bin/.htaccess.new"
  mv -f "$cgi_bin/.htaccess.new" "$cgi_bin/.htaccess"
else
  install -m 644 cgi-bin/.htaccess "$cgi_bin/.htaccess.opsfabric"
  echo "note: $cgi_bin/.htaccess is yours and was kept; take over what .htaccess.opsfabric says"
fi
# suexec refuses programs and folders that others may write to, and says so only in the server's log.
case $(stat -c %a "$cgi_bin") in
  *[2367]? | *[2367]) echo "note: others may write to $cgi_bin; suexec refuses that: chmod 755 '$cgi_bin'" ;;
esac
echo "handlers are in $cgi_bin, the home is $home"
# Quoted, since a folder's name may have spaces.
echo "what is still missing: OPSFABRIC_HOME='$home' '$home/bin/opsfabric' doctor"
echo "cron: * * * * * OPSFABRIC_HOME='$home' '$home/bin/opsfabric' run --linger 55 >>'$home/log/run.log' 2>&1"
