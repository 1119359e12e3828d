"""What was asked for: how rows are compared, and how they are pushed."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from reconciler.kinds.records.manifest import Mode
from reconciler.records.cost import Asked, Verify

OnMoved = Literal["skip", "overwrite", "stop"]


@dataclass(frozen=True, slots=True)
class CompareOptions:
    """`where` narrows both sides to the rows with these values. Of the rows that differ
    `shown` are kept with their values; 0 keeps all.
    """

    mode: Mode = "upsert"
    where: Mapping[str, str] = field(default_factory=dict)
    read: Asked = "auto"
    shown: int = 20


@dataclass(frozen=True, slots=True)
class PushOptions:
    """`first` stops after so many rows; `lines` are the first and the last line that is
    sent. `wait` is how long accepted rows are waited for, in seconds.
    """

    first: int | None = None
    lines: tuple[int, int | None] | None = None
    batch: int | None = None
    on_moved: OnMoved = "skip"
    verify: Verify | None = None
    wait: float = 60.0
    max_requests: int | None = None
