#!/bin/sh
# Prints the C compiler that builds a run's moved clock, installing one where it may; else says what to install and fails.
# Usage: find_compiler.sh
set -u

works() {
  [ "$(uname -s)" = Linux ] && command -v "$1" >/dev/null 2>&1 &&
    printf '#include <time.h>\n' | "$1" -E -xc - >/dev/null 2>&1
}

known() {
  for name in cc gcc clang; do
    works "$name" && echo "$name" && return 0
  done
  return 1
}

if [ -n "${CC:-}" ]; then
  works "$CC" && echo "$CC" && exit 0
  echo "CC=$CC does not compile: correct it or leave it unset." >&2
  exit 1
fi

known && exit 0

if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
  echo 'No C compiler found: installing the system package.' >&2
  { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends gcc libc6-dev; } \
    >/dev/null 2>&1
  known && exit 0
fi

echo 'Another date needs Linux and a C compiler. Install one (on Debian: apt install gcc libc6-dev) or set CC.' >&2
exit 1
