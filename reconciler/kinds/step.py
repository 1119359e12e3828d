"""What one change sends, request by request."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from reconciler.model.address import Address

Verb = Literal["create", "extend", "replace", "switch", "delete"]
"""create: once, it brings the id · extend: adds what is missing, never twice · replace:
the whole, may be repeated · switch: to another status · delete.
"""


@dataclass(frozen=True, slots=True)
class Step:
    """One request of a change.

    It is sent right after the step before it, unless `waits_for` is given: then it
    waits until these other changes have sent their first request (and the change's own
    earlier steps are done). `status` is what a switch switches to.
    """

    verb: Verb
    form: Mapping[str, Any] = field(default_factory=dict)
    status: str | None = None
    waits_for: tuple[Address, ...] | None = None
