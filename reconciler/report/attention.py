"""What a reviewer must not overlook: every blocked difference and every breaking change, blocked ones first."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from reconciler.model.change import Blocked, Change
from reconciler.model.plan import Plan
from reconciler.report.rows import difference

Level = Literal["blocked", "breaking"]
BREAKING_RULE = {"create": "breaking-create", "update": "breaking-update", "delete": "breaking-delete"}
"""Rule ids of breaking changes, for the formats that want one; blocked differences bring their own."""


@dataclass(frozen=True, slots=True)
class Place:
    """A line of a manifest."""

    file: str
    line: int


@dataclass(frozen=True, slots=True)
class Attention:
    """One item: `because` says what is wrong, `difference` (blocked only) what was wanted, in plain text."""

    level: Level
    address: str
    rule: str
    because: str
    place: Place | None
    difference: str = ""
    ways_out: tuple[str, ...] = ()

    @property
    def sentence(self) -> str:
        """All of it in one line, for formats that have only that."""
        parts = [f"{self.address} is {self.level}: {self.because}", self.difference]
        parts += [f"ways out: {' · '.join(self.ways_out)}"] if self.ways_out else []
        return " – ".join(part for part in parts if part)


def attentions(plan: Plan) -> tuple[Attention, ...]:
    """One item per blocked difference and per breaking change, each in the plan's order."""
    return (*(_blocked(item) for item in plan.blocked), *_breaking(plan))


def place_of(source: str | None) -> Place | None:
    """`path:line` as a place; a path without a line is meant from its first line on."""
    if not source:
        return None
    file, _, line = source.rpartition(":")
    if file and line.isascii() and line.isdigit() and 0 < int(line) < 10**9:
        return Place(file, int(line))
    return Place(source, 1)


def _blocked(item: Blocked) -> Attention:
    place = place_of(item.source)
    return Attention("blocked", item.address, item.rule, item.message, place, difference(item), item.ways_out)


def _breaking(plan: Plan) -> Iterator[Attention]:
    for change in plan.changes:
        if change.impact == "breaking":
            yield Attention("breaking", change.address, _rule(change), change.reason, place_of(change.source))


def _rule(change: Change) -> str:
    return BREAKING_RULE[change.action]
