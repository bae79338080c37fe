"""What can be said about the container files without a container engine; every check is tried on a broken copy too.

    containers_test.py [PROGRAM]    with PROGRAM, the commands they name are looked up in its help
"""

import json
import pathlib
import re
import subprocess
import sys
import unittest

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
PROGRAM = sys.argv.pop(1) if len(sys.argv) > 1 else None


def instructions(text):
    """[(stage, name, arguments)] of a Dockerfile: comments gone, continued lines joined."""
    escape = "`" if re.match(r"#\s*escape=`", text) else "\\"
    text = "\n".join(line for line in text.splitlines() if not line.lstrip().startswith("#"))
    text = re.sub(re.escape(escape) + r"[ \t]*\n", " ", text)
    stage, found = -1, []
    for line in filter(None, (line.strip() for line in text.splitlines())):
        name, _, arguments = line.partition(" ")
        stage += name == "FROM"
        found.append((stage, name.upper(), arguments.strip()))
    return found


def find_all(text, name, stage=None):
    return [a for s, n, a in instructions(text) if n == name and stage in (None, s)]


def last_stage(text):
    return max(stage for stage, _, _ in instructions(text))


def copied_files_exist(text):
    """COPY from this tree names files that exist; COPY from a stage names a stage that exists."""
    stages = [match[1] for a in find_all(text, "FROM") if (match := re.search(r"\bAS (\S+)$", a))]
    for arguments in find_all(text, "COPY"):
        words = arguments.split()
        origin = [word.removeprefix("--from=") for word in words if word.startswith("--from=")]
        sources = [word for word in words if not word.startswith("--")][:-1]
        if origin:
            assert origin[0] in stages, f"no stage {origin[0]}"
            continue
        for source in sources:
            assert (ROOT / source).exists(), f"COPY of {source}, which does not exist"


def named_presets_exist(text):
    """Presets and targets that are named exist, and the program is copied from that preset's folder."""
    presets = {preset["name"] for preset in json.loads((ROOT / "CMakePresets.json").read_text())["configurePresets"]}
    named = set(re.findall(r"--preset (\S+)", text)) | set(re.findall(r"/build/([\w-]+)/portico", text))
    assert named, "builds by no preset"
    assert named <= presets, f"no preset {named - presets}"
    lists = "\n".join(file.read_text() for file in ROOT.glob("*/CMakeLists.txt"))
    for targets in re.findall(r"--target ([\w ]+)", text):
        for target in targets.split():
            assert re.search(rf"add_(executable|library)\({target}\b", lists), f"no target {target}"


def exec_form(text):
    """ENTRYPOINT, CMD and HEALTHCHECK start the program itself, not a shell that keeps the stop signal."""
    stage = last_stage(text)
    entry = find_all(text, "ENTRYPOINT", stage)
    assert len(entry) == 1, "one ENTRYPOINT, in the last stage"
    for arguments in entry + find_all(text, "CMD", stage):
        assert isinstance(json.loads(arguments), list), f"not the exec form: {arguments}"
    for arguments in find_all(text, "HEALTHCHECK", stage):
        assert isinstance(json.loads(arguments.partition("CMD ")[2]), list), f"not the exec form: {arguments}"


def checks_its_health(text):
    """HEALTHCHECK looks at the file that CMD runs."""
    stage = last_stage(text)
    checks = find_all(text, "HEALTHCHECK", stage)
    assert len(checks) == 1, "one HEALTHCHECK, in the last stage"
    program, *words = json.loads(checks[0].partition("CMD ")[2])
    assert [program] == json.loads(find_all(text, "ENTRYPOINT", stage)[0]), f"{program} is not what runs"
    assert words == ["healthcheck", json.loads(find_all(text, "CMD", stage)[0])[1]], f"checks {words}"


def not_an_administrator(text):
    users = find_all(text, "USER", last_stage(text))
    assert users, "no USER in the last stage"
    assert not re.match(r"(root|0|ContainerAdministrator)(:|$)", users[-1], re.IGNORECASE), f"runs as {users[-1]}"


def tests_run_in_the_build(text):
    runs = " ".join(a for s, n, a in instructions(text) if n == "RUN" and s < last_stage(text))
    assert re.search(r"\bctest\b|portico_tests --", runs), "no test runs in the build"


def escape_comes_first(text):
    assert re.match(r"# escape=`\r?\n", text), "the first line is not: # escape=`"
    assert not re.search(r"\\[ \t]*$", "\n".join(a for _, _, a in instructions(text)), re.MULTILINE), "continued by \\"


def one_vcpkg_commit(text):
    manifest = json.loads((ROOT / "vcpkg.json").read_text())
    pinned = re.findall(r"ARG VCPKG_COMMIT=(\S+)", text)
    assert pinned == [manifest["builtin-baseline"]], f"{pinned} is not the builtin-baseline of vcpkg.json"
    assert re.fullmatch(r"[0-9a-f]{40}", pinned[0]), "a commit has 40 digits"
    assert "checkout -q %VCPKG_COMMIT%" in text, "the pin is not used"


def static_triplet(text):
    presets = json.loads((ROOT / "CMakePresets.json").read_text())["configurePresets"]
    variables = next(preset for preset in presets if preset["name"] == "windows-msvc")["cacheVariables"]
    named = set(re.findall(r"--(?:host-)?triplet (\S+)", text))
    assert named == {variables["VCPKG_TARGET_TRIPLET"], variables["VCPKG_HOST_TRIPLET"]}, f"triplets {named}"
    assert named == {"x64-windows-static"} and variables["CMAKE_MSVC_RUNTIME_LIBRARY"] == "MultiThreaded"


def small_base(text):
    assert "nanoserver" in find_all(text, "FROM")[-1], "the last stage is not Nano Server"


def readable_for_its_user(text):
    """What comes from the clone into the last stage does not keep the clone's mode: the umask may have been 077."""
    copies = [a for a in find_all(text, "COPY", last_stage(text)) if "--from=" not in a]
    assert copies, "copies no example"
    for arguments in copies:
        assert re.match(r"--chmod=[0-7]*[4-7] ", arguments), f"COPY {arguments} keeps the mode of the clone"


COMMON = [copied_files_exist, named_presets_exist, exec_form, checks_its_health, not_an_administrator,
          tests_run_in_the_build]
LINUX = [readable_for_its_user]
WINDOWS = [escape_comes_first, one_vcpkg_commit, static_triplet, small_base]

# check -> what to replace, by what, so that it must fail
BROKEN = {
    copied_files_exist: [(r"(COPY .*)examples/portico.json", r"\1examples/gone.json"), (r"--from=build", "--from=gone")],
    named_presets_exist: [(r"--preset \S+", "--preset gone"), (r"/build/[\w-]+/portico", "/build/gone/portico")],
    exec_form: [(r"ENTRYPOINT .*", "ENTRYPOINT portico run x"), (r"CMD \[.*", "CMD portico"), (r"ENTRYPOINT .*", ""),
                (r"(HEALTHCHECK .*)CMD \[.*", r"\1CMD portico healthcheck x")],
    checks_its_health: [(r"HEALTHCHECK .*", ""), (r'"healthcheck", ".*"', '"healthcheck", "/other.json"')],
    not_an_administrator: [
        (r"USER .*", ""), (r"USER .*", "USER root"), (r"USER .*", "USER 0:0"), (r"USER .*", "USER ContainerAdministrator")
    ],
    tests_run_in_the_build: [(r"ctest|portico_tests --", "rem")],
    readable_for_its_user: [(r"--chmod=\S+ ", ""), (r"--chmod=\S+ ", "--chmod=600 ")],
    escape_comes_first: [(r"\A", "\n"), (r"# escape=`", "# escape=\\\\")],
    one_vcpkg_commit: [(r"VCPKG_COMMIT=\w", "VCPKG_COMMIT=z"), (r"ARG VCPKG_COMMIT.*", ""), (r"%VCPKG_COMMIT%", "master")],
    static_triplet: [(r"--triplet \S+", "--triplet x64-windows")],
    small_base: [(r"windows/nanoserver", "windows/server")],
}


class Containers(unittest.TestCase):
    def for_each_check(self):
        for name, checks in (("Dockerfile", COMMON + LINUX), ("Dockerfile.windows", COMMON + WINDOWS)):
            text = (ROOT / name).read_text(encoding="utf-8")
            for check in checks:
                with self.subTest(file=name, check=check.__name__):
                    yield text, check

    def test_the_files_pass_every_check(self):
        for text, check in self.for_each_check():
            check(text)

    def test_every_check_fails_on_a_broken_file(self):
        for text, check in self.for_each_check():
            for pattern, replacement in BROKEN[check]:
                broken, count = re.subn(pattern, replacement, text)
                self.assertTrue(count, f"{pattern} is not in the file")
                with self.assertRaises((AssertionError, ValueError), msg=f"{check.__name__} took {replacement!r}"):
                    check(broken)

    def test_what_must_not_be_sent_to_the_engine_is_ignored(self):
        ignored, untracked = (
            {line.removeprefix("**/").strip("/") for line in (ROOT / name).read_text(encoding="utf-8").split()}
            for name in (".dockerignore", ".gitignore"))
        self.assertLessEqual({".git", "build"} | untracked, ignored)

    @unittest.skipUnless(PROGRAM, "needs the program")
    def test_the_program_has_the_commands_that_are_named(self):
        known = subprocess.run([PROGRAM, "--help"], capture_output=True, text=True, check=True).stdout
        for text, _ in self.for_each_check():
            named = [json.loads(a)[0] for a in find_all(text, "CMD", last_stage(text))]
            named += [json.loads(a.partition("CMD ")[2])[1] for a in find_all(text, "HEALTHCHECK", last_stage(text))]
            for command in named:
                self.assertRegex(known, rf"(?m)^\s+{command}\b")


if __name__ == "__main__":
    unittest.main()
