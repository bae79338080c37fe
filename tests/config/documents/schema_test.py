#!/usr/bin/python3
"""Checks the JSON Schema with an independent validator: schema_test.py PROGRAM FOLDER.

PROGRAM prints the schema and the default configuration with the handlers of the tests; FOLDER contains the golden files.
"""

import copy
import json
import os
import pathlib
import random
import re
import subprocess
import sys
import unittest

try:
    import jsonschema
except ImportError:
    print("python3-jsonschema is not installed; skipped")
    sys.exit(77)

PROGRAM, FOLDER = sys.argv[1], pathlib.Path(sys.argv[2])

# Mistakes that no schema can express, and why.
INEXPRESSIBLE = {
    "allow_and_deny": "compares two arrays",
    "defaults_incomplete": "appears only after merging",
    "duplicate_keys": "JSON data has no duplicate keys",
    "listen_twice": "compares endpoints",
    "listen_zones": "depends on the host",
    "observed_allow_and_deny": "compares two arrays",
    "options_check_of_a_struct": "compares two options",
    "substitution_missing": "depends on the environment",
    "substitution_secrets_are_not_shown": "depends on the environment",
    "timeout_too_long": "compares strings as numbers",
    "tls_names_twice": "compares names",
    "tls_resumption_too_long": "compares strings as numbers",
}


def without_comments(text):
    """Returns JSON without its comments; strings stay as they are."""
    out, at = [], 0
    while at < len(text):
        if text[at] == '"':
            end = at + 1
            while text[end] != '"':
                end += 2 if text[end] == "\\" else 1
            out.append(text[at : end + 1])
            at = end + 1
        elif text.startswith("//", at):
            at = text.find("\n", at)
        elif text.startswith("/*", at):
            at = text.find("*/", at) + 2
        else:
            out.append(text[at])
            at += 1
    return "".join(out)


def printed(command):
    return json.loads(subprocess.run([PROGRAM, command], check=True, capture_output=True, text=True).stdout)


def golden(code):
    for expected in sorted(FOLDER.glob("*.txt")):
        if expected.read_text(encoding="utf-8").startswith(f"exit {code}\n"):
            yield expected.stem, json.loads(
                without_comments(expected.with_suffix(".json").read_text(encoding="utf-8-sig"))
            )


class SchemaTest(unittest.TestCase):
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        cls.schema = printed("schema")
        cls.validator = jsonschema.Draft202012Validator(cls.schema)

    def test_it_is_a_schema(self):
        jsonschema.Draft202012Validator.check_schema(self.schema)

    def test_it_accepts_what_the_program_accepts(self):
        files = list(golden(0)) + [("defaults", printed("defaults"))]
        self.assertGreater(len(files), 5)
        for name, content in files:
            with self.subTest(name):
                self.assertEqual([f"{e.json_path}: {e.message}" for e in self.validator.iter_errors(content)], [])

    def test_it_refuses_every_mistake_it_can_express(self):
        accepted = {name for name, content in golden(1) if self.validator.is_valid(content)}
        self.assertEqual(accepted, set(INEXPRESSIBLE))

    def test_it_refuses_each_mistake_in_listen_forms_on_its_own(self):
        _, endpoints = next(entry for entry in golden(1) if entry[0] == "listen_forms")
        for name, endpoint in endpoints["endpoints"].items():
            with self.subTest(name):
                self.assertFalse(self.validator.is_valid({"endpoints": {name: endpoint}}))

    def test_every_property_has_a_description_and_a_default(self):
        self.assertGreater(self.check_properties(self.schema, "$"), 100)

    def check_properties(self, schema, path):
        """Counts the properties below, each with a description and, unless it is required, a default."""
        if isinstance(schema, list):
            return sum(self.check_properties(entry, path) for entry in schema)
        if not isinstance(schema, dict):
            return 0
        count = 0
        for key, inner in schema.items():
            if key in ("if", "not", "default"):
                continue
            if key == "properties" and path.rsplit(".", 1)[-1] not in ("then", "allOf"):
                for name, property in inner.items():
                    count += 1
                    where = f"{path}.{name}"
                    if "description" not in property:
                        self.assertTrue(self.is_condition(property), f"{where} has no description")
                        continue
                    required = name in schema.get("required", []) or name in self.always_required
                    self.assertTrue(required or "default" in property, f"{where} has no default")
            count += self.check_properties(inner, f"{path}.{key}")
        return count

    # Required in a struct that endpoint_defaults may complete, so that the schema demands them in a condition.
    always_required = {"endpoints", "certificate", "key", "ca", "trust", "options"}

    @staticmethod
    def is_condition(property):
        """Returns True for a part of a condition, whose properties are described elsewhere."""
        return set(property) <= {"type", "required", "properties", "anyOf", "additionalProperties", "const"}


class RandomFilesTest(unittest.TestCase):
    """The schema and the program accept the same files: those of the golden tests, changed at random places."""

    COUNT = int(os.environ.get("PORTICO_RANDOM_FILES", "1500"))
    EDGES = [None, True, False, 0, 1, -1, 16, 17, 64, 65, 1024, 65535, 65536, 10_000_000, 10_000_001, 2**31, 2**53, 2**63,
             1e300, 0.5, 1.0, 1.5, -0.0, "", "x", "x" * 300, "0", "07", "00007", "+1", " 1", "1 ", "1e3", "\u00fc", "auto",
             [], [[]], {}, {"": 0}, [1], ["a", "a"], {"observe": True}, {"limit": 1}, {"limit": "1/s", "observe": False}]
    CHARACTERS = "0159aZsmhdKMGTiB/:.[]@%$-_+ \t\n\"\\{}\u00fc\u00e9"

    # What the program says of mistakes that no schema can express.
    INEXPRESSIBLE = re.compile("|".join((
        "environment variable|the file \"|\\(not shown\\)",  # depends on the environment
        "already used by|overlaps with|is never admitted|are the same name|must have as many entries as|must not be larger than",  # compares
        "must name an interface of this host|bits set after its prefix|\\d\\.\\d+e\\+",  # depends on the host; computes
        "must be from .*, but is \"|\\(this one is too large\\)",  # compares strings as numbers
        "bytes, but is \".*\\$\\$\\{|bytes \\(RFC 7301\\)",  # counts bytes
    )))

    @classmethod
    def setUpClass(cls):
        cls.validator = jsonschema.Draft202012Validator(printed("schema"))
        cls.good = [content for _, content in golden(0)] + [printed("defaults")]
        cls.bad = [content for _, content in golden(1) if isinstance(content, dict)]
        cls.values = list(cls.EDGES)
        for file in cls.good + cls.bad:
            cls.values += [value for _, _, value in cls.places(file)]

    @classmethod
    def places(cls, value):
        """Yields each value inside with its container and its key there."""
        for key, inner in value.items() if isinstance(value, dict) else enumerate(value):
            yield value, key, inner
            if isinstance(inner, (dict, list)):
                yield from cls.places(inner)

    def changed(self, rng, file):
        """Returns a small file, an endpoint or two of `file`, with a few changes."""
        file = copy.deepcopy(file)
        endpoints = file.get("endpoints")
        if isinstance(endpoints, dict):
            file["endpoints"] = dict(rng.sample(list(endpoints.items()), min(len(endpoints), 2)))
        for _ in range(rng.choice((0, 1, 1, 1, 2, 3))):
            places = list(self.places(file))
            if not places:
                break
            container, key, value = rng.choice(places)
            way = rng.randrange(6)
            if way == 0:
                del container[key]
            elif way == 1 and isinstance(container, dict):
                container[rng.choice([other for _, other, _ in places if isinstance(other, str)])] = value
            elif isinstance(value, str) and way < 5:
                container[key] = self.changed_text(rng, value)
            elif isinstance(value, (int, float)) and way < 4:
                container[key] = rng.choice((value + 1, value - 1, -value, value * 10, value / 2, str(value)))
            else:
                container[key] = copy.deepcopy(rng.choice(self.values))
        return file

    def changed_text(self, rng, text):
        at = rng.randint(0, len(text))
        inserted = rng.choice(self.CHARACTERS)
        # Without a line end at the end, before which Python's "$" matches, but not JSON Schema's.
        return rng.choice((text[:at] + inserted + text[at:], text[:at] + text[at + 1:], text[:at] + inserted + text[at + 1:],
                           text[:at] + text[at:][:1] + text[at:], text.upper(), text + text, text.strip("0"))).rstrip("\n")

    def is_inexpressible(self, problem, file):
        if " is missing; " in problem:
            return "endpoint_defaults" in file  # appears only after merging
        return self.INEXPRESSIBLE.search(problem)

    @staticmethod
    def is_overridden(error):
        """True for a rule in endpoint_defaults that lacks something, and that each endpoint may override."""
        return error.validator in ("anyOf", "required") and "endpoint_defaults" in error.absolute_path

    def test_they_accept_the_same(self):
        rng = random.Random(20)
        files = [self.changed(rng, rng.choice(rng.choice((self.good, self.good, self.bad)))) for _ in range(self.COUNT)]
        lines = [json.dumps(file) for file in files]
        checked = subprocess.run([pathlib.Path(PROGRAM).resolve(), "check"], input="\n".join(lines) + "\n", check=True, capture_output=True, cwd=FOLDER,
                                 text=True).stdout.split("\n")[:-1]
        self.assertEqual(len(checked), len(lines))
        accepted, differences = 0, []
        for file, line, problems in zip(files, lines, checked):
            valid = self.validator.is_valid(file)
            accepted += not problems
            if valid == (not problems):
                continue
            if valid and all(self.is_inexpressible(problem, file) for problem in problems.split("\x1f")):
                continue
            if not valid and all(self.is_overridden(error) for error in self.validator.iter_errors(file)):
                continue
            reason = problems.replace("\x1f", "\n") or next(
                f"{e.json_path}: {e.message[:300]}" for e in self.validator.iter_errors(file))
            differences.append(f"{'the schema' if valid else 'the program'} alone accepts {line[:2000]}\n{reason}")
        print(f"{accepted} of {len(files)} files are accepted")
        self.assertGreater(accepted, self.COUNT // 10)
        self.assertEqual(differences, [], "\n\n".join(differences))


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
