#!/usr/bin/env bash
# Builds and tests everything that can be tested on Linux; ends with CTest's summary.
#
#   scripts/test.sh             all legs
#   scripts/test.sh asan tidy   only these
#
# Legs: format, tidy, fuzz, and the presets release, debug, asan, tsan, asio-new, newest, clang, libc++, windows. Later
# runs reuse the builds. A leg whose tools the distribution does not have is left out, and said.
set -euo pipefail
cd "$(dirname "$0")/.."

legs=("$@")
((${#legs[@]})) || legs=(format release tidy asan tsan asio-new newest clang libc++ fuzz windows)
known=(format tidy fuzz release debug asan tsan asio-new newest clang libc++ windows)
for leg in "${legs[@]}"; do
  if [[ " ${known[*]} " != *" $leg "* ]]; then
    echo "$0: unknown leg $leg; known: ${known[*]}" >&2
    exit 64
  fi
done

jobs=$(nproc)

scripts/setup.sh "${legs[@]}"
mkdir -p build/legs
tests=build/legs/CTestTestfile.cmake # so that one run of CTest covers all legs
: >"$tests"

build() {
  cmake --preset "$1" >build/legs/configure.log || { cat build/legs/configure.log; return 1; }
  cmake --build --preset "$1" -j "$jobs"
}

# The tool that a leg needs and this machine does not have; empty if it has them all.
missing_tool() {
  case $1 in
    tidy) command -v clang-tidy-14 >/dev/null || echo clang-tidy-14 ;;
    clang) command -v clang++-19 >/dev/null || echo clang++-19 ;;
    libc++)
      command -v clang++-19 >/dev/null || echo clang++-19
      compgen -G "/usr/lib/llvm-19/include/c++/v1/vector" >/dev/null || echo libc++-19-dev
      ;;
    windows) compgen -G "/usr/lib/wine/wine64" >/dev/null || compgen -G "/opt/wine-stable/bin/wine64" >/dev/null || echo wine64 ;;
  esac
}

for leg in "${legs[@]}"; do
  tool=$(missing_tool "$leg")
  if [[ -n $tool ]]; then
    echo "== $leg: left out: no $(tr '\n' ' ' <<<"$tool")here"
    continue
  fi
  SECONDS=0
  echo "== $leg"
  case $leg in
    format)
      if command -v clang-format-14 >/dev/null; then
        echo "add_test(format \"$PWD/scripts/format.sh\" --check)" >>"$tests"
      else
        echo "the layout of the sources is not checked: no clang-format-14 here"
      fi
      echo "add_test(words \"$PWD/scripts/check_words.py\")" >>"$tests"
      ;;
    tidy)
      build release # clang-tidy needs its compile_commands.json
      echo "add_test(tidy \"$PWD/scripts/tidy.py\")" >>"$tests"
      echo "set_tests_properties(tidy PROPERTIES PROCESSORS $jobs COST 1000)" >>"$tests"
      ;;
    fuzz)
      ./dev fuzz build
      echo "add_test(fuzz \"$PWD/dev\" fuzz)" >>"$tests"
      echo "set_tests_properties(fuzz PROPERTIES TIMEOUT 900 RUN_SERIAL TRUE)" >>"$tests"
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
        newest | libc++) ;; # only compile: the library and the public headers
        clang) echo "add_test(clang/unit \"$PWD/build/clang/tests/portico_tests\" --gtest_brief=1)" >>"$tests" ;;
        *) echo "subdirs(\"$PWD/build/$leg\")" >>"$tests" ;;
      esac
      ;;
  esac
  echo "== $leg: ready after $SECONDS s"
done

ctest --test-dir build/legs --output-on-failure --no-tests=error -j "$jobs"
