"""What a pull did to a folder. Its JSON form is what `pull --format json` prints."""

from typing import Any, Literal

from reconciler.model.address import AddressText
from reconciler.model.change import Value
from reconciler.model.plan import FORMAT_VERSION, Exit, Summary, TargetInfo, Tool

FileAction = Literal["created", "changed"]


class PulledFile(Value):
    """A file that was written, or with `--check` would be, and what it describes."""

    file: str
    action: FileAction
    addresses: tuple[AddressText, ...] = ()
    rows: int | None = None


class NotWritten(Value):
    """What lives and no manifest says, and why; `path` is empty for all of it. `source`
    is where its manifest stands, if it has one.
    """

    address: AddressText
    path: str
    reason: str
    source: str | None = None


class SilencedRule(Value):
    """A rule that a comment keeps quiet about what lives."""

    rule: str
    message: str
    file: str
    line: int


class Others(Value):
    """What else lives under the name of one that is written, in words."""

    address: AddressText
    others: tuple[str, ...]


class PulledFinding(Value):
    """What `validate` finds in the folder afterwards."""

    rule: str
    severity: str
    message: str
    file: str
    line: int
    column: int


class Pulled(Value):
    """A pull. `kept` was already as it lives, `plan` counts what a plan of the folder
    would do now (None when the manifests are not valid).
    """

    format_version: str = FORMAT_VERSION
    tool: Tool
    target: TargetInfo
    created_at: str
    folder: str
    check: bool = False
    files: tuple[PulledFile, ...] = ()
    kept: tuple[AddressText, ...] = ()
    not_written: tuple[NotWritten, ...] = ()
    silenced: tuple[SilencedRule, ...] = ()
    others: tuple[Others, ...] = ()
    findings: tuple[PulledFinding, ...] = ()
    plan: Summary | None = None
    warnings: tuple[str, ...] = ()
    requests: int = 0
    exit: Exit

    def document(self) -> dict[str, Any]:
        """The pull as plain JSON values."""
        return self.model_dump(mode="json")
