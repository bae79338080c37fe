#!/usr/bin/env bash
# Prints the folder with OpenSSL for the mingw-w64 build: headers and static libraries.
#
# No distribution packages it, so it is built here from the distribution's own source package, the one that libssl-dev
# was built from: fetched by apt from this machine's mirror with a package list of the script's own, so nothing is
# installed and the machine's package sources stay as they are. The result is kept in the user's cache for every clone
# and branch: this needs the network and a few minutes once for each version of OpenSSL and of the compiler.
set -euo pipefail
cd "$(dirname "$0")/.."

version=$(dpkg-query -W -f '${Version}' libssl-dev)
compiler=x86_64-w64-mingw32-gcc-posix
# Without a DLL, what we never use, and the two doors to code from elsewhere. The folder for a configuration is OpenSSL's
# own choice for Windows, since one that any user may create there would be read (CVE-2019-1552).
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
  # The version of libssl-dev, else the newest: a mirror need not hold an old one, nor each that it lists.
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
  mv -T "$work/installed/usr" "$result" # at once, so that what is in the cache is complete
}

mkdir -p "$cache"
exec 9>"$cache/openssl.lock" # two clones build it once
flock 9
if [[ ! -d $result ]]; then
  work=$(mktemp -d "$cache/openssl-work.XXXXXX")
  trap 'rm -rf "$work"' EXIT
  build >&2
fi
echo "$result"
