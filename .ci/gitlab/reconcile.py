"""What the jobs of .ci/gitlab/shop.yml need besides the tool itself.

    reconcile.py version VERSION   ends with 1 when the tool is of another version
    reconcile.py seal PLAN         the digest of a saved plan, as a line of a dotenv report
    reconcile.py note FOLDER       the reports of a review as one note of the merge request, edited in place

A note is found again by the marker in its first line and by its author, whoever the token belongs to: anybody can write
a marker. Nothing is sent twice: whether a lost answer meant a written note only the next run can see.
"""

import http.client
import json
import os
import re
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

PAGE = 100
SECONDS = 30
LONGEST_BODY = 1_000_000
TITLES = {
    "diff.md": "Compared with the target branch",
    "plan.md": "Compared with the shop as it is now",
}


class GitLabError(Exception):
    """GitLab refused, or nothing was sent because it would."""


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    """The token goes to CI_API_V4_URL and nowhere else."""

    def redirect_request(self, *_: object) -> None:
        """No request to where the answer points: the redirect becomes an error."""


def main(arguments: list[str]) -> None:
    """Raises GitLabError."""
    match arguments:
        case ["version", wanted]:
            check_version(wanted)
        case ["seal", plan]:
            sys.stdout.write(f"DIGEST={digest_of(Path(plan))}\n")
        case ["note", folder]:
            write_note(Path(folder))
        case _:
            raise GitLabError(
                (__doc__ or "").partition("\n\n")[2].partition("\n\nA note")[0]
            )


def check_version(wanted: str) -> None:
    """Raises GitLabError: the file that was included and the tool are of two commits then."""
    told = subprocess.run(
        ["reconciler", "--version"], capture_output=True, text=True, check=True
    ).stdout
    if told.split() != ["reconciler", wanted]:
        raise GitLabError(
            f"this is {told.strip()!r}, and the included file is written for {wanted!r}. "
            "Name the same commit of reconciler in the address of the file and in `tool-ref`."
        )


def digest_of(plan: Path) -> str:
    """Raises GitLabError: a line break would begin another variable."""
    digest = json.loads(plan.read_text(encoding="utf-8"))["digest"]
    if not re.fullmatch("sha256:[0-9a-f]{64}", digest):
        raise GitLabError(f"{digest!r} is no digest.")
    return str(digest)


def write_note(folder: Path) -> None:
    """Edits the note, or writes it. Raises GitLabError."""
    first_line = f"<!-- reconciler:{quote(setting('RECONCILER_TARGET'), safe='').replace('--', '%2D%2D')} -->"
    project, request = setting("CI_PROJECT_ID"), setting("CI_MERGE_REQUEST_IID")
    notes = f"projects/{project}/merge_requests/{request}/notes"
    text = "\n\n".join([first_line, *reports_in(folder)])
    if len(text) > LONGEST_BODY:
        text = f"{first_line}\n\nThe review is too long for a note; the job and its artefacts have it."
    me = call("GET", "user")["id"]
    mine = (
        note
        for note in pages(notes)
        if note["author"]["id"] == me and note["body"].startswith(first_line)
    )
    found = next(mine, None)
    if found is None:
        call("POST", notes, {"body": text})
    else:
        call("PUT", f"{notes}/{found['id']}", {"body": text})


def reports_in(folder: Path) -> Iterator[str]:
    """What the note says, in order; also what is missing, and why."""
    there = [name for name in TITLES if (folder / name).is_file()]
    if not there:
        yield "The manifests are not valid; the job says why."
        return
    for name in there:
        yield f"## {TITLES[name]}\n\n{(folder / name).read_text(encoding='utf-8')}"
    if "plan.md" not in there:
        why = "the plan failed; the job says why"
        if not os.environ.get(setting("KEY_VARIABLE")):
            why = "no key is available to this pipeline"
        yield f"There is no comparison with the shop: {why}."


def pages(listing: str) -> Iterator[dict[str, Any]]:
    """Every entry of a listing; an empty page ends it."""
    page = 1
    while entries := call("GET", f"{listing}?per_page={PAGE}&page={page}"):
        yield from entries
        page += 1


def setting(name: str) -> str:
    """A variable of the environment, which never stands in a message itself. Raises GitLabError."""
    value = os.environ.get(name, "")
    if not re.fullmatch("[!-~]+", value):
        raise GitLabError(
            f"{name} is {'not usable' if value else 'not set'}; nothing was sent."
        )
    return value


def call(method: str, path: str, data: object = None) -> Any:
    """GitLab's answer to one request, which is sent once. Raises GitLabError."""
    address = setting("CI_API_V4_URL")
    if not re.match("https?://", address):
        raise GitLabError("CI_API_V4_URL is no address; nothing was sent.")
    request = urllib.request.Request(  # noqa: S310 - the address is the runner's own
        f"{address}/{path}",
        method=method,
        data=None if data is None else json.dumps(data).encode(),
        headers={
            "PRIVATE-TOKEN": setting("RECONCILER_GITLAB_TOKEN"),
            "Content-Type": "application/json",
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
        raise GitLabError(
            f"GitLab answered {refused.code} to {method} {path}: {said}"
        ) from None
    except (OSError, ValueError, http.client.HTTPException) as broken:
        raise GitLabError(f"{method} {path} got no usable answer: {broken}") from None


if __name__ == "__main__":
    try:
        main(sys.argv[1:])
    except (GitLabError, OSError, UnicodeError) as error:
        sys.exit(f"Error: {error}")
