"""What is to be done: three change classes named for the verb, and what cannot be done.

A create or update is complete in itself: `fields` says everything that has to be
written, with references as addresses.
"""

import json
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from reconciler.model.kinds import SLOTS

Op = Literal["added", "removed", "changed"]
Impact = Literal["safe", "caution", "breaking"]
Action = Literal["create", "update", "delete"]


class Value(BaseModel):
    """The base of the values that the plan document consists of."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class FieldChange(Value):
    """One leaf difference, or a whole field, relationship, property or source that
    comes or goes.
    """

    path: tuple[str, ...]
    op: Op
    old: Any = None
    new: Any = None

    @property
    def dotted(self) -> str:
        """As one word; a name that holds a dot itself is quoted, so that no two paths
        read the same.
        """
        clear = self.path[0] == "sources"  # `Definition.field` is the key of a source
        return ".".join(
            part if clear or "." not in part or part in SLOTS else json.dumps(part)
            for part in self.path
        )


class Accepted(Value):
    """A breaking change that a reviewed manifest accepts; `change` is its dotted path,
    or `delete`.
    """

    change: str
    reason: str
    until: str


class _Change(Value):
    """What all changes share. `requests` counts the writes; `depends_on` must be done
    before.
    """

    address: str
    action: Action
    impact: Impact
    reason: str
    fields: tuple[FieldChange, ...]
    depends_on: tuple[str, ...] = ()
    source: str | None = None
    requests: int = 1
    accepted: tuple[Accepted, ...] = ()


class Create(_Change):
    """A resource that does not live yet; `fields` holds all of it."""

    action: Literal["create"] = "create"


class Update(_Change):
    """A live resource that gains or changes something; `fields` is never empty."""

    action: Literal["update"] = "update"
    fields: tuple[FieldChange, ...] = Field(min_length=1)


class Delete(_Change):
    """A live resource that goes away; an override is deleted by an empty set of
    sources.

    `live` is a fingerprint of all that goes: what was reviewed is what is deleted, and
    not another one of its name.
    """

    action: Literal["delete"] = "delete"
    live: str | None = None
    fields: tuple[FieldChange, ...] = ()


Change = Annotated[Create | Update | Delete, Field(discriminator="action")]


class Blocked(Value):
    """A difference that the API cannot make in place (contract §3.3)."""

    address: str
    rule: str
    path: tuple[str, ...]
    old: Any = None
    new: Any = None
    ways_out: tuple[str, ...]
    message: str
    source: str | None = None
