"""The one sentence that a shop owner reads, and the counts: nothing in them comes from a stranger."""

from collections import Counter
from collections.abc import Iterable

from reconciler.model.plan import Plan

_NOUNS = {
    "definition": ("data table", "data tables"),
    "event": ("event", "events"),
    "override": ("price rule", "price rules"),
}
_OTHER = ("part", "parts")
_VERBS = {"create": "adds", "update": "changes", "delete": "removes"}
_WORDS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")


def plain_sentence(plan: Plan) -> str:
    """What this change means for the shop."""
    stuck = len({item.address for item in plan.blocked})
    if not plan.changes and not stuck:
        return "The shop already is as these files describe it, so nothing will change."
    if not plan.changes:
        return f"Nothing can change yet: ShopiMind does not allow what is asked for {_of(stuck)}."
    return f"In the shop, this change {_joined(_deeds(plan), comma=',')}{_consequence(plan, stuck)}."


def counts(plan: Plan) -> tuple[tuple[str, int], ...]:
    """(what, how many) in a fixed order, what does not happen included."""
    breaking = sum(change.impact == "breaking" for change in plan.changes)
    summary = plan.summary
    return (
        ("to create", summary.create),
        ("to update", summary.update),
        ("to delete", summary.delete),
        ("blocked", len({item.address for item in plan.blocked})),
        ("breaking", breaking),
        ("unchanged", summary.unchanged),
        ("not managed", summary.unmanaged),
    )


def _deeds(plan: Plan) -> list[str]:
    """`adds two data tables and one event`, one per verb."""
    found = []
    for action, verb in _VERBS.items():
        kinds = Counter(change.address.partition("/")[0] for change in plan.changes if change.action == action)
        things = [_count(kinds.pop(kind, 0), nouns) for kind, nouns in _NOUNS.items() if kind in kinds]
        things += [_count(kinds.total(), _OTHER)] if kinds else []
        if things:
            found.append(f"{verb} {_joined(things)}")
    return found


def _consequence(plan: Plan, stuck: int) -> str:
    """The worst that can be said about it."""
    breaking = sum(change.impact == "breaking" for change in plan.changes)
    if breaking and stuck:
        return f"; {_can_break(breaking)}, and ShopiMind does not allow what is asked for {_of(stuck)} more"
    if breaking:
        return f"; {_can_break(breaking)}"
    if stuck:
        return f", but ShopiMind does not allow what is asked for {_of(stuck)} more"
    if any(change.impact == "caution" for change in plan.changes):
        return "; what works today keeps working, but look at the notes on existing data"
    return "; everything that works today keeps working"


def _can_break(breaking: int) -> str:
    many = "one of these steps" if breaking == 1 else f"{_number(breaking)} of these steps"
    return f"{many} can stop messages, prices or connected systems that work today"


def _of(count: int) -> str:
    return "one thing" if count == 1 else f"{_number(count)} things"


def _count(count: int, nouns: tuple[str, str]) -> str:
    return f"{_number(count)} {nouns[0] if count == 1 else nouns[1]}"


def _number(count: int) -> str:
    return _WORDS[count] if count < len(_WORDS) else f"{count:,}"


def _joined(parts: Iterable[str], comma: str = "") -> str:
    *first, last = parts
    return f"{', '.join(first)}{comma} and {last}" if first else last
