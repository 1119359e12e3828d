"""Where a reader of reports looks for files: below the top of the repository, which a
command that runs in one of its folders does not see.
"""

import os
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from typing import TYPE_CHECKING

from reconciler.manifest.work_tree import top_of_work_tree

if TYPE_CHECKING:
    from reconciler.model.plan import Git


def from_top() -> Callable[[str], str]:
    """Makes the path of a file, as it is from the current folder, that from the top of
    the repository.

    A file in no repository keeps its path, but for one that leads out of the current
    folder: that becomes absolute.
    """
    here = os.path.realpath(".")
    return cache(lambda file: _from_top(file, here))


def _from_top(file: str, here: str) -> str:
    named = os.path.normpath(os.path.join(here, file))
    # A link is named by what it leads to: that is what stands in a commit.
    for place in (os.path.realpath(named), named):
        for top in _tops(place, here):
            relative = os.path.relpath(place, top)
            if not _leads_out(relative):
                return relative
    outside = os.path.isabs(file) or _leads_out(os.path.normpath(file))
    return named if outside else os.path.normpath(file)


def _tops(place: str, here: str) -> Iterator[str]:
    """The repository of the current folder first: its readers look for files in it."""
    for folder in (here, os.path.dirname(place)):
        top = top_of_work_tree(folder)
        if top is not None:
            yield top


def _leads_out(path: str) -> bool:
    return path.split(os.sep, 1)[0] == os.pardir


def address_of_files(environment: Mapping[str, str], git: "Git") -> str | None:
    """The address below which the site of this repository shows its files as they are in
    the commit; None outside of CI, and for files that are in no commit.

    The commit is the one that was read: in a pull request on GitHub it is the merge, the
    only one in which the lines are those that are named.
    """
    site = site_of_files(environment)
    if site is None or git.head is None or git.dirty:
        return None
    return f"{site}/{git.head}"


def site_of_files(environment: Mapping[str, str]) -> str | None:
    """The address below which GitHub or GitLab shows files by commit; None outside of
    their pipelines.
    """
    server = environment.get("GITHUB_SERVER_URL")
    name = environment.get("GITHUB_REPOSITORY")
    if server and name:
        return f"{server}/{name}/blob"
    project = environment.get("CI_PROJECT_URL")
    return f"{project}/-/blob" if project else None
