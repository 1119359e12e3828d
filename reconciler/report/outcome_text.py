"""How an apply ended, as a person reads it."""

from collections.abc import Iterator

from reconciler.model.event import Applied, Failed, Progress, Skipped, Unknown, Written
from reconciler.model.outcome import Outcome
from reconciler.report.terminal import Paint, plain, shown


def progress_text(event: Progress, paint: Paint = plain) -> str:
    """One line per event."""
    match event:
        case Written():
            return f"written  {shown(event.address)}"
        case Applied():
            return paint("applied", "green") + f"  {shown(event.address)}"
        case Skipped():
            return (
                paint("skipped", "yellow")
                + f"  {shown(event.address)}: {shown(event.because)}"
            )
        case Failed():
            return (
                paint("failed", "red")
                + f"   {shown(event.address)}: {shown(event.error)}"
            )
        case Unknown():
            return (
                paint("unknown", "magenta")
                + f"  {shown(event.address)}: {shown(event.error)}"
            )


def outcome_text(outcome: Outcome, blocked: int, paint: Paint = plain) -> str:
    """The endings, and the sum in one line."""
    endings: list[Progress] = [
        *map(Applied, outcome.applied),
        *outcome.failed,
        *outcome.skipped,
        *outcome.unknown,
    ]
    lines = [progress_text(ending, paint) for ending in endings]
    return (
        "\n".join([*lines, ""])
        + ("\n" if lines else "")
        + " · ".join(_sum(outcome, blocked))
        + "\n"
    )


def _sum(outcome: Outcome, blocked: int) -> Iterator[str]:
    counts = {
        "applied": len(outcome.applied),
        "failed": len(outcome.failed),
        "skipped": len(outcome.skipped),
        "unknown": len(outcome.unknown),
        "blocked": blocked,
    }
    if outcome.complete and not outcome.applied:
        yield (
            f"nothing was sent, {blocked} blocked"
            if blocked
            else "in sync: nothing to do"
        )
    else:
        yield ", ".join(
            f"{count} {word}"
            for word, count in counts.items()
            if count or word == "applied"
        )
    if outcome.applied and outcome.complete:
        yield "read back and as planned" if outcome.verified else "not read back"
    yield f"{outcome.requests} {'request' if outcome.requests == 1 else 'requests'}, {outcome.seconds:.1f} s"
