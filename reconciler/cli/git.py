"""What git says of the manifests. No shell, no option from a name, a bounded wait, and
nothing outside the folder.
"""

import os
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import PurePath

from reconciler.errors import WrongUsage
from reconciler.model.plan import Git

SECONDS = 30
LINK = "120000"
BLOB, SUBMODULE = "blob", "commit"
"""What a tree of git calls a file, and a repository within the repository."""
SUFFIXES = (".yaml", ".yml", ".json")
NO_NAMES = {"", ".", ".."}
"""git itself makes no tree with these names; they would lead to other folders."""


def git_state(paths: tuple[str, ...]) -> Git:
    """The commit of the work tree that holds the manifests, and whether they differ
    from it.
    """
    head = _git("rev-parse", "--verify", "--end-of-options", "HEAD")
    if head is None:
        return Git()
    status = _git("status", "--porcelain", "--", *paths)
    return Git(head=head.decode().strip(), dirty=bool(status))


def commit_of(revision: str) -> str:
    """The commit that a revision names. Raises WrongUsage."""
    if _git("rev-parse", "--git-dir") is None:
        raise WrongUsage(
            "This is not a git work tree, so there is no revision to compare with."
        )
    commit = revision + "^{commit}"
    found = _git("rev-parse", "--verify", "--quiet", "--end-of-options", commit)
    if found is None:
        raise WrongUsage(
            f"git knows no revision {revision!r} here. In CI, fetch the base branch first."
        )
    return found.decode().strip()


@contextmanager
def files_at(commit: str, paths: tuple[str, ...]) -> Iterator[str]:
    """A temporary folder that holds `paths` as they were at the commit; what was not
    there then is not there.
    """
    with tempfile.TemporaryDirectory(prefix="reconciler-") as folder:
        # Links come last: a crafted tree may hold a link and a folder of one name, and
        # nothing is written through it.
        for file in sorted(_manifest_files(commit, paths), key=lambda file: file.link):
            content = _git("cat-file", "blob", file.id)
            if content is None:
                raise WrongUsage(
                    f"git cannot give {file.name!r} as it was at {commit[:12]}."
                )
            _put(os.path.join(folder, file.name), content, link=file.link)
        yield folder


def _put(place: str, content: bytes, *, link: bool) -> None:
    """Writes what was not there before. Raises WrongUsage for a tree in which one name
    stands for two things.
    """
    try:
        os.makedirs(os.path.dirname(place), exist_ok=True)
        if link:
            # The loader follows no link out of the folder.
            os.symlink(content, os.fsencode(place))
        else:
            with open(place, "xb") as file:
                file.write(content)
    except (OSError, ValueError):
        raise WrongUsage(
            f"git's tree is damaged: {os.path.basename(place)!r} cannot be what it says."
        ) from None


def file_at(commit: str, place: str) -> bytes | None:
    """The file's content at the commit, by its path from the top of the work tree; None
    when it was not there.

    Raises WrongUsage when git cannot say: behind a link, inside of a submodule, or when
    it has not been fetched.
    """
    way = [place, *map(str, PurePath(place).parents)]
    entries = [_entry(commit, step) for step in way if step != os.curdir]
    _check_way(commit, place, entries)
    file = entries[0]
    if file is None or file.kind != BLOB:
        return None
    content = _git("cat-file", "blob", file.id)
    if content is None:
        raise _not_given(commit, place)
    return content


def _check_way(commit: str, place: str, entries: "list[_Entry | None]") -> None:
    """Raises WrongUsage for a link or a submodule on the way to a place."""
    found = [entry for entry in entries if entry]
    if any(entry.link for entry in found):
        raise WrongUsage(
            f"{place!r} is behind a link at {commit[:12]}: a review needs the file itself there."
        )
    if any(entry.kind == SUBMODULE for entry in found):
        raise _not_given(commit, place)


def _not_given(commit: str, place: str) -> WrongUsage:
    return WrongUsage(
        f"git cannot give {place!r} as it was at {commit[:12]}. Fetch that commit whole."
    )


@dataclass(frozen=True, slots=True)
class _Entry:
    """A line of `git ls-tree`: a file, a folder or a submodule; `id` is its object."""

    mode: str
    kind: str
    id: str
    name: str

    @property
    def link(self) -> bool:
        return self.mode == LINK


def _entry(commit: str, place: str) -> _Entry | None:
    """A path of the commit; None when it was not there."""
    listed = _git("ls-tree", "-z", "--full-tree", commit, "--", place)
    if listed is None:
        raise WrongUsage(
            f"git cannot say what {place!r} was at {commit[:12]}. Fetch that commit whole."
        )
    return next(_entries_in(listed), None)


def _entries_in(listed: bytes) -> Iterator[_Entry]:
    for line in listed.split(b"\0"):
        if line:
            about, _, name = line.partition(b"\t")
            mode, kind, found = about.decode().split()
            yield _Entry(mode, kind, found, os.fsdecode(name))


def prefix_in_work_tree() -> str:
    """The way from the top of the work tree to here; empty at the top."""
    prefix = _git("rev-parse", "--show-prefix")
    return os.fsdecode(prefix.rstrip(b"\n")) if prefix else ""


def _manifest_files(commit: str, paths: tuple[str, ...]) -> Iterator[_Entry]:
    """Every manifest file of the commit, by its path from here; the tree itself, not an
    archive of it.
    """
    normal = map(os.path.normpath, paths)
    listed = _git("ls-tree", "-r", "-z", commit, "--", *normal)
    for entry in _entries_in(listed or b""):
        if not NO_NAMES.isdisjoint(entry.name.split("/")):
            raise WrongUsage(
                f"git's tree at {commit[:12]} is damaged: it names {entry.name!r}."
            )
        if entry.kind == BLOB and entry.name.lower().endswith(SUFFIXES):
            yield entry


def _git(*arguments: str) -> bytes | None:
    """The command's output, or None when there is no git, no repository or no such
    thing.
    """
    try:
        done = subprocess.run(
            ["git", *arguments], capture_output=True, timeout=SECONDS, check=True
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return done.stdout
