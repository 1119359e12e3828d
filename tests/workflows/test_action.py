"""The action's two scripts: nothing is split a second time, and nothing is posted twice, too long or by mistake."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.workflows.hub import BOT, Hub
from tests.workflows.runner import ROOT

ACTION = ROOT / ".github/actions/reconcile"
INPUTS = {
    "COMMAND": "plan", "PATHS": "manifests", "TARGET": "", "ARGS": "", "PLAN": "", "ACCEPT": "", "API_KEY": "",
    "API_KEY_ENV": "SHOPIMIND_API_KEY", "VERSION": "",
}  # fmt: skip
ECHO = """\
#!/bin/sh
[ "$1" != --version ] || { echo "reconciler 0.1.0"; exit 0; }
for word in "$@"; do
  case $word in
    json=*) cp "$0.json" "${word#json=}" 2>/dev/null; printf "<json=…>" ;;
    *) printf "<%s>" "$word" ;;
  esac
done
env >"$0.env"
[ ! -f "$0.plan" ] || cp "$0.plan" "$SAVED"
exit "$CODE"
"""
REPORT = "<--report><json=…>"
CHANGE = {"impact": "safe"}
COUNTS = {"create": 1, "update": 1, "delete": 0, "blocked": 3}


def run_action(folder: Path, code: int = 0, **inputs: str) -> tuple[subprocess.CompletedProcess[str], str]:
    """Runs run.py with a `reconciler` that says how it was called; also the outputs."""
    program, outputs = folder / "reconciler", folder / "outputs"
    program.write_text(ECHO)
    program.chmod(0o755)
    given = {f"INPUT_{name}": value for name, value in {**INPUTS, **inputs}.items()}
    environment = {"PATH": f"{folder}:/usr/bin:/bin", "CODE": str(code), "GITHUB_OUTPUT": str(outputs), **given}
    environment["RUNNER_TEMP"] = str(folder)
    environment["SAVED"] = inputs.get("PLAN", "")
    command = [sys.executable, "-I", str(ACTION / "run.py")]
    done = subprocess.run(command, env=environment, capture_output=True, text=True)
    return done, outputs.read_text() if outputs.exists() else ""


def test_every_line_is_one_word(tmp_path: Path) -> None:
    """Spaces, quotes, stars and semicolons of a line reach the command as they are, and no path becomes an option."""
    done, outputs = run_action(
        tmp_path, TARGET="a b", ARGS="--report\n  markdown=$(id) *.md; 'x'\n\n", PATHS="one\n--help\ntwo three\n"
    )
    expected = f"<--target><a b><plan><--report><markdown=$(id) *.md; 'x'>{REPORT}<--><one><--help><two three>"
    assert (0, expected, "exit-code=0\n") == (done.returncode, done.stdout, outputs)


def test_a_saved_plan_takes_the_place_of_the_paths(tmp_path: Path) -> None:
    """Who applies a plan applies nothing else."""
    done, _ = run_action(tmp_path, COMMAND="apply", PLAN="p.json", ARGS="--digest\nsha256:0")
    assert f"<apply><--digest><sha256:0>{REPORT}<--><p.json>" == done.stdout


def test_a_saved_plan_tells_where_it_is_and_what_it_does(tmp_path: Path) -> None:
    """The jobs that follow decide by it."""
    place = tmp_path / "p.json"
    (tmp_path / "reconciler.plan").write_text("{}")
    plan = {"digest": "sha256:0", "summary": COUNTS, "changes": [CHANGE, {"impact": "breaking"}]}
    (tmp_path / "reconciler.json").write_text(json.dumps(plan))
    done, outputs = run_action(tmp_path, PLAN=str(place))
    assert f"<plan><--out><{place}>{REPORT}<--><manifests>" == done.stdout
    summary = "1 to create, 1 to update, 0 to delete, 3 blocked"
    assert [
        "exit-code=0", "has-changes=true", "blocked=3", "breaking=1", f"summary={summary}", "digest=sha256:0",
        f"plan-file={place}",
    ] == outputs.splitlines()  # fmt: skip
    assert [] == [left for left in tmp_path.iterdir() if left.is_dir()]


@pytest.mark.parametrize(
    ("command", "result", "expected"),
    [
        ("diff", {"summary": COUNTS, "changes": [], "digest": "sha256:0"},
         "has-changes=false blocked=3 breaking=0 summary=1 to create, 1 to update, 0 to delete, 3 blocked"),
        ("apply", {"applied": ["event/a"], "failed": [], "skipped": [{}], "unknown": []},
         "has-changes=true summary=1 applied, 0 failed, 1 skipped, 0 unknown"),
        ("apply", {"applied": [], "exit": {"code": 3}},
         "has-changes=false summary=0 applied, 0 failed, 0 skipped, 0 unknown"),
        ("drift", {"drifted": [], "undeclared": [], "unmanaged": ["event/a"]},
         "has-changes=true summary=0 drifted, 0 undeclared, 1 unmanaged"),
        ("validate", {"findings": [{"severity": "warning"}]}, "summary=0 errors, 1 warning"),
    ],
)  # fmt: skip
def test_every_command_tells_its_result(tmp_path: Path, command: str, result: object, expected: str) -> None:
    """A digest only of what was saved: nothing else can be applied by it."""
    (tmp_path / "reconciler.json").write_text(json.dumps(result))
    _, outputs = run_action(tmp_path, 3, COMMAND=command)
    assert f"exit-code=3 {expected}" == " ".join(outputs.splitlines())


def test_a_command_without_such_a_report_runs_as_it_is(tmp_path: Path) -> None:
    """An option that it does not know would be wrong usage."""
    done, outputs = run_action(tmp_path, COMMAND="targets")
    assert ("<targets><--><manifests>", "exit-code=0\n") == (done.stdout, outputs)


def test_a_tool_of_another_version_is_refused(tmp_path: Path) -> None:
    """Workflow and tool of two commits do not know each other's options; nothing is run then."""
    assert 0 == run_action(tmp_path, VERSION="0.1.0", API_KEY="canary")[0].returncode
    done, _ = run_action(tmp_path, VERSION="0.2.0")
    told = "version: this is 'reconciler 0.1.0', and the workflow is written for '0.2.0'. "
    assert (1, "", True) == (done.returncode, done.stdout, done.stderr.startswith(told))


@pytest.mark.parametrize("code", [0, 1, 3])
def test_a_plan_that_was_left_over_says_nothing_of_this_run(tmp_path: Path, code: int) -> None:
    """An earlier step or a branch can put a file where this run saves its plan."""
    left = {"digest": "sha256:0\nchanges=true", "summary": {"create": 1, "update": 0, "delete": 0}}
    (tmp_path / "p.json").write_text(json.dumps(left))
    _, outputs = run_action(tmp_path, code, PLAN=str(tmp_path / "p.json"))
    assert f"exit-code={code}\n" == outputs


def test_a_line_break_begins_no_further_output(tmp_path: Path) -> None:
    """What the jobs after this one decide by comes from the command alone."""
    plan = {"digest": "sha256:0\nexit-code=0", "summary": COUNTS, "changes": []}
    for name in ("reconciler.plan", "reconciler.json"):
        (tmp_path / name).write_text(json.dumps(plan))
    done, outputs = run_action(tmp_path, 3, PLAN=str(tmp_path / "p.json"))
    assert (1, "") == (done.returncode, outputs)
    assert "digest: 'sha256:0\\nexit-code=0' cannot be an output." in done.stderr


def test_only_a_line_break_ends_a_word(tmp_path: Path) -> None:
    """U+2028, U+0085 and a form feed are letters of a path like others."""
    done, _ = run_action(tmp_path, PATHS="a\u2028b\nc\x85d\ne\x0cf")
    assert f"<plan>{REPORT}<--><a\u2028b><c\x85d><e\x0cf>" == done.stdout


def test_a_command_is_one_word(tmp_path: Path) -> None:
    """It stands in a workflow command of the runner when it fails."""
    done, _ = run_action(tmp_path, COMMAND="plan::\n::set-env")
    assert 1 == done.returncode
    assert "is no command of reconciler" in done.stderr


@pytest.mark.parametrize("code", [1, 2, 3, 4, 5, 64])
def test_no_exit_code_is_swallowed(tmp_path: Path, code: int) -> None:
    """Each fails the step under its own number, with its meaning, unless it is accepted by name."""
    done, outputs = run_action(tmp_path, code, ACCEPT="22 33")
    assert (code, f"exit-code={code}\n") == (done.returncode, outputs)
    assert f"::error title=reconciler plan ended with {code}::" in done.stdout
    assert 0 == run_action(tmp_path, code, ACCEPT=f"9 {code}")[0].returncode


def test_the_key_is_where_the_target_expects_it_and_nowhere_else(tmp_path: Path) -> None:
    """Not in the arguments, which every process may read, nor under a second name."""
    done, _ = run_action(tmp_path, API_KEY="canary", API_KEY_ENV="STAGING_KEY")
    assert "canary" not in done.stdout + done.stderr
    assert ["STAGING_KEY=canary"] == [
        line for line in (tmp_path / "reconciler.env").read_text().splitlines() if "canary" in line
    ]
    refused, _ = run_action(tmp_path, API_KEY="canary", API_KEY_ENV="A=B")
    assert 1 == refused.returncode
    assert "'A=B' is not the name of a variable" in refused.stderr


def post(
    hub: Hub,
    *arguments: str,
    permissions: dict[str, str] | None = None,
    folder: Path | None = None,
    **changed: str,
) -> subprocess.CompletedProcess[str]:
    """Runs post.py."""
    token = hub.token({"pull-requests": "write", "issues": "write"} if permissions is None else permissions)
    environment = {"GITHUB_API_URL": hub.url, "GITHUB_REPOSITORY": "owner/shop", "GITHUB_TOKEN": token, **changed}
    command = [sys.executable, "-I", str(ACTION / "post.py"), *arguments]
    return subprocess.run(command, env=environment, capture_output=True, text=True, cwd=folder)


def test_what_says_the_same_is_not_sent_again(hub: Hub, tmp_path: Path) -> None:
    """An edit that changes nothing would still be one more entry in the comment's history."""
    (tmp_path / "a.md").write_text("text\n")
    for _ in range(2):
        assert 0 == post(hub, "comment", "shop", "7", str(tmp_path / "a.md")).returncode
    assert ["POST issues/7/comments"] == hub.writes()
    assert "<!-- reconciler:shop -->\n\ntext" == hub.comments[0]["body"]


def test_what_is_too_long_says_where_the_report_is(hub: Hub, tmp_path: Path) -> None:
    """Else the comment of the push before would stand there as if it were of this one."""
    (tmp_path / "long.md").write_text("x" * 65_536)
    (tmp_path / "short.md").write_text("short")
    short, long = str(tmp_path / "short.md"), str(tmp_path / "long.md")
    run = {"GITHUB_SERVER_URL": "https://github.invalid", "GITHUB_RUN_ID": "5"}
    there = "it is in the summary and the artefacts of [the run](https://github.invalid/owner/shop/actions/runs/5)."
    marker = "<!-- reconciler:shop -->\n\n"
    too_long = f"{marker}The report is too long for GitHub (65536 characters): "
    for files, changed, expected in [
        ([short], run, f"{marker}short"),
        ([long], run, f"{too_long}{there}"),
        ([short, long], run, f"{marker}short\n\nThe rest does not fit here: {there}"),
        ([long], {}, f"{too_long}it is in the summary and the artefacts of the run."),
        ([long, short], run, f"{too_long.replace('36 ch', '41 ch')}{there}"),
    ]:
        done = post(hub, "comment", "shop", "7", *files, **changed)
        assert 0 == done.returncode, done.stderr
        assert [expected] == [comment["body"] for comment in hub.comments]


@pytest.mark.parametrize(
    ("number", "changed", "said"),
    [
        ("#7", {}, "'#7' is not the number of a pull request."),
        ("", {}, "'' is not the number of a pull request."),
        ("7" * 5000, {}, f"{'7' * 5000!r} is not the number of a pull request."),
        ("7", {"GITHUB_TOKEN": ""}, "GITHUB_TOKEN is not set; nothing was sent."),
        ("7", {"GITHUB_TOKEN": "canary\n"}, "GITHUB_TOKEN is not usable; nothing was sent."),
        ("7", {"GITHUB_REPOSITORY": ""}, "GITHUB_REPOSITORY is not set; nothing was sent."),
        ("7", {"GITHUB_API_URL": "api"}, "GITHUB_API_URL is no address; nothing was sent."),
    ],
)
def test_what_is_missing_or_wrong_is_one_sentence(
    hub: Hub, tmp_path: Path, number: str, changed: dict[str, str], said: str
) -> None:
    """Who reads the log of a job wants the reason; and no message shows a token."""
    (tmp_path / "a.md").write_text("text")
    done = post(hub, "comment", "shop", number, str(tmp_path / "a.md"), **changed)
    assert (1, f"Error: {said}\n") == (done.returncode, done.stderr)
    assert [] == hub.log


@pytest.mark.parametrize(
    ("file", "said"),
    [
        ("link.md", "link.md is a link; nothing was sent."),
        ("folder/environ", "folder/environ is behind a link; nothing was sent."),
        ("pipe", "pipe is no file; nothing was sent."),
    ],
)
def test_what_a_planted_link_leads_to_is_not_published(hub: Hub, tmp_path: Path, file: str, said: str) -> None:
    """The environment of the process has the token in it, and a comment is read by everybody."""
    (tmp_path / "link.md").symlink_to("/proc/self/environ")
    (tmp_path / "folder").symlink_to("/proc/self")
    os.mkfifo(tmp_path / "pipe")
    done = post(hub, "comment", "shop", "7", file, folder=tmp_path)
    assert (1, f"Error: {said}\n") == (done.returncode, done.stderr)
    assert [] == hub.log


def test_a_file_that_cannot_be_read_is_one_sentence(hub: Hub, tmp_path: Path) -> None:
    """A report is ours, but the disk may be full and the name may be wrong."""
    (tmp_path / "latin.md").write_bytes(b"caf\xe9")
    latin = post(hub, "comment", "shop", "7", str(tmp_path / "latin.md"))
    assert f"Error: {tmp_path / 'latin.md'} is not UTF-8: " in latin.stderr
    missing = post(hub, "comment", "shop", "7", str(tmp_path / "none.md"))
    assert missing.stderr.startswith("Error: ")
    assert [1, 1] == [len(done.stderr.splitlines()) for done in (latin, missing)]
    assert [] == hub.log


def test_each_name_has_its_own(hub: Hub, tmp_path: Path) -> None:
    """Two shops are reviewed side by side, and one name that begins another is not taken for it."""
    (tmp_path / "a.md").write_text("text")
    for name in ("shop", "shop 2", "shop-->"):
        post(hub, "comment", name, "7", str(tmp_path / "a.md"))
        post(hub, "issue", name, "Title", str(tmp_path / "a.md"))
    assert 3 == len(hub.comments)
    assert 3 == len(hub.issues) - 1
    assert hub.comments[2]["body"].startswith("<!-- reconciler:shop%2D%2D%3E -->\n")


def test_only_our_own_open_issue_is_closed(hub: Hub, tmp_path: Path) -> None:
    """Neither a stranger's that copies the marker, nor a pull request, nor one that is closed already."""
    marked = "<!-- reconciler:drift -->\n\ntext"
    foreign = {"id": 50, "number": 50, "user": {"login": "stranger"}, "body": marked, "state": "open", "title": ""}
    closed = {**foreign, "id": 51, "number": 51, "user": {"login": BOT}, "state": "closed"}
    empty = {**foreign, "id": 52, "number": 52, "user": None, "body": None}
    hub.issues += [foreign, closed, empty]
    hub.issues[0]["body"] = marked
    assert 0 == post(hub, "close", "drift", "Gone.").returncode
    assert [] == hub.writes()


def test_a_refusal_is_one_sentence(hub: Hub, tmp_path: Path) -> None:
    """With what GitHub said, without the token, and asked once."""
    (tmp_path / "a.md").write_text("text")
    refused = post(hub, "comment", "shop", "7", str(tmp_path / "a.md"), permissions={"pull-requests": "read"})
    assert 1 == refused.returncode
    assert "Error: GitHub answered 403 to POST issues/7/comments: " in refused.stderr
    assert "not accessible by integration" in refused.stderr
    assert "token-" not in refused.stderr
    assert 1 == len(hub.writes())
    assert "post.py close NAME COMMENT" in post(hub, "comment").stderr


def test_the_token_follows_no_redirect(hub: Hub, tmp_path: Path) -> None:
    """It would be sent on with the request."""
    (tmp_path / "a.md").write_text("text")
    hub.moved_to = f"{hub.url}/elsewhere"
    moved = post(hub, "comment", "shop", "7", str(tmp_path / "a.md"))
    assert "GitHub answered 302 to GET" in moved.stderr
    assert 1 == len(hub.log)
