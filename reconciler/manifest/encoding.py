"""From the bytes of a file to its text: UTF-8, with or without a byte order mark."""

import codecs

from reconciler.form.signatures import BINARY, BYTE_ORDER_MARKS
from reconciler.form.spelling import in_quotes

_FIRST_OF_TWO = b"\xc2\xc3"
"""They begin what most letters with accents are in UTF-8; hardly a text ends with what
they are in Latin-1.
"""
_CONTROLS = frozenset(range(32)) - frozenset(b"\t\n\r\f\x1b")
_LOOKED_AT = 1_000
"""Bytes at the beginning that show whether every second one is zero."""


class NotUtf8(Exception):
    """The bytes are no UTF-8; str() says which and what they may be, `before` is the
    text up to there.
    """

    def __init__(self, words: str, before: str = "") -> None:
        super().__init__(words)
        self.before = before


def decode(raw: bytes) -> str:
    """The text. Raises NotUtf8."""
    for mark, name in BYTE_ORDER_MARKS:
        if raw.startswith(mark):
            shown = mark.hex(" ").upper()
            words = f"the file is {name} (it begins with the bytes {shown}): save it as UTF-8"
            raise NotUtf8(words)
    for beginning, name in BINARY:
        if raw.startswith(beginning):
            raise NotUtf8(f"the file is {name}, not text: put the text itself there")
    begin = raw[:_LOOKED_AT]
    if begin.count(0) * 3 > len(begin):
        words = (
            "the file looks like UTF-16 (many of its bytes are zero): save it as UTF-8"
        )
        raise NotUtf8(words)
    content = raw.removeprefix(codecs.BOM_UTF8)
    try:
        return content.decode()
    except UnicodeDecodeError as broken:
        offset = len(raw) - len(content) + broken.start
        words = f"the file is not UTF-8: its byte {offset + 1:,} is 0x{raw[offset]:02X}"
        before = content[: broken.start].decode()
        guess = _guess(content, broken)
        raise NotUtf8(f"{words}{guess}", before) from None


def _guess(content: bytes, broken: UnicodeDecodeError) -> str:
    """What the bytes may be, and what to do."""
    if content[broken.start : broken.start + 1] == b"\xed":
        return ", a half of a surrogate pair: write the character itself"
    if not _CONTROLS.isdisjoint(content[:_LOOKED_AT]):
        return "; it looks binary, not like text"
    is_utf8 = not content[: broken.start].isascii() or broken.end - broken.start > 1
    cut_off = broken.reason == "unexpected end of data"
    if cut_off and (is_utf8 or content[broken.start] in _FIRST_OF_TWO):
        return ", and the file ends within a character: it was cut off"
    if is_utf8 and not cut_off and broken.end - broken.start > 1:
        return ", and the character that begins there is cut off: type it again"
    return f"; {_likely(content, broken.start)}"


def _likely(content: bytes, start: int) -> str:
    try:
        meant = content[start : start + 1].decode("cp1252")
    except UnicodeDecodeError:
        return "save it as UTF-8"
    return (
        f"it looks like Windows-1252 or Latin-1, where that is {in_quotes(meant)}. Save it as UTF-8: "
        "iconv -f WINDOWS-1252 -t UTF-8"
    )
