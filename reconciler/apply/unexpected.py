"""What a resource has after a write that nobody sent, and what it has lost: a default
that the server fills in, a relationship that it adds, a field that it drops.
"""

from collections.abc import Iterator
from typing import Any

from reconciler.apply.state import State
from reconciler.apply.steps import Work
from reconciler.form.fields import Form, Path, same_at
from reconciler.kinds.registry import AnyKind, kind_of
from reconciler.model.live import LiveResource

NOTHING: tuple[object, ...] = (None, "", [], {})
"""What stands for an attribute that is not there."""


def unexpected(
    work: Work, seen: LiveResource, state: State
) -> Iterator[tuple[Path, str]]:
    """(path, what is to be told of it). Of what was found instead of being created, and
    of what somebody else has changed before us, nothing is known.
    """
    if work.address in state.adopted or work.address not in state.touched:
        return
    kind, names = kind_of(work.address), state.names
    live = state.live.resources.get(work.address)
    before = kind.canonical(kind.live_form(live, names)) if live else {}
    found = kind.live_form(seen, names)
    now = kind.canonical(found)
    for path, value in _unsent(kind, found, work.wanted):
        if not same_at(path, before, now):
            yield path, f"is {kind.words(path, value)}, which was not sent"
    if live and not kind.sent_whole:
        kept = {key: before[key] for key in kind.collections}
        for change in kind.differences(seen, kept, names):
            yield change.path, "is not what it was before"


def _unsent(kind: AnyKind, live: Form, sent: Form) -> Iterator[tuple[Path, Any]]:
    """(path, value) of what lives beyond what was sent; what stands for nothing, and what
    the API always fills in, is left out.
    """
    found = dict([*kind.undeclared(live, sent), *_beyond(kind, live, sent)])
    for path, value in found.items():
        is_usual = path == (kind.key,) or kind.is_filled_in(path, live)
        if value not in NOTHING and not is_usual:
            yield path, value


def _beyond(kind: AnyKind, live: Form, sent: Form) -> Iterator[tuple[Path, Any]]:
    for key, value in live.items():
        if key in kind.collections:
            levels, there = kind.collections[key].levels, sent.get(key, {})
            yield from _beyond_in_items((key,), value, there, levels)
        elif key not in sent:
            yield (key,), value


def _beyond_in_items(
    path: Path, live: Form, sent: Form, levels: int
) -> Iterator[tuple[Path, Any]]:
    """The same of the items so many levels below, and of their attributes."""
    for key, value in live.items():
        inner = (*path, key)
        # Of a group of items that was not sent, each item is told.
        if levels > 1 or (levels and key in sent):
            there = sent.get(key, {})
            yield from _beyond_in_items(inner, value, there, levels - 1)
        elif key not in sent:
            yield inner, value
