#!/usr/bin/env bash
# Runs one Windows program under 64-bit Wine: CMAKE_CROSSCOMPILING_EMULATOR of the preset "windows".
#
#   scripts/wine.sh PROGRAM.exe ARGUMENTS...   run it, with its exit code
#   scripts/wine.sh --start                    create the private prefix (about 25 s, once) and start Wine's services
#   scripts/wine.sh --stop                     end the processes of that prefix, and nothing else
#
# Calls the loader directly, because the wrapper "wine" looks for the 32-bit Wine first.
set -euo pipefail

build=$(cd "$(dirname "$0")/.." && pwd)/build
export WINEPREFIX=${WINEPREFIX:-$build/wine} WINEARCH=win64 WINEDEBUG=${WINEDEBUG:--all}
export WINEDLLOVERRIDES="mscoree,mshtml=;winemenubuilder.exe=d" # no browser, no .NET, no desktop entries
unset DISPLAY

for folder in /usr/lib/wine /opt/wine-stable/bin; do
  if [[ -x $folder/wine64 ]]; then wine=$folder; fi
done
if [[ -z ${wine:-} ]]; then
  echo "$0: no 64-bit Wine here; scripts/setup.sh installs it" >&2
  exit 127
fi

case ${1:-} in
  --start)
    mkdir -p "$build"
    exec 9>"$build/wine.lock"
    flock 9
    if [[ ! -f $WINEPREFIX/system.reg ]]; then
      "$wine/wine64" wineboot --init 9>&- >"$build/wine.log" 2>&1
      "$wine/wineserver" --wait 9>&- # until everything is written
    fi
    # With a persistent server and Windows' services, a program starts in 0.05 s instead of 1.5 s. They must not inherit
    # our output, since our caller may wait for its EOF.
    "$wine/wineserver" --persistent 9>&- >/dev/null 2>&1 || true # one may run already
    "$wine/wine64" wineboot 9>&- </dev/null >/dev/null 2>&1
    ;;
  --stop) [[ ! -d $WINEPREFIX ]] || "$wine/wineserver" --kill || true ;;
  *) exec "$wine/wine64" "$@" ;;
esac
