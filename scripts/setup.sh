#!/usr/bin/env bash
# Installs the packages for building (and testing) Portico, on Debian 12 or later and Ubuntu 24.04 or later.
#
#   scripts/setup.sh build           the packages for scripts/run.sh
#   scripts/setup.sh release fuzz    also those for these legs of scripts/test.sh
#   scripts/setup.sh                 those for scripts/run.sh and for all legs
#
# Does nothing, and needs no network, if everything is installed. Installs as root or with sudo; does not change package
# sources or other settings of the machine. A tool of one leg that the distribution does not have is named and left out:
# scripts/test.sh then leaves that leg out.
set -euo pipefail

packages=(netcat-openbsd) # the client of the README
packages+=(g++ cmake ninja-build ccache libasio-dev libfmt-dev libspdlog-dev nlohmann-json3-dev libcli11-dev
  libssl-dev libgtest-dev libgmock-dev)
optional=() # not in every distribution

tests() {
  packages+=(python3 python3-jsonschema git)
  packages+=(haproxy nginx libnginx-mod-stream openssl) # real proxies in front of Portico
  packages+=(openssl curl golang-go sslscan) # TLS clients
}

for leg in "${@:-all}"; do
  case $leg in
    build) ;;
    format) packages+=(python3 git) optional+=(clang-format-14) ;;
    tidy) packages+=(python3) optional+=(clang-tidy-14) ;;
    clang) optional+=(clang-19) ;;
    libc++) optional+=(clang-19 libc++-19-dev) ;;
    fuzz) packages+=(clang libclang-rt-dev) ;;
    windows)
      tests
      packages+=(g++-mingw-w64-x86-64-posix googletest dpkg-dev make)
      optional+=(wine64)
      ;;
    all)
      tests
      packages+=(clang libclang-rt-dev g++-mingw-w64-x86-64-posix googletest dpkg-dev make)
      optional+=(clang-format-14 clang-tidy-14 clang-19 libc++-19-dev wine64)
      ;;
    *) tests ;;
  esac
done

if ! command -v dpkg-query >/dev/null || ! command -v apt-get >/dev/null; then
  echo "$0: no Debian packages here; install the equivalents of: ${packages[*]} ${optional[*]}" >&2
  exit 1
fi
installed() { [[ $(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null) == installed ]]; }
exists() { [[ -n $(apt-cache madison "$1" 2>/dev/null) ]]; }

missing=()
for package in "${packages[@]}"; do installed "$package" || missing+=("$package"); done
wanted=()
for package in $(printf '%s\n' "${optional[@]}" | sort -u); do installed "$package" || wanted+=("$package"); done
((${#missing[@]} + ${#wanted[@]})) || exit 0

as_root=()
if ((EUID != 0)); then as_root=(sudo); fi
# Without lists of packages, as in a fresh container, nothing is known to exist.
updated=
update() { [[ -n $updated ]] || "${as_root[@]}" apt-get -qq update; updated=1; }
if ((${#missing[@]})) || ! exists g++; then update; fi
for package in "${wanted[@]}"; do
  if exists "$package"; then
    missing+=("$package")
  else
    echo "$package is not in this distribution: left out"
  fi
done
((${#missing[@]})) || exit 0
echo "installing: ${missing[*]}"
update
"${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends "${missing[@]}" >/dev/null
