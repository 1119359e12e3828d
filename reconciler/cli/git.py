"""What git says of the manifests: their commit, and files as they were at a revision.

git runs without a shell and for a bounded time, takes no name for an option, and
nothing is written outside of the temporary folder, however a tree was crafted.
"""

import os
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import PurePath
from typing import NamedTuple

from reconciler.errors import WrongUsage
from reconciler.model.plan import Git

SECONDS = 30
LINK = "120000"
"""The mode of a symbolic link in a tree."""
SUFFIXES = (".yaml", ".yml", ".json")


class Entry(NamedTuple):
    """One entry of a commit's tree. `kind` is blob, tree or commit (a submodule), all
    are empty for a path that is not there.
    """

    mode: str = ""
    kind: str = ""
    blob: str = ""
    name: str = ""

    @property
    def is_link(self) -> bool:
        return self.mode == LINK


def git_state(paths: tuple[str, ...]) -> Git:
    """The commit of the work tree that holds the manifests, and whether they differ
    from it.
    """
    head = _git("rev-parse", "--verify", "--end-of-options", "HEAD")
    if head is None:
        return Git()
    # Files that git does not know yet count too: they are planned like the others.
    status = _git("status", "--porcelain", "--", *paths)
    return Git(head=head.decode().strip(), dirty=bool(status))


def commit_of(revision: str) -> str:
    """The commit that a revision names. Raises WrongUsage."""
    if _git("rev-parse", "--git-dir") is None:
        raise WrongUsage(
            "This is not a git work tree, so there is no revision to compare with."
        )
    found = _git(
        "rev-parse", "--verify", "--quiet", "--end-of-options", revision + "^{commit}"
    )
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
        for entry in sorted(_manifests(commit, paths), key=lambda entry: entry.is_link):
            content = _content(entry)
            if content is None:
                raise WrongUsage(
                    f"git cannot give {entry.name!r} as it was at {commit[:12]}."
                )
            _put(os.path.join(folder, entry.name), content, link=entry.is_link)
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
            with open(place, "xb") as file:  # never through what is there already
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
    file = _entry(commit, place)
    folders = [_entry(commit, folder) for folder in _folders_of(place)]
    if any(entry.is_link for entry in (file, *folders)):
        raise WrongUsage(
            f"{place!r} is behind a link at {commit[:12]}: a review needs the file itself there."
        )
    if any(entry.kind == "commit" for entry in (file, *folders)):
        raise _not_there(commit, place)
    if file.kind != "blob":
        return None
    content = _content(file)
    if content is None:
        raise _not_there(commit, place)
    return content


def _not_there(commit: str, place: str) -> WrongUsage:
    return WrongUsage(
        f"git cannot give {place!r} as it was at {commit[:12]}. Fetch that commit whole."
    )


def _folders_of(place: str) -> Iterator[str]:
    folders = map(str, PurePath(place).parents)
    return (folder for folder in folders if folder != os.curdir)


def _entry(commit: str, place: str) -> Entry:
    """What stands at a path from the top of the work tree. Raises WrongUsage when git
    cannot say.
    """
    listed = _git("ls-tree", "-z", "--full-tree", commit, "--", place)
    if listed is None:
        raise WrongUsage(
            f"git cannot say what {place!r} was at {commit[:12]}. Fetch that commit whole."
        )
    return next(_entries_in(listed), Entry())


def _entries_in(listed: bytes) -> Iterator[Entry]:
    """The entries that `git ls-tree -z` printed."""
    for line in listed.split(b"\0"):
        if line:
            about, _, name = line.partition(b"\t")
            mode, kind, blob = about.decode().split()
            yield Entry(mode, kind, blob, os.fsdecode(name))


def prefix_in_work_tree() -> str:
    """The way from the top of the work tree to here; empty at the top."""
    prefix = _git("rev-parse", "--show-prefix")
    return os.fsdecode(prefix.rstrip(b"\n")) if prefix else ""


def _manifests(commit: str, paths: tuple[str, ...]) -> Iterator[Entry]:
    """Every manifest file of the commit below `paths`, by its path from here; the tree
    itself, since an archive of it leaves out what .gitattributes says. Raises
    WrongUsage.
    """
    places = [os.path.normpath(path) for path in paths]
    listed = _git("ls-tree", "-r", "-z", commit, "--", *places) or b""
    for entry in _entries_in(listed):
        if not {"", os.curdir, os.pardir}.isdisjoint(entry.name.split("/")):
            raise WrongUsage(
                f"git's tree at {commit[:12]} is damaged: it names {entry.name!r}."
            )
        if entry.kind == "blob" and entry.name.lower().endswith(SUFFIXES):
            yield entry


def _content(entry: Entry) -> bytes | None:
    return _git("cat-file", "blob", entry.blob)


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
