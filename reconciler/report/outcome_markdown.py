"""How an apply ended, for the step summary and a comment: a sentence, the counts, what
went wrong, what was made.
"""

from collections.abc import Iterator

from reconciler.model.address import Address
from reconciler.model.change import Change
from reconciler.model.event import Failed, Unknown
from reconciler.model.outcome import Outcome
from reconciler.model.plan import Plan
from reconciler.plan.impact import old_name
from reconciler.report.escape import code, marker, prose, shortened
from reconciler.report.markdown import stamp_of
from reconciler.report.sections import LIMIT, Section, sections_text

LONGEST_ADDRESS = 120
LONGEST_REASON = 300


def outcome_markdown(plan: Plan, outcome: Outcome) -> str:
    """The comment; its first line is not that of a plan's, which stays as it is."""
    head, foot = _head(plan, outcome), _foot(plan, outcome)
    return (
        head
        + sections_text(
            list(_sections(plan, outcome)), LIMIT - len(head) - len(foot) - 1
        )
        + foot
    )


def _head(plan: Plan, outcome: Outcome) -> str:
    counts = (
        ("applied", len(outcome.applied)),
        ("failed", len(outcome.failed)),
        ("skipped", len(outcome.skipped)),
        ("unknown", len(outcome.unknown)),
        ("blocked", plan.summary.blocked),
    )
    numbers = " · ".join(f"**{count:,}** {what}" for what, count in counts)
    first = marker(plan.target.name[:100], "apply")
    return f"{first}\n{_sentence(plan, outcome)}\n\n{numbers}\n"


def _sentence(plan: Plan, outcome: Outcome) -> str:
    """What became of the change, for the shop's owner."""
    stopped = "It was stopped before its end. " if outcome.interrupted else ""
    return f"{stopped}{_done(plan, outcome)}.{_left_out(plan)}"


def _done(plan: Plan, outcome: Outcome) -> str:
    done, every = len(outcome.applied), len(plan.changes)
    if not every:
        return "There was nothing to change"
    if outcome.complete and done == every:
        read = "read back" if outcome.verified else "not read back"
        if every == 1:
            return f"The one change is made and was {read}"
        return f"{'Both' if every == 2 else f'All {every:,}'} changes are made and were {read}"
    nouns = "change" if every == 1 else "changes"
    made = f"{done:,} of {every:,} {nouns} {'is' if 1 in (done, every) else 'are'} made"
    rest = (
        (len(outcome.failed), "failed"),
        (len(outcome.skipped), "not started"),
        (len(outcome.unknown), "without a known end"),
    )
    said = ", ".join(f"{count:,} {what}" for count, what in rest if count)
    return f"{made}; {said}" if said else made


def _left_out(plan: Plan) -> str:
    stuck = plan.summary.blocked
    if not stuck:
        return ""
    return f" ShopiMind does not allow what is asked for {stuck:,} {'thing' if stuck == 1 else 'things'} more."


def _sections(plan: Plan, outcome: Outcome) -> Iterator[Section]:
    """What went wrong first; what was made is the long list and comes last."""
    yield Section("❌ Failed", [_wrong(each) for each in outcome.failed])
    yield Section("❓ Nobody knows", [_wrong(each) for each in outcome.unknown])
    skipped = [
        f"- {_address(each.address)}: {prose(shortened(each.because, LONGEST_REASON))}\n"
        for each in outcome.skipped
    ]
    yield Section("⏭️ Not started", skipped)
    deeds = {change.address: _deed(change) for change in plan.changes}
    yield Section(
        "✅ Made",
        [
            f"- {deeds.get(address, 'made')} {_address(address)}\n"
            for address in outcome.applied
        ],
    )


def _deed(change: Change) -> str:
    if change.action == "update" and old_name(change):
        return "renamed"
    return {"create": "created", "update": "changed", "delete": "deleted"}[
        change.action
    ]


def _wrong(each: Failed | Unknown) -> str:
    request = (
        f" ({code(shortened(each.request, LONGEST_ADDRESS))})" if each.request else ""
    )
    return f"- {_address(each.address)}: {prose(shortened(each.error, LONGEST_REASON))}{request}\n"


def _address(text: Address) -> str:
    return code(shortened(text, LONGEST_ADDRESS))


def _foot(plan: Plan, outcome: Outcome) -> str:
    requests = (
        "1 request" if outcome.requests == 1 else f"{outcome.requests:,} requests"
    )
    again = (
        ""
        if outcome.complete
        else "Once the cause is gone, plan and apply again: what is made is not made twice.\n\n"
    )
    return f"\n---\n{again}{stamp_of(plan)} · {requests}, {outcome.seconds:.1f} s\n"
