"""The one sentence that a shop owner reads, and the counts: nothing in them comes from
a stranger.
"""

from collections import Counter
from collections.abc import Iterable, Iterator

from reconciler.kinds.registry import KINDS, kind_of
from reconciler.model.change import Change
from reconciler.model.plan import OFFLINE, Plan
from reconciler.plan.impact import old_name, wholly_accepted

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
        kinds = Counter(c.address.kind for c in plan.changes if _verb(c) == verb)
        things = [
            _count(kinds[name], kind.nouns.one, kind.nouns.many)
            for name, kind in KINDS.items()
            if name in kinds
        ]
        if things:
            found.append(f"{verb} {_joined(things)}")
    return found


def _verb(change: Change) -> str:
    """What is done, in one word; a rename weighs more than what else changes, a switch
    less.
    """
    if change.action == "update" and old_name(change):
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
    for change in plan.changes:
        if _switches_off(change):
            return f"; {kind_of(change.address).switched_off}"
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


def _lost(plan: Plan) -> Iterator[str]:
    """What no later change brings back, kind by kind."""
    removed = Counter(c.address.kind for c in plan.changes if _verb(c) == "removes")
    for name, kind in KINDS.items():
        if removed[name] and kind.irrecoverable:
            noun = kind.nouns.one if removed[name] == 1 else kind.nouns.many
            yield f"the {kind.irrecoverable} in the removed {noun} cannot be brought back"


def _of(count: int) -> str:
    return "one thing" if count == 1 else f"{in_words(count)} things"


def _count(count: int, one: str, many: str) -> str:
    return f"{in_words(count)} {one if count == 1 else many}"


def in_words(count: int) -> str:
    """Small numbers as words."""
    return _WORDS[count] if count < len(_WORDS) else f"{count:,}"


def _joined(parts: Iterable[str], comma: str = "") -> str:
    *first, last = parts
    return f"{', '.join(first)}{comma} and {last}" if first else last
