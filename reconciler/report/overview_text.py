"""How a plan of very many changes begins in a terminal: their counts and names. Of those
that are safe, most are folded away.
"""

import textwrap
from collections import defaultdict
from collections.abc import Iterator, Sequence

from reconciler.form.words import plural
from reconciler.model.change import Change
from reconciler.model.plan import Plan
from reconciler.report.escape import brief

MANY = 50
"""Changes that are shown one after the other; more begin with an overview."""
SHOWN_SAFE = 20
WIDTH = 79
INDENT = " " * 10


def is_large(plan: Plan) -> bool:
    """Whether nobody would find in it what matters."""
    return len(plan.changes) > MANY


def overview_text(plan: Plan) -> str:
    """What is to be done to how many, every name, and how many of them are not safe."""
    by_word: dict[str, list[str]] = defaultdict(list)
    for change in plan.changes:
        by_word[change.action].append(brief(change.address))
    for item in (*plan.blocked, *plan.refused):
        name = brief(item.address)
        if name not in by_word["blocked"]:
            by_word["blocked"].append(name)
    lines = [_counts(plan)]
    for word, names in by_word.items():
        lines += _named(word, names)
    return "\n".join(lines)


def _counts(plan: Plan) -> str:
    told = f"{len(plan.changes)} changes"
    grave = [change for change in plan.changes if change.impact != "safe"]
    if grave:
        return f"{told}, of which {len(grave)} not safe: look at those below"
    return f"{told}, all of them safe"


def _named(word: str, names: Sequence[str]) -> Iterator[str]:
    if not names:
        return
    told = (
        f"{len(names)} to {word}: " if word != "blocked" else f"{len(names)} blocked: "
    )
    yield from textwrap.wrap(
        told + ", ".join(names),
        WIDTH,
        initial_indent="  ",
        subsequent_indent=INDENT,
        break_long_words=False,
        break_on_hyphens=False,
    )


def shown_changes(changes: Sequence[Change]) -> tuple[list[Change], int]:
    """Those that are shown with their details, and how many are not: what is not safe is
    always shown.
    """
    shown: list[Change] = []
    safe = 0
    for change in changes:
        safe += change.impact == "safe"
        if change.impact != "safe" or safe <= SHOWN_SAFE:
            shown.append(change)
    return shown, len(changes) - len(shown)


def folded_text(count: int) -> str:
    """That so many are not shown, and where they are."""
    noun = plural(count, "safe change")
    return f"… and {count} {noun} more; --report markdown=plan.md and --format json show all"
