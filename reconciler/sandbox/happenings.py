"""What has become visible, for those who wait for it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

Moment = Literal["created", "updated"]


@dataclass(frozen=True)
class Saved:
    """A row was created or updated. An upsert with the values that the row has already
    counts as an update: the contract does not know, and a rehearsal should show the most
    that may be sent.
    """

    definition: int
    id: int
    moment: Moment


@dataclass(frozen=True)
class Fired:
    """An event is in the histories, as the row `history`; `contact` is None when its
    target was not resolved.
    """

    code_name: str
    history: int
    contact: int | None
    meta_data: Mapping[str, Any]


Happening = Saved | Fired
