"""Which reconciler.toml holds for a manifest: the nearest one, from its folder
upwards.
"""

import os
from collections.abc import Iterator

from reconciler.errors import SettingsError
from reconciler.manifest.settings import Settings

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

    try:
        with open(file, "rb") as stream:
            return stream.read(LARGEST_FILE + 1)  # one more, so that it is seen
    except OSError as broken:
        raise SettingsError(f"{name} cannot be read: {broken.strerror}.") from None
