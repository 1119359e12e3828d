"""`records export` and `--rejected` write what the manifest's `csv` reads."""

from pathlib import Path

import pytest

from tests.cli.records.conftest import Desk

MANIFEST = """
kind: definition
name: Price
unique_keys: [code]
fields:
  - {name: code, type: text, required: true}
  - {name: price, type: decimal}
  - {name: since, type: date}
  - {name: seen, type: datetime}
  - {name: flag, type: bool}
---
kind: records
definition: Price
file: prices.csv
csv: {delimiter: ";", encoding: cp1252, decimal: ",", dates: "%d/%m/%Y", timezone: Europe/Paris}
"""
ROWS = """code;price;since;seen;flag
Été;12,5;08/05/2026;2026-05-08T07:00:00+00:00;true
"a;b";-0,25;;;
C;1000000,01;31/12/1999;;false
""".encode("cp1252")


@pytest.fixture
def prices(desk: Desk) -> Path:
    """The file of a shop that has its rows."""
    desk.write("manifests/prices.yaml", MANIFEST)
    file = desk.folder / "manifests/prices.csv"
    file.write_bytes(ROWS)
    assert 0 == desk.run("apply", "--auto-approve", "-q").code
    return file


def test_an_export_is_the_file_of_its_manifest(desk: Desk, prices: Path) -> None:
    """Byte for byte, in its delimiter, encoding, decimals and dates; and there is nothing to apply."""
    assert 0 == desk.records("export", "Price", "--to", "manifests/prices.csv").code
    assert ROWS == prices.read_bytes()
    assert "in sync, 3 unchanged" in desk.records("diff", "Price").out


def test_an_export_without_manifests_has_commas_and_points(desk: Desk, prices: Path) -> None:
    """Nothing says otherwise, and the ending of the name is a hint."""
    prices.parent.rename(desk.folder / "elsewhere")
    desk.records("export", "Price", "--to", "out.tsv")
    header, first, *_ = (desk.folder / "out.tsv").read_text(encoding="utf-8").splitlines()
    assert "code\tprice\tsince\tseen\tflag" == header
    assert "Été\t12.5\t2026-05-08\t2026-05-08T07:00:00+00:00\ttrue" == first


def test_what_cannot_be_written_is_told_with_the_way_out(desk: Desk, prices: Path) -> None:
    """And the file stays as it was."""
    desk.write("more.jsonl", '{"code": "日本", "price": 1}\n')
    assert 0 == desk.apply("Price", "--file", "more.jsonl").code
    ended = desk.records("export", "Price", "--to", "manifests/prices.csv")
    assert 64 == ended.code
    assert "'日' (U+65E5) cannot be written in cp1252, the csv.encoding of the manifest" in ended.err
    assert ROWS == prices.read_bytes()


def test_an_export_that_a_broken_manifest_may_describe_is_not_guessed(desk: Desk, prices: Path) -> None:
    """It would be written in another dialect than it is read in."""
    desk.write("manifests/prices.yaml", MANIFEST.replace('decimal: ","', "decimal: comma"))
    assert 1 == desk.records("export", "Price").code


def test_rejected_rows_are_written_as_they_are_read(desk: Desk, prices: Path) -> None:
    """A letter in cp1252 and a semicolon stay what they are when the file is mended and applied."""
    prices.write_bytes(ROWS + "Œil;zero;;;\n".encode("cp1252"))
    assert 5 == desk.apply("Price", "--rejected", "rejected.csv").code
    text = (desk.folder / "rejected.csv").read_bytes().decode("cp1252")
    assert text.startswith("code;price;since;seen;flag;_line;_state;_reason\nŒil;zero;;;;5;refused;")
    (desk.folder / "mended.csv").write_bytes(text.replace("zero", "0,5").encode("cp1252"))
    assert 0 == desk.apply("Price", "--file", "mended.csv").code
    desk.records("export", "Price", "--to", "all.csv")
    assert "Œil;0,5;;;" in (desk.folder / "all.csv").read_bytes().decode("cp1252")


def test_rejected_rows_that_the_dialect_lacks_letters_for_are_told(desk: Desk, prices: Path) -> None:
    """Rather than written with other letters."""
    desk.write("more.jsonl", '{"code": "日本", "price": "zero"}\n')
    ended = desk.apply("Price", "--file", "more.jsonl", "--rejected", "rejected.csv")
    assert "rejected.csv was not written: '日' (U+65E5) cannot be written in cp1252." in ended.err
    assert not (desk.folder / "rejected.csv").exists()
