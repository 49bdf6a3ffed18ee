#!/usr/bin/env bash
# make-deb.sh OUT_DIR [VERSION] - the Debian package, from the built programs, with dpkg's own tools.
# Environment: CGI_BIN, OPSFABRIC (the built programs, where they lie elsewhere), COMPRESSION (dpkg-deb's options),
# SOURCE_DATE_EPOCH (seconds; else the release's date). The same tree gives the same bytes.
set -euo pipefail
cd "$(dirname "$0")/.."
out=$1
source=Sources/Batch/OpsFabric/Version.swift
version=${2:-$(sed -n 's/^let version = "\(.*\)"$/\1/p' "$source")}
# 1.0.0-dev comes before 1.0.0: Debian writes that with a tilde.
version=${version/-/\~}
[[ $version =~ ^[0-9][0-9A-Za-z.+~]*$ ]] || { echo "$version is not a version Debian knows" >&2; exit 2; }
released=$(sed -n 's/^let versionDate = "\(.*\)"$/\1/p' "$source")
export SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(date -u -d "$released" +%s)}
cgi_bin=${CGI_BIN:-cgi-bin} opsfabric=${OPSFABRIC:-bin/opsfabric} parts=Packaging/debian
umask 022
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
tree=$work/tree
lib=$tree/usr/lib/opsfabric doc=$tree/usr/share/doc/opsfabric units=$tree/usr/lib/systemd/system
mkdir -p "$tree/DEBIAN" "$lib/bin" "$lib/cgi-bin" "$tree/usr/bin" "$tree/etc/cron.d" "$units" "$doc/examples" \
  "$tree/usr/share/man/man1" "$tree/usr/share/bash-completion/completions" \
  "$tree/usr/share/zsh/vendor-completions" "$out"

# One program under all names; nothing else in that folder is ours to run.
first='' allowed=''
for program in "$cgi_bin"/*; do
  { [ -x "$program" ] && [ -f "$program" ]; } || continue
  name=${program##*/}
  if [ -n "$first" ] && cmp -s "$program" "$first"; then
    ln "$first" "$lib/cgi-bin/$name"
  else
    install -m 755 "$program" "$lib/cgi-bin/$name"
    first=$lib/cgi-bin/$name
  fi
  allowed+=" -p /usr/lib/opsfabric/cgi-bin/$name"
done
[ -n "$allowed" ] || { echo "$cgi_bin has no programs: make build" >&2; exit 1; }
install -m 755 "$opsfabric" "$lib/bin/opsfabric"
for folder in bin cgi-bin; do echo /var/lib/opsfabric >"$lib/$folder/opsfabric.home"; done
install -m 755 "$parts/opsfabric" "$tree/usr/bin/opsfabric"
filled() { sed "s|@ALLOWED@|${allowed# }|; s|@VERSION@|$version|; s|@SIZE@|${size:-}|" "$1"; }
filled "$parts/web-socket.in" >"$lib/web-socket"
chmod 755 "$lib/web-socket"
filled "$parts/opsfabric-web.service.in" >"$units/opsfabric-web.service"
install -m 644 "$parts"/opsfabric.service "$parts"/opsfabric.timer "$parts"/opsfabric-web.socket "$units/"
install -m 644 "$parts/cron.d" "$tree/etc/cron.d/opsfabric"
ln -s /var/lib/opsfabric/config "$tree/etc/opsfabric"

"$opsfabric" manual page | gzip -9n >"$tree/usr/share/man/man1/opsfabric.1.gz"
"$opsfabric" manual bash >"$tree/usr/share/bash-completion/completions/opsfabric"
"$opsfabric" manual zsh >"$tree/usr/share/zsh/vendor-completions/_opsfabric"

install -m 644 "$parts/README.Debian" "$parts/copyright" README.md "$doc/"
if [ -f SECURITY.md ]; then install -m 644 SECURITY.md "$doc/"; fi
cp -R docs "$doc/docs"
install -m 644 "$parts/apache.conf" "$parts/nginx.conf" "$doc/examples/"
gzip -9n <CHANGELOG.md >"$doc/changelog.gz"
printf 'opsfabric (%s) unstable; urgency=medium\n\n  * See changelog.gz.\n\n -- %s  %s\n' "$version" \
  "$(sed -n 's/^Maintainer: //p' "$parts/control.in")" "$(LC_ALL=C date -u -R -d "@$SOURCE_DATE_EPOCH")" |
  gzip -9n >"$doc/changelog.Debian.gz"

size=$(du -k --apparent-size -s "$tree" | cut -f 1)
filled "$parts/control.in" >"$tree/DEBIAN/control"
install -m 644 "$parts/conffiles" "$tree/DEBIAN/conffiles"
for script in postinst prerm postrm; do install -m 755 "$parts/$script" "$tree/DEBIAN/$script"; done
(cd "$tree" && find . -path ./DEBIAN -prune -o -path ./etc -prune -o -type f -printf '%P\0' | LC_ALL=C sort -z |
  xargs -0 md5sum) >"$tree/DEBIAN/md5sums"
chmod -R u=rwX,go=rX "$tree"
find "$tree" -exec touch -h -d "@$SOURCE_DATE_EPOCH" {} +

package=$out/opsfabric_${version}_amd64.deb
# shellcheck disable=SC2086
dpkg-deb --root-owner-group ${COMPRESSION:--Zxz -z9 --threads-max=1} --build "$tree" "$package.new" >/dev/null
mv -f "$package.new" "$package"
printf '%s: %s\n' "$package" "$(numfmt --to=si --suffix=B "$(stat -c %s "$package")")"
