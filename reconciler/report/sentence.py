"""The one sentence that a shop owner reads, and the counts: nothing in them comes from
a stranger.
"""

from collections import Counter
from collections.abc import Iterable, Iterator

from reconciler.form.words import plural
from reconciler.kinds.registry import KINDS, kind_of
from reconciler.model.change import Change
from reconciler.model.plan import OFFLINE, UNSETTLED, Plan
from reconciler.plan.impact import old_name, wholly_accepted

_VERBS = ("adds", "changes", "renames", "switches on", "switches off", "removes")
_PLAIN = {"create": "adds", "update": "changes", "delete": "removes"}
_SWITCHES = {"active": "switches on", "inactive": "switches off"}
STATUS = ("status",)
"""The path of what a switch changes."""
_WORDS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")


def plain_sentence(plan: Plan) -> str:
    """What this change means for the shop; first what is not known, then what it means
    for the rules.
    """
    said = []
    if plan.incomplete:
        said.append(
            "Not everything that was there before could be compared, "
            "so this is not all that the change may do to the shop."
        )
    if plan.settings:
        said.append(
            "The rules that protect the shop, or that say where its key goes, change with this."
        )
    return " ".join([*said, _about_the_shop(plan)])


def _about_the_shop(plan: Plan) -> str:
    stuck = len({item.address for item in plan.blocked})
    if plan.changes:
        deeds = word_list(_deeds(plan), comma=",")
        return f"In the shop, this change {deeds}{_consequence(plan, stuck)}."
    if stuck:
        return f"Nothing will change in the shop yet: {_not_possible(plan, stuck)}."
    if plan.incomplete:
        return (
            "As far as that could be compared, these files ask for the same as before."
        )
    if plan.target.base_url == OFFLINE:
        return "These files ask for the same as before, so nothing will change in the shop because of them."
    if plan.exit.reason == UNSETTLED:
        return "The shop is still making what these files describe; there is nothing more to change."
    if count := len(plan.doubled):
        return (
            f"There is nothing to change, but under {in_words(count)} {plural(count, 'name')} of these files "
            "more than one thing lives in the shop, and the files look after one of each."
        )
    return "The shop already is as these files describe it, so nothing will change."


def counts(plan: Plan) -> tuple[tuple[str, int], ...]:
    """(what, how many) in a fixed order, what does not happen included."""
    breaking = len(plan.settings)
    breaking += sum(change.impact == "breaking" for change in plan.changes)
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
        counts = Counter(c.address.kind for c in plan.changes if _verb(c) == verb)
        things = [_count(counts[name], name) for name in KINDS if name in counts]
        if things:
            found.append(f"{verb} {word_list(things)}")
    return found


def _verb(change: Change) -> str:
    """What is done, in one word; a rename weighs more than what else changes, a switch
    less.
    """
    if change.action != "update":
        return _PLAIN[change.action]
    if old_name(change):
        return "renames"
    (first, *others) = change.fields
    if others or first.path != STATUS:
        return "changes"
    return _SWITCHES.get(str(first.new), "changes")


def _consequence(plan: Plan, stuck: int) -> str:
    """The worst that can be said about it."""
    breaking = [change for change in plan.changes if change.impact == "breaking"]
    undone = _not_possible(plan, stuck, " more")
    if breaking:
        said = [_can_break(breaking), *_lost(plan)]
        if stuck:
            said.append(undone)
        return f"; {word_list(said, comma=',')}"
    if stuck:
        return f", but {undone}"
    if plan.incomplete:
        return ""
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
    if change.action != "update":
        return False
    return any(p.path == STATUS and p.new == "inactive" for p in change.fields)


def _can_break(breaking: list[Change]) -> str:
    """How many steps can, and how many of those somebody has accepted."""
    count, accepted = len(breaking), sum(map(wholly_accepted, breaking))
    said = f"{in_words(count)} of these steps can stop messages, prices or connected systems that work today"
    if not accepted:
        return said
    if accepted == count:
        return f"{said} (as the files accept)"
    return f"{said} (the files accept {in_words(accepted)} of them)"


def _lost(plan: Plan) -> Iterator[str]:
    """What no later change brings back, kind by kind."""
    removed = Counter(c.address.kind for c in plan.changes if c.action == "delete")
    for name, kind in KINDS.items():
        if removed[name] and kind.irrecoverable:
            noun = _noun(removed[name], name)
            yield f"the {kind.irrecoverable} in the removed {noun} cannot be brought back"


def _not_possible(plan: Plan, stuck: int, more: str = "") -> str:
    things = f"{in_words(stuck)}{more} {plural(stuck, 'thing')}"
    if plan.incomplete:
        return f"nobody can say what is asked for {things}"
    return f"{things} that {'is' if stuck == 1 else 'are'} asked for cannot be done in ShopiMind"


def _count(count: int, kind: str) -> str:
    return f"{in_words(count)} {_noun(count, kind)}"


def _noun(count: int, kind: str) -> str:
    nouns = KINDS[kind].nouns
    return nouns.one if count == 1 else nouns.many


def in_words(count: int) -> str:
    """Small numbers as words."""
    return _WORDS[count] if count < len(_WORDS) else f"{count:,}"


def word_list(parts: Iterable[str], comma: str = "") -> str:
    """A list as a sentence has it; `comma` is what stands before its `and`."""
    *first, last = parts
    return f"{', '.join(first)}{comma} and {last}" if first else last
