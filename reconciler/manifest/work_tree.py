"""The work tree that a place is in, as far as its folders show."""

import os
from pathlib import PurePath


def top_of_work_tree(place: str) -> str | None:
    """The nearest folder, from this absolute one upwards, that git works in; None
    outside of any.

    git itself is not asked: this is wanted for every report, with and without git.
    """
    folders = (place, *map(str, PurePath(place).parents))
    within = (each for each in folders if os.path.lexists(os.path.join(each, ".git")))
    return next(within, None)
