"""How an apply ended, as a person reads it."""

import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import replace

from reconciler.form.words import plural
from reconciler.model.change import Blocked
from reconciler.model.event import Applied, Failed, Progress, Skipped, Unknown, Written
from reconciler.model.outcome import Outcome
from reconciler.report.escape import brief
from reconciler.report.outcome_words import next_step
from reconciler.report.reasons import (
    ALONE,
    Ended,
    by_reason,
    common_reason,
    reason_of,
)
from reconciler.report.refusal_text import stopped_lines
from reconciler.report.terminal import Paint, plain

MOST_SKIPPED = 10
"""Names of skipped changes of one reason: nothing became of them."""
WIDTH = 79


def progress_text(event: Progress, paint: Paint = plain) -> str:
    """One line per event."""
    return _line(event, brief(event.address), paint)


def _line(event: Progress, address: str, paint: Paint) -> str:
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
    lines = [f"{line}\n" for line in _endings(outcome, paint)]
    lines += [
        f"{paint('warning', 'yellow')}: {brief(each)}\n" for each in outcome.warnings
    ]
    lines += [f"{paint(line, 'magenta')}\n" for line in _left_out(left_out)]
    if lines:
        lines.append("\n")
    blocked = len({item.address for item in left_out})
    return f"{''.join(lines)}{' · '.join(_sum(outcome, blocked))}\n{_next(outcome)}"


def _endings(outcome: Outcome, paint: Paint) -> Iterator[str]:
    """A line per change, or one for all of one reason and their names below it."""
    for address in outcome.applied:
        yield progress_text(Applied(address), paint)
    for endings in (outcome.failed, outcome.skipped, outcome.unknown):
        for group in by_reason(endings):
            yield from _of_one_reason(group, paint)


def _of_one_reason(group: Sequence[Ended], paint: Paint) -> Iterator[str]:
    if len(group) <= ALONE:
        yield from (progress_text(ending, paint) for ending in group)
        return
    reason = common_reason(list(map(reason_of, group)), group[0].address)
    yield _line(_with_reason(group[0], reason), f"{len(group)} changes", paint)
    names = [brief(ending.address) for ending in group]
    most = MOST_SKIPPED if isinstance(group[0], Skipped) else len(names)
    told = ", ".join(names[:most])
    if len(names) > most:
        told += f" and {len(names) - most} more"
    for line in textwrap.wrap(told, WIDTH - 9, break_long_words=False):
        yield f"         {line}"


def _with_reason(ending: Ended, reason: str) -> Ended:
    if isinstance(ending, Skipped):
        return replace(ending, because=reason)
    return replace(ending, error=reason)


def _next(outcome: Outcome) -> str:
    """What to do about what is not done."""
    if outcome.complete:
        return ""
    doubt = "What is unknown may have been carried out. " if outcome.unknown else ""
    return f"{doubt}{next_step(outcome)}\n"


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
