"""Which commit a plan is made from, and whether the manifests are as they were then."""

import os
from collections.abc import Callable, Iterator
from pathlib import PurePath

from reconciler.cli.git.repository import Repository, nearest_repository
from reconciler.cli.git.tree import Entry, Tree, manifests_at
from reconciler.errors import GitFailed, WrongUsage
from reconciler.form.spelling import in_quotes
from reconciler.manifest.files import files_in
from reconciler.manifest.settings_file import FILE
from reconciler.manifest.yaml_bounds import LARGEST_FILE
from reconciler.model.plan import Git


def git_state(paths: tuple[str, ...], warn: Callable[[str], None]) -> Git:
    """The commit of the work tree that holds the manifests, and whether they and their
    settings differ from it. Outside of a work tree there is none; `warn` is told when
    there should be one and git does not say.
    """
    repository = nearest_repository(paths[0])
    if repository is None:
        return Git()
    try:
        head = repository.commit_of("HEAD")
    except (GitFailed, WrongUsage) as failed:
        warn(f"warning: the plan does not say from which commit it is made: {failed}")
        # Nobody knows; that it is clean must not be said then.
        return Git(dirty=True)
    try:
        return Git(head=head, dirty=_differ(Tree(repository, head), paths))
    except (GitFailed, WrongUsage) as failed:
        warn(f"warning: whether the manifests are those of HEAD is not known: {failed}")
        return Git(head=head, dirty=True)


def _differ(tree: Tree, paths: tuple[str, ...]) -> bool:
    """Whether a file that is read is not as it was at the commit, line ends apart: git
    may convert these.
    """
    places = [_place(tree, path) for path in paths]
    if None in places:
        return True
    found = [place for place in places if place is not None]
    committed = {entry.name: entry for entry in manifests_at(tree, found)}
    for entry in tree.at(_settings_files(found[0])):
        committed[entry.name] = entry
    if set(_files_now(tree.repository, found)) - set(committed):
        return True
    entries = list(committed.values())
    contents = zip(entries, tree.contents(entries), strict=True)
    return any(is_changed(tree.repository, *each) for each in contents)


def _place(tree: Tree, path: str) -> str | None:
    """The path from the top without links; None when a link in it has changed. Raises
    WrongUsage.
    """
    repository = tree.repository
    if not repository.holds(path):
        raise WrongUsage(
            f"{in_quotes(path)} is not in the work tree {in_quotes(repository.top)}."
        )
    real = repository.real_place_of(path)
    return real if tree.real_place(repository.place_of(path)) == real else None


def _files_now(repository: Repository, places: list[str]) -> Iterator[str]:
    paths = [os.path.join(repository.top, place) for place in places]
    for file in files_in(filter(os.path.lexists, paths), []).manifests:
        yield repository.place_of(file)
    for place in _settings_files(places[0]):
        if os.path.lexists(os.path.join(repository.top, place)):
            yield place


def _settings_files(place: str) -> list[str]:
    """Where settings may stand for the place, within the work tree."""
    folders = (place, *map(str, PurePath(place).parents))
    return [os.path.normpath(os.path.join(folder, FILE)) for folder in folders]


def is_changed(repository: Repository, entry: Entry, content: bytes) -> bool:
    """Whether a file is not as a commit has it, line ends apart."""
    place = os.path.join(repository.top, entry.name)
    try:
        if os.path.islink(place) or entry.is_link:
            return os.fsencode(os.readlink(place)) != content
        if not os.path.isfile(place):
            return True  # a pipe would never end
        with open(place, "rb") as file:
            now = file.read(LARGEST_FILE + 1)
    except OSError:
        return True  # it is gone, or something else
    return now != content and _lines(now) != _lines(content)


def _lines(content: bytes) -> bytes:
    return content.replace(b"\r\n", b"\n")
