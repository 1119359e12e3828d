"""Files as spreadsheets, programs and databases write them, each with what must come out of it: the rows, and the
places and rules of the findings.
"""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from reconciler.kinds.records.rules import RECORD_RULES
from tests.records.reading import counted, findings_in, rows_in

CORPUS = Path(__file__).parent / "corpus"
NAMES = sorted(folder.name for folder in CORPUS.iterdir())

R1 = (
    "excel-fr-utf8",
    "excel-fr-narrow-space",
    "excel-fr-cp1252",
    "excel-fr-cp1252-not-said",
    "excel-fr-sep-line",
    "excel-sep-line-quoted",
    "excel-en",
    "excel-trailing-lines",
    "excel-blank-line-inside",
    "excel-unicode-text",
    "utf16-le-with-mark",
    "mac-carriage-returns",
    "libreoffice-quoted-all",
    "libreoffice-newline-places",
    "google-sheets-no-last-newline",
    "tsv",
    "bar",
    "one-column",
    "empty-file-with-mark",
    "ragged",
    "open-quote",
    "open-quote-in-second-line-of-row",
    "quote-inside-cell",
    "mark-inside",
)
"""How spreadsheets write CSV: byte order marks, separators, line ends, quotes, blanks between thousands."""


def _expected(name: str) -> dict[str, Any]:
    found = json.loads((CORPUS / name / "expected.json").read_text(encoding="utf-8"))
    assert isinstance(found, dict)
    return found


@pytest.mark.parametrize("name", NAMES)
def test_a_file_gives_its_rows(name: str) -> None:
    """Line and values of every row that can be sent, numbers with their type."""
    assert _expected(name)["rows"] == rows_in(CORPUS / name)


@pytest.mark.parametrize("name", NAMES)
def test_a_file_gives_its_findings(name: str) -> None:
    """Line, column and rule of each, and no other: one mistake is told once."""
    assert _expected(name)["findings"] == [found.split(": ")[0] for found in findings_in(CORPUS / name)]


def test_spreadsheets_files_are_read_identically_or_refused(figure: Callable) -> None:
    """R1: 24 files of the corpus; those that are valid, and those with the finding that tells the way out."""
    read = [name for name in R1 if not _expected(name)["findings"]]
    refused = [name for name in R1 if _expected(name)["findings"]]
    for name in read:
        assert _expected(name)["rows"] == rows_in(CORPUS / name)
    for name in refused:
        assert _expected(name)["findings"] == [found.split(": ")[0] for found in findings_in(CORPUS / name)]
    assert 24 == len(read) + len(refused)
    figure("R1", f"24 CSV files: {len(read)} read identically, {len(refused)} with the finding that belongs to them")


@pytest.mark.parametrize("name", [name for name in NAMES if name != "inline"])
def test_all_rows_are_counted(name: str) -> None:
    """Those that can be sent are those that come out."""
    ((rows, good),) = counted(CORPUS / name)
    assert len(_expected(name)["rows"]) == good <= rows


FOUND_IN_A_SHOP = {"record-contact-unknown", "record-email-ambiguous", "record-row-unknown", "record-not-there"}
"""What no file shows alone; tests of references and of comparisons find these."""


def test_every_rule_of_rows_is_broken_by_a_file_of_the_corpus() -> None:
    """So `explain` shows none that is never found."""
    found = {finding.split()[1] for name in NAMES for finding in _expected(name)["findings"]}
    assert {rule.id for rule in RECORD_RULES if rule.example.in_words} - FOUND_IN_A_SHOP == found
