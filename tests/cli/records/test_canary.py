"""R16: what a row holds of a person stands in nothing that is written, unless it is permitted."""

import os
from collections.abc import Callable

import pytest

from tests.cli.records.conftest import Desk

CANARY = "kanarienvogel"
EMAIL = f"{CANARY}@example.com"
PUBLIC = "kind: records\ndefinition: Assignment\nshow: values\n"


def _told(desk: Desk, *arguments: str) -> str:
    done = desk.run(*arguments)
    return done.out + done.err


def test_a_person_is_in_no_output(desk: Desk, figure: Callable[[str, str], None]) -> None:
    """Every command, every format, traces, saved plans, and refusals of the shop."""
    desk.customers(EMAIL, "b@example.com")
    header = "contact_id.email,code,note"
    good = desk.rows((EMAIL, "A", f"about {EMAIL}"), ("b@example.com", "B", "x"), name="good.csv", header=header)
    changed = desk.rows((EMAIL, "B", f"still {EMAIL}"), name="changed.csv", header=header)
    bad = desk.rows((f"nobody-{EMAIL}", "A", "x"), (EMAIL, "", EMAIL), (CANARY, "A", ""), name="bad.csv", header=header)
    twice = desk.rows((EMAIL, "A", ""), (EMAIL.upper(), "B", ""), name="twice.csv", header=header)
    same = desk.rows(
        ("C1", "", "A"), ("", EMAIL, "B"), name="same.csv", header="contact_id.id_customer,contact_id.email,code"
    )
    told: dict[str, str] = {}

    def ask(*arguments: str) -> None:
        told[" ".join(arguments)] = _told(desk, *arguments)

    for file in (good, changed, bad, twice, same):
        for form in ("text", "json", "github", "junit", "sarif"):
            ask("records", "check", "Assignment", "--file", file, "--format", form)
        for form in ("text", "json", "markdown", "csv"):
            ask("-v", "records", "diff", "Assignment", "--file", file, "--format", form, "--rows", "0")
        ask("records", "diff", "Assignment", "--file", file, "--out", f"{file}.json")
    ask("-v", "records", "apply", "Assignment", "--file", good, "--auto-approve")
    for form in ("text", "json", "markdown"):
        ask("records", "diff", "Assignment", "--file", changed, "--format", form)
        ask(
            "records",
            "apply",
            "Assignment",
            "--file",
            changed,
            "--auto-approve",
            "--format",
            form,
            "--report",
            f"markdown:{form}.md",
        )
        ask(
            "-v",
            "records",
            "apply",
            "Assignment",
            "--file",
            bad,
            "--read",
            "none",
            "--wait",
            "0",
            "--auto-approve",
            "--format",
            form,
        )
    ask("-v", "records", "update", "Assignment", "--where", "code=B", "--set", f"note={EMAIL}", "--auto-approve")
    ask(
        "-v",
        "records",
        "update",
        "Assignment",
        "--where",
        "code=B",
        "--set",
        "note=x",
        "--auto-approve",
        "--format",
        "json",
    )
    ask("-v", "records", "delete", "Assignment", "--where", "code=B")
    ask(
        "-v", "records", "delete", "Assignment", "--file", good, "--allow-destroy", "--auto-approve", "--format", "json"
    )
    found = [command for command, text in told.items() if _leaks(text, command)]
    assert [] == found
    for name in os.listdir(desk.folder):
        path = desk.folder / name
        if path.is_file() and not name.endswith(".csv"):
            assert CANARY not in path.read_text(encoding="utf-8"), name
    figure("R16 a canary in rows", f"{len(told)} commands and formats, found in none")


def _leaks(text: str, command: str) -> bool:
    return CANARY in text.casefold()


@pytest.mark.parametrize("form", ["csv", "jsonl"])
def test_an_export_has_it(desk: Desk, form: str) -> None:
    """It was asked for; a file is for its owner only."""
    desk.customers(EMAIL)
    rows = desk.rows((EMAIL, "A", "x"), header="contact_id.email,code,note")
    desk.apply("Assignment", "--file", rows)
    assert EMAIL in _told(desk, "records", "export", "Assignment", "--contacts", "email", "--format", form)
    assert EMAIL not in _told(desk, "records", "export", "Assignment", "--contacts", "email", "--to", f"out.{form}")
    assert 0o600 == (desk.folder / f"out.{form}").stat().st_mode & 0o777


def test_what_is_permitted_is_shown(desk: Desk) -> None:
    """`show: values` of the record set."""
    desk.customers(EMAIL)
    desk.write("manifests/rows.yaml", PUBLIC)
    rows = desk.rows((f"nobody-{EMAIL}", "A"), header="contact_id.email,code")
    assert CANARY in _told(desk, "records", "diff", "Assignment", "--file", rows)
