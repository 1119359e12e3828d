"""Paths without the links in them, when every revision has the same ones.

A pull request that turns the manifests' folder into a link must not have other manifests
taken for those before, and so must not be followed in the work tree alone.
"""

import os
from collections.abc import Iterable

from reconciler.cli.git.repository import Repository, repository_of
from reconciler.cli.git.tree import Tree
from reconciler.errors import WrongUsage
from reconciler.form.spelling import in_quotes


def without_links(paths: tuple[str, ...], revisions: Iterable[str]) -> tuple[str, ...]:
    """The paths from here. Raises WrongUsage for one that is behind a link which is
    another one at a revision, and GitFailed.
    """
    repository = repository_of(paths)
    commits = map(repository.commit_of, revisions)
    trees = [Tree(repository, commit) for commit in commits]
    return tuple(_without_links(repository, path, trees) for path in paths)


def _without_links(repository: Repository, path: str, trees: Iterable[Tree]) -> str:
    place, real = repository.place_of(path), repository.real_place_of(path)
    for tree in trees:
        if tree.real_place(place) != real:
            raise WrongUsage(
                f"{in_quotes(path)} is a link, or behind one, "
                f"and it is not the same one at {tree.short} and in the work tree. "
                "Name the folder itself."
            )
    return os.path.relpath(os.path.join(repository.top, real))
