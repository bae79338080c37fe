#!/usr/bin/env bash
# Unpacks an Asio newer than this system's into build/deps/asio-new, for the preset "asio-new": the libasio-dev of a newer
# Debian. On other systems, PORTICO_ASIO=FOLDER names a folder with include/asio.hpp.
set -euo pipefail
cd "$(dirname "$0")/.."

wanted=1.30
target=build/deps/asio-new

version() { sed -nE 's/^#define ASIO_VERSION ([0-9]+).*/\1/p' "$1/include/asio/version.hpp" 2>/dev/null || true; }
at_least() { [[ -n $1 ]] && (($1 / 100000 * 1000 + $1 / 100 % 1000 >= ${wanted%.*} * 1000 + ${wanted#*.})); }

if at_least "$(version "$target")"; then exit 0; fi
rm -rf "$target"
mkdir -p "$(dirname "$target")"
if [[ -n ${PORTICO_ASIO:-} ]]; then
  ln -s "$(realpath "$PORTICO_ASIO")" "$target"
else
  scripts/unpack_debian.sh trixie "$target-package" libasio-dev || exit
  mv "$target-package/usr" "$target"
  rm -r "$target-package"
fi
if ! at_least "$(version "$target")"; then
  echo "$0: $target holds no Asio of at least $wanted" >&2
  exit 1
fi
