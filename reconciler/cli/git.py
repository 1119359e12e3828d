"""What git says of the manifests. No shell, no option from a name, a bounded wait."""

import subprocess

from reconciler.model.plan import Git

SECONDS = 10


def git_state(paths: tuple[str, ...]) -> Git:
    """The commit of the work tree that holds the manifests, and whether they differ from it."""
    head = _git("rev-parse", "--verify", "--end-of-options", "HEAD")
    if head is None:
        return Git()
    status = _git("status", "--porcelain", "--", *paths)
    return Git(head=head.strip(), dirty=bool(status))


def _git(*arguments: str) -> str | None:
    """The command's output, or None when there is no git, no repository or no commit."""
    try:
        done = subprocess.run(["git", *arguments], capture_output=True, text=True, timeout=SECONDS, check=True)
    except (OSError, subprocess.SubprocessError):
        return None
    return done.stdout
