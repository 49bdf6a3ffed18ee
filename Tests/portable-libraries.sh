#!/usr/bin/env bash
# portable-libraries.sh FOLDER - what `opsfabric` and `bootstrap` are linked with instead of this machine's libraries, so
# that they run on older and on other distributions too:
#
#   libsqlite3.a  SQLite as an archive: tables are STRICT, which RHEL 9's library (3.34) does not know
#   libcurl.so    libcurl's names without Debian's symbol versions, which nobody else has: elsewhere the loader would
#                 complain at each start. At run time the host's own library is used
#   *.pc          where pkg-config finds the two
#   hypotf.o      the one function for which Swift's runtime would need glibc 2.35
#
# Tests/check-portable.sh looks at the result.
set -euo pipefail
folder=$1
[ -e "$folder/complete" ] && exit 0
mkdir -p "$folder"
clang=$(dirname "$(readlink -f "$(command -v swiftc)")")/clang

archive=$("$clang" -print-file-name=libsqlite3.a)
[ -f "$archive" ] || { echo "there is no libsqlite3.a: install libsqlite3-dev" >&2; exit 1; }
ln -sfn "$archive" "$folder/libsqlite3.a"

library=$("$clang" -print-file-name=libcurl.so)
[ -f "$library" ] || { echo "there is no libcurl.so: install libcurl4-openssl-dev" >&2; exit 1; }
nm -D --defined-only "$library" | sed -n 's/^[0-9a-f]* T \(curl_[a-z0-9_]*\)\(@.*\)\{0,1\}$/void \1(void) {}/p' |
  "$clang" -shared -x c -fPIC -Wl,-soname,libcurl.so.4 -o "$folder/libcurl.so" -

# As glibc 2.35 computes it: the squares of two floats fit a double.
"$clang" -O2 -fPIC -ffunction-sections -x c -c -o "$folder/hypotf.o" - <<'C'
float hypotf(float x, float y) {
  if (__builtin_isinf(x) || __builtin_isinf(y)) return __builtin_inff();
  return (float)__builtin_sqrt((double)x * x + (double)y * y);
}
C

for name in sqlite3 libcurl; do
  printf 'Name: %s\nDescription: see portable-libraries.sh\nVersion: %s\nCflags: %s\nLibs: -L%s -l%s\n' "$name" \
    "$(pkg-config --modversion "$name")" "$(pkg-config --cflags "$name")" "$folder" "${name#lib}" >"$folder/$name.pc"
done
: >"$folder/complete"
