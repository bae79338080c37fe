#!/usr/bin/env bash
# Installs what building (and testing) Portico needs, from the packages of Debian 12 or later or of Ubuntu 24.04 or later.
#
#   scripts/setup.sh build    what scripts/run.sh needs
#   scripts/setup.sh          that, and what the tests on all systems need
#
# Does nothing, and needs no network, when everything is there. Installs as root or through sudo; package sources and
# other settings of the machine stay as they are.
set -euo pipefail

packages=(g++ cmake ninja-build ccache libasio-dev libfmt-dev libspdlog-dev nlohmann-json3-dev libcli11-dev
  libssl-dev libgtest-dev libgmock-dev)
if [[ ${1:-all} != build ]]; then
  packages+=(python3 python3-jsonschema git clang-format-14 clang-tidy-14)
  packages+=(haproxy nginx libnginx-mod-stream openssl) # proxies in front of Portico, in a test
  packages+=(openssl curl golang-go sslscan) # clients of TLS
  packages+=(g++-mingw-w64-x86-64-posix googletest wine64 dpkg-dev make) # the Windows programs and their tests
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
