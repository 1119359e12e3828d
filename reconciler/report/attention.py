"""What a reviewer must not overlook: every blocked difference, every breaking change,
and every change that a guard stops, in this order.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from reconciler.errors import ExitCode
from reconciler.form.words import NOTHING, address_words, counted
from reconciler.kinds.change_rules import ways_out_of
from reconciler.model.address import Address
from reconciler.model.change import Blocked, Change, Refusal, UsedBy
from reconciler.model.plan import Exit, Plan, SettingChange
from reconciler.plan.impact import (
    breaking,
    breaking_fields,
    not_accepted,
    rule_of,
    wholly_accepted,
)
from reconciler.report.rows import difference, row_of

Level = Literal["blocked", "breaking", "guarded"]
Severity = Literal["error", "warning", "note"]
MOST_USERS = 10
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
    """One item: `because` says what is wrong, `differences` what was wanted, in plain
    text; `refused` says that this is what the command fails for.

    `acceptances` are the sentences on what the manifest accepts of a breaking change
    and what it does not; `accepted` says that it accepts all of it. `users` are the
    messages and the like that it breaks.
    """

    level: Level
    address: Address
    rule: str
    because: str
    place: Place | None
    differences: tuple[str, ...] = ()
    ways_out: tuple[str, ...] = ()
    acceptances: tuple[str, ...] = ()
    users: tuple[UsedBy, ...] = ()
    accepted: bool = False
    refused: bool = False

    @property
    def difference(self) -> str:
        """All that was wanted."""
        return "; ".join(self.differences)

    @property
    def severity(self) -> Severity:
        """What it is for formats that know no more than three degrees."""
        if self.refused or self.level != "breaking":
            return "error"
        return "note" if self.accepted else "warning"

    @property
    def is_rule(self) -> bool:
        """Whether it is about the settings and not about a resource."""
        return self.address.kind == SETTINGS

    @property
    def sentence(self) -> str:
        """All of it in one line, for formats that have only that."""
        refused = " and refused" if self.refused and self.level == "breaking" else ""
        what = address_words(self.address)
        parts = [f"{what} is {self.level}{refused}: {self.because}"]
        if self.difference:
            parts.append(self.difference)
        parts += (*user_words(self.users), *self.acceptances)
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
    ways_out: dict[Address, list[str]] = {}
    for item in plan.refused:
        if item.reason != "guard":
            ways_out.setdefault(item.address, []).extend(item.ways_out)
    is_refused = plan.exit == Exit(code=ExitCode.REFUSED, reason="breaking")
    return (
        *(_incomplete_item(plan, reason) for reason in plan.incomplete),
        *(_setting_item(change, is_refused) for change in plan.settings),
        *(_stopped_item("blocked", item) for item in plan.blocked),
        *(_breaking_item(each, ways_out.get(each.address)) for each in breaking),
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


def users_of(change: Change) -> tuple[UsedBy, ...]:
    """Whom the change breaks, each place once."""
    places = {(each.by, each.source, each.how): each for each in change.used_by}
    return tuple(places.values())


def user_place(user: UsedBy) -> str:
    """`by template/NAME at FILE:LINE`; a sample payload is a file itself."""
    if user.source.startswith(f"{user.by}:"):
        return f"by {user.source}"
    return f"by {user.by} at {user.source}"


def user_words(users: Sequence[UsedBy]) -> Iterator[str]:
    """`used by BY at FILE:LINE: WHAT IS WRITTEN THERE`; of many, the first ones."""
    for each in users[:MOST_USERS]:
        yield f"used {user_place(each)}: {each.how}"
    more = len(users) - MOST_USERS
    if more > 0:
        yield f"and used in {counted(more, 'more place')}"


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


def _setting_item(change: SettingChange, refused: bool) -> Attention:
    address, words = Address(SETTINGS, change.name), setting_words(change)
    return Attention(
        "breaking", address, "breaking-settings", words, None, refused=refused
    )


def _stopped_item(level: Level, item: Blocked | Refusal) -> Attention:
    return Attention(
        level,
        item.address,
        item.rule,
        item.message,
        place_of(item.source),
        (difference(item),) if item.path else (),
        item.ways_out,
        users=item.used_by,
        refused=True,
    )


def _breaking_item(change: Change, refused: Sequence[str] | None) -> Attention:
    """`refused` are the ways out of a refusal; None when nothing of it is refused."""
    rule, accepted = rule_of(change), wholly_accepted(change)
    ways_out = () if accepted else ways_out_of(rule)
    return Attention(
        "breaking",
        change.address,
        rule,
        change.reason,
        place_of(change.source),
        differences=tuple(_breaking_differences(change)),
        ways_out=tuple(dict.fromkeys((*ways_out, *(refused or ())))),
        acceptances=acceptances(change),
        users=users_of(change),
        accepted=accepted,
        refused=refused is not None,
    )


def _breaking_differences(change: Change) -> Iterator[str]:
    for part in breaking_fields(change):
        row = row_of(change.address, part)
        old, new = row.old or NOTHING, row.new or NOTHING
        yield f"{row.what}: {old} → {new}"
