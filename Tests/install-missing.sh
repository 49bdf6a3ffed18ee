#!/usr/bin/env bash
# install-missing.sh WHAT:PACKAGE ... - installs the Debian package of each thing that is not here.
# WHAT is a command, a header below the include folders (ends in .h), a file (absolute, where * stands for a folder, or below /usr/share),
# or python3-NAME: a Python module that pip installs for the tests' outside judges; PACKAGE may begin with an option of pip.
set -euo pipefail

have() {
  case $1 in
    python3-*) python3 -c "import ${1#python3-}" 2>/dev/null ;;
    *.h) [ -n "$(find /usr/include -maxdepth 3 -path "*/$1" -print -quit 2>/dev/null)" ] ;;
    /*) compgen -G "$1" >/dev/null ;;
    */*) [ -e "/usr/share/$1" ] ;;
    *) command -v "$1" >/dev/null || [ -x "/usr/sbin/$1" ] ;;
  esac
}

packages=() modules=()
for pair in "$@"; do
  have "${pair%%:*}" && continue
  case $pair in
    python3-*) modules+=("${pair#*:}") ;;
    *) packages+=("${pair#*:}") ;;
  esac
done

if [ ${#packages[@]} -gt 0 ]; then
  echo "installing: ${packages[*]}"
  as_root=()
  [ "$(id -u)" -eq 0 ] || as_root=(sudo)
  export DEBIAN_FRONTEND=noninteractive
  "${as_root[@]}" apt-get update -qq
  # A web server must not start by itself because a test needs its program; two would even want the same port.
  policy=/usr/sbin/policy-rc.d
  if [ ! -e $policy ]; then
    trap '"${as_root[@]}" rm -f $policy' EXIT
    printf '#!/bin/sh\nexit 101\n' | "${as_root[@]}" tee $policy >/dev/null
    "${as_root[@]}" chmod 755 $policy
  fi
  "${as_root[@]}" env RUNLEVEL=1 apt-get install -y -qq --no-install-recommends "${packages[@]}" >/dev/null
fi

# The outside judges are welcome, not needed: tests that ask them say that they were left out.
for module in "${modules[@]}"; do
  read -ra words <<<"$module"
  python3 -m pip install --quiet --disable-pip-version-check "${words[@]}" 2>/dev/null ||
    python3 -m pip install --quiet --disable-pip-version-check --break-system-packages "${words[@]}" 2>/dev/null ||
    echo "note: the Python module $module could not be installed; the tests that ask it are skipped"
done
