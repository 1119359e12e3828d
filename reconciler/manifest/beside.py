"""Files that a manifest names: beside it or below, and nowhere else (a pull request may
come from a stranger).
"""

import os
import re
from collections.abc import Iterable

from reconciler.form.spelling import did_you_mean
from reconciler.manifest.files import printable

_DRIVE = re.compile(r"[A-Za-z]:[\\/]|\\\\")


class NoFileBeside(Exception):
    """The file is not read; str() says why, in a sentence without its full stop."""


def check_stays(named: str, way: str) -> None:
    """Raises NoFileBeside for a path that leads out of the manifest's folder; `way` says
    what to do instead.
    """
    parts = named.replace("\\", "/").split("/")
    if os.path.isabs(named) or ".." in parts or _DRIVE.match(named):
        raise NoFileBeside(
            f"{printable(named)} leads out of the manifest's folder: {way}"
        )


def check_is_file(place: str, folder: str | None, suffixes: Iterable[str]) -> None:
    """Raises NoFileBeside unless a file is there, below the folder if one is given.
    `suffixes` are those of the files that may have been meant.
    """
    shown = printable(place)
    if not os.path.lexists(place):
        raise NoFileBeside(f"there is no file {shown}{_near_miss(place, suffixes)}")
    if folder is not None and not _is_below(place, folder):
        raise NoFileBeside(f"the link {shown} leads out of the manifest's folder")
    if not os.path.exists(place):
        raise NoFileBeside(f"{shown} is a link to a file that is not there")
    if not os.path.isfile(place) and not os.path.isdir(place):
        raise NoFileBeside(f"{shown} is no file, but a pipe or a device")


def _near_miss(place: str, suffixes: Iterable[str]) -> str:
    """A file beside it with nearly the same name."""
    folder, name = os.path.split(place)
    try:
        names = os.listdir(folder or os.curdir)
    except OSError:
        return ""
    ends = tuple(suffixes)
    files = [each for each in names if each.lower().endswith(ends)]
    return did_you_mean(name, files)


def _is_below(place: str, folder: str) -> bool:
    root = os.path.realpath(folder)
    return os.path.commonpath([root, os.path.realpath(place)]) == root
