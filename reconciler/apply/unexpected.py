"""What a resource has after a write that nobody sent, and what it has lost: a default
that the server fills in, a relationship that it adds, a field that it drops.
"""

from collections.abc import Iterator
from typing import Any

from reconciler.apply.steps import Work
from reconciler.apply.write import State
from reconciler.form.fields import Form, Path, holds
from reconciler.kinds.registry import AnyKind, kind_of
from reconciler.model.live import LiveResource

NOTHING: tuple[object, ...] = (None, "", [], {})
"""What stands for an attribute that is not there."""


def unexpected(work: Work, seen: LiveResource, state: State) -> Iterator[str]:
    """Each as words. Of what was found instead of being created nothing is known."""
    if work.address in state.adopted:
        return
    kind, names = kind_of(work.address), state.names
    live = state.live.resources.get(work.address)
    before = kind.canonical(kind.live_form(live, names)) if live else {}
    for path, value in _unsent(kind, kind.live_form(seen, names), work.wanted):
        if work.action == "create" or _is_new(kind, path, work.wanted, before):
            told = kind.words(path, value)
            yield f"{kind.dotted(path)} is {told}, which was not sent"
    if live and not kind.sent_whole:
        kept = {key: before[key] for key in kind.collections}
        for change in kind.differences(seen, kept, names):
            yield f"{kind.dotted(change.path)} is not what it was before"


def _is_new(kind: AnyKind, path: Path, sent: Form, before: Form) -> bool:
    """Whether it came with an item that was sent; what else is new may be somebody
    else's.
    """
    if len(path) < 2 or holds(before, path):
        return False
    return any(path[1] in sent.get(key, {}) for key in kind.collections)


def _unsent(kind: AnyKind, live: Form, sent: Form) -> Iterator[tuple[Path, Any]]:
    """(path, value) of what lives beyond what was sent; what stands for nothing, and what
    the API always fills in, is left out.
    """
    for key, value in live.items():
        if key in kind.collections:
            levels, there = kind.collections[key].levels, sent.get(key, {})
            yield from _unsent_items(kind, (key,), value, there, levels)
        elif key not in sent and not _is_usual(kind, key, value):
            yield (key,), value


def _unsent_items(
    kind: AnyKind, path: Path, live: Form, sent: Form, levels: int
) -> Iterator[tuple[Path, Any]]:
    """The same of the items so many levels below, and of their attributes."""
    for key, value in live.items():
        inner = (*path, key)
        # Of a group of items that was not sent, each item is told.
        if levels > 1 or (levels and key in sent):
            there = sent.get(key, {})
            yield from _unsent_items(kind, inner, value, there, levels - 1)
        elif key not in sent and not _is_usual(kind, key, value):
            yield inner, value


def _is_usual(kind: AnyKind, key: str, value: Any) -> bool:
    return value in NOTHING or key in (kind.key, *kind.filled_in)
