"""The JSON document of an apply."""

from reconciler.errors import ExitCode
from reconciler.model.event import Failed, Skipped, Unknown
from reconciler.model.outcome import Outcome
from reconciler.report.outcome_document import outcome_document
from tests.report.plans import at


def test_the_document_of_an_apply() -> None:
    """Every ending with what is known of it."""
    outcome = Outcome(
        applied=(at("event/a"),),
        failed=(Failed(at("event/b"), "no", "POST /events"),),
        skipped=(Skipped(at("event/c"), "event/b failed"),),
        unknown=(Unknown(at("event/d"), "lost", "POST /events"),),
        warnings=("event/a name: the shop stores it escaped",),
        verified=True,
        requests=7,
        seconds=1.23456,
    )
    expected = {
        "format_version": "1.0",
        "applied": ["event/a"],
        "failed": [{"address": "event/b", "error": "no", "request": "POST /events"}],
        "skipped": [{"address": "event/c", "because": "event/b failed"}],
        "unknown": [{"address": "event/d", "error": "lost", "request": "POST /events"}],
        "warnings": ["event/a name: the shop stores it escaped"],
        "verified": True,
        "requests": 7,
        "seconds": 1.235,
        "exit": {"code": 5, "reason": "partial"},
    }
    assert expected == outcome_document(outcome, ExitCode.PARTIAL, "partial")
