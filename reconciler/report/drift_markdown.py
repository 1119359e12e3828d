"""Drift, as the body of an issue: a sentence for the shop's owner, the counts, the
lists, and what to do.
"""

from collections.abc import Iterator, Sequence

from reconciler.kinds.registry import kind_of
from reconciler.model.address import Address
from reconciler.model.change import FieldChange
from reconciler.model.drift import Drift, Drifted, State, Undeclared
from reconciler.report.applying import command_for
from reconciler.report.attention import place_of
from reconciler.report.attention_markdown import place_words
from reconciler.report.drift_words import (
    STATES,
    coverage_words,
    drift_counts,
    part_words,
    sides,
)
from reconciler.report.escape import (
    code,
    marker,
    prose,
    shorten,
    shorten_both,
    shorten_words,
)
from reconciler.report.rows import NOTHING
from reconciler.report.sections import LIMIT, Entry, Section, sections_linked
from reconciler.report.sentence import in_words, word_list

LONGEST_VALUE = 100
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


def drift_markdown(drift: Drift, link: str | None = None) -> str:
    """The body; its first line is not that of a plan's comment, so that neither is
    taken for the other. `link` is the address below which files are linked.
    """
    head, foot = _head(drift), _foot(drift)
    room = LIMIT - len(head) - len(foot) - 1

    def sections(base: str | None) -> list[Section]:
        return list(_sections(drift, base))

    return head + sections_linked(sections, link, room) + foot


def _head(drift: Drift) -> str:
    counts = [f"**{count:,}** {what}" for what, count in drift_counts(drift) if count]
    numbers = f"{' · '.join(counts)}\n\n" if counts else ""
    first = marker(drift.target.name[:100], "drift")
    coverage = prose(shorten_words(coverage_words(drift), 300))
    return f"{first}\n{_sentence(drift)}\n\n{numbers}{coverage}\n"


def _sentence(drift: Drift) -> str:
    """What has happened, for a reader who knows neither manifests nor plans."""
    said = []
    for what, count in drift_counts(drift):
        one, many = _SAID[what]
        if count:
            said.append(one if count == 1 else many.format(in_words(count)))
    if not said:
        return "The shop is as its files describe it."
    return f"The shop is not as its files describe it: {word_list(said)}."


def _sections(drift: Drift, link: str | None) -> Iterator[Section]:
    for state in STATES:
        drifted = [each for each in drift.drifted if each.state == state]
        entries = [_drifted_entry(each, link) for each in drifted]
        yield Section(_HEADINGS[state], entries)
    by_address: dict[Address, list[Undeclared]] = {}
    for part in drift.undeclared:
        by_address.setdefault(part.address, []).append(part)
    undeclared = list(map(_undeclared_entry, by_address.values()))
    count = f"{len(drift.undeclared):,}"
    yield Section("In the shop, and not in its manifest", undeclared, count)
    unmanaged = [Entry(f"- {_code(each)}", address=each) for each in drift.unmanaged]
    yield Section("Not managed by any manifest", unmanaged)
    warnings = [
        Entry(f"- {prose(shorten_words(each, 300))}") for each in drift.warnings
    ]
    yield Section("Worth knowing", warnings)


def _drifted_entry(each: Drifted, link: str | None) -> Entry:
    where = place_words(place_of(each.source), link, LONGEST_VALUE)
    return Entry(
        f"- {_code(each.address)}{where}",
        each.fields,
        lambda change: _difference(each.address, change),
        lambda change: _code(kind_of(each.address).dotted(change.path)),
        each.address,
    )


def _difference(address: Address, change: FieldChange) -> str:
    (there, old), (here, new) = sides(address, change)
    short = shorten_both(old, new, LONGEST_VALUE)
    both = f"{there} {_value(short[0])}, {here} {_value(short[1])}"
    return f"  - {_code(kind_of(address).dotted(change.path))}: {both}\n"


def _undeclared_entry(parts: Sequence[Undeclared]) -> Entry:
    address = parts[0].address
    return Entry(
        f"- {_code(address)}",
        parts,
        _undeclared_row,
        lambda part: _code(part_words(part)[0]),
        address,
    )


def _undeclared_row(part: Undeclared) -> str:
    path, value = part_words(part)
    return f"  - {_code(path)} is {_value(value)}\n"


def _foot(drift: Drift) -> str:
    """The ways out, when there is something to get out of."""
    ways = "".join(f"- {way}\n" for way in _ways_out(drift))
    read = f"\n---\nRead {code(shorten(drift.created_at, 30))}\n"
    return f"\n### What to do\n\n{ways}{read}" if ways else read


def _ways_out(drift: Drift) -> Iterator[str]:
    if drift.drifted or drift.undeclared or drift.unmanaged:
        pull = code(f"{command_for(drift.target)} pull")
        yield f"To keep what the shop has: {pull} writes it into the manifests; then have that change reviewed."
    if drift.drifted:
        shop = command_for(drift.target)
        plan, apply = code(f"{shop} plan"), code(f"{shop} apply{_destroy(drift)}")
        yield f"To put the shop back: {plan} says what of it can be put back, and {apply} does it."
    if drift.undeclared or drift.unmanaged:
        yield "What no manifest mentions stays as it is, whatever is applied."


def _destroy(drift: Drift) -> str:
    """The permission that apply asks for, when something is to be deleted."""
    deletes = any(each.state == "still-there" for each in drift.drifted)
    return " --allow-destroy" if deletes else ""


def _code(text: object) -> str:
    return code(shorten(text, LONGEST_VALUE))


def _value(text: str) -> str:
    return text if text == NOTHING else _code(text)
