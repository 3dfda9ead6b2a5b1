#!/bin/sh
# Prints the Chromium that the browser tests drive, fetching one where it may; else says what to install and fails.
# Rather a headless shell than a whole browser, which draws itself a window, menus and an address bar around each page.
# Usage: find_chromium.sh PYTHON (the environment's, which has playwright)
set -u
python=$1

works() {
  [ -n "$1" ] && [ -x "$1" ] && "$1" --version >/dev/null 2>&1
}

on_path() {
  for name in "$@"; do
    found=$(command -v "$name" 2>/dev/null) && works "$found" && echo "$found" && return 0
  done
  return 1
}

playwrights() {
  found=$("$python" -c '
from playwright.sync_api import sync_playwright
with sync_playwright() as playwright:
    print(playwright.chromium.executable_path)' 2>/dev/null) && works "$found" && echo "$found"
}

if [ -n "${CHROMIUM:-}" ]; then
  works "$CHROMIUM" && echo "$CHROMIUM" && exit 0
  echo "CHROMIUM=$CHROMIUM does not run: correct it or leave it unset." >&2
  exit 1
fi

install() {
  [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1 || return 1
  echo "Installing the system package $1 for the browser tests." >&2
  { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends "$1"; } \
    >/dev/null 2>&1
}

shell=chromium-headless-shell
whole='chromium chromium-browser google-chrome'
on_path $shell && exit 0
# Only Debian has it by that name.
grep -qs '^ID=debian' /etc/os-release && install $shell && on_path $shell && exit 0
on_path $whole && exit 0
install chromium && on_path $whole && exit 0

playwrights && exit 0
echo 'No Chromium found: trying playwright install chromium.' >&2
"$python" -m playwright install chromium >/dev/null 2>&1
playwrights && exit 0

echo 'The browser tests need Chromium. Install it (on Debian: apt install chromium-headless-shell) or set CHROMIUM to its path.' >&2
exit 1
