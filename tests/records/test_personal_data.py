"""R16: what rows hold of people is in no output, unless the record set permits it."""

from collections.abc import Callable
from pathlib import Path

import pytest

CANARY = "canary.marie@example.com"
DEFINITION = """kind: definition
name: T
unique_keys: [contact_id]
fields:
  - {name: contact_id, type: number, required: true}
  - {name: note, type: text, required: true}
  - {name: amount, type: decimal}
  - {name: active, type: bool}
  - {name: since, type: date}
  - {name: seen, type: datetime}
  - {name: tier, type: list, options: [silver, gold]}
  - {name: prefs, type: json}
  - {name: place, type: geolocation}
relationships:
  - {sourceField: contact_id, targetSchemaType: system, targetSchema: contacts}
"""
HEADER = ["contact_id.email", "note", "amount", "active", "since", "seen", "tier", "prefs", "place"]
FORMATS = ["text", "json", "github", "junit", "sarif"]
COMMANDS = [("validate", "."), ("records", "check", "T", ".")]


def _csv() -> str:
    """The canary as a value of every type, as a doubled key, in a ragged row, and behind an open quote."""
    wrong = [["a@b.c", "x", *[""] * 7] for _ in HEADER[2:]]
    for index, row in enumerate(wrong, 2):
        row[index] = CANARY
    twice = [CANARY, "x", *[""] * 7]
    rows = [HEADER, *wrong, twice, twice, [CANARY], [CANARY.replace("@", " "), "x", *[""] * 7]]
    return "\n".join(map(",".join, rows)) + f'\n"{CANARY}'


FILES = {
    "rows.csv": _csv(),
    "no-header.csv": f"{CANARY},x\n",
    "no-header-said.csv": f"{CANARY};x\n",
    "rows.json": f"""[
        {{"contact_id": "{CANARY}", "note": 7}},
        {{"contact_id.email": "{CANARY}", "note": "x", "tier": "{CANARY}"}},
        {{"contact_id.email": "{CANARY}", "note": "x"}},
        {{"contact_id.email": "x", "prefs": {{"{CANARY}": 1, "{CANARY}": 2}}}}
    ]""",
    "lines.jsonl": f'{{"contact_id.email": "{CANARY}", "note": ["{CANARY}"]}}\n{{"contact_id.email": "{CANARY}" "',
    "rows.yaml": f"- {{contact_id.email: {CANARY}, note: 7}}\n- {{contact_id: {CANARY}, note: x, amount: {CANARY}}}\n",
    "broken.yaml": f"- {{contact_id.email: {CANARY}, note: [{CANARY}\n",
}


def _write(folder: Path, name: str, show: str) -> None:
    (folder / "m.yaml").write_text(f"{DEFINITION}---\nkind: records\ndefinition: T\nfile: {name}\n{show}")
    (folder / name).write_text(FILES[name], encoding="utf-8")


@pytest.mark.parametrize("show", ["", "show: none\n"])
@pytest.mark.parametrize("name", FILES)
def test_no_output_holds_what_a_row_says_of_a_person(name: str, show: str, ask: Callable, tmp_path: Path) -> None:
    """Printed in any format, and written as any report."""
    _write(tmp_path, name, show)
    for command in COMMANDS:
        for form in FORMATS:
            ran = ask(*command, "--format", form, "--report", f"{form}=out.{form}")
            written = (tmp_path / f"out.{form}").read_text(encoding="utf-8")
            assert 1 == ran.code
            assert "record-" in ran.out
            assert "canary" not in (ran.out + ran.err + written).lower()


NAMING_CONTACTS = {
    "rows.csv": f"contact_id.email,contact_id.id_customer,note\n{CANARY},C1,x\n{CANARY.replace('@', ' ')},,x\n"
    f"{CANARY},,y\n{CANARY},,z\n",
    "rows.json": f'[{{"contact_id": "{CANARY}", "note": "x"}}, {{"contact_id.id_contact": "{CANARY}", "note": "x"}}]',
}


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("name", NAMING_CONTACTS)
def test_keys_are_shown_without_naming_a_contact(name: str, form: str, ask: Callable, tmp_path: Path) -> None:
    """With `show: keys` a value is quoted, but not one that stands for a person."""
    _write(tmp_path, name, "show: keys\n")
    (tmp_path / name).write_text(NAMING_CONTACTS[name])
    for command in COMMANDS:
        ran = ask(*command, "--format", form)
        assert "record-" in ran.out
        assert "canary" not in ran.out + ran.err


@pytest.mark.parametrize("form", FORMATS)
def test_a_record_set_can_permit_it(form: str, ask: Callable, tmp_path: Path) -> None:
    """With `show: values` a finding quotes the value."""
    _write(tmp_path, "rows.csv", "show: values\n")
    for command in COMMANDS:
        assert CANARY in ask(*command, "--format", form).out


@pytest.mark.parametrize("form", FORMATS)
def test_rows_in_the_manifest_are_not_shown_either(form: str, ask: Callable, tmp_path: Path) -> None:
    """Also not as the line in which the mistake is."""
    rows = f"rows:\n  - {{contact_id.email: {CANARY}, note: 7}}\n  - {{contact_id: {CANARY}, note: x}}\n"
    (tmp_path / "m.yaml").write_text(f"{DEFINITION}---\nkind: records\ndefinition: T\n{rows}")
    for command in COMMANDS:
        ran = ask(*command, "--format", form)
        assert "record-text" in ran.out
        assert "canary" not in ran.out + ran.err


def test_rows_that_are_about_no_contact_are_shown(ask: Callable, tmp_path: Path) -> None:
    """By default: there is nobody in them."""
    definition = DEFINITION[: DEFINITION.index("relationships")]
    manifest = f"{definition}---\nkind: records\ndefinition: T\nrows: [{{contact_id: 1, note: x, tier: golden}}]\n"
    (tmp_path / "m.yaml").write_text(manifest)
    assert "'golden'" in ask("validate", ".").out


def test_a_file_with_addresses_beside_the_manifests_is_worth_a_warning(ask: Callable, tmp_path: Path) -> None:
    """Not so one that is named on the command line; JSON and rows in the manifest count too."""
    _write(tmp_path, "rows.csv", "")
    assert "records-personal-data" in ask("records", "check", "T", ".").out
    assert "records-personal-data" not in ask("records", "check", "T", ".", "--file", "rows.csv").out
    _write(tmp_path, "rows.json", "")
    assert "rows.json:1:1: warning: the file holds e-mail addresses" in ask("validate", ".").out
    rows = "rows: [{contact_id: {by: email, value: a@b.c}, note: x}]\n"
    (tmp_path / "m.yaml").write_text(f"{DEFINITION}---\nkind: records\ndefinition: T\n{rows}")
    assert "warning: the manifest holds e-mail addresses" in ask("validate", ".").out
