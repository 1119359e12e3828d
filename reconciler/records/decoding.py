"""Where in a file the first byte is that is no text in its encoding."""

import codecs
import io
from typing import BinaryIO

from reconciler.records.raw import Unreadable

_CHUNK = 64 * 1024


def undecodable(raw: BinaryIO, encoding: str) -> Unreadable:
    """What to say of it. The file is read again, up to that byte."""
    decoder = codecs.getincrementaldecoder(encoding)()
    place = _Place()
    offset = 0
    for chunk in iter(lambda: raw.read(_CHUNK), b""):
        try:
            place.go_over(decoder.decode(chunk))
        except UnicodeError:
            return _in_chunk(chunk, decoder, place, offset, encoding)
        offset += len(chunk)
    told = f"the file ends within a character of {encoding}: it was cut off"
    return Unreadable("record-encoding", told, place.line, place.column)


class _Place:
    """A line and a column, which go over a text."""

    def __init__(self) -> None:
        self.line = 1
        self.column = 1
        self._has_begun = False
        # \r\n in two parts of a text is one end of a line.
        self._ends = io.IncrementalNewlineDecoder(None, translate=True)

    def go_over(self, text: str) -> None:
        if text and not self._has_begun:
            text = text.removeprefix("\ufeff")  # editors show none
            self._has_begun = True
        lines = self._ends.decode(text).split("\n")
        if len(lines) > 1:
            self.line += len(lines) - 1
            self.column = 1
        self.column += len(lines[-1])


def _in_chunk(
    chunk: bytes,
    decoder: codecs.IncrementalDecoder,
    place: _Place,
    offset: int,
    encoding: str,
) -> Unreadable:
    """A decoder that has refused a chunk knows nothing of it: it takes it again, byte
    by byte.
    """
    for index in range(len(chunk)):
        try:
            place.go_over(decoder.decode(chunk[index : index + 1]))
        except UnicodeDecodeError as broken:
            behind = len(broken.object) - broken.start
            first = offset + index + 1 - behind
            told = _words(broken.object[broken.start], first, encoding)
            return Unreadable("record-encoding", told, place.line, place.column)
        except UnicodeError:
            break
    told = f"the file cannot be read as {encoding}"
    return Unreadable("record-encoding", told, place.line, place.column)


def _words(byte: int, offset: int, encoding: str) -> str:
    told = f"byte {offset + 1:,} of the file is 0x{byte:02X}, which is no text in {encoding}"
    letter = bytes([byte]).decode("cp1252", "replace")
    if codecs.lookup(encoding).name == "utf-8" and letter.isprintable():
        return f"{told} ({letter} in Windows-1252? csv.encoding: cp1252)"
    return told
