#!/usr/bin/python3
"""Checks the JSON Schema with an independent validator: schema_test.py PROGRAM FOLDER.

PROGRAM prints the schema and the default configuration with the handlers of the tests; FOLDER contains the golden files.
"""

import json
import pathlib
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


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
