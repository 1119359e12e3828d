"""Files are written here and nowhere else: whole or not at all, and through no link that
a stranger may have put there.

A branch can bring links to anywhere: a report of this run would become a script, or a
shell's settings, of the person who reviews it. So the file itself is never a link, and
neither is a folder on the way to it inside of a work tree or below the current folder.
Links above those are the machine's own, as /tmp is on some systems.
"""

import errno
import os
import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from io import BytesIO
from pathlib import PurePath
from shutil import copyfileobj
from tempfile import TemporaryFile
from typing import IO

import click

from reconciler.errors import Refused, WrongUsage
from reconciler.form.spelling import in_quotes
from reconciler.report.terminal import printable

_STREAM = re.compile(
    r"/dev/(?P<name>stdout|stderr)|(?:/dev|/proc/self)/fd/(?P<number>\d{1,9})"
)
"""The names of what is open already; the system makes them of links."""


class NotWritten(click.FileError):
    """A file that was to be written is not, or would not be."""

    def format_message(self) -> str:
        return f"Could not write the file {in_quotes(self.ui_filename)}: {self.message}"


def write_whole(file: str, text: str) -> None:
    """The file has this text, or what it had before; a stream or a device gets the text.
    Folders are made. Raises click.FileError, and WrongUsage for an input's place.
    """
    check_is_no_input(file)
    with _telling(file):
        content = text.encode()
        place = writable_place(file)
        if place is None or _is_device(place):
            _write(_open_to_append(file), content)
        else:
            _replace(place, content)


def write_new(files: Mapping[str, str]) -> None:
    """All of these files are there with their texts, and none was before; their folders
    are made. Raises Refused like `check_new`, and click.FileError when one cannot be
    written: none is left behind then.
    """
    check_new(files)
    made: list[str] = []
    try:
        for file, text in files.items():
            with _telling(file):
                made.append(_create(file, text.encode()))
    except BaseException:
        for place in made:
            with suppress(OSError):
                os.unlink(place)
        raise


def check_new(files: Iterable[str]) -> None:
    """Raises Refused when one of the files is there, with the name of each."""
    there = [file for file in files if os.path.lexists(file)]
    if not there:
        return
    names = ", ".join(map(printable, there))
    raise Refused(
        f"{names} {'is' if len(there) == 1 else 'are'} there already. Nothing was written. "
        "Move what is there, or begin in an empty folder and take from it what you need.",
        reason="exists",
    )


def _create(file: str, content: bytes) -> str:
    """The real place of the file, which was not there before. Raises OSError."""
    place = writable_place(file)
    assert place is not None
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW
    descriptor = os.open(place, flags, 0o666)
    try:
        _write(descriptor, content)
    except BaseException:
        os.unlink(place)
        raise
    return place


def write_input(file: str, content: bytes, *, private: bool = False) -> None:
    """The same for a manifest, or the rows of one, which is meant to be replaced; settings
    and what belongs to git are not. With `private`, only its owner may read it.
    """
    _check_may_be_written(file)
    with _telling(file):
        place = writable_place(file)
        if place is None or _is_device(place):
            raise _refusal(errno.EINVAL, "it is no file")
        _replace(place, content, mode=0o600 if private else None)


def write_private(file: str, lines: Iterable[bytes]) -> None:
    """The same for a file that only its owner may read, whatever was there before. All
    lines are there before the file is touched, and in no memory.
    """
    check_is_no_input(file)
    with TemporaryFile() as whole:
        for line in lines:
            with _telling(file):
                whole.write(line)
        with _telling(file):
            whole.seek(0)
            place = writable_place(file)
            if place is None or _is_device(place):
                _write(_open_to_append(file), whole)
            else:
                _replace(place, whole, mode=0o600)


def append(file: str, text: str) -> None:
    """The text stands behind what the file had. Raises click.FileError."""
    with _telling(file):
        _write(_open_to_append(file), text.encode())


def check_whole(file: str) -> None:
    """Raises click.FileError when `write_whole` could not write this file now, and
    WrongUsage for an input's place. Its folder is made.
    """
    check_is_no_input(file)
    with _telling(file):
        place = writable_place(file)
        if place is not None and not _is_device(place):
            place = os.path.dirname(place)
        _check_access(file, place)


def check_is_no_input(file: str) -> None:
    """Raises WrongUsage for a place where a manifest stands, for the place of settings,
    which later commands would read, and for what belongs to git.
    """
    from reconciler.manifest.recognise import is_input

    with suppress(OSError, ValueError):  # writing to it says what is wrong
        if is_input(file):
            raise _not_there(
                file, "holds a manifest or the settings and was not replaced"
            )
    _check_may_be_written(file)


def _check_may_be_written(file: str) -> None:
    """Raises WrongUsage for the place of settings, and for what belongs to git."""
    from reconciler.manifest.recognise import is_settings_place

    with suppress(OSError, ValueError):
        if is_settings_place(file):
            raise _not_there(file, "would be read as the settings and was not written")
        if _is_of_git(file):
            raise _not_there(
                file, "is in a .git folder, which belongs to git, and was not written"
            )


def _not_there(file: str, why: str) -> WrongUsage:
    return WrongUsage(
        f"{printable(file)} {why}. Name another file for what is to be written."
    )


def _is_of_git(file: str) -> bool:
    """Also where a file system takes `.GIT` for the same folder, and through links."""
    ways = (file, os.path.realpath(file))
    parts = (part.lower() for way in ways for part in PurePath(way).parts)
    return ".git" in parts


def is_stream_or_device(file: str) -> bool:
    """Whether what is written there goes to whoever reads it, and no file stays."""
    if _STREAM.fullmatch(file):
        return True
    return _is_device(file) and not os.path.isdir(file)


def check_append(file: str) -> None:
    """The same for `append`."""
    with _telling(file):
        place = writable_place(file)
        if place is not None and not os.path.exists(place):
            place = os.path.dirname(place)
        _check_access(file, place)


def _check_access(file: str, place: str | None) -> None:
    """Raises OSError when nothing can be written to the place, or to the stream."""
    if place is None:
        os.fstat(_number_of_stream(file))
    elif not os.access(place, os.W_OK):
        raise _refusal(errno.EACCES, "it cannot be written there")


def writable_place(file: str) -> str | None:
    """Where the file really is, in a folder that is there now; None for a stream. Raises
    OSError for a folder, and for a link that may lead anywhere.
    """
    if _STREAM.fullmatch(file):
        return None
    *way, name = PurePath(file).parts or ("",)
    folder = _folder_at(way)
    place = os.path.join(folder, name)
    if os.path.islink(place):
        why = "it is a link, and nothing is written through links. Remove it, or name another file"
        raise _refusal(errno.ELOOP, why)
    if os.path.isdir(place):
        raise _refusal(errno.EISDIR, "it is a folder")
    os.makedirs(folder, exist_ok=True)
    return place


def _folder_at(way: list[str]) -> str:
    """The folder that these parts of a path lead to, without links. Raises OSError for a
    link that a stranger may have made.
    """
    folder = os.getcwd()
    for part in way:
        step = os.path.normpath(os.path.join(folder, part))
        if os.path.islink(step):
            _check_is_own(step, folder)
            step = os.path.realpath(step)
        folder = step
    return folder


def _check_is_own(link: str, folder: str) -> None:
    """Raises OSError for a link in a folder into which a branch or an archive may have
    put it.
    """
    here = os.getcwd()
    above = [folder, *map(str, PurePath(folder).parents)]
    if here in above or any(
        os.path.lexists(os.path.join(each, ".git")) for each in above
    ):
        why = f"{in_quotes(link)} is a link, and nothing is written through links. Name the folder itself"
        raise _refusal(errno.ELOOP, why)


def _replace(place: str, content: bytes | IO[bytes], mode: int | None = None) -> None:
    """Puts a new file in the place of what is there, with the same permissions or with
    this `mode`.
    """
    part = os.path.join(os.path.dirname(place), f".{os.urandom(12).hex()}.part")
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW
    try:
        # Ctrl-C may come between any two steps, and takes the part away as well.
        descriptor = os.open(part, flags, mode or 0o666)
        with suppress(FileNotFoundError):
            os.fchmod(descriptor, mode or os.lstat(place).st_mode & 0o777)
        _write(descriptor, content)
        os.replace(part, place)
    except BaseException:
        with suppress(OSError):
            os.unlink(part)
        raise


def _open_to_append(file: str) -> int:
    """The descriptor of a stream of ours, a device, or a file that grows. Raises
    OSError.
    """
    place = writable_place(file)
    if place is None:
        _flush_streams()
        # To open it by its name would begin at its start again, and fails for a socket.
        return os.dup(_number_of_stream(file))
    flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_NOFOLLOW | os.O_NOCTTY
    return os.open(place, flags, 0o666)


def _number_of_stream(file: str) -> int:
    named = _STREAM.fullmatch(file)
    assert named
    match named["name"]:
        case "stdout":
            return 1
        case "stderr":
            return 2
        case _:
            return int(named["number"])


def _flush_streams() -> None:
    """What was said before stands before it."""
    for stream in (sys.stdout, sys.stderr):
        if stream:
            stream.flush()


def _write(descriptor: int, content: bytes | IO[bytes]) -> None:
    """Writes all of it and closes the descriptor."""
    with os.fdopen(descriptor, "wb") as opened:
        copyfileobj(BytesIO(content) if isinstance(content, bytes) else content, opened)


def _is_device(place: str) -> bool:
    return os.path.lexists(place) and not os.path.isfile(place)


@contextmanager
def _telling(file: str) -> Iterator[None]:
    """Raises NotWritten instead of OSError and UnicodeError."""
    try:
        yield
    except UnicodeError:
        raise NotWritten(file, "a name in it is no text") from None
    except OSError as broken:
        raise NotWritten(file, broken.strerror or "it cannot be written") from None


def _refusal(number: int, why: str) -> OSError:
    return OSError(number, why)
