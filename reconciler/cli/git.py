"""What git says of the manifests. No shell, no option from a name, a bounded wait, and
nothing outside the folder.
"""

import os
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import PurePath

from reconciler.errors import WrongUsage
from reconciler.model.plan import Git

SECONDS = 30
LINK = "120000"
SUFFIXES = (b".yaml", b".yml", b".json")


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
        # Links come last: a crafted tree may hold a link and a folder of one name, and nothing is written through it.
        for mode, blob, name in sorted(
            _entries(commit, paths), key=lambda entry: entry[0] == LINK
        ):
            content = _git("cat-file", "blob", blob)
            if content is None:
                raise WrongUsage(
                    f"git cannot give {name!r} as it was at {commit[:12]}."
                )
            _put(os.path.join(folder, name), content, link=mode == LINK)
        yield folder


def _put(place: str, content: bytes, *, link: bool) -> None:
    """Writes what was not there before. Raises WrongUsage for a tree in which one name
    stands for two things.
    """
    try:
        os.makedirs(os.path.dirname(place), exist_ok=True)
        if link:
            os.symlink(
                content, os.fsencode(place)
            )  # the loader follows no link out of the folder
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
    way = [
        place,
        *(
            str(folder)
            for folder in PurePath(place).parents
            if str(folder) != os.curdir
        ),
    ]
    entries = [_entry(commit, step) for step in way]
    if any(mode == LINK for mode, _, _ in entries):
        raise WrongUsage(
            f"{place!r} is behind a link at {commit[:12]}: a review needs the file itself there."
        )
    _, kind, blob = entries[0]
    content = _git("cat-file", "blob", blob) if kind == "blob" else None
    if (kind == "blob" and content is None) or any(
        kind == "commit" for _, kind, _ in entries
    ):
        raise WrongUsage(
            f"git cannot give {place!r} as it was at {commit[:12]}. Fetch that commit whole."
        )
    return content


def _entry(commit: str, place: str) -> tuple[str, str, str]:
    """(mode; blob, tree or commit; its object) of a path of the commit; empty texts
    when it was not there.
    """
    listed = _git("ls-tree", "-z", "--full-tree", commit, "--", place)
    if listed is None:
        raise WrongUsage(
            f"git cannot say what {place!r} was at {commit[:12]}. Fetch that commit whole."
        )
    if not listed:
        return "", "", ""
    mode, kind, blob = listed.split(b"\t")[0].decode().split()
    return mode, kind, blob


def prefix_in_work_tree() -> str:
    """The way from the top of the work tree to here; empty at the top."""
    prefix = _git("rev-parse", "--show-prefix")
    return os.fsdecode(prefix.rstrip(b"\n")) if prefix else ""


def _entries(commit: str, paths: tuple[str, ...]) -> Iterator[tuple[str, str, str]]:
    """(mode, object, path from here) of every manifest file of the commit; the tree
    itself, not an archive of it.
    """
    listed = (
        _git(
            "ls-tree",
            "-r",
            "-z",
            commit,
            "--",
            *(os.path.normpath(path) for path in paths),
        )
        or b""
    )
    for entry in listed.split(b"\0"):
        if entry:
            about, _, name = entry.partition(b"\t")
            mode, kind, blob = about.decode().split()
            if not {b"", b".", b".."}.isdisjoint(name.split(b"/")):
                raise WrongUsage(
                    f"git's tree at {commit[:12]} is damaged: it names {os.fsdecode(name)!r}."
                )
            if kind == "blob" and name.lower().endswith(SUFFIXES):
                yield mode, blob, os.fsdecode(name)


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
