"""How an apply ended, as a person reads it."""

from collections.abc import Iterator, Sequence

from reconciler.form.words import plural
from reconciler.model.change import Blocked
from reconciler.model.event import Applied, Failed, Progress, Skipped, Unknown, Written
from reconciler.model.outcome import Outcome
from reconciler.report.escape import brief
from reconciler.report.refusal_text import stopped_lines
from reconciler.report.terminal import Paint, plain


def progress_text(event: Progress, paint: Paint = plain) -> str:
    """One line per event."""
    address = brief(event.address)
    match event:
        case Written():
            return f"written  {address}"
        case Applied():
            return f"{paint('applied', 'green')}  {address}"
        case Skipped():
            because = brief(event.because)
            return f"{paint('skipped', 'yellow')}  {address}: {because}"
        case Failed():
            return f"{paint('failed', 'red')}   {address}: {brief(event.error)}"
        case Unknown():
            return f"{paint('unknown', 'magenta')}  {address}: {brief(event.error)}"


def outcome_text(
    outcome: Outcome, left_out: Sequence[Blocked] = (), paint: Paint = plain
) -> str:
    """The endings, what was left out because it is blocked, and the sum in one line."""
    endings: list[Progress] = [
        *map(Applied, outcome.applied),
        *outcome.failed,
        *outcome.skipped,
        *outcome.unknown,
    ]
    lines = [f"{progress_text(ending, paint)}\n" for ending in endings]
    lines += [
        f"{paint('warning', 'yellow')}: {brief(each)}\n" for each in outcome.warnings
    ]
    lines += [f"{paint(line, 'magenta')}\n" for line in _left_out(left_out)]
    if lines:
        lines.append("\n")
    blocked = len({item.address for item in left_out})
    return f"{''.join(lines)}{' · '.join(_sum(outcome, blocked))}\n"


def _left_out(items: Sequence[Blocked]) -> Iterator[str]:
    if items:
        yield "left out, because it is blocked:"
    for item in items:
        yield from stopped_lines(item)


def _sum(outcome: Outcome, blocked: int) -> Iterator[str]:
    yield _counts(outcome, blocked)
    if outcome.applied and outcome.complete:
        yield "read back and as planned" if outcome.verified else "not read back"
    requests = plural(outcome.requests, "request")
    yield f"{outcome.requests} {requests}, {outcome.seconds:.1f} s"


def _counts(outcome: Outcome, blocked: int) -> str:
    """Counts of zero are left out, except that of what was applied."""
    if outcome.complete and not outcome.applied:
        if blocked:
            return f"nothing was sent, {blocked} left out: blocked"
        return "in sync: nothing to do"
    others = {
        "failed": len(outcome.failed),
        "skipped": len(outcome.skipped),
        "unknown": len(outcome.unknown),
        "blocked": blocked,
    }
    counts = [f"{len(outcome.applied)} applied"]
    counts += [f"{count} {word}" for word, count in others.items() if count]
    return ", ".join(counts)
