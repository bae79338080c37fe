#!/usr/bin/env python3
"""Runs clang-tidy 14 over the sources, as build/release compiles them.

    scripts/tidy.py            all of them
    scripts/tidy.py REGEX...   those whose path matches

A source that passed once is not looked at again until it, one of our headers it includes, or the rules change; what
passed is remembered in the user's cache.
"""

import concurrent.futures
import hashlib
import json
import os
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
BUILD = ROOT / "build" / "release"
MISTAKES = {"author_mistake.cpp", "option_left_out.cpp", "server_only_call.cpp"}  # tests that they do not compile
CACHE = pathlib.Path(os.environ.get("XDG_CACHE_HOME", pathlib.Path.home() / ".cache")) / "portico" / "tidy"


def included_by_source():
    """Which of our files each compiled source reads, as the last build recorded it: {source: [files]}."""
    listing = subprocess.run(["ninja", "-C", BUILD, "-t", "deps"], capture_output=True, text=True, check=True).stdout
    found = {}
    for block in listing.split("\n\n"):
        files = [pathlib.Path(os.path.normpath(BUILD / line.strip())) for line in block.splitlines()[1:]]
        files = [file for file in files if file.is_relative_to(ROOT) and not file.is_relative_to(ROOT / "build")]
        if files and files[0].suffix == ".cpp":
            found[files[0]] = files
    return found


def fingerprint(source, files):
    digest = hashlib.sha256(source.relative_to(ROOT).as_posix().encode())
    for file in [ROOT / ".clang-tidy", *sorted(files)]:
        digest.update(file.read_bytes())
    return digest.hexdigest()


def check(source, files):
    """Returns clang-tidy's findings, empty if the source passes."""
    passed = CACHE / fingerprint(source, files)
    if passed.exists():
        return ""
    result = subprocess.run(["clang-tidy-14", "--quiet", "-p", BUILD, source], capture_output=True, text=True)
    if result.returncode == 0:
        passed.touch()
        return ""
    return result.stdout + result.stderr


def main(patterns):
    compiled = {pathlib.Path(entry["file"]) for entry in json.loads((BUILD / "compile_commands.json").read_text())}
    sources = {
        source: files
        for source, files in included_by_source().items()
        if source in compiled
        and source.name not in MISTAKES
        and (not patterns or any(re.search(pattern, str(source)) for pattern in patterns))
    }
    if not sources:
        sys.exit("nothing to check: build the preset release first")
    CACHE.mkdir(parents=True, exist_ok=True)
    failed = 0
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        for source, findings in zip(sources, pool.map(check, sources, sources.values())):
            if findings:
                failed += 1
                print(f"== {source.relative_to(ROOT)}\n{findings}", flush=True)
    print(f"clang-tidy: {len(sources)} sources, {failed} with findings")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
