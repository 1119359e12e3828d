"""Text that is safe in a terminal and in the log of a runner: whatever it holds, it
cannot move the cursor, change colours, hide a word or give a command.
"""

import json
import re
import unicodedata
from collections.abc import Callable
from functools import lru_cache, partial

from reconciler.model.letters import escape, is_hidden

Paint = Callable[[str, str], str]
"""(text, colour name) → the text as it is shown."""

MOST_MARKS = 4
"""Combining marks upon one letter; a flood of them covers the lines above and below."""
_EMPTY_BRAILLE = "\u2800"
_UNUSUAL = re.compile(r"[^ -~]+")
_UNUSUAL_IN_LINES = re.compile(r"[^ -~\n]+")
_COMMAND = re.compile(r"(?<=:):(?![0-9\]])|(?<=#)#(?=\w*\[)")
"""The second character of `::name::`, `##[name]` and `##vso[name]`, which runners obey
wherever they stand in a line. No name begins with a digit, but `[::1]` is an address.
"""


def plain(text: str, colour: str) -> str:
    """No colour at all."""
    return text


def printable(text: object) -> str:
    """The text in one line, in which nothing hides and which no runner obeys: control,
    format, bidi and invisible characters, blanks but the usual one, too many combining
    marks and the signs of workflow commands are escaped as in Python.
    """
    whole = in_words(text)
    if not (whole.isascii() and whole.isprintable()):  # nearly all texts are
        whole = _UNUSUAL.sub(partial(_show_run, escape), whole)
    return inert(whole)


def printable_json(text: str) -> str:
    """The same for the text of a JSON document, in lines and without a change of what it
    says.
    """
    if not (text.isascii() and "\x7f" not in text):
        text = _UNUSUAL_IN_LINES.sub(partial(_show_run, _json_escape), text)
    return _COMMAND.sub(lambda sign: _json_escape(sign[0]), text)


def inert(text: str) -> str:
    """The text without workflow commands, in as many lines as it has."""
    if "::" not in text and "##" not in text:
        return text
    return _COMMAND.sub(lambda sign: escape(sign[0]), text)


def in_words(text: object) -> str:
    """The text itself; of an address, with escapes for what nobody sees in the name."""
    if isinstance(text, str):
        return text
    # Whoever has an address has loaded these; `--help` must not pay for them.
    from reconciler.form.words import address_words
    from reconciler.model.address import Address

    return address_words(text) if isinstance(text, Address) else str(text)


def width(text: str) -> int:
    """How many columns of a terminal the text takes: two for a wide letter, none for a
    mark upon another one.
    """
    return len(text) if text.isascii() else sum(map(_columns, text))


def _columns(letter: str) -> int:
    if unicodedata.category(letter) in ("Mn", "Me"):
        return 0
    return 2 if unicodedata.east_asian_width(letter) in ("W", "F") else 1


def _show_run(escape: Callable[[str], str], run: re.Match[str]) -> str:
    """Some letters behind each other, of which none is ASCII, with what does not show or
    shows too much escaped.
    """
    # A mark without a letter would stand upon what somebody else has written.
    room = 0
    if run.start() and run.string[run.start() - 1].isalnum():
        room = MOST_MARKS
    shown = []
    for letter in run[0]:
        is_mark = unicodedata.category(letter) in ("Mn", "Me")
        if not _is_visible(letter) or (is_mark and not room):
            shown.append(escape(letter))
            room = 0
            continue
        room = room - 1 if is_mark else MOST_MARKS
        shown.append(letter)
    return "".join(shown)


@lru_cache(maxsize=4096)
def _is_visible(letter: str) -> bool:
    """For Python, the blanks but the usual one are not printable."""
    return letter.isprintable() and not is_hidden(letter) and letter != _EMPTY_BRAILLE


def _json_escape(letter: str) -> str:
    return json.dumps(letter)[1:-1] if not letter.isascii() else f"\\u{ord(letter):04x}"
