"""What operators and handler authors read is plain English: none of the phrases below is in it.

    operator_words_test.py [PROGRAM]    with PROGRAM, its reference, schema, handlers and help texts are read too

Read are the pages of the tree and of docs/, the README.md of each folder, the container files, ./dev, the golden problems
of tests/config/golden, and every string in the shipped sources, since most messages of the log and of the start appear
only when something is wrong.
"""

import pathlib
import re
import subprocess
import sys
import unittest

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
PROGRAM = sys.argv.pop(1) if len(sys.argv) > 1 else None
sys.path.insert(0, str(ROOT / "scripts"))
import check_words  # noqa: E402

FOLDERS = [*check_words.FOLDERS, "docs", "scripts"]  # each has a README.md
SHIPPED = ["include", "config", "protocol", "server", "program", "handlers"]

# pattern (case is ignored, white space is one blank) -> better
PHRASES = {
    # doctor
    r"(stands?|stood) against": "ports and address families are available; prevents",
    r"a right (this|that) process|need(s)? a right": "needs a privilege",
    r"they can be used, with their keys": "valid for at least two more weeks",
    r"on trial": "observed, in observe mode (dry run)",
    r"is never reached": "can never be reached",
    # start
    r"in vain": "its clients would hang",
    # check
    rf"(?<!there )(is|are) no(?= \w){check_words.NOT_A_COMPARISON}": "is not a ...",
    r"a text must be in double": "strings need double quotes",
    r"as JSON writes it": "is not a valid JSON number",
    r"must stand here": "expected a value, found ...",
    r"behind its (last|first|name|end)": "after ...",
    r"can be listened on once": "already used by ...",
    r"the same address as": "already used by ...",
    r"the most that is read": "larger than the maximum of ...",
    # TLS
    r"no whole private key|with its lines": "is not a complete PEM private key",
    r"response that is known": "of a known type",
    r"again and again": "peer floods TLS control messages without reading replies",
    r"the authority": "the CA",
    r"the very (name|same|first|last)": "the exact ...",
    # the log
    r"messages wait for it": "send queue full (limits.send_queue)",
    r"told apart": "distinguished",
    r"ha(s|ve) gone(?! through| wrong)": "disconnected, closed",
    r"(does|do|did) not keep up": "a slow consumer; its send queue is full",
    # healthcheck
    r"only who opened": "skipped: inherited socket, address unknown",
    r"knows where it listens": "address unknown",
    # help
    r"for so long": "for this long, for this time",
    r"(?<!in )order to stop": "stop request",
    r"(be|been|is|are|was|were|being) cut(?! off| short| into| from| at)": "aborted",
    r"what becomes of": "what happens to",
    r"asks? for (a|no) name": "requests a name",
    r"if it is encrypted; best from": "Password of an encrypted key; preferably a substitution",
    r"(?-i:Connections)( of [\w ]+?)? at a time": "maximum concurrent ...",
    r"in a time(?! (zone|window))": "per interval",
    r"lets? in(?!-)": "admits",
    r"without a word": "detects dead peers; silently",
    r"small letters": "lower case",
    r"(end|ends|ended|ending) (its|our|their) side": "half-closes",
    # README
    r"ends? alone": "is disconnected; others are not affected",
    r"whoever|whomever": "the client, the caller, ...: name it",
}
COMPILED = {re.compile(rf"(?<!\w)(?:{pattern})(?!\w)", re.IGNORECASE): better for pattern, better in PHRASES.items()}

# One for each pattern: a text that must be refused.
BAD = [
    "ok: nothing stands against the ports and families",
    "ports below 1024 need a right this process does not have",
    "they can be used, with their keys, for two weeks at least",
    "limits.connections is 9 on trial",
    "so it is never reached",
    "its clients wait in vain",
    '"x" is no value',
    "a text must be in double quotes",
    "is no number as JSON writes it",
    "a value must stand here, but there is x",
    'behind its last ":"',
    "each can be listened on once",
    "the same address as endpoints.a",
    "larger than 16 KiB, the most that is read",
    "is no whole private key in PEM, with its lines",
    "is no OCSP response that is known",
    "the peer makes TLS answer again and again",
    "What the authority says of the certificate",
    "The very name",
    "more messages wait for it than limits.send_queue allows",
    "It can be told apart",
    "clients that have gone",
    "A client that does not keep up",
    "only who opened the socket knows",
    "knows where it listens",
    "Accept on for so long",
    "after the order to stop",
    "before they are cut",
    "What becomes of a client",
    "A client that asks for a name",
    "Of the key, if it is encrypted; best from a substitution",
    "Connections of this endpoint at a time",
    "New connections in a time",
    "and let in all the same",
    "peers that have gone without a word",
    "in small letters",
    "it had ended its side",
    "a client ends alone",
    "Whoever connects past the proxy",
]


def findings(name, text):
    """One line for each phrase that is in the text."""
    text = re.sub(r"\s+", " ", text)
    lines = []
    for pattern, better in COMPILED.items():
        if found := list(pattern.finditer(text)):
            around = text[max(0, found[0].start() - 40) : found[0].end() + 30]
            lines.append(f'{name}: "...{around}..." ({len(found)} times): better: {better}')
    return lines


def strings(text):
    """The string literals of a C++ source; those that the compiler joins are one."""
    text = re.sub(r"(?m)^#include .*$", "", text)
    found, end = [], -1
    for match in check_words.TOKEN.finditer(text):
        if not match[0].startswith(('"', 'R"')):
            continue
        literal = match[0][1:-1] if match[0][0] == '"' else match[0]
        if found and not text[end : match.start()].strip():
            found[-1] += literal
        else:
            found.append(literal)
        end = match.end()
    return found


def output(*arguments):
    return subprocess.run([PROGRAM, *arguments], capture_output=True, text=True, check=True).stdout


class OperatorWords(unittest.TestCase):
    def assert_plain(self, name, text):
        found = findings(name, text)
        if found:
            self.fail("\n".join(found))

    def assert_files_plain(self, files):
        files = sorted(files)
        self.assertTrue(files, "no such files")
        for file in files:
            with self.subTest(file=file.name):
                self.assert_plain(file.relative_to(ROOT).as_posix(), file.read_text(encoding="utf-8", errors="replace"))

    def test_every_phrase_is_found(self):
        self.assertEqual(len(BAD), len(COMPILED))
        for bad, pattern in zip(BAD, COMPILED):
            with self.subTest(bad=bad, pattern=pattern.pattern):
                self.assertTrue(pattern.search(bad))
                self.assertTrue(findings("a page", f"A line\n{bad.replace(' ', chr(10))}\n"))

    def test_plain_english_passes(self):
        self.assert_plain("a page", "There is no limit. It is no longer than that, in order to stop one at a time.")

    def test_literals_that_are_joined_are_one_text(self):
        self.assertEqual(strings('f("on "\n  "trial", "x");  // "comment"\n'), ["on trial", "x"])

    def test_the_pages_of_the_tree(self):
        pages = [ROOT / f"{name}.md" for name in ("README", "ARCHITECTURE", "CONTRIBUTING", "SECURITY", "CHANGELOG")]
        self.assert_files_plain(pages)

    def test_the_pages_of_docs(self):
        self.assert_files_plain((ROOT / "docs").glob("*.md"))

    def test_the_readme_of_each_folder(self):
        self.assert_files_plain(ROOT / folder / "README.md" for folder in FOLDERS)

    def test_the_container_files_and_dev(self):
        self.assert_files_plain([*ROOT.glob("Dockerfile*"), ROOT / "dev"])

    def test_the_golden_problems(self):
        self.assert_files_plain((ROOT / "tests/config/golden").glob("*.txt"))

    def test_the_messages_in_the_sources(self):
        for folder in SHIPPED:
            for file in sorted((ROOT / folder).rglob("*.?pp")):
                path = file.relative_to(ROOT).as_posix()
                with self.subTest(file=path):
                    self.assert_plain(path, "\n".join(strings(file.read_text(encoding="utf-8"))))

    @unittest.skipUnless(PROGRAM, "needs the program")
    def test_what_the_program_prints(self):
        commands = re.findall(r"(?m)^  (\w+) ", output("--help").partition("ubcommands:")[2])
        self.assertIn("run", commands)
        self.assertIn("healthcheck", commands)
        pages = [["--help"], ["reference"], ["schema"], ["handlers"]]
        for arguments in pages + [[name, "--help"] for name in commands]:
            with self.subTest(arguments=arguments):
                self.assert_plain("portico " + " ".join(arguments), output(*arguments))


if __name__ == "__main__":
    unittest.main()
