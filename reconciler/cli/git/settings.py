"""Which reconciler.toml held for the manifests at a git revision.

The path is taken as it is written: a link in the work tree of a pull request must not
lead to other settings, or to none. Settings above the work tree are in no revision and
hold at every one.
"""

import os
from collections.abc import Iterator

from reconciler.cli.git.attributes import check_tree_unconverted
from reconciler.cli.git.repository import Repository, repository_of
from reconciler.cli.git.tree import Tree
from reconciler.errors import WrongUsage
from reconciler.form.spelling import in_quotes
from reconciler.manifest.settings import Settings
from reconciler.manifest.settings_file import FILE, load_settings


def settings_at(revision: str, path: str) -> Settings:
    """The settings that held for `path` at the revision. Raises WrongUsage, GitFailed
    and SettingsError.
    """
    from reconciler.manifest.settings_schema import parse_settings

    repository = repository_of((path,))
    tree = Tree(repository, repository.commit_of(revision))
    for folder in _folders_above(_place_without_links(repository, path)):
        file = os.path.normpath(os.path.join(folder, FILE))
        real = _without_link(tree, file)
        raw = tree.file(real)
        if raw is None and real != file:
            raise tree.not_given(
                file, f": it is a link to {in_quotes(real)}, which is not there."
            )
        if raw is not None:
            check_tree_unconverted(tree, [real])
            return parse_settings(raw, f"{file} at {revision}")
    return load_settings(os.path.dirname(repository.top))


def _without_link(tree: Tree, file: str) -> str:
    """What the file leads to, as in the work tree; a link in its path is not followed.
    Raises WrongUsage.
    """
    for entry in tree.entries(file):
        if entry.name == file and entry.is_link:
            return tree.real_place(file)
    return file


def _place_without_links(repository: Repository, path: str) -> str:
    """The path from the top of the work tree. Raises WrongUsage."""
    place = repository.place_of(path)
    straight = os.path.normpath(os.path.join(os.path.realpath(repository.top), place))
    if os.path.realpath(path) != straight:
        raise WrongUsage(
            f"{in_quotes(path)} is a link or outside of this work tree, so no revision knows its settings."
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
