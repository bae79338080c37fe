#!/usr/bin/env bash
# Unpacks an Asio newer than this system's into build/deps/asio-new, for the preset "asio-new".
#
# It is the libasio-dev of a newer Debian, which apt downloads from this machine's Debian mirror, with a private package
# list: nothing is installed, and the machine's package sources are not changed. The package is kept in the user's
# cache, so the network is needed only once. On other systems, PORTICO_ASIO=FOLDER names a folder with include/asio.hpp.
set -euo pipefail
cd "$(dirname "$0")/.."

release=trixie
wanted=1.30
cache=${XDG_CACHE_HOME:-$HOME/.cache}/portico/asio-$release
target=build/deps/asio-new

version() { sed -nE 's/^#define ASIO_VERSION ([0-9]+).*/\1/p' "$1/include/asio/version.hpp" 2>/dev/null || true; }
at_least() { [[ -n $1 ]] && (($1 / 100000 * 1000 + $1 / 100 % 1000 >= ${wanted%.*} * 1000 + ${wanted#*.})); }

download() {
  local mirror key
  mirror=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' 'Origin: Debian' | head -n 1)
  key=/usr/share/keyrings/debian-archive-keyring.gpg
  if [[ -z $mirror ]]; then
    echo "$0: no Debian mirror is configured here; name a newer Asio with PORTICO_ASIO=FOLDER" >&2
    return 77 # as for a skipped test
  fi
  mkdir -p "$cache/lists/partial" "$cache/archives/partial"
  echo "deb [signed-by=$key] $mirror $release main" >"$cache/sources.list"
  local apt=(apt-get -qq -o Dir::Etc::SourceList="$cache/sources.list" -o Dir::Etc::SourceParts=/dev/null
    -o Dir::State::Lists="$cache/lists" -o Dir::Cache="$cache" -o Acquire::Languages=none -o APT::Sandbox::User=root)
  "${apt[@]}" update && (cd "$cache" && "${apt[@]}" download libasio-dev)
}

if at_least "$(version "$target")"; then exit 0; fi
rm -rf "$target"
mkdir -p "$(dirname "$target")"
if [[ -n ${PORTICO_ASIO:-} ]]; then
  ln -s "$(realpath "$PORTICO_ASIO")" "$target"
else
  ls "$cache"/libasio-dev_*.deb >/dev/null 2>&1 || download || exit
  dpkg -x "$(ls "$cache"/libasio-dev_*.deb | tail -n 1)" "$target-package"
  mv "$target-package/usr" "$target"
  rm -r "$target-package"
fi
if ! at_least "$(version "$target")"; then
  echo "$0: $target holds no Asio of at least $wanted" >&2
  exit 1
fi
