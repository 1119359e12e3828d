"""How an apply ended, as a JSON document."""

from dataclasses import asdict
from typing import Any

from reconciler.model.outcome import Outcome
from reconciler.report.documents import FORMAT_VERSION, exit_of


def outcome_document(outcome: Outcome, code: int, reason: str) -> dict[str, Any]:
    """What `apply` did."""
    return {
        "format_version": FORMAT_VERSION,
        "applied": list(outcome.applied),
        "failed": [asdict(failed) for failed in outcome.failed],
        "skipped": [asdict(skipped) for skipped in outcome.skipped],
        "unknown": [asdict(unknown) for unknown in outcome.unknown],
        "verified": outcome.verified,
        "requests": outcome.requests,
        "seconds": round(outcome.seconds, 3),
        "exit": exit_of(code, reason),
    }
