"""Files as spreadsheets, programs and databases write them, each with what must come out of it: the rows, and the
places and rules of the findings.
"""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.records.reading import findings_in, rows_in

CORPUS = Path(__file__).parent / "corpus"
NAMES = sorted(folder.name for folder in CORPUS.iterdir())


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
