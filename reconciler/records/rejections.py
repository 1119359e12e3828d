"""Which rows of a batch an answer refuses, and why."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from reconciler.form.scalars import canonical
from reconciler.records.row import fold_key
from reconciler.records.shop import Refused


def reasons_by_place(
    part: Sequence[Mapping[str, Any]], refused: Sequence[Refused]
) -> tuple[Mapping[int, str], str]:
    """The reason of each row that was refused, by its place in the batch; and a reason
    that belongs to nobody knows which one.
    """
    reasons: dict[int, list[str]] = {}
    unclear = ""
    for each in refused:
        reason = "; ".join(each.reasons) or "no reason was given"
        place = _place_of(part, each)
        if place is None:
            unclear = reason
        else:
            reasons.setdefault(place, []).append(reason)
    return {place: "; ".join(all_) for place, all_ in reasons.items()}, unclear


def _place_of(part: Sequence[Mapping[str, Any]], refused: Refused) -> int | None:
    """The row that is meant: the payload is believed more than the index, of which
    nobody knows from where it counts. None when neither says it.
    """
    index = refused.index
    if index is not None and not 0 <= index < len(part):
        index = None
    if not isinstance(refused.item, Mapping):
        return index
    item = refused.item
    if index is not None and _is_alike(part[index], item):
        return index
    places = [i for i, each in enumerate(part) if _is_alike(each, item)]
    if places:
        return places[0] if len(places) == 1 else None
    return index


def _is_alike(sent: Mapping[str, Any], item: Mapping[str, Any]) -> bool:
    return all(
        name in item and _folded(item[name]) == _folded(value)
        for name, value in sent.items()
    )


def _folded(value: Any) -> str:
    """Of a payload that may have come back with texts in the place of scalars."""
    if isinstance(value, Mapping | list | tuple):
        return json.dumps(value, sort_keys=True, default=str)
    return fold_key(str(canonical(value, "text")))
