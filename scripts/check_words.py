#!/usr/bin/env python3
"""Checks the wording of comments in C++ headers and sources, and fails on a finding.

    scripts/check_words.py [ROOT]

(a) No comment in a header opens with What, How, Where, Whether, Who, Whom, Whose, Whoever or Whatever. A type is
    described by a noun phrase ("Result of one accept."), a function by a verb in the third person ("Returns ...").
(b) No comment contains a phrase of PHRASES: words that are not the field's, or not idiomatic English. docs/glossary.md
    has the words of the project.

Prints path:line: phrase: better wording. Only comments are read, never code or strings; a phrase is found across lines.
"""

import pathlib
import re
import sys

FOLDERS = [
    "include", "base", "config", "protocol", "server", "program", "handlers", "examples", "tests", "bench", "cmake",
]
HEADERS = (".hpp", ".h")
SOURCES = (".cpp", ".c")

OPENING = re.compile(r"(what|how|where|whether|who|whom|whose|whoever|whatever)\b(?!=)", re.IGNORECASE)
BETTER_OPENING = 'open with a noun phrase ("Result of ...") or a verb ("Returns ...", "True if ...")'

NOT_A_COMPARISON = r"(?! (longer|more|less|fewer|later|earlier|larger|smaller|better|worse)\b)"

# pattern (case is ignored, a comment's lines are joined by one blank) -> better wording. What must pass is excluded in
# the pattern; tests/tree/check_words_test.py has a bad and a good example of each.
PHRASES = {
    rf"(?<!there )(is|are) no(?= \w){NOT_A_COMPARISON}": "is not a ...",
    rf"(?<!there )(may|can|must|would|could) be no(?= \w){NOT_A_COMPARISON}": "may not be a ...",
    r"told apart|tell(s|ing)? apart": "distinguished, distinguishes",
    r"whoever|whomever": "the caller, any client, ...: name it",
    r"whom it|of whom": "the client that ...: name it",
    r"nobody|somebody": "no client, any caller, ignored, not owned: name it",
    r"(?<!all )at once": "immediately; concurrently",
    r"(stand|stands|stood) for": "represents",
    r"(take|takes|took|taken|taking) over": "continues with, replaces",
    r"for so long": "for this long, for the duration of ...",
    r"so many (at|in) (a time|once)": "the number: `outstanding` loops, ...",
    r"in a time(?! (zone|window))": "per interval",
    r"ha(s|ve) gone(?! through| wrong)": "disconnected, closed, destroyed",
    r"ends? alone": "is closed; others are not affected",
    r"on trial": "in observe mode (dry run)",
    r"lets? in(?!-)": "admit, admits",
    r"(?<!in )order to stop": "stop request",
    r"hiccup\w*": "transient error",
    r"in (our|its|their) stead": "instead",
    r"behind its(?! (\w+ )?(proxy|proxies|balancer|header file))": "after its ...",
    r"(stand|stands|stood) (at|against)": "is at, prevents",
    r"in vain": "without effect, would hang",
    r"without a word": "silently",
    r"last word": "error text, final decision",
    r"(end|ends|ended|ending) (its|our|their) side": "half-closes, sends FIN",
    r"sees? the end": "reads EOF",
    r"(change|changes|changed) of mind": "closed before the handshake",
    r"shak(e|es|ing) hands": "complete the handshake",
    r"small letters": "lower case",
    r"the very (name|same|first|last)": "the exact ...",
    r"(be|been|is|are|was|were|being) cut(?! off| short| into| from| at)": "aborted (a connection), truncated (a text)",
    r"mailbox(es)?": "send queue",
    r"half an answer": "incomplete answer",
}
COMPILED = {
    re.compile(r"(?<![\w-])(?:" + pattern + r")(?!\w)", re.IGNORECASE): better for pattern, better in PHRASES.items()
}

# What the text of a C++ file consists of, as far as comments are concerned. A number is a token for its quotes: 1'000.
TOKEN = re.compile(
    r"""(?P<line>//[^\n]*)
      | (?P<block>/\*.*?\*/)
      | (?P<raw>R"(?P<delimiter>[^()\\\s]{0,16})\(.*?\)(?P=delimiter)")
      | "(?:[^"\\\n]|\\.)*"
      | \b\d[\w']*
      | '(?:[^'\\\n]|\\.)+'""",
    re.VERBOSE | re.DOTALL,
)


class Comment:
    """One comment: a block of // lines, a trailing // comment with its continuation, or a /* */."""

    def __init__(self):
        self.text = ""
        self.starts = []  # (offset in text, line)

    def add(self, line, text):
        text = re.sub(r"\s+", " ", text).strip()
        if self.text:
            self.text += " "
        self.starts.append((len(self.text), line))
        self.text += text

    def line_of(self, offset):
        return max((start, line) for start, line in self.starts if start <= offset)[1]


def comments(text):
    """Yields every Comment of a C++ file."""
    current, last_line, last_column = None, 0, 0
    line, counted = 1, 0
    for match in TOKEN.finditer(text):
        if match["line"] is None and match["block"] is None:
            continue
        line += text.count("\n", counted, match.start())
        counted = match.start()
        start = text.rfind("\n", 0, match.start()) + 1
        column, alone = match.start() - start, not text[start : match.start()].strip()
        if match["line"]:
            continues = alone and current is not None and line == last_line + 1 and column == last_column
            if not continues:
                if current:
                    yield current
                current = Comment()
            current.add(line, match["line"].lstrip("/!<"))
            last_line, last_column = line, column
            continue
        if current:
            yield current
        current = None
        block = Comment()
        for offset, row in enumerate(match["block"][2:-2].split("\n")):
            block.add(line + offset, row.strip().lstrip("*!< "))
        yield block
    if current:
        yield current


def problems_of(path, text):
    """Yields "path:line: phrase: better" for each finding of one file."""
    for comment in comments(text):
        opening = OPENING.match(comment.text)
        if opening and path.endswith(HEADERS):
            yield f"{path}:{comment.starts[0][1]}: {opening[0]}: {BETTER_OPENING}"
        for pattern, better in COMPILED.items():
            for match in pattern.finditer(comment.text):
                yield f"{path}:{comment.line_of(match.start())}: {match[0].strip()}: {better}"


def problems(root):
    for folder in FOLDERS:
        for file in sorted((pathlib.Path(root) / folder).rglob("*")):
            if file.suffix in HEADERS + SOURCES:
                path = file.relative_to(root).as_posix()
                yield from problems_of(path, file.read_text(encoding="utf-8"))


def main(root):
    found = list(problems(root))
    for problem in found:
        print(problem)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1] if len(sys.argv) > 1 else pathlib.Path(__file__).resolve().parent.parent))
