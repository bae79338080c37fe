#!/usr/bin/env python3
"""Checks the arrows between the folders: reads the #include lines and fails on one that the design does not have.

    scripts/check_includes.py [ROOT]

    handlers, examples, tests  ->  server  ->  config, protocol (strangers to each other)  ->  include/portico  ->  Asio, std

The shipped handlers and the examples are written as anybody's would be, with the public headers only. JSON is known only
to config/, OpenSSL only to protocol/tls*, the operating system only to pairs x_windows.cpp and x_posix.cpp behind x.hpp,
and config/ reaches no Asio, not even through a public header. Sources and public headers are listed by name in CMake.
"""

import pathlib
import re
import sys

FOLDERS = ["include", "config", "protocol", "server", "program", "handlers", "examples", "tests", "bench"]

# folder -> the folders it may include from (itself is always allowed)
ARROWS = {
    "include": set(),
    "config": {"include"},
    "protocol": {"include"},
    "server": {"include", "config", "protocol", "program"},
    "program": {"include", "config", "protocol", "server"},
    "handlers": {"include"},
    "examples": {"include"},
    "tests": set(FOLDERS),
    "bench": set(FOLDERS),
}

# library -> where it may be included, as a pattern on the path
LIBRARIES = {
    "asio": r"(include|protocol|server|program|handlers|examples|tests|bench)/",
    "fmt": r"(config|protocol|server|program|handlers|examples|tests|bench)/",
    "nlohmann": r"(config|tests)/",
    "openssl": r"(protocol/tls|tests/|bench/)",
    "spdlog": r"(server|program|tests)/",
    "CLI": r"program/",
    "gtest": r"tests/",
    "gmock": r"tests/",
}

# Programs that speak to the system themselves, as strangers to the house would.
FREE_OF_PAIRS = r"(tests|bench)/"
C_HEADERS = {"stdio.h", "stdlib.h", "string.h", "stdint.h", "stddef.h", "errno.h", "time.h", "limits.h", "signal.h"}
INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*([<"])([^">]+)[">]', re.MULTILINE)


class Tree:
    def __init__(self, root):
        self.root = pathlib.Path(root)
        self.files = {}  # path -> [(line, "<" or '"', name)]
        for folder in FOLDERS:
            for file in sorted((self.root / folder).rglob("*")):
                if file.suffix in (".hpp", ".cpp", ".h", ".c"):
                    self.files[file.relative_to(self.root).as_posix()] = list(self.includes_of(file))

    @staticmethod
    def includes_of(file):
        text = file.read_text(encoding="utf-8")
        for match in INCLUDE.finditer(text):
            yield text.count("\n", 0, match.start()) + 1, match[1], match[2]

    def resolve(self, path, name):
        """The file of this tree that an include names, or None."""
        beside = (pathlib.PurePosixPath(path).parent / name).as_posix()
        for candidate in (name, f"include/{name}", beside):
            if candidate in self.files:
                return candidate
        return None

    def problems(self):
        for path, includes in self.files.items():
            for line, kind, name in includes:
                problem = self.problem_of(path, kind, name)
                if problem:
                    yield f"{path}:{line}: {name}: {problem}"
            if path.startswith("config/"):
                chain = self.way_to_asio(path, [path])
                if chain and len(chain) > 2:
                    yield f"{path}:1: reaches Asio, which config/ may not: {' -> '.join(chain)}"
        yield from self.unpaired()
        yield from self.unlisted()

    def problem_of(self, path, kind, name):
        folder = path.split("/")[0]
        target = self.resolve(path, name)
        if target:
            to = target.split("/")[0]
            if to != folder and to not in ARROWS[folder]:
                return f"{folder}/ may not include from {to}/"
            return None
        if kind == '"':
            return "no such file in this tree"
        library = re.split(r"[/.]", name)[0]
        if library == "portico":
            return "no such public header"
        if library in LIBRARIES:
            return None if re.match(LIBRARIES[library], path) else f"{library} is not for {path}"
        if "." not in name and "/" not in name:
            return None  # the standard library
        if re.match(FREE_OF_PAIRS, path):
            return None
        if name in C_HEADERS:
            return "use the C++ header of the same name"
        if not re.search(r"_(windows|posix)\.(cpp|hpp)$", path):
            return "a library nobody chose, or a system header outside x_windows.cpp and x_posix.cpp"
        return None

    def way_to_asio(self, path, chain, seen=None):
        """The chain of includes from `path` to an Asio header, or None."""
        seen = seen if seen is not None else set()
        for _, _, name in self.files[path]:
            if re.match(r"asio[/.]", name):
                return [*chain, name]
            target = self.resolve(path, name)
            if target and target not in seen and target.startswith(("config/", "include/")):
                seen.add(target)
                found = self.way_to_asio(target, [*chain, target], seen)
                if found:
                    return found
        return None

    def unpaired(self):
        other = {"windows": "posix", "posix": "windows"}
        for path in self.files:
            match = re.match(r"(.*)_(windows|posix)\.cpp$", path)
            if not match or re.match(FREE_OF_PAIRS, path):
                continue
            for partner in (f"{match[1]}_{other[match[2]]}.cpp", f"{match[1]}.hpp"):
                if partner not in self.files and not (self.root / "include/portico" / pathlib.Path(partner).name).exists():
                    yield f"{path}:1: has no {partner} beside it"

    def unlisted(self):
        """What no CMakeLists.txt names would not be compiled, installed or tested, and nobody would notice."""
        for path in self.files:
            if not re.match(r"include/|(config|protocol|server|handlers)/.*[.]cpp$|tests/.*_test[.]cpp$", path):
                continue
            lists = [parent / "CMakeLists.txt" for parent in (self.root / path).parents]
            text = "\n".join(file.read_text(encoding="utf-8") for file in lists if file.exists())
            name = re.escape(pathlib.PurePosixPath(path).name)
            name = re.sub(r"_(windows|posix)\\.cpp$", r"_(\1|[$][{]\\w+[}])\\.cpp", name)  # x_${system}.cpp names both
            if not re.search(rf"(?<![\w.-]){name}(?![\w.-])", text):
                yield f"{path}:1: is in no CMakeLists.txt"


def main(root):
    problems = list(Tree(root).problems())
    for problem in problems:
        print(problem)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1] if len(sys.argv) > 1 else pathlib.Path(__file__).resolve().parent.parent))
