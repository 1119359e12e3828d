"""Which repository the manifests are in, and which commit a revision is.

The repository is the one whose `.git` is nearest, from the folder upwards. git itself
would also take a folder that only looks like a repository (HEAD, objects and refs, which
a branch may hold); and a hook sets GIT_DIR, which would stand for every folder.
"""

import os
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import NoReturn

from reconciler.cli.git.program import (
    SECONDS,
    known_failure,
    run_git,
    start_git,
)
from reconciler.errors import WrongUsage
from reconciler.form.spelling import did_you_mean, in_quotes
from reconciler.manifest.work_tree import top_of_work_tree

MOST_NAMES = 1_000
"""Among which one is looked for that may have been meant."""
_COMMIT = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Repository:
    """A work tree with its repository; `top` is the absolute folder that holds
    `.git`.
    """

    top: str
    seconds: float = SECONDS

    def run(self, *arguments: str, given: bytes = b"") -> bytes:
        """What git prints. Raises GitFailed."""
        return run_git(self.top, *arguments, given=given, seconds=self.seconds)

    def holds(self, path: str) -> bool:
        """Whether the path, as it is written, is in the work tree."""
        return os.path.commonpath([self.top, os.path.abspath(path)]) == self.top

    def place_of(self, path: str) -> str:
        """The path from the top, as it is written; `.` is the top itself."""
        return os.path.relpath(os.path.abspath(path), self.top)

    def real_place_of(self, path: str) -> str:
        """The same with the links of the work tree followed."""
        return os.path.relpath(os.path.realpath(path), os.path.realpath(self.top))

    def commit_of(self, revision: str) -> str:
        """The commit that a revision names. Raises WrongUsage and GitFailed."""
        ended = start_git(
            self.top,
            "rev-parse",
            "--verify",
            "--quiet",
            "--end-of-options",
            revision + "^{commit}",
            seconds=self.seconds,
        )
        commit = ended.stdout.decode(errors="replace").strip()
        if ended.returncode == 0 and _COMMIT.fullmatch(commit):
            return commit
        raise known_failure(self.top, ended) or WrongUsage(self._unknown(revision))

    def _unknown(self, revision: str) -> str:
        told = f"git knows no revision {in_quotes(revision)} here"
        if revision == "HEAD":
            return f"{told}: there is no commit yet."
        if self.run("rev-parse", "--is-shallow-repository").strip() == b"true":
            return (
                f"{told}: this is a shallow clone, which holds the last commits only. "
                "Fetch more: git fetch --unshallow (in CI, fetch-depth: 0), and the base branch."
            )
        hint = did_you_mean(revision, self._names())
        if os.environ.get("CI"):
            return f"{told}{hint or '.'} In CI, fetch the base branch first."
        return f"{told}{hint or '.'} `git branch --all` and `git tag` list those that it knows."

    def _names(self) -> list[str]:
        """The branches and tags that it knows, as they may be written."""
        listed = self.run(
            "for-each-ref", "--format=%(refname:short)", f"--count={MOST_NAMES}"
        )
        return listed.decode(errors="replace").split()

    def left_out(self, places: Iterable[str]) -> Iterator[str]:
        """Those of the places where nothing is because git was told not to check them
        out. Raises GitFailed.
        """
        empty = {
            place
            for place in places
            if not os.path.lexists(os.path.join(self.top, place))
        }
        if not empty:
            return  # nobody needs the index then, which may be broken
        listed = self.run("ls-files", "-t", "-z", "--full-name")
        for line in listed.split(b"\0"):
            mark, _, name = os.fsdecode(line).partition(" ")
            if mark == "S" and name in empty:
                yield name

    def is_partial(self) -> bool:
        """Whether git left out objects on purpose when it cloned."""
        settings = r"^(extensions\.partialclone|remote\..*\.promisor)$"
        ended = start_git(
            self.top, "config", "--get-regexp", settings, seconds=self.seconds
        )
        return ended.returncode == 0


def nearest_repository(path: str) -> Repository | None:
    """The repository that the path is in."""
    top = top_of_work_tree(os.path.abspath(path))
    return None if top is None else Repository(top)


def folders_above(path: str) -> Iterator[str]:
    """The path and what is above it, absolute, up to the root."""
    folder = os.path.abspath(path)
    yield folder
    while (parent := os.path.dirname(folder)) != folder:
        folder = parent
        yield folder


def repository_of(paths: tuple[str, ...]) -> Repository:
    """The repository of which a revision is meant: the one that we are in, or else the
    one that the paths are in. Raises WrongUsage.
    """
    here = nearest_repository(os.curdir)
    if here and all(map(here.holds, paths)):
        return here
    found = nearest_repository(paths[0])
    if found is None:
        _refuse_without_repository(paths[0])
    for path in paths:
        if nearest_repository(path) != found:
            raise WrongUsage(
                f"{in_quotes(paths[0])} and {in_quotes(path)} are not in one repository, so no revision has both."
            )
    return found


def _refuse_without_repository(path: str) -> NoReturn:
    told = "This is not a git work tree, so there is no revision to compare with."
    if any(map(_looks_bare, folders_above(path))):
        told += (
            " The folder is a bare repository, or looks like one; such a one is not read. "
            "Use a work tree: git worktree add FOLDER."
        )
    if os.environ.get("GIT_DIR"):
        told += " GIT_DIR is set, and it is not followed: run in the folder that holds .git."
    raise WrongUsage(told)


def _looks_bare(folder: str) -> bool:
    names = ("HEAD", "objects", "refs")
    return all(os.path.exists(os.path.join(folder, name)) for name in names)
