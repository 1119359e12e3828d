"""Which files git could not give back if they were replaced."""

from collections.abc import Iterable, Iterator

from reconciler.cli.git.repository import Repository, nearest_repository
from reconciler.cli.git.state import is_changed
from reconciler.cli.git.tree import Tree
from reconciler.errors import WrongUsage


def uncommitted(files: Iterable[str]) -> Iterator[str]:
    """Those of the files that are in a repository and not as its last commit has them,
    staged or not. Raises GitFailed.
    """
    by_repository: dict[Repository, list[str]] = {}
    for file in files:
        repository = nearest_repository(file)
        if repository is not None and repository.holds(file):
            by_repository.setdefault(repository, []).append(file)
    for repository, here in by_repository.items():
        yield from _changed(repository, here)


def _changed(repository: Repository, files: list[str]) -> Iterator[str]:
    places = {repository.place_of(file): file for file in files}
    try:
        tree = Tree(repository, repository.commit_of("HEAD"))
    except WrongUsage:  # there is no commit yet
        yield from files
        return
    entries = tree.at(list(places))
    contents = zip(entries, tree.contents(entries), strict=True)
    known = {entry.name: (entry, content) for entry, content in contents}
    for place, file in places.items():
        if place not in known or is_changed(repository, *known[place]):
            yield file
