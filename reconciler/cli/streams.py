"""The standard streams, of which none can be relied on.

A stream may be missing (`<&-`), its reader may leave (`| head`), its disk may be full,
and it may take only the letters of one country. What is said on stderr is dropped then:
it decides nothing. A reader of stdout who leaves ends nothing either; any other failure
of stdout is an error.
"""

import codecs
import io
import os
import signal
import sys
from contextlib import suppress
from typing import IO, TYPE_CHECKING

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer

OUT, ERR = 1, 2
STOPPING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
"""The signals that end a command."""
READABLE = "reconciler-readable"
"""What happens to letters that a stream cannot show."""
_INSTEAD = {
    "→": "->",
    "…": "...",
    "·": "-",
    "×": "x",
    "–": "-",
    "—": "-",
    "‘": "'",
    "’": "'",
    "“": '"',
    "”": '"',
}
"""Signs between words. Letters of a name are not made alike: its spelling has to stay
exact.
"""


def open_streams() -> None:
    """Makes the three streams usable, whatever the process was started with. Call it
    before any file is opened.
    """
    codecs.register_error(READABLE, _readable)
    for number in range(3):
        _fill(number)
    if sys.stdin is None:
        null = io.FileIO(0, "r", closefd=False)
        sys.stdin = io.TextIOWrapper(io.BufferedReader(null), encoding="utf-8")
    sys.stdout = _text_stream(_Results(OUT, "w", closefd=False), sys.stdout)
    sys.stderr = _text_stream(_Talk(ERR, "w", closefd=False), sys.stderr)


def write(text: str) -> None:
    """Text on stdout, as far as its encoding goes. Raises OSError, but not when the
    reader has left.
    """
    sys.stdout.write(text)
    sys.stdout.flush()


def write_document(text: str) -> None:
    """Text on stdout that is read by programs: always UTF-8. Raises OSError likewise."""
    # Half a surrogate pair has no bytes in UTF-8; JSON spells it like this, too.
    write_bytes(text.encode("utf-8", "backslashreplace"))


def write_bytes(content: bytes) -> None:
    """Bytes on stdout, as they are. Raises OSError likewise."""
    binary = getattr(sys.stdout, "buffer", None)
    if binary is None:  # some other program has put a stream of its own there
        write(content.decode("utf-8", "backslashreplace"))
        return
    sys.stdout.flush()
    binary.write(content)
    binary.flush()


def say(text: str) -> None:
    """Text on stderr. What cannot be said is dropped."""
    with suppress(OSError, ValueError, AttributeError):
        sys.stderr.write(text)
        sys.stderr.flush()


def write_at_once(number: int, text: str) -> None:
    """For signal handlers: past the buffers and locks of the stream, which the code that
    was interrupted may hold.
    """
    with suppress(OSError):
        os.write(number, text.encode("utf-8", "backslashreplace"))


def is_read() -> bool:
    """Whether the reader of stdout was still there at the last write."""
    raw = getattr(getattr(sys.stdout, "buffer", None), "raw", None)
    return not (isinstance(raw, _Results) and raw.reader_left)


def is_terminal(stream: IO[str] | None) -> bool:
    """Whether somebody sits at the other end."""
    if stream is None:
        return False
    try:
        return stream.isatty()
    except ValueError:  # it is closed
        return False


def columns(descriptor: int) -> int:
    """How wide the terminal is; one that does not say counts as one of old."""
    try:
        return os.get_terminal_size(descriptor).columns or 80
    except OSError:
        return 80


class _Results(io.FileIO):
    """Bytes for stdout. Once its reader has left (EPIPE), they go nowhere."""

    reader_left = False

    def write(self, data: "ReadableBuffer", /) -> int:
        try:
            while (count := super().write(data)) is None:
                _wait_for(self)
        except BrokenPipeError:
            self.reader_left = True
            return memoryview(data).nbytes
        except OSError as broken:
            told = f"stdout cannot be written to: {broken.strerror}"
            raise OSError(broken.errno, told) from None
        return count


class _Talk(io.FileIO):
    """Bytes for stderr, dropped when they cannot be written."""

    def write(self, data: "ReadableBuffer", /) -> int:
        whole = memoryview(data).nbytes
        with suppress(OSError):
            count = super().write(data)
            return whole if count is None else count
        return whole


def _wait_for(full: io.FileIO) -> None:
    """Another program that shares the pipe has made it non-blocking."""
    import select

    select.select([], [full], [])


def _fill(number: int) -> None:
    """Opens the null device where nothing is open: the next file would be opened there,
    and what is printed would land in it.
    """
    try:
        os.fstat(number)
    except OSError:
        null = os.open(os.devnull, os.O_RDWR)
        if null != number:
            os.dup2(null, number)
            os.close(null)


def _text_stream(raw: io.FileIO, before: object) -> io.TextIOWrapper:
    """A stream like the one before, whose encoding the user has chosen."""
    encoding = getattr(before, "encoding", None) or "utf-8"
    return io.TextIOWrapper(
        io.BufferedWriter(raw),
        encoding=encoding,
        errors=READABLE,
        line_buffering=raw.isatty(),
    )


def _readable(wrong: UnicodeError) -> tuple[str, int]:
    """ASCII for the letters that the encoding lacks: a like sign, or the letter's code
    as Python writes it.
    """
    if not isinstance(wrong, UnicodeEncodeError):
        raise wrong
    letters = wrong.object[wrong.start : wrong.end]
    return "".join(map(_in_ascii, letters)), wrong.end


def _in_ascii(letter: str) -> str:
    known = _INSTEAD.get(letter)
    return known or letter.encode("ascii", "backslashreplace").decode("ascii")
