"""The script of the included file of GitLab: what is wrong is one sentence, and the token goes nowhere else."""

import subprocess
import sys
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

from tests.workflows.runner import ROOT

SCRIPT = ROOT / ".ci/gitlab/reconcile.py"
NOTE = {
    "CI_PROJECT_ID": "5", "CI_MERGE_REQUEST_IID": "7", "RECONCILER_GITLAB_TOKEN": "canary",
    "RECONCILER_TARGET": "shop-->", "KEY_VARIABLE": "KEY",
}  # fmt: skip


def run(folder: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Runs the script as a job does."""
    command = [sys.executable, "-I", str(SCRIPT), *arguments]
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True)
    assert "canary" not in done.stdout + done.stderr
    return done


class Refusing(BaseHTTPRequestHandler):
    """Sends everybody elsewhere, or says no."""

    status = 302
    log: list[str]

    def do_GET(self) -> None:
        self.log.append(self.path)
        self.send_response(self.status)
        self.send_header("Location", f"http://{self.headers['Host']}/elsewhere")
        self.send_header("Content-Length", "9")
        self.end_headers()
        self.wfile.write(b"forbidden")

    def log_message(self, *_: object) -> None:
        """Nothing on stderr."""


@pytest.fixture
def refusing() -> Iterator[tuple[str, type[Refusing]]]:
    """Its address, and what it was asked."""
    handler = type("Handler", (Refusing,), {"log": []})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}", handler
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.mark.parametrize("status", [302, 403])
def test_a_refusal_is_one_sentence_and_no_redirect_is_followed(
    tmp_path: Path, refusing: tuple[str, type[Refusing]], status: int
) -> None:
    """The token would be sent on with the request."""
    url, handler = refusing
    handler.status = status
    done = run(tmp_path, "note", ".", CI_API_V4_URL=url, **NOTE)
    told = f"Error: GitLab answered {status} to GET user: forbidden\n"
    assert (1, told, ["/user"]) == (done.returncode, done.stderr, handler.log)


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"CI_API_V4_URL": ""}, "CI_API_V4_URL is not set; nothing was sent."),
        ({"CI_API_V4_URL": "api"}, "CI_API_V4_URL is no address; nothing was sent."),
        ({"RECONCILER_GITLAB_TOKEN": "canary\n"}, "RECONCILER_GITLAB_TOKEN is not usable; nothing was sent."),
        ({"CI_MERGE_REQUEST_IID": ""}, "CI_MERGE_REQUEST_IID is not set; nothing was sent."),
    ],
)
def test_what_is_missing_or_wrong_is_one_sentence(tmp_path: Path, changed: dict[str, str], said: str) -> None:
    """Who reads the log of a job wants the reason."""
    done = run(tmp_path, "note", ".", **{"CI_API_V4_URL": "http://127.0.0.1:9", **NOTE, **changed})
    assert (1, f"Error: {said}\n") == (done.returncode, done.stderr)


def test_a_digest_is_one_line(tmp_path: Path) -> None:
    """A line break in it would begin another variable of the jobs that follow."""
    place = tmp_path / "plan.json"
    place.write_text(f'{{"digest": "sha256:{"0" * 64}"}}')
    assert f"DIGEST=sha256:{'0' * 64}\n" == run(tmp_path, "seal", "plan.json").stdout
    place.write_text('{"digest": "sha256:0\\nCOMMIT=f"}')
    done = run(tmp_path, "seal", "plan.json")
    assert (1, "", "Error: 'sha256:0\\nCOMMIT=f' is no digest.\n") == (done.returncode, done.stdout, done.stderr)


def test_without_a_command_it_says_what_it_can_do(tmp_path: Path) -> None:
    """Each with its arguments."""
    done = run(tmp_path)
    assert 1 == done.returncode
    assert all(f"reconcile.py {command} " in done.stderr for command in ("version", "seal", "note"))
