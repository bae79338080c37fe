#!/usr/bin/env bash
# Unpacks packages of another Debian release into a folder, without installing them.
#
#   scripts/unpack_debian.sh RELEASE FOLDER PACKAGE...
#
# apt downloads them from this machine's own Debian mirror with a private package list: nothing is installed, and the
# machine's package sources do not change. Downloads are kept in the user's cache for a week, and longer where there is no
# network. Exits with 77, as a skipped test does, if no Debian mirror is configured here.
set -euo pipefail

release=$1 folder=$2
shift 2
cache=${XDG_CACHE_HOME:-$HOME/.cache}/portico/debian-$release
key=/usr/share/keyrings/debian-archive-keyring.gpg

newest() { ls -t "$cache/${1}_"*.deb 2>/dev/null | head -n 1 || true; }

wanted() { # the packages that are missing, or were downloaded over a week ago
  local package file
  for package in "$@"; do
    file=$(newest "$package")
    [[ -n $file && -z $(find "$file" -mtime +7) ]] || echo "$package"
  done
}

download() {
  local mirror apt
  mirror=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' 'Origin: Debian' 2>/dev/null |
    grep -v security | head -n 1 || true)
  if [[ -z $mirror ]]; then
    echo "$0: no Debian mirror is configured here" >&2
    return 77
  fi
  mkdir -p "$cache/lists/partial" "$cache/archives/partial"
  echo "deb [signed-by=$key] $mirror $release main" >"$cache/sources.list"
  apt=(apt-get -qq -o Dir::Etc::SourceList="$cache/sources.list" -o Dir::Etc::SourceParts=/dev/null
    -o Dir::State::Lists="$cache/lists" -o Dir::Cache="$cache" -o Acquire::Languages=none -o APT::Sandbox::User=root)
  "${apt[@]}" update && (cd "$cache" && "${apt[@]}" download "$@" && touch -- *.deb)
}

mkdir -p "$cache"
exec 9>"$cache/lock" # two clones download once
flock 9
mapfile -t packages < <(wanted "$@")
if ((${#packages[@]})); then
  status=0
  download "${packages[@]}" || status=$?
  for package in "$@"; do
    [[ -n $(newest "$package") ]] || exit "$status" # otherwise the older download serves
  done
fi
rm -rf "$folder"
mkdir -p "$folder"
for package in "$@"; do dpkg -x "$(newest "$package")" "$folder"; done
