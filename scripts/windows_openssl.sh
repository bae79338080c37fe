#!/usr/bin/env bash
# Prints the folder with OpenSSL for the mingw-w64 build: headers and static libraries.
#
# No distribution has a package for it, so it is built here from the source package of libssl-dev, which apt downloads
# from this machine's mirror, with a private package list: nothing is installed, and the machine's package sources are
# not changed. The result is kept in the user's cache for all clones and branches: the network and a few minutes are needed
# once for each version of OpenSSL and of the compiler.
set -euo pipefail
cd "$(dirname "$0")/.."

version=$(dpkg-query -W -f '${Version}' libssl-dev)
compiler=x86_64-w64-mingw32-gcc-posix
# Without a DLL, unused parts, and the two ways to load foreign code (engines, DSOs). The folder for configurations is
# OpenSSL's default for Windows: a folder that any user may create would be a way to inject one (CVE-2019-1552).
options=(mingw64 --prefix=/usr --libdir=lib "--openssldir=C:/Program Files/Common Files/SSL"
  no-shared no-tests no-legacy no-engine no-dso)
cache=${XDG_CACHE_HOME:-$HOME/.cache}/portico
made_by=$("$compiler" -dumpfullversion)-$(sha256sum <<<"${options[*]}" | cut -c 1-8)
result=$cache/openssl-$version-mingw-$made_by

fetch() { # into the current folder, unpacked and patched
  local uri suite component keys=() key
  for key in /usr/share/keyrings/{debian,ubuntu}-archive-keyring.gpg; do
    if [[ -f $key ]]; then keys+=("$key"); fi
  done
  mkdir -p apt/lists/partial apt/archives/partial
  while read -r uri suite component; do
    echo "deb-src [signed-by=$(IFS=, && echo "${keys[*]}")] $uri $suite $component"
  done < <(apt-get indextargets --format '$(REPO_URI) $(RELEASE) $(COMPONENT)' 'Created-By: Packages' \
    | grep -E '^\S+ \S+ main$' | sort -u) >apt/sources.list
  local own=(-o Dir::Etc::SourceList="$PWD/apt/sources.list" -o Dir::Etc::SourceParts=/dev/null
    -o Dir::State::Lists="$PWD/apt/lists" -o Dir::Cache="$PWD/apt" -o Acquire::Languages=none
    -o APT::Sandbox::User=root)
  apt-get -qq "${own[@]}" update
  # The version of libssl-dev, or else the newest: a mirror may lack old versions, even some that it lists.
  local candidate
  for candidate in "$version" $(apt-cache "${own[@]}" showsrc openssl | sed -n 's/^Version: //p' | sort -rV); do
    if apt-get -qq "${own[@]}" source "openssl=$candidate"; then return; fi
  done
  return 1
}

build() {
  (cd "$work" && fetch) || {
    echo "$0: the source package of OpenSSL $version could not be fetched; this needs the network once" >&2
    return 1
  }
  mkdir "$work/build"
  (
    cd "$work/build"
    ../openssl-*/Configure "${options[@]}" --cross-compile-prefix=x86_64-w64-mingw32- CC=gcc-posix
    make -j "$(nproc)" build_libs
    make DESTDIR="$work/installed" install_dev
  )
  mv -T "$work/installed/usr" "$result" # atomically, so that the cache is always complete
}

mkdir -p "$cache"
exec 9>"$cache/openssl.lock" # two clones must not build it twice
flock 9
if [[ ! -d $result ]]; then
  work=$(mktemp -d "$cache/openssl-work.XXXXXX")
  trap 'rm -rf "$work"' EXIT
  build >&2
fi
echo "$result"
