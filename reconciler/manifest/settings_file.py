"""Where reconciler.toml is, and how it is read. Raises SettingsError."""

import os
from collections.abc import Iterator

from reconciler.errors import SettingsError
from reconciler.manifest.settings import Settings

FILE = "reconciler.toml"
LARGEST_FILE = 1024 * 1024


def find_settings(path: str) -> str | None:
    """The nearest reconciler.toml, from `path` upwards."""
    candidates = (os.path.join(folder, FILE) for folder in parents_of(path))
    return next(filter(os.path.lexists, candidates), None)


def parents_of(path: str) -> Iterator[str]:
    """The folder of `path` and those above it, absolute, up to the root."""
    folder = os.path.abspath(
        path if os.path.isdir(path) else os.path.dirname(os.path.abspath(path))
    )
    yield folder
    while (parent := os.path.dirname(folder)) != folder:
        yield (folder := parent)


def load_settings(path: str) -> Settings:
    """The settings that hold for manifests at `path`."""
    file = find_settings(path)
    if file is None:
        return Settings()
    from reconciler.manifest.settings_schema import settings_in

    shown = os.path.relpath(file)
    try:
        with open(file, "rb") as stream:
            raw = stream.read(LARGEST_FILE + 1)
    except OSError as broken:
        raise SettingsError(f"{shown} cannot be read: {broken.strerror}.") from None
    if len(raw) > LARGEST_FILE:
        raise SettingsError(f"{shown} is larger than {LARGEST_FILE // 2**20} MiB.")
    return settings_in(raw, shown)
