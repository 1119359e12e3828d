"""How an apply ended, for the step summary and a comment: a sentence, the counts, what
went wrong, what was made.
"""

from collections.abc import Iterator, Sequence

from reconciler.form.words import plural
from reconciler.model.address import Address
from reconciler.model.change import Change
from reconciler.model.event import Failed, Skipped, Unknown
from reconciler.model.outcome import Outcome
from reconciler.model.plan import Plan
from reconciler.plan.impact import old_name
from reconciler.report.escape import code, marker, prose, shorten, shorten_words
from reconciler.report.markdown import stamp_of
from reconciler.report.outcome_words import next_step, outcome_sentence
from reconciler.report.reasons import (
    ALONE,
    Ended,
    by_reason,
    common_reason,
    reason_of,
)
from reconciler.report.refusal_markdown import stopped_entries
from reconciler.report.sections import LIMIT, Entry, Section, sections_linked

LONGEST_ADDRESS = 120
LONGEST_REASON = 300


def outcome_markdown(plan: Plan, outcome: Outcome, link: str | None = None) -> str:
    """The comment; its first line is not that of a plan's, which stays as it is. `link`
    is the address below which files are linked.
    """
    head, foot = _head(plan, outcome), _foot(plan, outcome)
    room = LIMIT - len(head) - len(foot) - 1

    def sections(base: str | None) -> list[Section]:
        return list(_sections(plan, outcome, base))

    return head + sections_linked(sections, link, room) + foot


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
    return f"{first}\n{outcome_sentence(plan, outcome)}\n\n{numbers}\n"


def _sections(plan: Plan, outcome: Outcome, link: str | None) -> Iterator[Section]:
    """What went wrong first; what was made is the long list and comes last."""
    yield _endings("❌ Failed", outcome.failed)
    yield _endings("❓ Nobody knows", outcome.unknown)
    yield _endings("⏭️ Not started", outcome.skipped)
    yield Section("⛔ Left out: blocked", stopped_entries(plan.blocked, link))
    yield Section("⚠️ Warnings", list(map(_warning_entry, outcome.warnings)))
    changes = {change.address: change for change in plan.changes}
    made = [_made_entry(address, changes.get(address)) for address in outcome.applied]
    yield Section("✅ Made", made)


def _endings(heading: str, endings: Sequence[Ended]) -> Section:
    """A line for each, or one for all of one reason with their names below it."""
    entries: list[Entry] = []
    for group in by_reason(endings):
        if len(group) <= ALONE:
            entries += map(_ended_entry, group)
        else:
            entries.append(_group_entry(group))
    return Section(heading, entries, f"{len(endings):,}")


def _ended_entry(each: Ended) -> Entry:
    if isinstance(each, Skipped):
        return _skipped_entry(each)
    return _failed_entry(each)


def _group_entry(group: Sequence[Ended]) -> Entry:
    reason = common_reason(list(map(reason_of, group)), group[0].address)
    return Entry(
        f"- {len(group):,} changes: {prose(shorten_words(reason, LONGEST_REASON))}",
        parts=group,
        row=lambda each: f"  - {_address(each.address)}\n",
        name=lambda each: _address(each.address),
    )


def _failed_entry(each: Failed | Unknown) -> Entry:
    said = prose(shorten_words(each.error, LONGEST_REASON))
    if each.request not in each.error:
        said += f" ({code(shorten(each.request, LONGEST_ADDRESS))})"
    return _entry(each.address, said)


def _warning_entry(warning: str) -> Entry:
    said = prose(shorten_words(warning, LONGEST_REASON))
    return Entry(f"- {said}", before_rows="", end="\n")


def _skipped_entry(each: Skipped) -> Entry:
    return _entry(each.address, prose(shorten_words(each.because, LONGEST_REASON)))


def _entry(address: Address, why: str) -> Entry:
    """What it is about, and the reason, which is left out first."""
    return Entry(
        f"- {_address(address)}",
        (f": {why}",),
        address=address,
        before_rows="",
        end="\n",
    )


def _made_entry(address: Address, change: Change | None) -> Entry:
    deed = _deed(change) if change else "made"
    return Entry(f"- {deed} {_address(address)}", address=address)


def _deed(change: Change) -> str:
    match change.action:
        case "create":
            return "created"
        case "update":
            return "renamed" if old_name(change) else "changed"
        case "delete":
            return "deleted"


def _address(text: Address) -> str:
    return code(shorten(text, LONGEST_ADDRESS))


def _foot(plan: Plan, outcome: Outcome) -> str:
    again = ""
    if not outcome.complete:
        again = f"{next_step(outcome)} What is made is not made twice.\n\n"
    requests = f"{outcome.requests:,} {plural(outcome.requests, 'request')}"
    return f"\n---\n{again}{stamp_of(plan)} · {requests}, {outcome.seconds:.1f} s\n"
