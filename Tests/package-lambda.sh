#!/usr/bin/env bash
# package-lambda.sh BOOTSTRAP HOME_DIR FILE.zip - what AWS Lambda wants: `bootstrap`, the settings that `opsfabric apply`
# wrote, the file that names their folder, and the zone files.
#
# The function's user is not the owner of the files and must read them all: the settings, which hold tokens, too.
# Who may read the function's package may read them; keep it as you keep the home.
set -euo pipefail
bootstrap=$1 home=$2 file=$3
settings=$home/data/settings.sqlite3
[ -r "$settings" ] || { echo "there is no $settings: run 'opsfabric apply' first" >&2; exit 1; }
zones=
for folder in "${TZDIR:-}" /usr/share/zoneinfo /usr/lib/zoneinfo; do
  if [ -n "$folder" ] && [ -e "$folder/Europe/Zurich" ]; then zones=$folder && break; fi
done
[ -n "$zones" ] || { echo "no time zone files here: install tzdata" >&2; exit 1; }

command -v zip >/dev/null || { echo "zip is missing: install it" >&2; exit 1; }

mkdir -p "$(dirname "$file")"
file=$(cd "$(dirname "$file")" && pwd)/$(basename "$file")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
umask 022
mkdir -p "$work/home/data" "$work/zoneinfo"
install -m 755 "$bootstrap" "$work/bootstrap"
install -m 644 "$settings" "$work/home/data/settings.sqlite3"
echo /var/task/home >"$work/opsfabric.home"
# Links followed: `right` and `posix` are the same zones again.
(cd "$zones" && tar -ch --exclude=./right --exclude=./posix --exclude='./*.*' --exclude=./leapseconds .) |
  tar -x -C "$work/zoneinfo" --no-same-owner
rm -f "$file" "$file.new"
(cd "$work" && zip -q -r -X "$file.new" .)
mv -f "$file.new" "$file"
chmod 600 "$file"
echo "$file: $(du -h "$file" | cut -f1); runtime provided.al2023, one function per handler, see docs/functions.md"
