"""What is to be done: three change classes named for the verb, and what cannot be done.

A create or update is complete in itself: `fields` says everything that has to be
written, with references as addresses.
"""

from typing import Annotated, Any, Literal, Protocol

from pydantic import BaseModel, ConfigDict, Field

from reconciler.model.address import Address, AddressText

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


class Edit(Protocol):
    """What is to be done to one resource: enough to order it and to say what it sends."""

    @property
    def address(self) -> Address: ...
    @property
    def action(self) -> Action: ...
    @property
    def fields(self) -> tuple[FieldChange, ...]: ...
    @property
    def used_by(self) -> "tuple[UsedBy, ...]": ...


class Accepted(Value):
    """A breaking change that a reviewed manifest accepts; `change` is its dotted path,
    or `delete`.
    """

    change: str
    reason: str
    until: str


class UsedBy(Value):
    """Somebody who uses what a change takes away: `by` is the address of a message, a
    segment or a scenario, or the file of a sample payload, and `source` its place there.

    `change` is the dotted path of the difference, or `delete`; `how` quotes what is
    written.
    """

    change: str
    by: str
    source: str
    how: str = ""


class RowCounts(Value):
    """How many rows of a record set come, change and go."""

    create: int = 0
    update: int = 0
    delete: int = 0


class _Change(Value):
    """What all changes share. `requests` counts the writes; `depends_on` must be done
    before. `rows` is there for a record set, which is one change; `used_by` says whom it
    breaks.
    """

    address: AddressText
    action: Action
    impact: Impact
    reason: str
    fields: tuple[FieldChange, ...]
    depends_on: tuple[AddressText, ...] = ()
    source: str | None = None
    requests: int = 1
    accepted: tuple[Accepted, ...] = ()
    rows: RowCounts | None = None
    used_by: tuple[UsedBy, ...] = ()


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


class _Stopped(Value):
    """What stands in the way: the rule, what it is about, the ways out, and who uses what
    would go away.
    """

    address: AddressText
    rule: str
    path: tuple[str, ...]
    old: Any = None
    new: Any = None
    ways_out: tuple[str, ...]
    message: str
    source: str | None = None
    used_by: tuple[UsedBy, ...] = ()

    def document(self) -> dict[str, Any]:
        """As plain JSON values; `used_by` stands in it only when somebody does."""
        document = self.model_dump(mode="json")
        if not self.used_by:
            del document["used_by"]
        return document


class Blocked(_Stopped):
    """A difference that the API cannot make in place (contract §3.3)."""


RefusalReason = Literal["guard", "breaking", "destroy"]


class Refusal(_Stopped):
    """A part of a change that could be made and may not be: a guard of the settings
    stops it, or a permission is missing. `rule` is the guard or the rule that it
    breaks; `path` is empty when the whole change is meant.
    """

    reason: RefusalReason
