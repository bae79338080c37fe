"""Tests of scripts/check_words.py: each rule refuses a bad comment and passes a good one; only comments are read."""

import pathlib
import shutil
import sys
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT / "scripts"))
import check_words  # noqa: E402

# One row for each of PHRASES, in its order: a comment that is refused, and one that is near to it and passes.
EXAMPLES = [
    ("A member which is no option.", "There is no timer per operation; this is no longer so."),
    ("It may be no UTF-8.", "There may be no limit; it may be no more than this."),
    ("They can be told apart.", "The cause is told by its code, apart from the text."),
    ("Owned by whoever starts the server.", "Owned by the caller of Server::start()."),
    ("A client whom it refuses.", "Each refused client."),
    ("Errors are nobody's business.", "Errors are ignored; the user called Nobody99."),
    ("An awaitable that is ready at once.", "It is ready immediately, all at once, and once only."),
    ("One line stands for them.", "One line represents them; it stands out."),
    ("Another framing can take over.", "Another framing continues; it is taken overnight."),
    ("An output that takes nothing for so long is abandoned.", "For this long nothing arrives."),
    ("Runs so many at a time.", "Runs `outstanding` accept loops."),
    ("So many bytes in a time.", "A rate: bytes per interval, in a time zone."),
    ("A client that has gone.", "A connection that has gone through a handshake."),
    ("A slow client ends alone.", "A slow client is disconnected; ends are not alone."),
    ("A rule on trial.", "A rule in observe mode."),
    ("Clients still let in.", "Clients still admitted; it lets in-flight writes finish."),
    ("The order to stop has come.", "Posted in order to stop the loop."),
    ("The network hiccuped.", "A transient network error."),
    ("Another thread waits in our stead.", "Another thread waits instead."),
    ("The bytes behind its header.", "A client behind its proxy."),
    ("The place it stands at.", "The tag represents a type."),
    ("Clients wait in vain.", "Clients would hang."),
    ("It returns without a word.", "It returns silently."),
    ("OpenSSL's last word.", "OpenSSL's error text; the last words of a line."),
    ("The peer ended its side.", "The peer half-closed; the end of its sides."),
    ("Waiting reads see the end of input.", "Waiting reads return EOF."),
    ("A probe, or a change of mind.", "The peer closed before the handshake."),
    ("It shakes hands in full.", "It completes a full handshake."),
    ("The name in small letters.", "The name in lower case."),
    ("The very name, else the wildcard.", "The exact name, else the wildcard; a very long name."),
    ("The connection is cut.", "The text is cut off; each message is cut into pieces."),
    ("The mailbox is being sent.", "The send queue is being written."),
    ("Half an answer is never taken for a whole one.", "Half of an answer."),
]


class CheckWords(unittest.TestCase):
    def setUp(self):
        self.root = pathlib.Path(tempfile.mkdtemp())
        self.addCleanup(shutil.rmtree, self.root)

    def problems(self, text, path="server/extra.hpp"):
        file = self.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
        return list(check_words.problems(self.root))

    def assert_refused(self, text, start, path="server/extra.hpp"):
        """`text` has one problem, which begins with `start`."""
        problems = self.problems(text, path)
        self.assertEqual(len(problems), 1, problems)
        self.assertEqual(problems[0][: len(start)], start)

    def assert_passed(self, text, path="server/extra.hpp"):
        self.assertEqual(self.problems(text, path), [])

    def test_a_comment_opens_with_no_question_word(self):
        for word in ("What", "How", "Where", "Whether", "Who", "Whom", "Whose", "Whatever"):
            self.assert_refused(f"// {word} comes of it.\nint x;\n", f"server/extra.hpp:1: {word}: ")
        self.assertEqual(len(self.problems("// Whoever owns it.\nint x;\n")), 2)  # as a phrase, too

    def test_a_comment_opens_with_a_noun_or_a_verb(self):
        self.assert_passed("// Result of one accept: what came of it.\n")
        self.assert_passed("// Returns how many there are.\n")
        self.assert_passed("// However it ends.\n")
        self.assert_passed("f(/*whose=*/1);\n")

    def test_every_header_of_the_tree_is_read(self):
        for folder in check_words.FOLDERS:
            path = f"{folder}/room/extra.hpp"
            self.assert_refused("// What it is.\n", f"{path}:1: What: ", path)
            (self.root / path).unlink()

    def test_a_source_may_open_with_a_question_word(self):
        self.assert_passed("// What it is.\n", "server/extra.cpp")

    def test_only_the_first_line_of_a_block_opens_it(self):
        self.assert_passed("// Says where it is and\n// what it is.\n")
        self.assert_refused("// Says it.\n\n// what it is.\n", "server/extra.hpp:3: what: ")
        self.assert_refused("int x;\n  // Whether it is.\n  // Says it.\n", "server/extra.hpp:2: Whether: ")

    def test_a_trailing_comment_is_one_of_its_own(self):
        self.assert_refused("int x;  // who owns it\n", "server/extra.hpp:1: who: ")
        self.assert_refused("int x;  // the owner\nint y;  // where it is\n", "server/extra.hpp:2: where: ")
        self.assert_passed("int x;  // the owner, and\n        // where it is\n")

    def test_comments_of_every_form_are_read(self):
        self.assert_refused("/* What it is. */\n", "server/extra.hpp:1: What: ")
        self.assert_refused("/**\n * What it is.\n */\n", "server/extra.hpp:1: What: ")
        self.assert_refused("/// What it is.\n", "server/extra.hpp:1: What: ")
        self.assert_refused("int x;  //!< What it is.\n", "server/extra.hpp:1: What: ")

    def test_every_phrase_has_its_examples(self):
        self.assertEqual(len(EXAMPLES), len(check_words.PHRASES))
        for (bad, good), pattern, better in zip(EXAMPLES, check_words.COMPILED, check_words.PHRASES.values()):
            with self.subTest(bad=bad):
                self.assertTrue(pattern.search(bad))
                problems = self.problems(f"// {bad}\n", "server/extra.cpp")
                self.assertEqual(len(problems), 1, problems)
                self.assertTrue(problems[0].endswith(f": {better}"), problems)
                self.assertTrue(problems[0].startswith("server/extra.cpp:1: "), problems)
                self.assert_passed(f"// {good}\n", "server/extra.cpp")

    def test_a_phrase_is_found_across_lines(self):
        text = "int x;\n\n// One.\n// A client that has\n// gone.\n"
        self.assert_refused(text, "server/extra.cpp:4: has gone: ", "server/extra.cpp")

    def test_a_phrase_may_open_a_comment(self):
        self.assert_refused("// On trial it admits.\n", "server/extra.hpp:1: On trial: ")

    def test_code_and_strings_are_no_comments(self):
        self.assert_passed('auto a = "// What is on trial"; auto b = \'"\'; auto mailbox = 1\'000;\n')
        self.assert_passed('auto a = R"(\n// What is on trial\n)"; auto b = R"x(// How )" )x";\n')
        self.assert_passed('auto a = "\\"// What";\n')
        self.assert_refused('auto a = 1\'000;  // what\'s this\nauto b = 2\'000;\n', "server/extra.hpp:1: what: ")

    def test_other_files_are_not_read(self):
        self.assert_passed("# What is on trial\n// What\n", "server/CMakeLists.txt")
        self.assert_passed("// What\n", "build/extra.hpp")

    def test_a_finding_fails_the_command(self):
        self.problems("// What it is.\n")
        with open("/dev/null", "w", encoding="utf-8") as nothing:
            output, sys.stdout = sys.stdout, nothing
            try:
                self.assertEqual(check_words.main(self.root), 1)
                self.assertEqual(check_words.main(self.root / "server"), 0)
            finally:
                sys.stdout = output


if __name__ == "__main__":
    unittest.main()
