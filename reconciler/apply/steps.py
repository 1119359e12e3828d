"""What one change sends: the forms of its one or two requests, made from its field changes and what lives."""

from dataclasses import dataclass
from typing import Any

from reconciler.diff.fields import Form, patched
from reconciler.diff.normalize import Naming, live_form
from reconciler.model.address import Address
from reconciler.model.change import Create, FieldChange, Update
from reconciler.model.live import LiveEvent, LiveOverride, LiveResource
from reconciler.plan.order import deferred


@dataclass(frozen=True, slots=True)
class Steps:
    """`first` is None when everything waits for `later`; `wanted` is what must be read back in the end."""

    address: Address
    creates: bool
    first: Form | None
    later: Form | None
    waits_for: tuple[str, ...]
    wanted: Form


def steps_of(
    change: Create | Update, changes: dict[str, Create | Update], live: LiveResource | None, naming: Naming
) -> Steps:
    """The requests of a change; events and overrides are sent whole, definitions as additions."""
    address = Address.parse(change.address)
    base = live_form(live, naming) if isinstance(live, LiveEvent | LiveOverride) else {}
    postponed = deferred(change, changes)
    now = tuple(part for part in change.fields if part not in postponed)
    later = patched({}, postponed)
    return Steps(
        address=address,
        creates=isinstance(change, Create),
        first=_sent(address, base, now) if now or isinstance(change, Create) else None,
        later=later or None,
        waits_for=tuple(sorted({str(part.new["targetSchema"]) for part in postponed} - {change.address})),
        wanted=_complete(address, patched(base, change.fields)),
    )


def _sent(address: Address, base: Form, changes: tuple[FieldChange, ...]) -> Form:
    """The name of an event goes along only when it changes: it may live as a language map (contract §13 row 17)."""
    named = address.kind != "event" or any(change.path == ("name",) for change in changes)
    kept = base if named else {key: value for key, value in base.items() if key != "name"}
    return _complete(address, patched(kept, changes))


def _complete(address: Address, form: dict[str, Any]) -> Form:
    """Every collection that a comparison looks into is there, if only empty."""
    if address.kind == "definition":
        return {"fields": {}, "relationships": {}, **form}
    return {"properties": {}, **form} if address.kind == "event" else {"sources": {}, **form}
