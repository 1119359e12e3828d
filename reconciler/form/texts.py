"""One spelling per text, and what shops are known to do to the texts that they are sent.

How an accent is encoded, which line ends a file has, and blanks and line breaks around
are no part of a text: databases, forms and editors change them. A shop may also cut a
text at the size of its column, or escape it for HTML. That cannot be corrected from a
manifest, so it is told in words and is no difference. Everything else is an edit.
"""

import html
import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from reconciler.model.live import Keeping

ESCAPED = "the shop stores it escaped"
_UNESCAPED = "the shop stores it without its escapes"
_LEFT_OUT = "the shop cannot store some of its characters"
_SHORTENS = "the shop shortens it after {} {}"

_LEAST_SIZE = 50
"""The smallest column whose size tells a cut from an edit."""
_OLD_INDEX = 191
"""The longest text that old databases can index, and what many columns have."""
_LEAST_CUT = 20
_LONGEST_ENDING = 2
_MOST_ESCAPES = 3
_DOTS = ("…", "...")
_SLASHED = re.compile(r"\\(['\"\\])")
_BEYOND = re.compile(r"[^\u0000-\uffff]")
"""Characters that need four bytes, which an old database cannot store."""
_BARE = re.compile(r"&(?!#?\w+;)|[<>\"]")
"""Signs that no text holds that was escaped for HTML."""


def holds_bare_signs(text: str) -> bool:
    """Whether a shop that escapes would have changed the text."""
    return _BARE.search(text) is not None


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


def alteration(
    wanted: str, stored: str, keeping: Keeping = Keeping.UNKNOWN
) -> str | None:
    """What the shop did to the wanted text, in words; None when it is not known to do
    that, and so the two are different texts.
    """
    return _altered(wanted, stored, keeping, _is_column)


def alteration_for_good(
    wanted: str, stored: str, keeping: Keeping = Keeping.UNKNOWN
) -> str | None:
    """The same of a text that cannot be changed any more: also one that was cut at an
    odd size is no difference, when it ends within a word.
    """
    return _altered(wanted, stored, keeping, _is_column_or_in_a_word)


IsCut = Callable[[str, int, int], bool]
"""Whether a text was cut there, and not edited: (text, place, size of the column)."""


def _altered(wanted: str, stored: str, keeping: Keeping, is_cut: IsCut) -> str | None:
    if keeping is Keeping.EXACT:
        return None
    found = canonical_text(stored)
    for told, versions in _VERSIONS.items():
        if told == ESCAPED and keeping is not Keeping.UNKNOWN:
            continue
        if any(canonical_text(each) == found for each in versions(wanted, stored)):
            return told
    return _shortening(canonical_text(wanted), found, keeping, is_cut)


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


def _shortening(wanted: str, found: str, keeping: Keeping, is_cut: IsCut) -> str | None:
    """What is told when the stored text is the beginning of the wanted one, perhaps with
    dots, and was cut there.
    """
    for whole, beginning in _cuts(wanted, found, keeping):
        if column := _size_cut_at(whole, beginning, is_cut):
            return _SHORTENS.format(*column)
    for dots in _DOTS:
        beginning = found.removesuffix(dots)
        if beginning != found and _goes_on(wanted, beginning):
            place, size = len(beginning), len(found)
            if is_cut(wanted, place, size) or is_cut(wanted, place, place):
                return _SHORTENS.format(size, "characters")
    return None


def _cuts(wanted: str, found: str, keeping: Keeping) -> Iterator[tuple[str, str]]:
    """(whole, beginning) of the texts that the shop may have cut: as they are, with other
    line ends or accents, and escaped before or after the cut.
    """
    for write in (str, _with_other_line_ends, _with_loose_accents):
        yield write(wanted), write(found)
    if keeping is Keeping.UNKNOWN:
        for escaped in _escapes_of(wanted):
            yield escaped, found
        for plain in _layers(found):
            yield wanted, plain


def _with_other_line_ends(text: str) -> str:
    return text.replace("\n", "\r\n")


def _with_loose_accents(text: str) -> str:
    return unicodedata.normalize("NFD", text)


def _goes_on(wanted: str, beginning: str) -> bool:
    rest = wanted.removeprefix(beginning.rstrip())
    return rest != wanted and not rest.startswith(_DOTS)


def _escapes_of(text: str) -> Iterator[str]:
    for quote in (False, True):
        escaped = html.escape(text, quote=quote)
        if escaped != text:
            yield escaped


def _size_cut_at(text: str, beginning: str, is_cut: IsCut) -> tuple[int, str] | None:
    """(size, its unit) of the column that explains the cut, if any does."""
    if not beginning or not text.startswith(beginning):
        return None
    for unit, encoding in (("characters", "utf-32-le"), ("bytes", "utf-8")):
        width = 4 if encoding == "utf-32-le" else 1
        whole = text.encode(encoding, "surrogatepass")
        used = len(beginning.encode(encoding, "surrogatepass")) // width
        # Blanks at the cut are gone, and so is a letter that was cut in two.
        for size in range(used, used + 4):
            cut = whole[: size * width].decode(encoding, "ignore")
            is_it = len(cut) < len(text) and cut.rstrip() == beginning.rstrip()
            if is_it and is_cut(text, len(cut), size):
                return size, unit
    return None


def _is_column(text: str, place: int, size: int) -> bool:
    """Columns have round sizes, or 256 and 65536 characters, or one less."""
    is_round = size % 50 == 0 or _is_near_power_of_two(size)
    return size >= _LEAST_SIZE and (is_round or size == _OLD_INDEX)


def _is_column_or_in_a_word(text: str, place: int, size: int) -> bool:
    return _is_column(text, place, size) or (
        size >= _LEAST_CUT and _is_in_a_word(text, place)
    )


def _is_in_a_word(text: str, place: int) -> bool:
    """Whether a text breaks off within a word, which hardly anybody writes. The few
    letters more of a plural are an edit.
    """
    is_within = text[place - 1].isalnum() and text[place : place + 1].isalnum()
    return is_within and len(text) - place > _LONGEST_ENDING


def _is_near_power_of_two(size: int) -> bool:
    return size.bit_count() == 1 or (size + 1).bit_count() == 1


def shortening(wanted: str, stored: str, before: str | None = None) -> str | None:
    """What is told of a text that was just sent, and of which only the beginning was
    stored: then every size is that of a column. What was there `before` and still is may
    be a text that was never changed, unless it is long or ends within a word.
    """
    whole = canonical_text(wanted)
    is_old = before is not None and same_text(before, stored)
    for each in (stored, *_layers(stored)):
        beginning = canonical_text(each)
        if not beginning or not whole.startswith(beginning):
            continue
        is_long = len(beginning) >= _LEAST_CUT
        if not is_old or is_long or _is_in_a_word(whole, len(beginning)):
            return _SHORTENS.format(len(each), "characters")
    return None


Alteration = Callable[[str, str, Keeping], str | None]
"""`alteration` or `alteration_for_good`."""


def list_alteration(
    wanted: Sequence[Any],
    stored: Sequence[Any],
    keeping: Keeping = Keeping.UNKNOWN,
    altered: Alteration = alteration,
) -> str | None:
    """The same for texts in a list, whose order means nothing; empty when they are the
    same in another order.
    """
    if len(wanted) != len(stored):
        return None
    told = ""
    left = list(map(str, stored))
    for each in map(str, wanted):
        match = _same_or_altered(each, left, keeping, altered)
        if match is None:
            return None
        left.remove(match[0])
        told = match[1] or told
    return told


def _same_or_altered(
    wanted: str, stored: Iterable[str], keeping: Keeping, altered: Alteration
) -> tuple[str, str | None] | None:
    """(what is stored of the wanted text, what the shop did to it)."""
    found = None
    for each in stored:
        if same_text(wanted, each):
            return each, None
        if told := altered(wanted, each, keeping):
            found = found or (each, told)
    return found
