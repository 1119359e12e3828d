"""What git says of the manifests. No shell, no option from a name, a bounded wait, and nothing outside the folder."""

import os
import subprocess
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO

from reconciler.errors import WrongUsage
from reconciler.model.plan import Git

SECONDS = 30


def git_state(paths: tuple[str, ...]) -> Git:
    """The commit of the work tree that holds the manifests, and whether they differ from it."""
    head = _git("rev-parse", "--verify", "--end-of-options", "HEAD")
    if head is None:
        return Git()
    status = _git("status", "--porcelain", "--", *paths)
    return Git(head=head.decode().strip(), dirty=bool(status))


def commit_of(revision: str) -> str:
    """The commit that a revision names. Raises WrongUsage."""
    if _git("rev-parse", "--git-dir") is None:
        raise WrongUsage("This is not a git work tree, so there is no revision to compare with.")
    found = _git("rev-parse", "--verify", "--quiet", "--end-of-options", revision + "^{commit}")
    if found is None:
        raise WrongUsage(f"git knows no revision {revision!r} here. In CI, fetch the base branch first.")
    return found.decode().strip()


@contextmanager
def files_at(commit: str, paths: tuple[str, ...]) -> Iterator[str]:
    """A temporary folder that holds `paths` as they were at the commit; what was not there then is not there."""
    with tempfile.TemporaryDirectory(prefix="reconciler-") as folder:
        listed = [path for path in paths if _git("ls-tree", "--name-only", commit, "--", os.path.normpath(path))]
        if listed:
            packed = _git("archive", "--format=tar", commit, "--", *listed)
            if packed is None:
                raise WrongUsage(f"git cannot give the manifests at {commit[:12]}.")
            with tarfile.open(fileobj=BytesIO(packed)) as archive:
                archive.extractall(folder, filter="data")
        yield folder


def _git(*arguments: str) -> bytes | None:
    """The command's output, or None when there is no git, no repository or no such thing."""
    try:
        done = subprocess.run(["git", *arguments], capture_output=True, timeout=SECONDS, check=True)
    except (OSError, subprocess.SubprocessError):
        return None
    return done.stdout
