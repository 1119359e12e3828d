"""One form for what says the same: indentation, and blanks in lists and mappings.

Comments, order, quotes and values stay. Whether they did is checked with our own reader,
and a text of which that cannot be shown is left as it is.
"""

import re
from collections import Counter

from reconciler.manifest.dump.emit import YAMLError, canonical_text
from reconciler.manifest.yaml import documents

_COMMENT = re.compile(r"(?:^|(?<=[ \t]))#.*?[ \t]*$", re.MULTILINE)
MOST_TURNS = 3
"""After which a text has its form; comments may move once more."""


class NotFormatted(Exception):
    """A text has no other form that is known to say the same; in words, why."""


def formatted(text: str) -> str:
    """The text in the canonical form, with its own line ends. Raises NotFormatted, and
    YamlProblem for a text that cannot be read.
    """
    plain = text.replace("\r\n", "\n")
    said = _said(plain)
    if not all(each.startswith(("{", "[")) for each in said) or not said:
        return text  # no manifest, but a text or nothing at all
    form = _canonical(plain)
    if _said(form) != said:
        raise NotFormatted("its values would not stay the same")
    if _comments(form) != _comments(plain):
        raise NotFormatted("a comment would be lost")
    return form.replace("\n", "\r\n") if "\r\n" in text else form


def _canonical(text: str) -> str:
    """Raises NotFormatted for a text that changes whenever it is formatted."""
    for _ in range(MOST_TURNS):
        before = text
        try:
            text = canonical_text(before)
        except YAMLError as broken:
            why = " ".join(str(broken).split())[:160]
            raise NotFormatted(f"the writer of YAML does not take it: {why}") from None
        if text == before:
            return text
    raise NotFormatted("its comments would move at every run")


def _said(text: str) -> list[str]:
    """What each document holds, types and order included."""
    read = list(documents(text))
    for document in read:
        for problem in document.problems:
            raise problem
    return [repr(document.data) for document in read]


def _comments(text: str) -> Counter[str]:
    return Counter(found.rstrip() for found in _COMMENT.findall(text))
