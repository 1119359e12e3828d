"""The plan: one plain value that is shown, saved and applied. Its JSON form is the plan
document.
"""

from typing import Any, Self

from pydantic import Field, ValidationError

from reconciler.model.address import Address, AddressText
from reconciler.model.change import Blocked, Change, Refusal, Value

FORMAT_VERSION = "1.0"
UNSETTLED = "unsettled"
"""The reason of a plan without changes, while the shop is still making something."""
OFFLINE = "offline"
"""The base URL of a plan that was made from git revisions, without a shop."""


class Tool(Value):
    name: str
    version: str


class TargetInfo(Value):
    """The shop that was planned against; the fingerprint is a salted hash and tells
    nothing about the key.
    """

    name: str
    base_url: str
    key_fingerprint: str


class Git(Value):
    """The commit the manifests were read at; `head` is null outside a git work tree, and
    when git fails. `dirty` is true unless they are known to be those of the commit.
    """

    head: str | None = None
    dirty: bool = False


class Summary(Value):
    """Counts of addresses, except `blocked`: it counts addresses with at least one
    blocked difference.
    """

    create: int = 0
    update: int = 0
    delete: int = 0
    blocked: int = 0
    unchanged: int = 0
    unmanaged: int = 0


class Forecast(Value):
    """What applying will cost after the plan has been read: writes and the read-back,
    in seconds of wall time.
    """

    requests: int = 0
    seconds: float = 0.0


class Exit(Value):
    """The exit code and why, as every JSON document of the tool has it."""

    code: int
    reason: str


class SettingChange(Value):
    """A rule of reconciler.toml that protects a shop, or says where its key goes, and
    what becomes of it; None is nothing.
    """

    name: str
    old: str | None = None
    new: str | None = None


class Asked(Value):
    """What the plan was made from: the paths given, and how much of it was asked
    for.
    """

    paths: tuple[str, ...] = ()
    only: str | None = None
    prune: bool = False


class DashboardEdit(Value):
    """What has to be written anew in the dashboard because of a rename: `old` stands in
    the message or scenario `by`, whose copy is at `source`.
    """

    by: str
    source: str
    old: str
    new: str


class RestsOn(Value):
    """Fingerprints of a manifest and of what lives under its address; None where there
    is none.
    """

    manifest: str | None
    live: str | None


class Plan(Value):
    """All changes in an order in which they can be sent, and everything else that was
    seen; `live` counts it. `refused` is what guards stop, and what decided the exit code.
    `incomplete` says why not everything could be compared; `edits` is what is left to do
    in the dashboard.
    """

    format_version: str = FORMAT_VERSION
    tool: Tool
    target: TargetInfo
    created_at: str
    expires_at: str
    git: Git
    incomplete: tuple[str, ...] = ()
    settings: tuple[SettingChange, ...] = ()
    changes: tuple[Change, ...] = ()
    blocked: tuple[Blocked, ...] = ()
    refused: tuple[Refusal, ...] = ()
    unchanged: tuple[AddressText, ...] = ()
    unmanaged: tuple[AddressText, ...] = ()
    warnings: tuple[str, ...] = ()
    summary: Summary = Field(default_factory=Summary)
    forecast: Forecast = Field(default_factory=Forecast)
    digest: str = ""
    exit: Exit
    live: int = 0
    asked: Asked = Field(default_factory=Asked)
    rests_on: dict[AddressText, RestsOn] = Field(default_factory=dict)
    edits: tuple[DashboardEdit, ...] = ()
    checksum: str = ""

    @classmethod
    def read(cls, document: Any) -> Self:
        """The plan in a plan document; keys that this version does not know are
        ignored, also when they are not to be there. Raises ValueError with the place.
        """
        try:
            # A later version of the tool may write keys that this one does not know.
            return cls.model_validate(document, extra="ignore")
        except ValidationError as wrong:
            place = ".".join(map(str, wrong.errors()[0]["loc"]))
            raise ValueError(place or "the whole") from None

    @property
    def doubled(self) -> tuple[Address, ...]:
        """What has a manifest, and lives more than once under its name."""
        managed = {*self.unchanged, *(each.address for each in self.changes)}
        return tuple(sorted(managed.intersection(self.unmanaged)))

    def document(self) -> dict[str, Any]:
        """The plan document as plain JSON values; what is refused, what becomes of the
        rules, what could not be compared, counts of rows, and what concerns the dashboard
        stand in it only when there is something.
        """
        document = self.model_dump(mode="json")
        for name in ("incomplete", "refused", "settings", "edits"):
            if not document[name]:
                del document[name]
        for change in document["changes"]:
            if change["rows"] is None:
                del change["rows"]
        for items in ("changes", "blocked", "refused"):
            for item in document.get(items, ()):
                if not item["used_by"]:
                    del item["used_by"]
        return document
