"""The files that a record set names: beside its manifest or below, and nowhere else."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from glob import glob, has_magic
from typing import BinaryIO

from reconciler.manifest.files import printable
from reconciler.records.check import SUFFIXES

YAML_SUFFIXES = (".yaml", ".yml")
ALL_SUFFIXES = (*SUFFIXES, *YAML_SUFFIXES)


class NoRowFile(Exception):
    """The file is not read; str() says why, in a sentence without its full stop."""


@dataclass(frozen=True, slots=True)
class RowFile:
    """One file; `shown` is its name in messages."""

    shown: str
    place: str

    def open(self) -> BinaryIO:
        """Its bytes from the beginning. Raises OSError."""
        return open(self.place, "rb")


def row_files(pattern: str, manifest: str) -> Iterator[RowFile]:
    """The files that a path or a pattern means, from the folder of the manifest file, in
    the order of their names. Raises NoRowFile.
    """
    folder = os.path.dirname(manifest) or os.curdir
    _check_stays(pattern)
    place = os.path.join(folder, pattern)
    if has_magic(pattern):
        # Letters in the folder's own name are no pattern.
        names = sorted(glob(pattern, root_dir=folder, recursive=True))
        places = [os.path.join(folder, name) for name in names]
        places = [each for each in places if os.path.isfile(each)]
        if not places:
            raise NoRowFile(f"no file is called {printable(pattern)}")
    else:
        places = [place]
    for each in places:
        yield row_file(os.path.normpath(each), folder)


def row_file(place: str, folder: str | None = None) -> RowFile:
    """One file; it has to stay below the folder if one is given. Raises NoRowFile."""
    shown = printable(place)
    if not os.path.lexists(place):
        raise NoRowFile(f"there is no file {shown}")
    if not os.path.isfile(place):
        raise NoRowFile(f"{shown} is no file")
    if folder is not None and not _is_below(place, folder):
        raise NoRowFile(f"the link {shown} leads out of the manifest's folder")
    if not place.lower().endswith(ALL_SUFFIXES):
        raise NoRowFile(f"{shown} does not end with {', '.join(ALL_SUFFIXES)}")
    return RowFile(shown, place)


def _check_stays(pattern: str) -> None:
    parts = pattern.replace("\\", "/").split("/")
    if os.path.isabs(pattern) or ".." in parts or ":" in parts[0]:
        raise NoRowFile(
            f"{printable(pattern)} leads out of the manifest's folder: "
            "put the file beside the manifest, or name it with --file"
        )


def _is_below(place: str, folder: str) -> bool:
    root = os.path.realpath(folder)
    return os.path.commonpath([root, os.path.realpath(place)]) == root
