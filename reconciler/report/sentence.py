"""The one sentence that a shop owner reads, and the counts: nothing in them comes from
a stranger.
"""

from collections import Counter
from collections.abc import Iterable

from reconciler.model.change import Change
from reconciler.model.plan import OFFLINE, Plan
from reconciler.report.attention import renamed, wholly_accepted

_NOUNS = {
    "definition": ("data table", "data tables"),
    "event": ("event", "events"),
    "override": ("price rule", "price rules"),
}
_OTHER = ("part", "parts")
_VERBS = ("adds", "changes", "renames", "switches on", "switches off", "removes")
_PLAIN = {"create": "adds", "update": "changes", "delete": "removes"}
_SWITCHES = {"active": "switches on", "inactive": "switches off"}
_WORDS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")


def plain_sentence(plan: Plan) -> str:
    """What this change means for the shop."""
    stuck = len({item.address for item in plan.blocked})
    if not plan.changes and not stuck and plan.target.base_url == OFFLINE:
        return "These files ask for the same as before, so nothing will change in the shop because of them."
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
    for verb in _VERBS:
        kinds = Counter(
            change.address.partition("/")[0]
            for change in plan.changes
            if _verb(change) == verb
        )
        things = [
            _count(kinds.pop(kind, 0), nouns)
            for kind, nouns in _NOUNS.items()
            if kind in kinds
        ]
        things += [_count(kinds.total(), _OTHER)] if kinds else []
        if things:
            found.append(f"{verb} {_joined(things)}")
    return found


def _verb(change: Change) -> str:
    """What is done, in one word; a rename weighs more than what else changes, a switch
    less.
    """
    if change.action == "update" and renamed(change):
        return "renames"
    switched = [str(part.new) for part in change.fields if part.path == ("status",)]
    only_that = change.action == "update" and len(switched) == len(change.fields)
    return _SWITCHES.get(switched[0], "changes") if only_that else _PLAIN[change.action]


def _consequence(plan: Plan, stuck: int) -> str:
    """The worst that can be said about it."""
    breaking = [change for change in plan.changes if change.impact == "breaking"]
    undone = f"ShopiMind does not allow what is asked for {_of(stuck)} more"
    if breaking:
        said = [_can_break(breaking), *_lost(plan), *([undone] if stuck else [])]
        return f"; {_joined(said, comma=',')}"
    if stuck:
        return f", but {undone}"
    if any(_switches_off(change) for change in plan.changes):
        return "; the records of what is switched off can be read, and not written any more"
    if any(change.impact == "caution" for change in plan.changes):
        return (
            "; what works today keeps working, but look at the notes on existing data"
        )
    return "; everything that works today keeps working"


def _switches_off(change: Change) -> bool:
    """What is created inactive was not on before."""
    return change.action == "update" and any(
        p.path == ("status",) and p.new == "inactive" for p in change.fields
    )


def _can_break(breaking: list[Change]) -> str:
    """How many steps can, and how many of those somebody has accepted."""
    count, accepted = len(breaking), sum(map(wholly_accepted, breaking))
    many = "one of these steps" if count == 1 else f"{in_words(count)} of these steps"
    told = ""
    if accepted:
        told = (
            " (as the files accept)"
            if accepted == count
            else f" (the files accept {in_words(accepted)} of them)"
        )
    return (
        f"{many} can stop messages, prices or connected systems that work today{told}"
    )


def _lost(plan: Plan) -> list[str]:
    """Records are the one thing that no later change brings back."""
    tables = [
        change
        for change in plan.changes
        if _verb(change) == "removes" and change.address.startswith("definition/")
    ]
    what = "the removed data table" if len(tables) == 1 else "the removed data tables"
    return [f"the records in {what} cannot be brought back"] if tables else []


def _of(count: int) -> str:
    return "one thing" if count == 1 else f"{in_words(count)} things"


def _count(count: int, nouns: tuple[str, str]) -> str:
    return f"{in_words(count)} {nouns[0] if count == 1 else nouns[1]}"


def in_words(count: int) -> str:
    """Small numbers as words."""
    return _WORDS[count] if count < len(_WORDS) else f"{count:,}"


def _joined(parts: Iterable[str], comma: str = "") -> str:
    *first, last = parts
    return f"{', '.join(first)}{comma} and {last}" if first else last
