#!/usr/bin/env bash
# Prepares build/deps/newest: the newest headers of the libraries, for the preset "newest". They come from Debian's
# development release, which follows upstream as vcpkg does: the Windows container builds with those. Nothing is installed.
# Exits with 77 if no Debian mirror is configured here.
set -euo pipefail
cd "$(dirname "$0")/.."

target=build/deps/newest
packages=(libasio-dev libfmt-dev libspdlog-dev nlohmann-json3-dev libcli11-dev libssl-dev)
if [[ -f $target/complete && -z $(find "$target/complete" -mtime +7) ]]; then exit 0; fi

scripts/unpack_debian.sh sid "$target-packages" "${packages[@]}"
include=$target-packages/usr/include
version() { # FILE MACRO...: the macros' numbers with dots between them
  local file=$include/$1 macro numbers=()
  for macro in "${@:2}"; do numbers+=("$(sed -nE "s/^ *# *define $macro +([0-9]+).*/\1/p" "$file" | head -n 1)"); done
  (IFS=. && echo "${numbers[*]}")
}
fmt_version() { # FMT_VERSION is major * 10000 + minor * 100 + patch
  local number
  number=$(sed -nE 's/^#define FMT_VERSION ([0-9]+).*/\1/p' "$include/fmt/base.h")
  echo "$((number / 10000)).$((number / 100 % 100)).$((number % 100))"
}
rm -rf "$target" "$target-build"
cmake -S cmake/deps -B "$target-build" -G Ninja -DCMAKE_INSTALL_PREFIX="$PWD/$target" \
  -DHOST_INCLUDE="$PWD/$include" -DHOST_GOOGLETEST= -Dfmt_VERSION="$(fmt_version)" \
  -Dspdlog_VERSION="$(version spdlog/version.h SPDLOG_VER_MAJOR SPDLOG_VER_MINOR SPDLOG_VER_PATCH)" \
  -Dnlohmann_json_VERSION="$(version nlohmann/detail/abi_macros.hpp \
    NLOHMANN_JSON_VERSION_MAJOR NLOHMANN_JSON_VERSION_MINOR NLOHMANN_JSON_VERSION_PATCH)" \
  -DCLI11_VERSION="$(version CLI/Version.hpp CLI11_VERSION_MAJOR CLI11_VERSION_MINOR CLI11_VERSION_PATCH)" >/dev/null
cmake --build "$target-build" --target install >/dev/null
cp -r "$include"/openssl "$include"/*-linux-gnu*/openssl "$target/include/"
touch "$target/complete"
