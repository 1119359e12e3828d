"""One spelling per text, and what shops are known to do to the texts that they are sent.

How an accent is encoded, which line ends a file has, and blanks and line breaks around
are no part of a text: databases, forms and editors change them. A shop may also cut a
text at the size of its column, or escape it for HTML. That cannot be corrected from a
manifest, so it is told in words and is no difference.
"""

import html
import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

ESCAPED = "the shop stores it escaped"
_UNESCAPED = "the shop stores it without its escapes"
_LEFT_OUT = "the shop cannot store some of its characters"
_SHORTENS = "the shop shortens it after {} {}"

_LEAST_CUT = 20
_LEAST_LONG = 191
"""The longest text that old databases can index, and what many columns have."""
_LONGEST_ENDING = 2
_MOST_ESCAPES = 3
_DOTS = ("…", "...")
_SLASHED = re.compile(r"\\(['\"\\])")
_BEYOND = re.compile(r"[^\u0000-\uffff]")
"""Characters that need four bytes, which an old database cannot store."""


def canonical_text(text: str) -> str:
    """The one spelling of a text."""
    if text.isascii() and text.isprintable():
        return text.strip()  # nearly all texts
    composed = unicodedata.normalize("NFC", text)
    return composed.replace("\r\n", "\n").replace("\r", "\n").strip()


def unescaped(text: str) -> str:
    """The text without HTML's escapes, also when it was escaped several times."""
    *_, bare = _layers(text)
    return bare


def _layers(text: str) -> Iterator[str]:
    """The text with one escape taken off after the other."""
    for _ in range(_MOST_ESCAPES):
        text = html.unescape(text)
        yield text


def same_text(one: str, other: str) -> bool:
    """Whether they differ by nothing that is a part of a text."""
    return one == other or canonical_text(one) == canonical_text(other)


def is_wording(wanted: str, stored: str) -> bool:
    """Whether the shop has the wanted text, as it was sent or altered."""
    return same_text(wanted, stored) or alteration(wanted, stored) is not None


def alteration(wanted: str, stored: str) -> str | None:
    """What the shop did to the wanted text, in words; None when it is not known to do
    that, and so the two are different texts.
    """
    found = canonical_text(stored)
    for told, versions in _VERSIONS.items():
        if any(canonical_text(each) == found for each in versions(wanted, stored)):
            return told
    return _shortening(wanted, found)


def _without_escapes(wanted: str, stored: str) -> Iterator[str]:
    """The stored text, if it says the wanted one in escapes."""
    for plain in (*_layers(stored), _SLASHED.sub(r"\1", stored)):
        if plain != stored and same_text(plain, wanted):
            yield stored


def _with_plain_letters(wanted: str, stored: str) -> Iterator[str]:
    yield html.unescape(wanted)


def _without_rare_letters(wanted: str, stored: str) -> Iterator[str]:
    if _BEYOND.search(wanted):
        for instead in ("?", "??", "????", "\ufffd"):
            yield _BEYOND.sub(instead, wanted)


_VERSIONS: dict[str, Callable[[str, str], Iterator[str]]] = {
    ESCAPED: _without_escapes,
    _UNESCAPED: _with_plain_letters,
    _LEFT_OUT: _without_rare_letters,
}


def _shortening(wanted: str, found: str) -> str | None:
    """What is told when the stored text is the beginning of the wanted one, perhaps with
    dots, and has the size of a column.
    """
    for version in (wanted, canonical_text(wanted), *_escapes_of(wanted)):
        if version.startswith(found) and (size := _size_cut_at(version, found)):
            return _SHORTENS.format(*size)
    for dots in _DOTS:
        beginning = found.removesuffix(dots)
        is_cut = beginning != found and len(found) >= _LEAST_CUT
        if is_cut and _goes_on(wanted, beginning):
            return _SHORTENS.format(len(found), "characters")
    return None


def _goes_on(wanted: str, beginning: str) -> bool:
    rest = canonical_text(wanted).removeprefix(beginning.rstrip())
    return rest != canonical_text(wanted) and not rest.startswith(_DOTS)


def _escapes_of(text: str) -> Iterator[str]:
    for quote in (False, True):
        escaped = html.escape(text, quote=quote)
        if escaped != text:
            yield escaped


def _size_cut_at(text: str, beginning: str) -> tuple[int, str] | None:
    """(size, its unit) of the column that explains the cut, if any does."""
    for unit, encoding in (("characters", "utf-32-le"), ("bytes", "utf-8")):
        width = 4 if encoding == "utf-32-le" else 1
        whole = text.encode(encoding, "surrogatepass")
        used = len(beginning.encode(encoding, "surrogatepass")) // width
        # Blanks at the cut are gone, and so is a letter that was cut in two.
        for size in range(used, used + 4):
            cut = whole[: size * width].decode(encoding, "ignore")
            if canonical_text(cut) == beginning and _is_likely(text, cut, size):
                return size, unit
    return None


def _is_likely(text: str, cut: str, size: int) -> bool:
    if len(cut) >= len(text):
        return False
    if size >= _LEAST_LONG:
        return size == _LEAST_LONG or size % 50 == 0 or _is_near_power_of_two(size)
    # A short text has a round length by chance, but hardly ever ends within a word. The
    # few letters more of a plural are an edit.
    rest = text[len(cut) :]
    is_in_a_word = cut[-1:].isalnum() and rest[0].isalnum()
    return size >= _LEAST_CUT and is_in_a_word and len(rest) > _LONGEST_ENDING


def _is_near_power_of_two(size: int) -> bool:
    """Columns have 256 or 65536 characters, or one less."""
    return size.bit_count() == 1 or (size + 1).bit_count() == 1


def shortening(wanted: str, stored: str) -> str | None:
    """What is told of a text that was just sent, and of which only the beginning was
    stored: then every size is that of a column.
    """
    found = canonical_text(stored)
    if not found or not canonical_text(wanted).startswith(found):
        return None
    return _SHORTENS.format(len(stored), "characters")


def list_alteration(wanted: Sequence[Any], stored: Sequence[Any]) -> str | None:
    """The same for texts in a list, whose order means nothing; empty when they are the
    same in another order.
    """
    if len(wanted) != len(stored):
        return None
    told = ""
    left = list(map(str, stored))
    for each in map(str, wanted):
        match = _same_or_altered(each, left)
        if match is None:
            return None
        left.remove(match[0])
        told = match[1] or told
    return told


def _same_or_altered(
    wanted: str, stored: Iterable[str]
) -> tuple[str, str | None] | None:
    """(what is stored of the wanted text, what the shop did to it)."""
    altered = None
    for each in stored:
        if same_text(wanted, each):
            return each, None
        if told := alteration(wanted, each):
            altered = altered or (each, told)
    return altered
