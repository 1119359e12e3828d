"""Two shops side by side. The JSON form is what `compare --format json` prints."""

from typing import Any, Literal

from reconciler.model.address import AddressText
from reconciler.model.change import FieldChange, Value
from reconciler.model.plan import FORMAT_VERSION, Exit, TargetInfo, Tool

Where = Literal["first", "second", "both"]
"""In which of the shops something lives."""


class ShopDifference(Value):
    """One address that is not alike in both shops. Of one that lives in both, `fields`
    says in what: `old` is the first shop's, `new` the second's.
    """

    address: AddressText
    where: Where
    fields: tuple[FieldChange, ...] = ()


class Compared(Value):
    """Everything in which two shops differ, ids left aside."""

    format_version: str = FORMAT_VERSION
    tool: Tool
    first: TargetInfo
    second: TargetInfo
    created_at: str
    differences: tuple[ShopDifference, ...] = ()
    alike: tuple[AddressText, ...] = ()
    warnings: tuple[str, ...] = ()
    exit: Exit

    def document(self) -> dict[str, Any]:
        """The comparison as plain JSON values."""
        return self.model_dump(mode="json")
