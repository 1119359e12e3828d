"""What a shop has that its manifests do not say. Its JSON form is what `drift --format
json` prints.
"""

from typing import Any, Literal

from reconciler.model.address import AddressText
from reconciler.model.change import FieldChange, Value
from reconciler.model.plan import FORMAT_VERSION, Exit, TargetInfo, Tool

State = Literal["changed", "missing", "still-there"]
"""changed: lives otherwise than declared · missing: declared and does not live ·
still-there: declared absent and lives.
"""


class Drifted(Value):
    """One address that is not as its manifest says; `old` of a field is what lives,
    `new` what is declared.
    """

    address: AddressText
    state: State
    fields: tuple[FieldChange, ...] = ()
    source: str | None = None


class Undeclared(Value):
    """A part of a managed resource that its manifest does not mention; `value` is what
    lives there.
    """

    address: AddressText
    path: tuple[str, ...]
    value: Any = None


class Coverage(Value):
    """How many of the live resources of a kind have a manifest."""

    managed: int
    live: int


class Drift(Value):
    """Everything in which live and manifests differ. `coverage` is by kind."""

    format_version: str = FORMAT_VERSION
    tool: Tool
    target: TargetInfo
    created_at: str
    drifted: tuple[Drifted, ...] = ()
    undeclared: tuple[Undeclared, ...] = ()
    unmanaged: tuple[AddressText, ...] = ()
    coverage: dict[str, Coverage]
    warnings: tuple[str, ...] = ()
    exit: Exit

    def document(self) -> dict[str, Any]:
        """The drift as plain JSON values."""
        return self.model_dump(mode="json")
