#!/usr/bin/env bash
# Prepares build/deps/windows: the libraries for the preset "windows", from the distribution's packages (which
# scripts/setup.sh installs). Does nothing if they exist and the packages have not changed.
set -euo pipefail
cd "$(dirname "$0")/.."

prefix=build/deps/windows
version_of() { dpkg-query -W -f '${Version}' "$1" | sed -E 's/^[0-9]+://; s/[-+].*//'; }

packages=(libasio-dev libfmt-dev libspdlog-dev nlohmann-json3-dev libcli11-dev libssl-dev googletest
  g++-mingw-w64-x86-64-posix)
made_from=$(dpkg-query -W "${packages[@]}"; cat cmake/deps/* cmake/mingw-w64.cmake scripts/windows_openssl.sh)
stamp=$(sha256sum <<<"$made_from")
if [[ -f $prefix/stamp && $(<"$prefix/stamp") == "$stamp" ]]; then exit 0; fi

openssl=$(scripts/windows_openssl.sh)
rm -rf "$prefix" "$prefix-build"
cmake -S cmake/deps -B "$prefix-build" -G Ninja \
  -DCMAKE_TOOLCHAIN_FILE="$PWD/cmake/mingw-w64.cmake" -DCMAKE_BUILD_TYPE=Release -DCMAKE_INSTALL_PREFIX="$PWD/$prefix" \
  -DCMAKE_PROJECT_TOP_LEVEL_INCLUDES="$PWD/cmake/developer.cmake" \
  -Dfmt_VERSION="$(version_of libfmt-dev)" -Dspdlog_VERSION="$(version_of libspdlog-dev)" \
  -Dnlohmann_json_VERSION="$(version_of nlohmann-json3-dev)" -DCLI11_VERSION="$(version_of libcli11-dev)"
cmake --build "$prefix-build" -j 2 --target install
cp -r "$openssl/." "$prefix"
printf '%s' "$stamp" >"$prefix/stamp"
