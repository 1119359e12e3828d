"""Which reconciler.toml held for the manifests at a git revision.

The path is taken as it is written: a link in the work tree of a pull request must not
lead to other settings, or to none. Settings above the work tree are in no revision and
hold at every one.
"""

import os
from collections.abc import Iterator

from reconciler.cli.git import commit_of, file_at, prefix_in_work_tree
from reconciler.errors import WrongUsage
from reconciler.manifest.settings import Settings
from reconciler.manifest.settings_file import FILE, load_settings


def settings_at(revision: str, path: str) -> Settings:
    """The settings that held for `path` at the revision. Raises WrongUsage and
    SettingsError.
    """
    from reconciler.manifest.settings_schema import parse_settings

    commit = commit_of(revision)
    for folder in _folders_above(_path_in_work_tree(path)):
        file = os.path.normpath(os.path.join(folder, FILE))
        raw = file_at(commit, file)
        if raw is not None:
            return parse_settings(raw, f"{file} at {revision}")
    return load_settings(os.path.dirname(_top_of_work_tree()))


def _path_in_work_tree(path: str) -> str:
    """The path from the top of the work tree. Raises WrongUsage."""
    here = os.path.relpath(os.path.abspath(path))
    place = os.path.normpath(os.path.join(prefix_in_work_tree(), here))
    straight = os.path.normpath(os.path.join(os.path.realpath("."), here))
    if place.startswith(os.pardir) or os.path.realpath(here) != straight:
        raise WrongUsage(
            f"{path!r} is a link or outside of this work tree, so no revision knows its settings."
        )
    return place


def _folders_above(place: str) -> Iterator[str]:
    """`place` and what is above it, up to the top of the work tree.

    `place` itself is looked into whatever it is now: a file that a pull request puts in
    the way of a folder must not hide the rules that lie in it.
    """
    yield place
    while place not in ("", os.curdir):
        place = os.path.dirname(place)
        yield place


def _top_of_work_tree() -> str:
    here = os.path.realpath(".")
    up = os.path.relpath(os.curdir, prefix_in_work_tree() or os.curdir)
    return os.path.normpath(os.path.join(here, up))
