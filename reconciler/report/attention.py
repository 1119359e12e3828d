"""What a reviewer must not overlook: every blocked difference and every breaking
change, blocked ones first.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from reconciler.form.words import NOTHING
from reconciler.model.address import Address
from reconciler.model.change import Blocked, Change
from reconciler.model.plan import Plan, SettingChange
from reconciler.plan.impact import (
    breaking,
    not_accepted,
    old_name,
    wholly_accepted,
)
from reconciler.report.rows import difference

Level = Literal["blocked", "breaking"]
SETTINGS = "settings"
"""Stands where items of the plan have their kind."""


@dataclass(frozen=True, slots=True)
class Place:
    """A line of a manifest."""

    file: str
    line: int


@dataclass(frozen=True, slots=True)
class Attention:
    """One item: `because` says what is wrong, `difference` (blocked only) what was
    wanted, in plain text.

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
    """One item per rule that changes, per blocked difference and per breaking change,
    each in the plan's order.

    The rules come first: whoever may change them can have anything else accepted.
    """
    breaking = [change for change in plan.changes if change.impact == "breaking"]
    return (
        *map(_setting_item, plan.settings),
        *map(_blocked_item, plan.blocked),
        *map(_breaking_item, breaking),
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


def _setting_item(change: SettingChange) -> Attention:
    address = Address(SETTINGS, change.name)
    return Attention(
        "breaking", address, "breaking-settings", setting_words(change), None
    )


def _blocked_item(item: Blocked) -> Attention:
    return Attention(
        "blocked",
        item.address,
        item.rule,
        item.message,
        place_of(item.source),
        difference(item),
        item.ways_out,
    )


def _breaking_item(change: Change) -> Attention:
    return Attention(
        "breaking",
        change.address,
        _rule(change),
        change.reason,
        place_of(change.source),
        acceptances=acceptances(change),
        accepted=wholly_accepted(change),
    )


def _rule(change: Change) -> str:
    """The rule id of a breaking change, for the formats that want one; blocked
    differences bring their own.
    """
    return "breaking-rename" if old_name(change) else f"breaking-{change.action}"
