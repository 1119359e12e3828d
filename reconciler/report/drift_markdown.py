"""Drift, as the body of an issue: a sentence for the shop's owner, the counts, the
lists, and what to do.
"""

from collections.abc import Iterator

from reconciler.kinds.registry import kind_of
from reconciler.model.drift import Drift, Drifted, State
from reconciler.report.applying import command_for
from reconciler.report.drift_words import (
    STATES,
    coverage_words,
    drift_counts,
    part_words,
    sides,
)
from reconciler.report.escape import code, marker, prose, shortened
from reconciler.report.rows import NOTHING
from reconciler.report.sections import LIMIT, Section, sections_text
from reconciler.report.sentence import in_words

LONGEST_VALUE = 100
MOST_FIELDS = 20
_HEADINGS: dict[State, str] = {
    "changed": "Differs in the shop",
    "missing": "Missing in the shop",
    "still-there": "Still in the shop, and to be absent",
}
_SAID = {
    "changed": ("one thing differs", "{} things differ"),
    "missing": ("one thing is missing", "{} things are missing"),
    "still there": ("one thing should be gone", "{} things should be gone"),
    "undeclared": ("one detail is in no file", "{} details are in no file"),
    "not managed": ("one thing has no file at all", "{} things have no file at all"),
}
"""What the counts mean, one and many."""


def drift_markdown(drift: Drift) -> str:
    """The body; its first line is not that of a plan's comment, so that neither is
    taken for the other.
    """
    head, foot = _head(drift), _foot(drift)
    return (
        head
        + sections_text(list(_sections(drift)), LIMIT - len(head) - len(foot) - 1)
        + foot
    )


def _head(drift: Drift) -> str:
    numbers = " · ".join(f"**{count:,}** {what}" for what, count in drift_counts(drift))
    first = marker(drift.target.name[:100], "drift")
    return f"{first}\n{_sentence(drift)}\n\n{numbers}\n\n{prose(shortened(coverage_words(drift), 300))}\n"


def _sentence(drift: Drift) -> str:
    """What has happened, for a reader who knows neither manifests nor plans."""
    said = [
        _SAID[what][count > 1].format(in_words(count))
        for what, count in drift_counts(drift)
        if count
    ]
    if not said:
        return "The shop is as its files describe it."
    *first, last = said
    return f"The shop is not as its files describe it: {', '.join(first)}{' and ' if first else ''}{last}."


def _sections(drift: Drift) -> Iterator[Section]:
    for state in STATES:
        yield Section(
            _HEADINGS[state],
            [_drifted(each) for each in drift.drifted if each.state == state],
        )
    undeclared = ((part.address, *part_words(part)) for part in drift.undeclared)
    yield Section("In the shop, and not in its manifest", [
        f"- {_code(address)}: {_code(path)} is {_value(value)}\n" for address, path, value in undeclared
    ])  # fmt: skip
    yield Section(
        "Not managed by any manifest",
        [f"- {_code(address)}\n" for address in drift.unmanaged],
    )
    yield Section(
        "Worth knowing",
        [f"- {prose(shortened(warning, 300))}\n" for warning in drift.warnings],
    )


def _drifted(each: Drifted) -> str:
    where = f" ({_code(each.source)})" if each.source else ""
    lines = [f"- {_code(each.address)}{where}"]
    for change in each.fields[:MOST_FIELDS]:
        both = (
            f"{where} {_value(what)}" for where, what in sides(each.address, change)
        )
        path = kind_of(each.address).dotted(change.path)
        lines.append(f"  - {_code(path)}: {', '.join(both)}")
    more = len(each.fields) - MOST_FIELDS
    lines += [f"  - and {more:,} more"] if more > 0 else []
    return "\n".join(lines) + "\n"


def _foot(drift: Drift) -> str:
    """The ways out, when there is something to get out of."""
    ways = "".join(f"- {way}\n" for way in _ways_out(drift))
    return (
        f"\n### What to do\n\n{ways}" if ways else ""
    ) + f"\n---\nRead {code(shortened(drift.created_at, 30))}\n"


def _ways_out(drift: Drift) -> Iterator[str]:
    if drift.drifted or drift.undeclared or drift.unmanaged:
        yield "To keep what the shop has: write it into the manifests, in a reviewed change."
    if drift.drifted:
        shop = command_for(drift.target)
        destroy = (
            " --allow-destroy"
            if any(each.state == "still-there" for each in drift.drifted)
            else ""
        )
        plan, apply = code(f"{shop} plan"), code(f"{shop} apply{destroy}")
        yield f"To put the shop back: {plan} says what of it can be put back, and {apply} does it."
    if drift.undeclared or drift.unmanaged:
        yield "What no manifest mentions stays as it is, whatever is applied."


def _code(text: object) -> str:
    return code(shortened(text, LONGEST_VALUE))


def _value(text: str) -> str:
    return text if text == NOTHING else _code(text)
