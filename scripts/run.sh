#!/usr/bin/env bash
# From a fresh clone to a running server: installs missing packages, builds, and serves examples/portico.json (or the
# given file).
set -euo pipefail
cd "$(dirname "$0")/.."

scripts/setup.sh build
cmake --preset release >/dev/null
cmake --build build/release -j "$(nproc)" --target portico_program
exec build/release/portico run "${1:-examples/portico.json}"
