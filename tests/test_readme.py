"""The README is true: its commands run, its excerpts are what the tool prints."""

import json
import re
import shlex
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

import reconciler
import reconciler.cli.main
from reconciler.model.target import Target
from tests.sandbox.dashboard import documents

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
_REST = re.sub(r"^## Tutorial: .*?(?=^## )", "", README, flags=re.DOTALL | re.MULTILINE)
"""Without the tutorials, which are played as a whole."""
CONSOLE = re.findall(r"```console\n(.*?)```", _REST, re.DOTALL)
MANIFESTS = re.findall(r"```yaml\n(kind: .*?)```", README, re.DOTALL)


def test_the_first_excerpt_is_what_the_tool_prints(run: Callable, tmp_path: Path) -> None:
    """Every line that is not left out (…) is printed, in this order."""
    (tmp_path / "manifests").symlink_to(ROOT / "manifests")
    printed = run("--target", "sandbox", "apply", "--auto-approve").out.splitlines()
    printed += run("--target", "sandbox", "plan").out.splitlines()
    position = 0
    for line in CONSOLE[0].splitlines():
        if line and line != "…" and not line.startswith("$"):
            shown = [_timeless(text) for text in printed[position:]]
            assert _timeless(line) in shown
            position += shown.index(_timeless(line)) + 1


def test_the_findings_shown_are_those_found(run: Callable, tmp_path: Path) -> None:
    """The offline check reads as in the README."""
    (tmp_path / "manifests").mkdir()
    text = "kind: definition\nname: A\nfields:\n  - {name: x, type: txt, requird: true}\n"
    (tmp_path / "manifests" / "shop.yaml").write_text(text)
    assert CONSOLE[1].splitlines()[1:] == run("validate").out.splitlines()


def test_the_pull_shown_is_what_the_tool_prints(run: Callable, tmp_path: Path, shipped: Path) -> None:
    """Every line that is not left out (…) is printed, in this order."""
    shutil.copytree(shipped, tmp_path / "manifests")
    assert 0 == run("--target", "sandbox", "apply", "--auto-approve", "-q").code
    (shown,) = (each for each in CONSOLE if " pull shop\n" in each)
    printed = iter(run("--target", "sandbox", "pull", "shop").out.splitlines())
    assert [] == [line for line in shown.splitlines()[1:] if line != "…" and line not in printed]


@pytest.mark.parametrize("shown", MANIFESTS, ids=lambda shown: shown.splitlines()[1])
def test_every_manifest_shown_is_valid_alone(shown: str, tmp_path: Path) -> None:
    """In an empty folder, with nothing beside it but the rows that are shown with it."""
    (tmp_path / "shown.yaml").write_text(shown, encoding="utf-8")
    for name, rows in re.findall(r"^`([\w.]+)`:\n\n```csv\n(.*?)```", _REST, re.DOTALL | re.MULTILINE):
        (tmp_path / name).write_text(rows, encoding="cp1252")
    resolved = reconciler.load([str(tmp_path)], Target("shown"), {})
    assert [] == [str(finding) for finding in resolved.findings if finding.severity == "error"]
    assert len(re.findall(r"^kind:", shown, re.MULTILINE)) == len(resolved.desired.manifests)


def test_the_settings_shown_are_understood(run: Callable, tmp_path: Path, shipped: Path) -> None:
    """And their targets are the ones listed."""
    # Keys without a table come first.
    shown = "".join(sorted(re.findall(r"```toml\n(.*?)```", README, re.DOTALL), reverse=True))
    (tmp_path / "manifests").mkdir()
    (tmp_path / "manifests" / "reconciler.toml").write_text(shown)
    out = run("targets").out
    assert "* production" in out
    assert "SHOPIMIND_STAGING_KEY is not set" in out


def test_the_rows_shown_are_compared_and_pushed_so(run: Callable, tmp_path: Path, shipped: Path) -> None:
    """The excerpt of `records diff` and `apply`."""
    manifests = tmp_path / "manifests"
    manifests.mkdir()
    (manifests / "shop.yaml").write_text((shipped / "account-manager.yaml").read_text())
    shutil.copytree(shipped / "messages", manifests / "messages")
    (manifests / "rows.yaml").write_text("kind: records\ndefinition: ResponsableCommercial\nfile: managers.csv\n")
    rows = "responsable_id,first_name,last_name,email,phone\n"
    rows += "COM-001,Alice,Durand,alice@myshop.com,+33 1 23 45 67 89\nCOM-002,John,Martin,john@myshop.com,{}\n"
    sandbox = ("--target", "sandbox")
    (manifests / "managers.csv").write_text(rows.format("+33 4 56 78 90 12"))
    for command in (("apply",), ("records", "apply", "ResponsableCommercial")):
        ended = run(*sandbox, *command, "--auto-approve", "-q")
        assert 0 == ended.code, ended
    (manifests / "managers.csv").write_text(rows.format("+33 4 99 99 90 12"))
    (shown,) = (each for each in CONSOLE if "records diff" in each)
    printed = run(*sandbox, "records", "diff", "ResponsableCommercial").out
    printed += run(*sandbox, "records", "apply", "ResponsableCommercial", "--auto-approve").out
    missing = [line for line in shown.splitlines() if line not in ("", "…") and not line.startswith("$")]
    for line in printed.splitlines():
        if missing and _timeless(line) == _timeless(missing[0]):
            missing.pop(0)
    assert [] == missing


def test_the_event_shown_is_what_is_sent(run: Callable, tmp_path: Path, shipped_with_rows: Path) -> None:
    """To somebody who is no customer; what follows is told by the tutorial."""
    shutil.copytree(shipped_with_rows, tmp_path / "manifests")
    sandbox = ("--target", "sandbox")
    assert 0 == run(*sandbox, "apply", "--no-records", "--auto-approve", "-q").code
    (shown,) = (each for each in CONSOLE if each.startswith("$ reconciler events send "))
    typed, _, printed = shown.replace("\\\n", "").partition("\n")
    ended = run(*sandbox, *shlex.split(typed)[2:], "--auto-approve")
    assert 1 == ended.code, ended
    assert ended.out.startswith(printed[: printed.index("This may")])


def test_messages_are_rendered_as_shown(run: Callable, serve: Callable, tmp_path: Path) -> None:
    """For one customer, who is assigned, has an account, and becomes Gold."""
    (tmp_path / "manifests").symlink_to(ROOT / "manifests")
    served = serve("async_delay=0", file="shop.db")
    assert 0 == run("apply", "--no-records", "--auto-approve", "-q", **served.environment).code
    with served.client() as http:
        ids = {each["name"]: each["id_definition"] for each in http.get("/custom-data-definitions").json()["data"]}
        times = {"created_at": "2025-01-01", "updated_at": "2025-01-01"}
        marie = {"customer_id": "CUST-A4521", "email": "marie.dupont@example.com", "first_name": "Marie", "lang": "en"}
        for path, body in (
            ("/customers", [{**marie, **times}]),
            (f"/custom-data-records/{ids['Attribution']}", documents.ASSIGNMENTS[:1]),
            (f"/custom-data-records/{ids['LoyaltyAccount']}", [documents.MARIES_ACCOUNT]),
            ("/events/trigger/loyalty.tier_upgraded", documents.MARIE_IS_GOLD),
        ):
            assert 200 == http.post(path, json=body).status_code
    rendered = [each for each in CONSOLE if each.startswith("$ reconciler render ")]
    assert 3 == len(rendered)
    for shown in rendered:  # the managers' rows were not pushed
        typed, _, text = shown.partition("\n")
        ended = run(*shlex.split(typed)[2:], GITHUB_ACTIONS="", **served.environment)
        assert 0 == ended.code, ended
        for part in _numberless(text).split("…\n"):
            assert part in _numberless(ended.out)


WRONG_PAYLOADS = [
    {
        "code_name": "loyalty.points_earned",
        "contact": {"id_customer": "C-7"},
        "metaData": {"points_amount": 120, "reason": "purchase", "new_balance": 1370},
    },
    {
        "code_name": "loyalty.points_earned",
        "contact": {"id": 1042},
        "metaData": {"points_amount": "120", "reason": "purchase", "new_balnce": 1370},
    },
    {
        "code_name": "loyalty.points_expiring",
        "contact": {"id": 1042},
        "points_at_risk": 250,
        "metaData": {"expiry_date": "31/12/2026"},
    },
]


def test_the_payloads_shown_are_checked_and_made_up_so(run: Callable, tmp_path: Path) -> None:
    """The findings of a file whose lines have the mistakes that are told, and the sample to the letter."""
    (tmp_path / "manifests").symlink_to(ROOT / "manifests")
    (tmp_path / "pos.jsonl").write_text("\n".join(map(json.dumps, WRONG_PAYLOADS)))
    for command in ("events check", "events sample"):
        (shown,) = (each for each in CONSOLE if each.startswith(f"$ reconciler {command} "))
        typed, _, printed = shown.partition("\n")
        assert printed == run(*typed.split()[2:]).out


@pytest.mark.parametrize("command", reconciler.cli.main.COMMANDS)
def test_every_command_has_help_with_two_examples(run: Callable, command: str) -> None:
    """And is in the README."""
    ended = run(command, "--help")
    assert 0 == ended.code
    examples = ended.out.partition("Examples:")[2].strip().splitlines()
    assert 2 == len(examples)
    assert command in README


def _timeless(line: str) -> str:
    return re.sub(r"[\d.]+ s$", "… s", line.rstrip())


def _numberless(text: str) -> str:
    """Definitions are created side by side, and so numbered in any order."""
    return re.sub(r"(?<=/custom-data-records/)\d+", "N", text)


def test_the_table_of_contents_leads_to_every_section() -> None:
    """As GitHub makes anchors of headings."""
    outside = re.sub(r"^```.*?^```$", "", README, flags=re.MULTILINE | re.DOTALL)
    sections = re.findall(r"^## (.*)$", outside, re.MULTILINE)
    anchors = [re.sub(r"[^\w\- ]", "", each.lower()).replace(" ", "-") for each in sections]
    contents = README.partition("\n## ")[0]
    assert sorted(anchors) == sorted(re.findall(r"\]\(#(.*?)\)", contents))


def test_the_messages_of_the_troubleshooting_are_the_tools() -> None:
    """Each is in one file of the code, with anything for its dots."""
    section = README.partition("\n## Troubleshooting\n")[2].partition("\n## ")[0]
    told = re.findall(r"^\| `(.*?)` \|", section, re.MULTILINE)
    assert 30 <= len(told)
    files = [_as_one_text(file) for file in sorted((ROOT / "reconciler").rglob("*.py")) if "sandbox" not in file.parts]
    assert [] == [message for message in told if not any(_is_in(message, text) for text in files)]


def _as_one_text(module: Path) -> str:
    """Texts that stand in several lines are one, and how a text begins says nothing: it may be part of a sentence."""
    return re.sub(r"[\"'][\s)]*\n\s*f?[\"']", "", module.read_text(encoding="utf-8")).lower()


def _is_in(message: str, text: str) -> bool:
    parts = [part for part in message.lower().split("…") if part]
    if any(part not in text for part in parts):
        return False
    return re.search(".{0,80}?".join(map(re.escape, parts)), text) is not None


def test_every_row_of_a_table_has_the_cells_of_its_head() -> None:
    """GitHub leaves out what is too much, and a sign `|` in a text is too much."""
    outside = re.sub(r"^```.*?^```$", "", README, flags=re.MULTILINE | re.DOTALL)
    tables = re.findall(r"(?:^\|.*\|\n)+", outside, re.MULTILINE)
    assert 15 <= len(tables)
    for table in tables:
        (cells,) = {len(re.findall(r"(?<!\\)\|", row)) for row in table.splitlines()}
        assert 3 <= cells
