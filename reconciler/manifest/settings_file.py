"""Where reconciler.toml is, and how it is read. Raises SettingsError."""

import os

from reconciler.errors import SettingsError
from reconciler.manifest.settings import Settings

FILE = "reconciler.toml"
LARGEST_FILE = 1024 * 1024


def find_settings(path: str) -> str | None:
    """The nearest reconciler.toml, from `path` upwards."""
    folder = os.path.abspath(path if os.path.isdir(path) else os.path.dirname(os.path.abspath(path)))
    while True:
        candidate = os.path.join(folder, FILE)
        if os.path.isfile(candidate):
            return candidate
        parent = os.path.dirname(folder)
        if parent == folder:
            return None
        folder = parent


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
