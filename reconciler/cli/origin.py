"""Where this copy of the tool comes from: what a pipeline that is to run the same one has
to name.
"""

import json
import re
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from reconciler import __version__
from reconciler.errors import GitFailed, WrongUsage
from reconciler.published import REPOSITORY

DISTRIBUTION = "shopimind-reconciler"
_ADDRESSES = (
    # Whoever is named before the host, with a token perhaps, is no part of the address.
    re.compile(r"(?:https?|ssh|git)://(?:[^@/]*@)?([\w.-]+)(?::\d+)?/(.+)"),
    re.compile(r"(?:[\w.-]+@)?([\w.-]+):([^/].*)"),
)
_PATH = re.compile(r"[\w.-]+(?:/[\w.-]+)+")
_COMMIT = re.compile(r"[0-9a-f]{40}")


@dataclass(frozen=True, slots=True)
class Origin:
    """`url` is the https address of the repository, without `.git`; `ref` is the commit,
    or the tag of the version where nobody knows the commit.
    """

    url: str
    ref: str

    @property
    def name(self) -> str:
        """The repository as GitHub names it, OWNER/NAME."""
        path = urlsplit(self.url).path.strip("/")
        return path if path.count("/") == 1 else urlsplit(REPOSITORY).path.strip("/")

    @property
    def raw(self) -> str:
        """The address below which its files can be fetched as they are."""
        parts = urlsplit(self.url)
        if parts.hostname == "github.com":
            return f"https://raw.githubusercontent.com{parts.path}/{self.ref}"
        return f"{self.url}/-/raw/{self.ref}"

    @property
    def is_commit(self) -> bool:
        """Whether it names one commit for good."""
        return _COMMIT.fullmatch(self.ref) is not None


def origin_of_tool() -> Origin:
    """Of the repository that it was installed from, or runs in; else of the released
    version.
    """
    installed = _installed_from()
    commit = installed.get("vcs_info", {}).get("commit_id", "")
    if _COMMIT.fullmatch(commit):
        return Origin(web_address(installed["url"]) or REPOSITORY, commit)
    folders = [Path(__file__).parents[2], _folder_in(installed.get("url", ""))]
    for folder in folders:
        if folder is not None and (folder / ".git").exists():
            return _origin_of_clone(folder)
    return _released()


def web_address(remote: str) -> str | None:
    """The https address of what git calls the remote, without user and password; None
    for a folder of this machine.
    """
    for known in _ADDRESSES:
        found = known.fullmatch(remote)
        if found is None:
            continue
        path = found[2].strip("/").removesuffix(".git")
        return f"https://{found[1]}/{path}" if _PATH.fullmatch(path) else None
    return None


def _installed_from() -> dict[str, Any]:
    """What the installer noted of the place that it took the tool from (PEP 610)."""
    try:
        noted = metadata.distribution(DISTRIBUTION).read_text("direct_url.json")
    except metadata.PackageNotFoundError:
        return {}
    return dict(json.loads(noted)) if noted else {}


def _folder_in(address: str) -> Path | None:
    parts = urlsplit(address)
    return Path(unquote(parts.path)) if parts.scheme == "file" else None


def _origin_of_clone(folder: Path) -> Origin:
    from reconciler.cli.git.repository import Repository

    repository = Repository(str(folder))
    try:
        commit = repository.commit_of("HEAD")
        remote = repository.run("config", "--default=", "--get", "remote.origin.url")
    except (GitFailed, WrongUsage):
        return _released()
    return Origin(web_address(remote.decode().strip()) or REPOSITORY, commit)


def _released() -> Origin:
    return Origin(REPOSITORY, f"v{__version__}")
