"""What a reviewer must not overlook: every blocked difference, every breaking change,
and every change that a guard stops, in this order.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from reconciler.form.words import NOTHING
from reconciler.kinds.change_rules import ways_out_of
from reconciler.model.address import Address
from reconciler.model.change import Blocked, Change, Refusal
from reconciler.model.plan import Plan, SettingChange
from reconciler.plan.impact import (
    breaking,
    breaking_fields,
    not_accepted,
    rule_of,
    wholly_accepted,
)
from reconciler.report.rows import difference, row_of

Level = Literal["blocked", "breaking", "guarded"]
SETTINGS = "settings"
COMPARISON = "comparison"
"""These stand where items of the plan have their kind."""


@dataclass(frozen=True, slots=True)
class Place:
    """A line of a manifest."""

    file: str
    line: int


@dataclass(frozen=True, slots=True)
class Attention:
    """One item: `because` says what is wrong, `difference` what was wanted, in plain
    text.

    `acceptances` are the sentences on what the manifest accepts of a breaking change
    and what it does not; `accepted` says that it accepts all of it.
    """

    level: Level
    address: Address
    rule: str
    because: str
    place: Place | None
    difference: str = ""
    ways_out: tuple[str, ...] = ()
    acceptances: tuple[str, ...] = ()
    accepted: bool = False

    @property
    def is_rule(self) -> bool:
        """Whether it is about the settings and not about a resource."""
        return self.address.kind == SETTINGS

    @property
    def sentence(self) -> str:
        """All of it in one line, for formats that have only that."""
        parts = [f"{self.address} is {self.level}: {self.because}"]
        if self.difference:
            parts.append(self.difference)
        parts += self.acceptances
        if self.ways_out:
            parts.append(f"ways out: {' · '.join(self.ways_out)}")
        return " – ".join(parts)


def attentions(plan: Plan) -> tuple[Attention, ...]:
    """One item per reason why not all was compared, per rule that changes, per blocked
    difference, per breaking change, and per change that a guard stops, each in the plan's order.

    The rules come first: whoever may change them can have anything else accepted.
    """
    breaking = [change for change in plan.changes if change.impact == "breaking"]
    guarded = [item for item in plan.refused if item.reason == "guard"]
    return (
        *(_incomplete_item(plan, reason) for reason in plan.incomplete),
        *map(_setting_item, plan.settings),
        *(_stopped_item("blocked", item) for item in plan.blocked),
        *map(_breaking_item, breaking),
        *(_stopped_item("guarded", item) for item in guarded),
    )


def acceptances(change: Change) -> tuple[str, ...]:
    """What is accepted of a change, and what is not when only a part is. Nothing when
    nothing is accepted.
    """
    said = [*given_acceptances(change), missing_acceptance(change)]
    return tuple(filter(None, said))


def given_acceptances(change: Change) -> Iterator[str]:
    """`accepted: REASON (until DAY)`; which part is meant is said when more than one
    thing breaks.
    """
    for each in change.accepted:
        part = f" {each.change}" if len(breaking(change)) > 1 else ""
        yield f"accepted{part}: {each.reason} (until {each.until})"


def missing_acceptance(change: Change) -> str:
    """What is not accepted of a change of which something is."""
    if not change.accepted:
        return ""
    missing = not_accepted(change, change.accepted)
    return f"not accepted: {', '.join(missing)}" if missing else ""


def place_of(source: str | None) -> Place | None:
    """`path:line` as a place; a path without a line is meant from its first line on."""
    if not source:
        return None
    file, _, line = source.rpartition(":")
    if file and line.isascii() and line.isdigit() and 0 < int(line) < 10**9:
        return Place(file, int(line))
    return Place(source, 1)


def setting_words(change: SettingChange) -> str:
    """What becomes of a rule, as a sentence without its full stop."""
    old, new = change.old or NOTHING, change.new or NOTHING
    return f"reconciler.toml changes with this: {change.name}: {old} → {new}"


def _incomplete_item(plan: Plan, reason: str) -> Attention:
    address = Address(COMPARISON, plan.target.name)
    return Attention("blocked", address, "not-comparable", reason, None)


def _setting_item(change: SettingChange) -> Attention:
    address = Address(SETTINGS, change.name)
    return Attention(
        "breaking", address, "breaking-settings", setting_words(change), None
    )


def _stopped_item(level: Level, item: Blocked | Refusal) -> Attention:
    return Attention(
        level,
        item.address,
        item.rule,
        item.message,
        place_of(item.source),
        difference(item) if item.path else "",
        item.ways_out,
    )


def _breaking_item(change: Change) -> Attention:
    rule, accepted = rule_of(change), wholly_accepted(change)
    return Attention(
        "breaking",
        change.address,
        rule,
        change.reason,
        place_of(change.source),
        difference="; ".join(_breaking_differences(change)),
        ways_out=() if accepted else ways_out_of(rule),
        acceptances=acceptances(change),
        accepted=accepted,
    )


def _breaking_differences(change: Change) -> Iterator[str]:
    for part in breaking_fields(change):
        row = row_of(change.address, part)
        yield f"{row.what}: {' → '.join(filter(None, (row.old, row.new)))}"
