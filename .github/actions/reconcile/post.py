"""Keeps one comment of a pull request, or one open issue, up to date: edited in place, never posted twice.

    post.py comment NAME NUMBER FILE…    the files, as one comment of that pull request
    post.py issue NAME TITLE FILE…       the files, as one open issue
    post.py close NAME COMMENT           closes that issue, if there is one, and says why

NAME becomes the marker in the first line by which the next run finds it again. Only what is marked *and* was written
by AUTHOR (a workflow's token writes as `github-actions[bot]`) is touched: anybody can write a marker. Needs
GITHUB_TOKEN, GITHUB_API_URL and GITHUB_REPOSITORY. Nothing is sent twice: whether a lost answer meant a written
comment only the next run can see.
"""

import itertools
import json
import os
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NoReturn
from urllib.parse import quote

LONGEST_BODY = 65_536
PAGE = 100
SECONDS = 30


class GitHubError(Exception):
    """GitHub refused, or nothing was sent because it would."""


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    """The token goes to GITHUB_API_URL and nowhere else."""

    def redirect_request(self, *_: object) -> None:
        """No request to where the answer points: the redirect becomes an error."""


def main(arguments: list[str]) -> None:
    """Raises GitHubError."""
    match arguments:
        case ["comment", name, number, *files] if files:
            post_comment(marker(name), int(number), body(marker(name), files))
        case ["issue", name, title, *files] if files:
            post_issue(marker(name), title, body(marker(name), files))
        case ["close", name, comment]:
            close_issue(marker(name), comment)
        case _:
            raise GitHubError((__doc__ or "").partition("\n\n")[2].partition("\n\nNAME")[0])


def marker(name: str) -> str:
    """Invisible in the rendered text; no name can end the HTML comment early."""
    return f"<!-- reconciler:{quote(name, safe='').replace('--', '%2D%2D')} -->"


def body(first_line: str, files: list[str]) -> str:
    """The files under the marker; only the first where all are too long. Raises GitHubError."""
    parts = [Path(file).read_text(encoding="utf-8").strip() for file in files]
    text = "\n\n".join((first_line, *parts))
    if len(text) > LONGEST_BODY and len(parts) > 1:
        text = "\n\n".join((first_line, parts[0], "The rest is in the summary of the run: it does not fit here."))
    if len(text) > LONGEST_BODY:
        raise GitHubError(f"{files[0]}: {len(text)} characters, and GitHub takes {LONGEST_BODY}; nothing was sent.")
    return text


def post_comment(first_line: str, number: int, text: str) -> None:
    """Edits the comment, or writes it."""
    mine = own(f"issues/{number}/comments?", first_line)
    if mine is None:
        call("POST", f"issues/{number}/comments", {"body": text})
    elif mine["body"] != text:
        call("PATCH", f"issues/comments/{mine['id']}", {"body": text})


def post_issue(first_line: str, title: str, text: str) -> None:
    """Edits the open issue, or opens one."""
    mine = own("issues?state=open&", first_line)
    if mine is None:
        call("POST", "issues", {"title": title, "body": text})
    elif (mine["title"], mine["body"]) != (title, text):
        call("PATCH", f"issues/{mine['number']}", {"title": title, "body": text})


def close_issue(first_line: str, comment: str) -> None:
    """Closes the open issue; the comment tells its readers why."""
    mine = own("issues?state=open&", first_line)
    if mine is not None:
        call("POST", f"issues/{mine['number']}/comments", {"body": comment})
        call("PATCH", f"issues/{mine['number']}", {"state": "closed", "state_reason": "completed"})


def own(listing: str, first_line: str) -> dict[str, Any] | None:
    """The first in the listing that is marked, written by us, and no pull request."""
    author = os.environ.get("AUTHOR", "github-actions[bot]")
    for entry in pages(listing):
        marked = (entry["body"] or "").startswith(first_line) and "pull_request" not in entry
        if marked and (entry["user"] or {}).get("login") == author:
            return entry
    return None


def pages(listing: str) -> Iterator[dict[str, Any]]:
    """Every entry of a listing; a page that is not full is the last."""
    for number in itertools.count(1):
        entries = call("GET", f"{listing}per_page={PAGE}&page={number}")
        yield from entries
        if len(entries) < PAGE:
            return


def call(method: str, path: str, data: object = None) -> Any:
    """GitHub's answer to one request, which is sent once. Raises GitHubError."""
    request = urllib.request.Request(  # noqa: S310 - the address is the runner's own
        f"{os.environ['GITHUB_API_URL']}/repos/{os.environ['GITHUB_REPOSITORY']}/{path}",
        method=method,
        data=None if data is None else json.dumps(data).encode(),
        headers={
            "Authorization": f"Bearer {os.environ['GITHUB_TOKEN']}",
            "Accept": "application/vnd.github+json",
            "Content-Type": "application/json",
            "X-GitHub-Api-Version": "2022-11-28",
        },
    )
    try:
        with urllib.request.build_opener(_NoRedirects).open(request, timeout=SECONDS) as answer:
            return json.load(answer)
    except urllib.error.HTTPError as refused:
        with refused:
            said = refused.read(500).decode(errors="replace")
        raise GitHubError(f"GitHub answered {refused.code} to {method} {path}: {said}") from None
    except (OSError, ValueError) as broken:
        raise GitHubError(f"{method} {path} got no usable answer: {broken}") from None


def console() -> NoReturn:
    """One sentence instead of a traceback."""
    try:
        main(sys.argv[1:])
    except (GitHubError, OSError) as error:
        sys.exit(f"Error: {error}")
    sys.exit(0)


if __name__ == "__main__":
    console()
