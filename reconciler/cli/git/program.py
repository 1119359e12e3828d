"""git is a foreign program in a foreign folder: how it is started, and what its failures
mean.

Whoever wrote the repository must not run code here, reach out, or see a key. So git gets
an environment of its own, what can run a program is switched off, and only commands are
used that read objects or list the index: none of them converts a file or compares.
"""

import os
import re
import shlex
import shutil
import subprocess
from collections.abc import Mapping
from subprocess import CompletedProcess

from reconciler.errors import GitFailed
from reconciler.form.spelling import in_quotes
from reconciler.form.words import plural

SECONDS = 30.0
OLDEST = (2, 30)
"""Older ones do not know `rev-parse --end-of-options`."""
LONGEST_WORDS = 300

PASSED_ON = (
    "HOME",
    "XDG_CONFIG_HOME",
    "USERPROFILE",
    "SYSTEMROOT",
    # Which folders the user trusts (safe.directory) stands in the user's own settings.
    "GIT_CONFIG_GLOBAL",
    "GIT_CONFIG_SYSTEM",
    "GIT_CONFIG_NOSYSTEM",
    "SUDO_UID",
)
ENVIRONMENT = {
    "LC_ALL": "C",
    "GIT_ALLOW_PROTOCOL": "none",
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_ATTR_NOSYSTEM": "1",
    "GIT_OPTIONAL_LOCKS": "0",
    # What was committed counts, not what a local replacement shows in its place.
    "GIT_NO_REPLACE_OBJECTS": "1",
    # A path like `:(top)x` is a path.
    "GIT_LITERAL_PATHSPECS": "1",
}
SETTINGS = (
    "core.fsmonitor=",
    f"core.hooksPath={os.devnull}",
    f"core.attributesFile={os.devnull}",
    "core.alternateRefsCommand=false",
    "core.sshCommand=false",
    "core.askPass=false",
    "core.pager=cat",
    "credential.helper=",
    "gpg.program=false",
    "protocol.allow=never",
    "safe.bareRepository=explicit",
)
"""They win over the repository's own settings, and over what those include."""


def start_git(
    top: str,
    *arguments: str,
    given: bytes = b"",
    seconds: float = SECONDS,
) -> CompletedProcess[bytes]:
    """How git ended in the work tree whose `.git` is in `top`. Raises GitFailed when it
    could not be started or took too long.
    """
    options = [part for setting in SETTINGS for part in ("-c", setting)]
    command = [_program(), *options, *arguments]
    try:
        return subprocess.run(
            command,
            cwd=top,
            env=_environment(top),
            input=given,
            capture_output=True,
            timeout=seconds,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise GitFailed(
            f"git was stopped after {seconds:g} {plural(seconds, 'second')} without an answer (git {arguments[0]}). "
            "Try again; if it stays so, run `git fsck` in the repository."
        ) from None
    except OSError as broken:
        raise GitFailed(f"git cannot be started: {broken.strerror}.") from None


def run_git(
    top: str, *arguments: str, given: bytes = b"", seconds: float = SECONDS
) -> bytes:
    """What git printed. Raises GitFailed with git's own reason and what to do."""
    ended = start_git(top, *arguments, given=given, seconds=seconds)
    if ended.returncode != 0:
        raise failure(top, ended)
    return ended.stdout


class UnforeseenFailure(GitFailed):
    """git's own words; most often, an object is missing."""


def failure(top: str, ended: CompletedProcess[bytes]) -> GitFailed:
    """Why git failed and what to do."""
    return known_failure(top, ended) or UnforeseenFailure(
        f"git failed in {in_quotes(top)}: {_last_words(ended)}."
    )


def known_failure(top: str, ended: CompletedProcess[bytes]) -> GitFailed | None:
    """The failure, if it is one of the repository as a whole."""
    said = ended.stderr.decode(errors="replace")
    folder = os.path.join(top, ".git")
    if not _readable(folder):
        return GitFailed(
            f"{in_quotes(folder)} cannot be read by this user. Run as its owner, or permit this user to read it."
        )
    for pattern, words in _REASONS.items():
        if re.search(pattern, said):
            return GitFailed(words.format(**_places(top, folder)))
    version = _version(top)
    if version < OLDEST:
        wanted = ".".join(map(str, OLDEST))
        return GitFailed(
            f"This git is too old ({'.'.join(map(str, version))}). Install git {wanted} or later."
        )
    return None


def _places(top: str, folder: str) -> dict[str, str]:
    return {
        "top": in_quotes(top),
        "quoted": shlex.quote(top),
        "git": in_quotes(folder),
    }


_REASONS: Mapping[str, str] = {
    "dubious ownership|unsafe repository": (
        "git does not trust {top}, because it belongs to another user. "
        "If you trust it, run: git config --global --add safe.directory {quoted}"
    ),
    "Expected git repo version|unknown repository (extension|storage)": (
        "This git is too old for the repository in {top}, which was made by a later one. Install a later git."
    ),
    "bad (numeric )?config|bad boolean config": (
        "The settings of the repository in {top} cannot be read. "
        "Run `git config --list` there, and mend what it names."
    ),
    "[nN]ot a git repository|invalid gitfile": (
        "{git} is no repository that git can read: it is damaged, or names a folder that is not there "
        "(of a worktree or a submodule that was moved). Run `git status` there, or clone again."
    ),
}


def _readable(folder: str) -> bool:
    """Whether this user may read the repository, as far as that can be seen."""
    if not os.path.exists(folder):
        return True  # a link to nothing
    if not os.path.isdir(folder):
        return os.access(folder, os.R_OK)
    head = os.path.join(folder, "HEAD")
    return os.access(folder, os.R_OK | os.X_OK) and (
        not os.path.lexists(head) or os.access(head, os.R_OK)
    )


def _version(top: str) -> tuple[int, ...]:
    """Of the program itself; (0,) when it does not say."""
    said = start_git(top, "version").stdout.decode(errors="replace")
    found = re.search(r"(\d+)\.(\d+)", said)
    return tuple(map(int, found.groups())) if found else (0,)


def _last_words(ended: CompletedProcess[bytes]) -> str:
    lines = ended.stderr.decode(errors="replace").strip().split("\n")
    return lines[-1].strip()[:LONGEST_WORDS].rstrip(".") or "it gives no reason"


def _program() -> str:
    """Never from the folder that git is to look at: parts of PATH that are relative are
    left out. Raises GitFailed.
    """
    found = shutil.which("git", path=_path())
    if found is None:
        raise GitFailed("There is no git program on the PATH. Install git.")
    return found


def _path() -> str:
    folders = os.environ.get("PATH", os.defpath).split(os.pathsep)
    return os.pathsep.join(filter(os.path.isabs, folders))


def _environment(top: str) -> dict[str, str]:
    passed = {name: os.environ[name] for name in PASSED_ON if name in os.environ}
    # Not found in `top`, a repository is not looked for above it.
    above = {"GIT_CEILING_DIRECTORIES": os.path.dirname(top)}
    return {**passed, **ENVIRONMENT, **above, "PATH": _path()}
