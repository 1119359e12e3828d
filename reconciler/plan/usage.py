"""Whom a change breaks: messages, segments, scenarios and sample payloads that use what it
takes away, and what is left to edit in the dashboard after a rename.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from reconciler.kinds.registry import kind_of
from reconciler.model.address import Address, casefolded
from reconciler.model.change import Blocked, Change, FieldChange, UsedBy
from reconciler.model.plan import DashboardEdit
from reconciler.model.source import Source
from reconciler.model.usage import Use
from reconciler.plan.draft import Draft
from reconciler.plan.impact import names_of, old_name

_TYPE = "type"
"""What every form calls the type of a part: with another one, its users read something
else.
"""


_NAME = r"[^.}]*"


def with_users(
    drafts: Mapping[Address, Draft], uses: Sequence[Use]
) -> dict[Address, Draft]:
    """The drafts, each with those who use what it takes away: that makes it breaking."""
    by_address: dict[Address, list[Use]] = defaultdict(list)
    for use in uses:
        by_address[use.address.cased].append(use)
    return {a: _with_users(draft, by_address) for a, draft in drafts.items()}


def with_blocked_users(item: Blocked, uses: Sequence[Use]) -> Blocked:
    """The difference that cannot be made, with those who use what it would change."""
    part = FieldChange(path=item.path, op="changed")
    users = tuple(
        _user(kind_of(item.address).dotted(item.path), use)
        for use in uses
        if use.address.cased == item.address.cased
        and item.path
        and _takes(part, use, item.address)
    )
    return item.model_copy(update={"used_by": users}) if users else item


def _with_users(draft: Draft, uses: Mapping[Address, Sequence[Use]]) -> Draft:
    names = dict.fromkeys(name.cased for name in names_of(draft))
    here = [use for name in names for use in uses.get(name, ())]
    here.sort(key=_place)
    users = tuple(_users(draft, here))
    if not users:
        return draft
    reason = draft.reason
    if draft.impact != "breaking":
        reason = f"{reason}; somebody uses what goes away"
    return replace(draft, impact="breaking", reason=reason, used_by=users)


def _users(draft: Draft, uses: Sequence[Use]) -> Iterator[UsedBy]:
    kind = kind_of(draft.address)
    if draft.action == "delete":
        for use in uses:
            yield _user("delete", use)
    for part in draft.fields:
        if draft.action != "update":
            continue
        for use in uses:
            says_name = kind.is_rename(part) and use.is_named
            if says_name or _takes(part, use, draft.address):
                yield _user(kind.dotted(part.path), use)


def _takes(part: FieldChange, use: Use, address: Address) -> bool:
    """Whether what is used goes away, or gets another type, or is known to break."""
    path = part.path
    if use.is_broken:
        changed = kind_of(address).dotted(path)
        return changed == use.field or changed.startswith(f"{use.field}.")
    if part.op == "changed" and path[-1] == _TYPE:
        path = path[:-1]
    elif part.op != "removed":
        return False
    taken = kind_of(address).dotted(path)
    return use.field == taken or use.field.startswith(f"{taken}.")


def _user(change: str, use: Use) -> UsedBy:
    return UsedBy(change=change, by=use.by, source=use.source.short, how=use.how)


def edits_of(changes: Iterable[Change], uses: Sequence[Use]) -> Iterator[DashboardEdit]:
    """A line for each place in which the old name of what is renamed stands."""
    for change in changes:
        old = old_name(change)
        if old is None:
            continue
        before = Address(change.address.kind, old)
        for use in _places(before, uses):
            new = _renamed(use.how, old, change.address.name)
            source = use.source.short
            yield DashboardEdit(by=use.by, source=source, old=use.how, new=new)


def _places(address: Address, uses: Sequence[Use]) -> Iterator[Use]:
    """Each place once, though a variable may use several fields of a definition."""
    seen = set()
    for use in sorted(uses, key=_place):
        place = (use.by, use.source)
        is_there = use.address.cased == address.cased and use.is_named
        if is_there and not use.is_broken and place not in seen:
            seen.add(place)
            yield use


def _place(use: Use) -> Source:
    """Whoever goes through them goes through the files."""
    return use.source


def _renamed(written: str, old: str, new: str) -> str:
    """What is written, with the new name in the place of the old one: it is all of it, or
    the first name of a variable (contract §8).
    """
    if casefolded(written) == casefolded(old):
        return new
    root = r"\.".join([_NAME] * (old.count(".") + 1))
    return re.sub(f"={root}", lambda _: f"={new}", written, count=1)
