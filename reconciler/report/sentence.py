"""The one sentence that a shop owner reads, and the counts. Of what comes from a
stranger, only names stand in them, written as the format wants it.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator

from reconciler.form.words import plural
from reconciler.kinds.registry import KINDS, kind_of
from reconciler.model.address import Address
from reconciler.model.change import Change
from reconciler.model.plan import OFFLINE, UNSETTLED, Plan
from reconciler.plan.impact import old_name, wholly_accepted
from reconciler.report.escape import shorten

_VERBS = ("adds", "changes", "renames", "switches on", "switches off", "removes")
_PLAIN = {"create": "adds", "update": "changes", "delete": "removes"}
_SWITCHES = {"active": "switches on", "inactive": "switches off"}
STATUS = ("status",)
"""The path of what a switch changes."""
_WORDS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")


Write = Callable[[str], str]
"""How a name is written in a format, so that it does nothing there."""
MOST_NAMES = 3
"""Of one verb and kind; more are counted."""
MOST_NAMED = 8
"""Of all changes; of more, none is named."""
LONGEST_NAME = 60


def in_quotes(name: str) -> str:
    """For a format that shows text as it is."""
    return f"“{name}”"


def plain_sentence(plan: Plan, write: Write = in_quotes) -> str:
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
    return " ".join([*said, _about_the_shop(plan, write)])


def _about_the_shop(plan: Plan, write: Write) -> str:
    stuck = _stuck(plan, write)
    if plan.changes:
        deeds = word_list(_deeds(plan, write), comma=",")
        return f"In the shop, this change {deeds}{_consequence(plan, stuck, write)}."
    if stuck:
        return f"Nothing will change in the shop yet: {stuck}."
    return _nothing_changes(plan)


def _nothing_changes(plan: Plan) -> str:
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


def _deeds(plan: Plan, write: Write) -> list[str]:
    """`adds the data table “Vet” and two events`, one per verb."""
    names = len(plan.changes) <= MOST_NAMED
    found = []
    for verb in _VERBS:
        done = [change for change in plan.changes if _verb(change) == verb]
        if done:
            things = _things(done, write) if names else _counted(done)
            found.append(f"{verb} {word_list(things)}")
    return found


def _things(changes: Iterable[Change], write: Write) -> Iterator[str]:
    """What is changed, kind by kind, with names as long as there are few."""
    by_kind: dict[str, list[str]] = defaultdict(list)
    for change in changes:
        by_kind[change.address.kind].append(_named(change, write))
    for kind in KINDS:
        if kind in by_kind:
            yield _with_names(kind, by_kind[kind])


def _named(change: Change, write: Write) -> str:
    """Its name; of a rename, both."""
    name, old = _written(change.address.name, write), old_name(change)
    return f"{_written(old, write)} to {name}" if old else name


def _written(name: str, write: Write) -> str:
    return write(shorten(name, LONGEST_NAME))


def _with_names(kind: str, names: list[str]) -> str:
    if len(names) > MOST_NAMES:
        return _count(len(names), kind)
    return f"the {_noun(len(names), kind)} {word_list(names)}"


def _counted(changes: Iterable[Change]) -> Iterator[str]:
    counts = Counter(change.address.kind for change in changes)
    return (_count(counts[kind], kind) for kind in KINDS if kind in counts)


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


def _consequence(plan: Plan, stuck: str, write: Write) -> str:
    """The worst that can be said about it."""
    breaking = [change for change in plan.changes if change.impact == "breaking"]
    if breaking:
        said = [_can_break(plan, breaking, write), *_lost(plan)]
        if stuck:
            said.append(stuck)
        return f"; {word_list(said, comma=',')}"
    if stuck:
        return f", but {stuck}"
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


def _can_break(plan: Plan, breaking: list[Change], write: Write) -> str:
    """How many steps can, which ones, and how many of those somebody has accepted."""
    count, accepted = len(breaking), sum(map(wholly_accepted, breaking))
    steps = f"{in_words(count)} of these steps"
    if len(plan.changes) == 1:
        steps = "that"
    elif count < len(plan.changes) and count <= MOST_NAMES:
        names = [_written(change.address.name, write) for change in breaking]
        steps += f" ({word_list(names)})"
    said = f"{steps} can stop messages, prices or connected systems that work today"
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


def _stuck(plan: Plan, write: Write) -> str:
    """What is said of everything that is blocked; empty when nothing is."""
    addresses = list(dict.fromkeys(item.address for item in plan.blocked))
    if not addresses:
        return ""
    things = _asked_for(addresses, write, " more" if plan.changes else "")
    if plan.incomplete:
        return f"nobody can say what is asked for {things}"
    return f"what is asked for {things} cannot be done in ShopiMind"


def _asked_for(addresses: list[Address], write: Write, more: str) -> str:
    count = len(addresses)
    if count > MOST_NAMES:
        return f"{in_words(count)}{more} things"
    by_kind: dict[str, list[str]] = defaultdict(list)
    for address in addresses:
        by_kind[address.kind].append(_written(address.name, write))
    return word_list(_with_names(kind, names) for kind, names in by_kind.items())


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
