"""The work tree that a place is in, as far as its folders show."""

import os
from collections.abc import Iterable, Iterator
from pathlib import PurePath


def top_of_work_tree(place: str) -> str | None:
    """The nearest folder, from this absolute one upwards, that git works in; None
    outside of any.

    git itself is not asked: this is wanted for every report, with and without git.
    """
    return next(_tops((place, *map(str, PurePath(place).parents))), None)


def leads_out(path: str) -> bool:
    """Whether the path is a link, or behind one, that leads out of a work tree, or to
    what belongs to git. Where the links of a branch lead, no review sees.
    """
    real = PurePath(os.path.realpath(path))
    for top in _tops(map(str, PurePath(os.path.abspath(path)).parents)):
        root = os.path.realpath(top)
        if not real.is_relative_to(root) or ".git" in real.relative_to(root).parts:
            return True
    return False


def _tops(folders: Iterable[str]) -> Iterator[str]:
    """Those of the folders that git works in."""
    return (each for each in folders if os.path.lexists(os.path.join(each, ".git")))
