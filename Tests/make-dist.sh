#!/usr/bin/env bash
# make-dist.sh VERSION OUT_DIR - the release archive: everything a person without a compiler needs on a shared host.
# Environment: CGI_BIN, OPSFABRIC, BOOTSTRAP and STANDIN (the built programs, where they lie elsewhere), COMPRESSION (xz's
# --lzma2 options).
# The same tree gives the same bytes. xz, since its window spans several programs: most of each is the same Swift
# runtime.
set -euo pipefail
version=$1 out=$2
cd "$(dirname "$0")/.."
cgi_bin=${CGI_BIN:-cgi-bin} opsfabric=${OPSFABRIC:-bin/opsfabric} bootstrap=${BOOTSTRAP:-bin/bootstrap}
standin=${STANDIN:-.build-batch/release/twilio-standin}
name=missed-call-recovery-$version-linux-x86_64
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
tree=$work/$name

mkdir -p "$tree/bin" "$tree/cgi-bin" "$tree/functions" "$tree/sample/config/tenants" "$tree/docs" "$out"
first=
for program in "$cgi_bin"/*; do
  # A file that names a home belongs to this machine.
  { [ -x "$program" ] && [ -f "$program" ]; } || continue
  place=$tree/cgi-bin/${program##*/}
  # One program under all names, in the archive too.
  if [ -n "$first" ] && cmp -s "$program" "$first"; then ln "$first" "$place"; else install -m 755 "$program" "$place"; first=$place; fi
done
install -m 644 cgi-bin/.htaccess "$tree/cgi-bin/.htaccess"
install -m 755 "$opsfabric" "$tree/bin/opsfabric"
install -m 755 install.sh "$tree/install.sh"
# For a function service, without a compiler too.
install -m 755 "$bootstrap" "$tree/functions/bootstrap"
install -m 755 Tests/package-lambda.sh "$tree/functions/package-lambda.sh"
# The day in a minute and a half, without a compiler and without an installation.
install -m 755 Tests/Demo/demo "$tree/demo"
mkdir -p "$tree/demo.d"
install -m 755 Tests/Demo/demo.sh Tests/Demo/web-server.py "$standin" "$tree/demo.d/"
install -m 644 Tests/Demo/web.sh "$tree/demo.d/"
install -m 644 crontab LICENSE README.md CHANGELOG.md "$tree/"
if [ -f SECURITY.md ]; then install -m 644 SECURITY.md "$tree/"; fi
install -m 644 docs/*.md "$tree/docs/"
for folder in docs/*/; do cp -R "$folder" "$tree/docs/"; done
# What `init` writes, to be read before anything is installed.
OPSFABRIC_HOME=$work/home "$opsfabric" init >/dev/null
install -m 600 "$work/home/config/opsfabric.json5" "$tree/sample/config/opsfabric.json5"
install -m 600 "$work/home/config/tenants/example.json5" "$tree/sample/config/tenants/example.json5"
printf '%s\n' "$version" >"$tree/VERSION"
chmod -R go-w "$tree"
(cd "$tree" && find . -type f ! -name SHA256SUMS -printf '%P\0' | LC_ALL=C sort -z | xargs -0 sha256sum >"$work/sums" &&
  install -m 644 "$work/sums" SHA256SUMS)

archive=$out/$name.tar.xz
LC_ALL=C tar -C "$work" --sort=name --owner=0 --group=0 --numeric-owner --mtime='2026-01-01 00:00Z' -cf - "$name" |
  xz --threads=1 --x86 --lzma2="${COMPRESSION:-preset=9e,dict=64MiB}" >"$archive.new"
mv -f "$archive.new" "$archive"
(cd "$out" && sha256sum "$name.tar.xz" >"$name.tar.xz.sha256")
printf '%s: %s\n' "$archive" "$(numfmt --to=si --suffix=B "$(stat -c %s "$archive")")"
