"""The files that a record set names: beside its manifest or below, and nowhere else."""

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from glob import glob, has_magic
from typing import BinaryIO

from reconciler.manifest.beside import NoFileBeside, check_is_file, check_stays
from reconciler.manifest.files import printable
from reconciler.records.raw import SUFFIXES

YAML_SUFFIXES = (".yaml", ".yml")
ALL_SUFFIXES = (*SUFFIXES, *YAML_SUFFIXES)
_ELSEWHERE = "put the file beside the manifest, or name it with --file"
_WORKBOOKS = (".xlsx", ".xls", ".xlsm", ".ods", ".numbers")
_PACKED = (".gz", ".zip", ".bz2", ".xz", ".zst")


class NoRowFile(NoFileBeside):
    """The file of rows is not read."""


@dataclass(frozen=True, slots=True)
class RowFile:
    """One file; `shown` is its name in messages."""

    shown: str
    place: str

    def open(self) -> BinaryIO:
        """Its bytes from the beginning. Raises OSError."""
        return open(self.place, "rb")


def named_files(patterns: Iterable[str], manifest: str) -> Iterator[RowFile]:
    """The files of all the paths and patterns, each once. Raises NoRowFile."""
    seen: set[str] = set()
    for pattern in patterns:
        for file in row_files(pattern, manifest):
            real = os.path.realpath(file.place)
            if real not in seen:
                yield file
            seen.add(real)


def row_files(pattern: str, manifest: str) -> Iterator[RowFile]:
    """The files that a path or a pattern means, from the folder of the manifest file, in
    the order of their names. Raises NoRowFile.
    """
    folder = os.path.dirname(manifest) or os.curdir
    _check_stays(pattern)
    place = os.path.join(folder, pattern)
    places = [place]
    # A file may be called like a pattern.
    if has_magic(pattern) and not os.path.lexists(place):
        places = _matching(pattern, folder)
    for each in places:
        yield row_file(os.path.normpath(each), folder)


def _matching(pattern: str, folder: str) -> list[str]:
    # Letters in the folder's own name are no pattern.
    names = sorted(glob(pattern, root_dir=folder, recursive=True))
    places = [os.path.join(folder, name) for name in names]
    files = [each for each in places if not os.path.isdir(each)]
    if not files:
        raise NoRowFile(f"no file is called {printable(pattern)}")
    return files


def row_file(place: str, folder: str | None = None) -> RowFile:
    """One file; it has to stay below the folder if one is given. Raises NoRowFile."""
    shown = printable(place)
    try:
        check_is_file(place, folder, ALL_SUFFIXES)
    except NoFileBeside as missing:
        raise NoRowFile(str(missing)) from None
    if os.path.isdir(place):
        pattern = f"{os.path.basename(shown)}/*.csv"
        raise NoRowFile(f"{shown} is a folder: name the files in it, as in {pattern}")
    if not place.lower().endswith(ALL_SUFFIXES):
        known = ", ".join(ALL_SUFFIXES)
        raise NoRowFile(f"{shown} ends with none of {known}{_way(place)}")
    # The folder that is current may be another one when it is read.
    file = RowFile(shown, os.path.abspath(place))
    try:
        file.open().close()
    except OSError as broken:
        raise NoRowFile(f"{shown} cannot be read: {broken.strerror}") from None
    return file


def _way(place: str) -> str:
    if place.lower().endswith(_WORKBOOKS):
        return ": save the sheet as CSV in UTF-8"
    if place.lower().endswith(_PACKED):
        return ": unpack it first"
    return ""


def _check_stays(pattern: str) -> None:
    try:
        check_stays(pattern, _ELSEWHERE)
    except NoFileBeside as outside:
        raise NoRowFile(str(outside)) from None
