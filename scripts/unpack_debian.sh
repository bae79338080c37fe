#!/usr/bin/env bash
# Unpacks packages of another Debian release into a folder, without installing them.
#
#   scripts/unpack_debian.sh RELEASE FOLDER PACKAGE...
#
# The packages are fetched by apt from this machine's own Debian mirror with a package list of the script's own: nothing
# is installed, and the machine's package sources do not change. Downloads are kept in the user's cache, so the network is
# needed once. Exits with 77, as a skipped test does, if no Debian mirror is configured here.
set -euo pipefail

release=$1 folder=$2
shift 2
cache=${XDG_CACHE_HOME:-$HOME/.cache}/portico/debian-$release

mirror=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' 'Origin: Debian' 2>/dev/null |
  grep -v security | head -n 1 || true)
missing=()
for package in "$@"; do
  ls "$cache/${package}_"*.deb >/dev/null 2>&1 || missing+=("$package")
done
if ((${#missing[@]})); then
  if [[ -z $mirror ]]; then
    echo "$0: no Debian mirror is configured here" >&2
    exit 77
  fi
  mkdir -p "$cache/lists/partial" "$cache/archives/partial"
  exec 9>"$cache/lock" # two clones fetch it once
  flock 9
  echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $mirror $release main" >"$cache/sources.list"
  apt=(apt-get -qq -o Dir::Etc::SourceList="$cache/sources.list" -o Dir::Etc::SourceParts=/dev/null
    -o Dir::State::Lists="$cache/lists" -o Dir::Cache="$cache" -o Acquire::Languages=none -o APT::Sandbox::User=root)
  "${apt[@]}" update
  (cd "$cache" && "${apt[@]}" download "${missing[@]}")
fi
rm -rf "$folder"
mkdir -p "$folder"
for package in "$@"; do
  dpkg -x "$(ls "$cache/${package}_"*.deb | tail -n 1)" "$folder"
done
