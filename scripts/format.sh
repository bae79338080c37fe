#!/usr/bin/env bash
# Formats all C++ sources; with --check only says what is not formatted. Always version 14: others format differently.
set -euo pipefail
cd "$(dirname "$0")/.."

how=(-i)
case ${1:-} in
  "") ;;
  --check) how=(--dry-run --Werror) ;;
  *)
    echo "$0: unknown argument $1; only --check is known" >&2
    exit 64
    ;;
esac
find base include config protocol server program handlers examples tests cmake \( -name '*.cpp' -o -name '*.hpp' -o -name '*.c' -o -name '*.h' \) -print0 2>/dev/null |
  xargs -0 clang-format-14 "${how[@]}"
