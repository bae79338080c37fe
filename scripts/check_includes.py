#!/usr/bin/env python3
"""Checks the arrows between the rooms: reads the #include lines and fails on one that the design does not have.

    scripts/check_includes.py [ROOT]

A room is a folder with its own files; its row in ARROWS says which rooms it may include from, and a room without a row is
a problem. Shipped handlers and examples
are written as anybody's would be, with public headers only. Libraries and the operating system have rooms of their own
(LIBRARIES; pairs x_windows.cpp and x_posix.cpp behind x.hpp), and config/ reaches no Asio, not even through a public
header. Sources and public headers are listed by path in the CMakeLists.txt of their top folder.
"""

import pathlib
import re
import sys

FOLDERS = ["include", "base", "config", "protocol", "server", "program", "handlers", "examples", "tests", "bench"]

PUBLIC = {"include/portico", "include/portico/options"}
CONFIG = {"config/values", "config/json", "config/settings", "config/reading", "config/documents"}
PROTOCOL = {"protocol", "protocol/tls", "protocol/proxy_protocol"}
ENGINE = {"server/net", "server/admission", "server/endpoint", "server/connection"}

# room -> the rooms, or single files, that it may include from. Itself, and base/ unless it is public, it always may.
ARROWS = {
    "include/portico": {"include/portico/options"},
    "include/portico/options": set(),
    "base": set(),
    "config/values": PUBLIC,
    "config/json": PUBLIC | {"config/values"},
    "config/settings": PUBLIC | {"config/values"},
    "config/reading": PUBLIC | {"config/json", "config/settings", "config/values"},
    "config/documents": PUBLIC | {"config/reading", "config/settings", "config/values"},
    "protocol": PUBLIC,
    "protocol/tls": PUBLIC | {"protocol"},
    "protocol/proxy_protocol": PUBLIC,
    "server/net": PUBLIC | {"config/settings", "protocol"},
    "server/admission": PUBLIC | {"config/settings"},
    "server/endpoint": PUBLIC
    | {"config/settings", "config/reading/env.hpp", "config/values/suggest.hpp", "protocol/tls", "server/admission"},
    "server/connection": PUBLIC | PROTOCOL | {"server/admission", "server/endpoint"},
    "server/workers": PUBLIC | ENGINE | {"protocol"},
    "server/accept": PUBLIC | ENGINE | {"protocol", "server/workers"},
    "server": PUBLIC | ENGINE | CONFIG | {"server/accept", "server/workers"},
    "program/host": PUBLIC,
    "program/log": PUBLIC | {"config/settings", "server/connection"},
    "program/commands": PUBLIC | CONFIG | PROTOCOL | ENGINE
    | {"program/host", "program/log", "server", "server/accept", "server/workers"},
    "handlers": PUBLIC,
    "examples": PUBLIC,
    "tests": None,  # everything
    "bench": None,
}

# library -> the paths that may include it
LIBRARIES = {
    "asio": r"(include|protocol|server|program|handlers|examples|tests|bench)/",
    "fmt": r"(config|protocol|server|program|handlers|examples|tests|bench)/",
    "nlohmann": r"(config/json|config/documents|tests)/",
    "openssl": r"(protocol/tls|tests|bench)/",
    "spdlog": r"(program/log|tests)/",
    "CLI": r"program/commands/",
    "gtest": r"tests/",
    "gmock": r"tests/",
}

# Programs that call the system themselves, as a program outside this project would.
FREE_OF_PAIRS = r"(tests|bench)/"
C_HEADERS = {"stdio.h", "stdlib.h", "string.h", "stdint.h", "stddef.h", "errno.h", "time.h", "limits.h", "signal.h"}
INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*([<"])([^">]+)[">]', re.MULTILINE)
LISTED = r"include/|(base|config|protocol|server|program|handlers)/.*[.]cpp$|tests/.*_test[.]cpp$"


def room_of(path):
    """The room of a file: its folder; tests, examples and bench are one room each."""
    folder = path.rpartition("/")[0]
    top = folder.split("/")[0]
    return top if top in ("tests", "examples", "bench") else folder


class Tree:
    """The sources and CMakeLists.txt of a tree, as {path: text}."""

    def __init__(self, texts):
        self.lists = {path: text for path, text in texts.items() if path.endswith("CMakeLists.txt")}
        self.files = {}  # path -> [(line, "<" or '"', name)]
        for path, text in texts.items():
            if path not in self.lists:
                self.add(path, text)

    @classmethod
    def read(cls, root):
        root = pathlib.Path(root)
        texts = {}
        for folder in FOLDERS:
            for pattern in ("*.hpp", "*.cpp", "*.h", "*.c", "CMakeLists.txt"):
                for file in (root / folder).rglob(pattern):
                    texts[file.relative_to(root).as_posix()] = file.read_text(encoding="utf-8")
        return cls(dict(sorted(texts.items())))

    def add(self, path, text):
        self.files[path] = [(text.count("\n", 0, m.start()) + 1, m[1], m[2]) for m in INCLUDE.finditer(text)]

    def resolve(self, path, name):
        """The file of this tree that an include names, or None."""
        beside = (pathlib.PurePosixPath(path).parent / name).as_posix()
        for candidate in (name, f"include/{name}", beside):
            if candidate in self.files:
                return candidate
        return None

    def arrows(self):
        """Each include of one room's file in another's: (room, room, path, line)."""
        for path, includes in self.files.items():
            for line, _, name in includes:
                target = self.resolve(path, name)
                if target and room_of(target) != room_of(path):
                    yield room_of(path), room_of(target), path, line

    def problems(self):
        for path, includes in self.files.items():
            for line, kind, name in includes:
                problem = self.problem_of(path, kind, name)
                if problem:
                    yield f"{path}:{line}: {name}: {problem}"
            if room_of(path) not in ARROWS:
                yield f"{path}:1: {room_of(path)}/ has no row in scripts/check_includes.py"
            if path.startswith("config/"):
                chain = self.way_to_asio(path, [path])
                if chain and len(chain) > 2:
                    yield f"{path}:1: reaches Asio, which config/ may not: {' -> '.join(chain)}"
        yield from self.unpaired()
        yield from self.unlisted()

    def problem_of(self, path, kind, name):
        target = self.resolve(path, name)
        if target:
            here, there = room_of(path), room_of(target)
            allowed = ARROWS.get(here, set())
            of_base = there == "base" and not here.startswith("include/")
            if allowed is None or there == here or of_base or there in allowed or target in allowed:
                return None
            return f"{here}/ may not include from {there}/"
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
            return "not a library of this project, or a system header outside x_windows.cpp and x_posix.cpp"
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
                if partner not in self.files:
                    yield f"{path}:1: has no {partner} beside it"

    def unlisted(self):
        """What no CMakeLists.txt names would not be compiled, installed or tested, and nobody would notice."""
        for path in self.files:
            if not re.match(LISTED, path):
                continue
            top, _, rest = path.partition("/")
            name = re.sub(r"_(windows|posix)\\.cpp$", r"_(\1|[$][{]\\w+[}])\\.cpp", re.escape(rest))  # x_${system}.cpp
            if not re.search(rf"(?<![\w./-]){name}(?![\w.-])", self.lists.get(f"{top}/CMakeLists.txt", "")):
                yield f"{path}:1: is not listed in {top}/CMakeLists.txt"


def main(root):
    problems = list(Tree.read(root).problems())
    for problem in problems:
        print(problem)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1] if len(sys.argv) > 1 else pathlib.Path(__file__).resolve().parent.parent))
