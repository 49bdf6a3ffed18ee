#!/usr/bin/env bash
# check-portable.sh PROGRAM... - fails when a program needs a newer system than docs/operator.md says, or a library that
# is not named there.
set -euo pipefail
libraries='ld-linux-x86-64.so.2 libc.so.6 libcurl.so.4 libgcc_s.so.1 libm.so.6 libstdc++.so.6'
# What Debian 12, Ubuntu 22.04, RHEL 9 and Amazon Linux 2023 all have.
newest=(GLIBC_2.34 GLIBCXX_3.4.29 CXXABI_1.3.13 GCC_12.0.0)
result=0

complain() { printf '%s\n' "$*" >&2; result=1; }

for program in "$@"; do
  for library in $(readelf -d "$program" | sed -n 's/.*(NEEDED).*\[\(.*\)\]/\1/p'); do
    case " $libraries " in *" $library "*) ;; *) complain "$program needs $library" ;; esac
  done
  for version in $(readelf --version-info "$program" | sed -n '/needs/,$s/.*Name: \([^ ]*\) .*/\1/p' | sort -u); do
    limit=
    for candidate in "${newest[@]}"; do
      [ "${candidate%%_*}" = "${version%%_*}" ] && limit=$candidate
    done
    if [ -z "$limit" ]; then
      complain "$program needs $version, which only some distributions have"
    elif [ "$(printf '%s\n' "$version" "$limit" | sort -V | tail -n 1)" != "$limit" ]; then
      complain "$program needs $version; the newest allowed is $limit"
    fi
  done
done
exit $result
