#!/usr/bin/env bash
# Builds and tests everything that can be tested on Linux; ends with CTest's summary.
#
#   scripts/test.sh             all legs
#   scripts/test.sh asan tidy   only these
#
# Legs: format, tidy, and the presets release, debug, asan, tsan, asio-new, clang, newest, windows. Later runs reuse the
# builds.
set -euo pipefail
cd "$(dirname "$0")/.."

legs=("$@")
((${#legs[@]})) || legs=(format release tidy asan tsan asio-new newest clang windows)
known=(format tidy release debug asan tsan asio-new newest clang windows)
for leg in "${legs[@]}"; do
  if [[ " ${known[*]} " != *" $leg "* ]]; then
    echo "$0: unknown leg $leg; known: ${known[*]}" >&2
    exit 64
  fi
done

jobs=$(nproc)

scripts/setup.sh
mkdir -p build/legs
tests=build/legs/CTestTestfile.cmake # so that one run of CTest covers all legs
: >"$tests"

build() {
  cmake --preset "$1" >build/legs/configure.log || { cat build/legs/configure.log; return 1; }
  cmake --build --preset "$1" -j "$jobs"
}

for leg in "${legs[@]}"; do
  SECONDS=0
  echo "== $leg"
  case $leg in
    format)
      echo "add_test(format \"$PWD/scripts/format.sh\" --check)" >>"$tests"
      echo "add_test(words \"$PWD/scripts/check_words.py\")" >>"$tests"
      ;;
    tidy)
      build release # clang-tidy needs its compile_commands.json
      echo "add_test(tidy \"$PWD/scripts/tidy.py\")" >>"$tests"
      echo "set_tests_properties(tidy PROPERTIES PROCESSORS $jobs COST 1000)" >>"$tests"
      ;;
    *)
      case $leg in
        windows) scripts/windows_deps.sh >build/legs/windows_deps.log || { cat build/legs/windows_deps.log; exit 1; } ;;
        asio-new | newest)
          prepare=scripts/newer_asio.sh
          if [[ $leg == newest ]]; then prepare=scripts/newest_libraries.sh; fi
          "$prepare" || {
            (($? == 77)) || exit 1
            echo "$leg: skipped"
            continue
          }
          ;;
      esac
      build "$leg"
      case $leg in
        newest) ;; # only compiles: the library and the public headers
        clang) echo "add_test(clang/unit \"$PWD/build/clang/tests/portico_tests\" --gtest_brief=1)" >>"$tests" ;;
        *) echo "subdirs(\"$PWD/build/$leg\")" >>"$tests" ;;
      esac
      ;;
  esac
  echo "== $leg: ready after $SECONDS s"
done

ctest --test-dir build/legs --output-on-failure --no-tests=error -j "$jobs"
