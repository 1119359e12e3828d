"""What drift is called, for its text and its Markdown."""

from collections import Counter
from collections.abc import Iterator

from reconciler.form.words import name_words
from reconciler.kinds.registry import KINDS, kind_of
from reconciler.model.address import Address
from reconciler.model.change import FieldChange
from reconciler.model.drift import Drift, State, Undeclared
from reconciler.report.rows import NOTHING, row_of

STATES: dict[State, str] = {
    "changed": "changed",
    "missing": "missing",
    "still-there": "still there",
}


def coverage_words(drift: Drift) -> str:
    """`18 of 22 definitions managed, 4 of 4 events`."""
    counts: list[str] = []
    for kind, each in drift.coverage.items():
        count = f"{each.managed:,} of {each.live:,} {KINDS[kind].nouns.listed}"
        counts.append(count if counts else f"{count} managed")
    return ", ".join(counts)


def drift_counts(drift: Drift) -> tuple[tuple[str, int], ...]:
    """(what, how many) in a fixed order, what there is none of included."""
    states = Counter(each.state for each in drift.drifted)
    return (
        *((words, states[state]) for state, words in STATES.items()),
        ("undeclared", len(drift.undeclared)),
        ("not managed", len(drift.unmanaged)),
    )


def sides(address: Address, change: FieldChange) -> Iterator[tuple[str, str]]:
    """(where, what is there) for both sides of a difference, in plain text."""
    row = row_of(address, change)
    yield "in the shop", NOTHING if row.old is None else row.old
    yield "in the manifest", NOTHING if row.new is None else row.new


def part_words(part: Undeclared) -> tuple[str, str]:
    """The dotted path of an undeclared part and what lives there, in plain text."""
    words = kind_of(part.address).words(part.path, part.value)
    return ".".join(map(name_words, part.path)), words
