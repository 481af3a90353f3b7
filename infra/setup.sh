#!/bin/sh
# Installs what our npm scripts need and the machine lacks, and says what it does. Plain sh, because it runs before
# anything is installed. With the argument `test`, as for all tests and the bench, it also brings Chromium; with `worker`,
# for a machine that only makes videos, it builds no pages.
set -eu
cd "$(dirname "$0")/.."

say() { printf '%s\n' "$*"; }
fail() { printf '%s\n' "$*" >&2; exit 1; }

as_root() {
  if [ "$(id -u)" = 0 ]; then "$@"
  elif command -v sudo >/dev/null 2>&1; then sudo "$@"
  else fail "Installing $want needs root: run as root, install sudo, or install $want yourself and try again."
  fi
}

# install_package COMMAND DEBIAN-PACKAGE FEDORA-PACKAGE
install_package() {
  want=$1
  if command -v "$1" >/dev/null 2>&1; then return 0; fi
  say "Installing $1 from this system's packages…"
  if command -v apt-get >/dev/null 2>&1; then
    as_root apt-get update -qq
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$2" >/dev/null
  elif command -v dnf >/dev/null 2>&1; then as_root dnf install -y -q "$3"
  else fail "$1 is missing and no package manager that we know is here; install $1 and try again."
  fi
  command -v "$1" >/dev/null 2>&1 || fail "$1 could not be installed; install it yourself and try again."
}

# Fences ffmpeg off from all files but its own. Without it videos are made all the same, and the transcoder warns.
install_bubblewrap() {
  # Tried once and not at every start: without a network a try takes a while.
  if command -v bwrap >/dev/null 2>&1 || [ -e node_modules/.bubblewrap-tried ] || [ "$(uname)" != Linux ]; then return 0; fi
  touch node_modules/.bubblewrap-tried
  if [ "$(id -u)" != 0 ] && ! sudo -n true 2>/dev/null; then
    say "bubblewrap is not installed: ffmpeg will see all files of this user. To mend it: sudo apt-get install bubblewrap"
    return 0
  fi
  (install_package bwrap bubblewrap bubblewrap) || say "bubblewrap could not be installed; ffmpeg will see all files of this user."
}

# The lockfile that was installed is kept beside what was installed: a cut-off install is not taken for a whole one.
if ! cmp -s package-lock.json node_modules/.installed-lock.json; then
  say "Installing the npm packages (a minute or two, about 1 GB with the ClickHouse engine)…"
  npm ci --no-audit --no-fund --loglevel=error || fail "npm could not install the packages; its own words stand above."
  cp package-lock.json node_modules/.installed-lock.json
fi
[ -x node_modules/.bin/node ] || fail "Node 24 did not come with the packages; this kind of machine is not supported yet."
PATH="$PWD/node_modules/.bin:$PATH"

install_package ffmpeg ffmpeg ffmpeg-free
install_bubblewrap
if [ "${1:-}" = test ]; then install_package chromium chromium chromium; fi

# Pages and player are built once, and again when a source is newer than the last build.
changed=$(find web services/contract package-lock.json -type f -newer web/build/.built \
  ! -path 'web/build/*' ! -path 'web/player/dist/*' ! -path '*/.svelte-kit/*' ! -name '*.test.ts' 2>/dev/null | head -n 1 || true)
# A machine that only makes videos shows no pages.
if [ "${1:-}" != worker ] && { [ ! -f web/build/.built ] || [ -n "$changed" ]; }; then
  say "Building the pages and the player…"
  log=$(mktemp)
  if ! npm run --silent build >"$log" 2>&1; then
    cat "$log" >&2
    rm -f "$log"
    fail "The pages could not be built; the reason stands above."
  fi
  rm -f "$log"
  touch web/build/.built
fi
