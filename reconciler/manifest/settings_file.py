"""Which reconciler.toml holds for a manifest: the nearest one, from its folder
upwards.
"""

import os
from collections.abc import Iterator

from reconciler.errors import SettingsError
from reconciler.manifest.settings import Settings
from reconciler.manifest.work_tree import top_of_work_tree

FILE = "reconciler.toml"


def find_settings(path: str) -> str | None:
    """The nearest reconciler.toml, from `path` upwards. Raises SettingsError when a
    folder cannot be looked into.
    """
    files = (os.path.join(folder, FILE) for folder in _parents_of(path))
    return next(filter(_is_there, files), None)


def _is_there(file: str) -> bool:
    try:
        os.lstat(file)  # a broken link is an error, not no settings
    except (FileNotFoundError, NotADirectoryError):
        return False
    except OSError as broken:
        name = os.path.relpath(file)
        raise SettingsError(f"{name} cannot be read: {broken.strerror}.") from None
    return True


def _parents_of(path: str) -> Iterator[str]:
    """The folder of `path` and those above it, absolute, up to the root."""
    folder = os.path.abspath(path)
    if not os.path.isdir(path):
        folder = os.path.dirname(folder)
    yield folder
    while (parent := os.path.dirname(folder)) != folder:
        folder = parent
        yield folder


def load_settings(path: str) -> Settings:
    """The settings that hold for manifests at `path`; the built-in ones where there is
    no file. Raises SettingsError.
    """
    file = find_settings(path)
    if file is None:
        return Settings()
    from reconciler.manifest.settings_schema import parse_settings

    name = os.path.relpath(file)
    return parse_settings(_bytes_of(file, name), name)


def _bytes_of(file: str, name: str) -> bytes:
    from reconciler.manifest.toml_bounds import LARGEST_FILE

    _check_stays_inside(file, name)
    if os.path.exists(file) and not os.path.isfile(file):
        raise SettingsError(f"{name} cannot be read: it is no file.")
    try:
        with open(file, "rb") as stream:
            return stream.read(LARGEST_FILE + 1)  # one more, so that it is seen
    except OSError as broken:
        raise SettingsError(f"{name} cannot be read: {broken.strerror}.") from None


def _check_stays_inside(file: str, name: str) -> None:
    """Raises SettingsError for a link that leads out of the repository; outside of any,
    out of the folder that it stands in.
    """
    if not os.path.islink(file) or not os.path.exists(file):
        return  # of a link to nothing, reading says so
    folder = os.path.dirname(file)
    top = top_of_work_tree(folder)
    root = os.path.realpath(top or folder)
    if os.path.commonpath([root, os.path.realpath(file)]) != root:
        out_of = "the repository" if top else "its folder"
        raise SettingsError(
            f"{name} is a link that leads out of {out_of}, to what no review sees. Put the file itself there."
        )
