"""The options that commands about payloads share, and the manifests that they go by."""

from typing import TYPE_CHECKING

from reconciler.cli.app import App
from reconciler.cli.options import Option, default_path
from reconciler.cli.session import load_manifests, target_for
from reconciler.errors import InvalidManifests, WrongUsage

if TYPE_CHECKING:
    from collections.abc import Collection

    from reconciler.events.schema import Schema
    from reconciler.events.text import Schemas
    from reconciler.manifest.resolve import Resolved

MOST_NAMES_SHOWN = 8
MANIFESTS = Option(
    "manifests",
    "A file or folder with manifests; without it, the folder manifests.",
    {"metavar": "PATH", "multiple": True},
)
CODE = Option(
    "code",
    "The code name of the event type, for payloads that do not say it themselves.",
    {"metavar": "CODE"},
)


def described(app: App, manifests: tuple[str, ...]) -> "Resolved":
    """The manifests in these paths, or in the usual place. Raises WrongUsage, and
    InvalidManifests when not all event types could be read.
    """
    paths = manifests or (default_path(),)
    resolved = load_manifests(app, paths, target_for(app, paths))
    if any(finding.severity == "error" for finding in resolved.findings):
        raise InvalidManifests(resolved.offline_findings)
    return resolved


def schema_called(schemas: "Schemas", code: str) -> "Schema":
    """The event type of this code name. Raises WrongUsage."""
    if code in schemas:
        return schemas[code]
    raise not_described(code, schemas)


def not_described(code: str, known: "Collection[str]") -> WrongUsage:
    """What to raise for a code name that no manifest has."""
    from reconciler.form.spelling import cut, did_you_mean, shown

    told = f"No manifest describes an event type {shown(code)}"
    if hint := did_you_mean(code, known):
        return WrongUsage(f"{told}{hint}")
    if not known:
        return WrongUsage(
            f"{told}, nor any other. Name the right folder with --manifests, or write one."
        )
    listed = ", ".join(map(cut, sorted(known)[:MOST_NAMES_SHOWN]))
    more = ", …" if len(known) > MOST_NAMES_SHOWN else ""
    return WrongUsage(f"{told}. The manifests describe {listed}{more}.")
