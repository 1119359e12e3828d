"""The JSON documents of findings and errors."""

import json

from reconciler.errors import ExitCode
from reconciler.model.source import Excerpt, Finding, Source
from reconciler.report.documents import as_json, error_document, findings_document

ERROR = Finding(Source("m.yaml", 2, 3, 1), "unknown-key", "no such key", excerpt=Excerpt(2, "a b", 3, 1))
WARNING = Finding(Source("m.yaml"), "odd", "look", "warning")
ROWS = [
    {
        "rule": "unknown-key",
        "severity": "error",
        "message": "no such key",
        "file": "m.yaml",
        "line": 2,
        "column": 3,
        "excerpt": {"line": 2, "text": "a b", "column": 3, "length": 1},
    },
    {
        "rule": "odd",
        "severity": "warning",
        "message": "look",
        "file": "m.yaml",
        "line": 1,
        "column": 1,
        "excerpt": None,
    },
]


def test_the_document_of_findings() -> None:
    """Rows, counts and the exit code."""
    expected = {
        "format_version": "1.0",
        "findings": ROWS,
        "summary": {"manifests": 4, "messages": 0, "errors": 1, "warnings": 1, "infos": 0},
        "exit": {"code": 1, "reason": "invalid"},
    }
    assert expected == findings_document([ERROR, WARNING], 4, ExitCode.FAILED, "invalid")


def test_the_document_of_an_error() -> None:
    """With findings when there are any."""
    ending = {"code": 3, "reason": "guard"}
    expected = {"format_version": "1.0", "error": "no", "exit": ending}
    assert expected == error_document("no", [], ExitCode.REFUSED, "guard")
    assert {**expected, "findings": ROWS} == error_document("no", [ERROR, WARNING], ExitCode.REFUSED, "guard")


def test_the_text_of_a_document_is_json_with_letters_as_they_are() -> None:
    """It ends with a line end, and exit codes are plain numbers."""
    text = as_json({"é": error_document("no", [], ExitCode.REFUSED, "guard")["exit"]})
    assert '{\n  "é": {\n    "code": 3,\n    "reason": "guard"\n  }\n}\n' == text
    assert {"é": {"code": 3, "reason": "guard"}} == json.loads(text)
