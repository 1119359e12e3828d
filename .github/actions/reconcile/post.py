"""Keeps one comment of a pull request, or one open issue, up to date: edited in place, never posted twice.

    post.py comment NAME NUMBER FILE…    the files, as one comment of that pull request
    post.py issue NAME TITLE FILE…       the files, as one open issue
    post.py close NAME COMMENT           closes that issue, if there is one, and says why

NAME becomes the marker in the first line by which the next run finds it again. Only what is marked *and* was written
by AUTHOR (a workflow's token writes as `github-actions[bot]`) is touched: anybody can write a marker. Needs
GITHUB_TOKEN, GITHUB_API_URL and GITHUB_REPOSITORY. What is too long for GitHub becomes a sentence that says where the
whole is: in the summary of the run GITHUB_RUN_ID of GITHUB_SERVER_URL. Nothing is sent twice: whether a lost answer
meant a written comment only the next run can see.
"""

import http.client
import itertools
import json
import os
import re
import stat
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
            if not re.fullmatch("[1-9][0-9]{0,18}", number):
                raise GitHubError(f"{number!r} is not the number of a pull request.")
            post_comment(marker(name), int(number), body(marker(name), files))
        case ["issue", name, title, *files] if files:
            post_issue(marker(name), title, body(marker(name), files))
        case ["close", name, comment]:
            close_issue(marker(name), comment)
        case _:
            raise GitHubError(
                (__doc__ or "").partition("\n\n")[2].partition("\n\nNAME")[0]
            )


def marker(name: str) -> str:
    """Invisible in the rendered text; no name can end the HTML comment early."""
    return f"<!-- reconciler:{quote(name, safe='').replace('--', '%2D%2D')} -->"


def body(first_line: str, files: list[str]) -> str:
    """The files under the marker, or as much as fits: the first, or only where they are. Raises GitHubError."""
    parts = [content(file) for file in files]
    shorter = (
        [[parts[0], f"The rest does not fit here: {where_it_is()}"]]
        if len(parts) > 1
        else []
    )
    shortest = [
        f"The report is too long for GitHub ({sum(map(len, parts))} characters): {where_it_is()}"
    ]
    texts = ("\n\n".join((first_line, *some)) for some in (parts, *shorter, shortest))
    return next(text for text in texts if len(text) <= LONGEST_BODY)


def content(file: str) -> str:
    """What is in the file. Raises GitHubError, also for a link: what it leads to would be published."""
    check_no_link(file)
    try:
        with open(file, encoding="utf-8", opener=open_no_link) as opened:
            return opened.read().strip()
    except UnicodeDecodeError as error:
        raise GitHubError(
            f"{file} is not UTF-8: {error.reason} at byte {error.start}; nothing was sent."
        ) from None


def check_no_link(file: str) -> None:
    """Raises GitHubError for a link on the way from the current folder to the file: a branch may have brought it."""
    here = Path.cwd()
    way = [path for path in Path(os.path.abspath(file)).parents if here in path.parents]
    if any(map(os.path.islink, way)):
        raise GitHubError(f"{file} is behind a link; nothing was sent.")


def open_no_link(file: str, flags: int) -> int:
    """The descriptor of a file that is one. Raises GitHubError and OSError."""
    if os.path.islink(file):
        raise GitHubError(f"{file} is a link; nothing was sent.")
    descriptor = os.open(file, flags | os.O_NOFOLLOW | os.O_NONBLOCK)
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise GitHubError(f"{file} is no file; nothing was sent.")
    return descriptor


def where_it_is() -> str:
    """Said to the reader; a link where the runner says what to link to."""
    server, run = os.environ.get("GITHUB_SERVER_URL"), os.environ.get("GITHUB_RUN_ID")
    if not (server and run):
        return "it is in the summary and the artefacts of the run."
    there = f"{server}/{setting('GITHUB_REPOSITORY')}/actions/runs/{run}"
    return f"it is in the summary and the artefacts of [the run]({there})."


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
        call(
            "PATCH",
            f"issues/{mine['number']}",
            {"state": "closed", "state_reason": "completed"},
        )


def own(listing: str, first_line: str) -> dict[str, Any] | None:
    """The first in the listing that is marked, written by us, and no pull request."""
    author = os.environ.get("AUTHOR", "github-actions[bot]")
    for entry in pages(listing):
        marked = (entry["body"] or "").startswith(
            first_line
        ) and "pull_request" not in entry
        if marked and (entry["user"] or {}).get("login") == author:
            return entry
    return None


def pages(listing: str) -> Iterator[dict[str, Any]]:
    """Every entry of a listing; a page that is not full is the last."""
    for number in itertools.count(1):
        entries = call("GET", f"{listing}per_page={PAGE}&page={number}")
        if not isinstance(entries, list):
            raise GitHubError(
                f"GitHub answered no list to GET {listing}: nothing was sent."
            )
        yield from entries
        if len(entries) < PAGE:
            return


def setting(name: str) -> str:
    """A variable of the environment, which never stands in a message itself. Raises GitHubError."""
    value = os.environ.get(name, "")
    if not re.fullmatch("[!-~]+", value):
        raise GitHubError(
            f"{name} is {'not usable' if value else 'not set'}; nothing was sent."
        )
    return value


def call(method: str, path: str, data: object = None) -> Any:
    """GitHub's answer to one request, which is sent once. Raises GitHubError."""
    address = setting("GITHUB_API_URL")
    if not re.match("https?://", address):
        raise GitHubError("GITHUB_API_URL is no address; nothing was sent.")
    request = urllib.request.Request(  # noqa: S310 - the address is the runner's own
        f"{address}/repos/{setting('GITHUB_REPOSITORY')}/{path}",
        method=method,
        data=None if data is None else json.dumps(data).encode(),
        headers={
            "Authorization": f"Bearer {setting('GITHUB_TOKEN')}",
            "Accept": "application/vnd.github+json",
            "Content-Type": "application/json",
            "X-GitHub-Api-Version": "2022-11-28",
        },
    )
    try:
        with urllib.request.build_opener(_NoRedirects).open(
            request, timeout=SECONDS
        ) as answer:
            return json.load(answer)
    except urllib.error.HTTPError as refused:
        with refused:
            said = refused.read(500).decode(errors="replace")
        raise GitHubError(
            f"GitHub answered {refused.code} to {method} {path}: {said}"
        ) from None
    except (OSError, ValueError, http.client.HTTPException) as broken:
        raise GitHubError(f"{method} {path} got no usable answer: {broken}") from None


def console() -> NoReturn:
    """One sentence instead of a traceback."""
    try:
        main(sys.argv[1:])
    except (GitHubError, OSError, UnicodeError) as error:
        sys.exit(f"Error: {error}")
    sys.exit(0)


if __name__ == "__main__":
    console()
