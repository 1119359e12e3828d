"""How an apply ended, as a JSON document."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from reconciler.model.change import Blocked
from reconciler.model.event import Failed, Skipped, Unknown
from reconciler.model.outcome import Outcome
from reconciler.report.documents import FORMAT_VERSION, exit_of


def outcome_document(
    outcome: Outcome, code: int, reason: str, left_out: Sequence[Blocked] = ()
) -> dict[str, Any]:
    """What `apply` did; `error` only when something in this program went wrong, and
    `blocked`, as in the plan, only when something blocked was left out.
    """
    stuck = [item.document() for item in left_out]
    blocked = {"blocked": stuck} if stuck else {}
    error = {"error": " ".join(outcome.defects)} if outcome.defects else {}
    return {
        "format_version": FORMAT_VERSION,
        **error,
        "applied": list(map(str, outcome.applied)),
        "failed": [_ending(failed) for failed in outcome.failed],
        "skipped": [_ending(skipped) for skipped in outcome.skipped],
        "unknown": [_ending(unknown) for unknown in outcome.unknown],
        **blocked,
        "warnings": list(outcome.warnings),
        "verified": outcome.verified,
        "requests": outcome.requests,
        "seconds": round(outcome.seconds, 3),
        "exit": exit_of(code, reason),
    }


def _ending(ending: Failed | Skipped | Unknown) -> dict[str, Any]:
    return {**asdict(ending), "address": str(ending.address)}
