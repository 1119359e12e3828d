"""What one change sends: the forms of its one or two requests, made from its field
changes and what lives.
"""

from dataclasses import dataclass
from typing import Any

from reconciler.diff.fields import Form, patched
from reconciler.diff.normalize import Naming, live_form
from reconciler.model.address import Address
from reconciler.model.change import Action, Change, Create, Delete, FieldChange
from reconciler.model.live import LiveEvent, LiveOverride, LiveResource
from reconciler.plan.order import deferred

_EVENT_NAMES = ("name", "code_name")


@dataclass(frozen=True, slots=True)
class Steps:
    """`first` is None when everything waits for `later`; `wanted` is what must be read
    back in the end.

    `status` is what a definition is switched to after its last request; `refers_to` are
    the changes it builds on.
    """

    address: Address
    action: Action
    first: Form | None
    later: Form | None
    waits_for: tuple[str, ...]
    wanted: Form
    status: str | None = None
    refers_to: tuple[str, ...] = ()


def steps_of(
    change: Change,
    changes: dict[str, Change],
    live: LiveResource | None,
    naming: Naming,
) -> Steps:
    """The requests of a change; events and overrides are sent whole, definitions as
    additions.
    """
    address = Address.parse(change.address)
    if isinstance(change, Delete):
        return Steps(
            address,
            change.action,
            {},
            None,
            (),
            {"sources": {}} if address.kind == "override" else {},
        )
    base = live_form(live, naming) if isinstance(live, LiveEvent | LiveOverride) else {}
    postponed = deferred(change, changes)
    switches = tuple(part for part in change.fields if part.path == ("status",))
    now = tuple(
        part for part in change.fields if part not in postponed and part not in switches
    )
    later = patched({}, postponed)
    waits_for = sorted(
        {str(part.new["targetSchema"]) for part in postponed} - {change.address}
    )
    return Steps(
        address=address,
        action=change.action,
        first=_sent(address, base, now) if now or isinstance(change, Create) else None,
        later=later or None,
        waits_for=tuple(waits_for),
        wanted=_complete(address, patched(base, change.fields)),
        status=switches[0].new if switches else None,
        refers_to=(*change.depends_on, *waits_for),
    )


def _sent(address: Address, base: Form, changes: tuple[FieldChange, ...]) -> Form:
    """The names of an event go along only when they change: the server's own case and
    languages are its own (contract §13 row 17).
    """
    renamed = {change.path[0] for change in changes}
    kept = {
        key: value
        for key, value in base.items()
        if key not in _EVENT_NAMES or key in renamed
    }
    return _complete(address, patched(kept, changes))


def _complete(address: Address, form: dict[str, Any]) -> Form:
    """Every collection that a comparison looks into is there, if only empty."""
    if address.kind == "definition":
        return {"fields": {}, "relationships": {}, **form}
    return (
        {"properties": {}, **form}
        if address.kind == "event"
        else {"sources": {}, **form}
    )
