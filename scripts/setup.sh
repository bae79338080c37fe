#!/usr/bin/env bash
# Installs the packages for building (and testing) Portico, on Debian 12 or later and Ubuntu 24.04 or later.
#
#   scripts/setup.sh build    the packages for scripts/run.sh
#   scripts/setup.sh fuzz     also those for ./dev fuzz
#   scripts/setup.sh          those for scripts/run.sh and for all tests
#
# Does nothing, and needs no network, if everything is installed. Installs as root or with sudo; does not change package
# sources or other settings of the machine.
set -euo pipefail

packages=(netcat-openbsd) # the client of the README
packages+=(g++ cmake ninja-build ccache libasio-dev libfmt-dev libspdlog-dev nlohmann-json3-dev libcli11-dev
  libssl-dev libgtest-dev libgmock-dev)
if [[ ${1:-all} == fuzz ]]; then
  packages+=(clang libclang-rt-dev)
elif [[ ${1:-all} != build ]]; then
  packages+=(python3 python3-jsonschema git clang-format-14 clang-tidy-14 clang-19)
  packages+=(haproxy nginx libnginx-mod-stream openssl) # real proxies in front of Portico
  packages+=(openssl curl golang-go sslscan) # TLS clients
  packages+=(g++-mingw-w64-x86-64-posix googletest wine64 dpkg-dev make) # the Windows build and its tests
fi

if ! command -v dpkg-query apt-get >/dev/null; then
  echo "$0: no Debian packages here; install the equivalents of: ${packages[*]}" >&2
  exit 1
fi
missing=()
for package in "${packages[@]}"; do
  [[ $(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null) == installed ]] || missing+=("$package")
done
((${#missing[@]})) || exit 0

as_root=()
if ((EUID != 0)); then as_root=(sudo); fi
echo "installing: ${missing[*]}"
"${as_root[@]}" apt-get -qq update
"${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends "${missing[@]}" >/dev/null
