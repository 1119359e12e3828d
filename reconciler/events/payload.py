"""Payloads compared: a listing may show scalars as text, and leave out what is empty
(contract §2).
"""

from collections.abc import Mapping
from typing import Any

from reconciler.events.shop import Body
from reconciler.form.scalars import canonical

SLOTS = ("metaData", "customData")


def slots_of(payload: Body) -> Mapping[str, Any]:
    """The payload by slots. One without any is taken for the properties of metaData,
    which is the slot that senders use.
    """
    if any(slot in payload for slot in SLOTS) or not payload:
        return {slot: payload.get(slot) or {} for slot in SLOTS}
    return {SLOTS[0]: payload, SLOTS[1]: {}}


def is_same_payload(sent: Body, shown: Body) -> bool:
    """Whether a history row shows what was sent."""
    mine, theirs = slots_of({k: sent.get(k) for k in SLOTS}), slots_of(shown)
    return bool(_folded(mine) == _folded(theirs))


def _folded(value: Any) -> Any:
    """One spelling for each value; what is null is not there."""
    if isinstance(value, Mapping):
        folded = {str(key): _folded(inner) for key, inner in value.items()}
        return {key: inner for key, inner in folded.items() if inner not in (None, {})}
    if isinstance(value, list):
        return [_folded(item) for item in value]
    if isinstance(value, bool):
        return str(value).lower()
    if value is None:
        return None
    number = canonical(value, "number")
    return str(number) if number is not value else canonical(str(value), "date")
