"""A saved comparison of rows: what a later push checks before it sends anything. It holds
counts and hashes, and no row.
"""

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from reconciler import __version__
from reconciler.cli.app import App
from reconciler.cli.writing import write_whole
from reconciler.errors import Stale, WrongUsage
from reconciler.records.report import RowsReport
from reconciler.report.documents import as_json
from reconciler.report.terminal import printable

KIND = "records-plan"
SUFFIX = ".json"
FORMAT = "1.0"
LARGEST = 64 * 1024


@dataclass(frozen=True, slots=True)
class SavedRows:
    """What was saved."""

    address: str
    target: str
    mode: str
    file: str | None
    where: Mapping[str, str]
    sha256: tuple[str, ...]
    counts: Mapping[str, int]
    digest: str


def save(
    app: App,
    report: RowsReport,
    out: str,
    *,
    file: str | None,
    where: Mapping[str, str],
) -> None:
    """Writes it. Raises WrongUsage for a name that `apply` would not take."""
    if not out.lower().endswith(SUFFIX):
        raise WrongUsage(
            f"--out {printable(out)}: `records apply` takes a plan only from a file whose name ends in {SUFFIX}."
        )
    document = {
        "format_version": FORMAT,
        "document": KIND,
        "tool": __version__,
        "address": report.address,
        "target": report.target,
        "mode": report.mode,
        "file": file,
        "where": dict(where),
        "sha256": [each.sha256 for each in report.files],
        "counts": _counts(report),
        "digest": report.compared.digest,
    }
    write_whole(out, as_json(document))
    name, place = printable(report.table.name), printable(out)
    app.talk(
        f"Saved in {place}. To push exactly this:\n  reconciler records apply {name} {place}"
    )


def _counts(report: RowsReport) -> dict[str, int]:
    compared = report.compared
    return {
        "create": compared.create,
        "update": compared.update,
        "delete": compared.delete,
        "unchanged": compared.unchanged,
        "refused": compared.refused,
    }


def saved_in(paths: tuple[str, ...]) -> tuple[SavedRows | None, tuple[str, ...]]:
    """The saved comparison that the first path names, if it names one, and the other
    paths. Raises Stale for one that was edited beyond reading.
    """
    first, *others = paths
    if not first.lower().endswith(SUFFIX) or not os.path.isfile(first):
        return None, paths
    with open(first, "rb") as stream:
        text = stream.read(LARGEST)
    try:
        document = json.loads(text)
    except ValueError:
        return None, paths
    if not isinstance(document, dict) or document.get("document") != KIND:
        return None, paths
    if os.path.islink(first):
        raise WrongUsage(f"{printable(first)} is a link: name the plan itself.")
    return _read(document, first), tuple(others)


def _read(document: Mapping[str, Any], name: str) -> SavedRows:
    try:
        if str(document["format_version"]).partition(".")[0] != "1":
            raise ValueError
        return SavedRows(
            address=str(document["address"]),
            target=str(document["target"]),
            mode=str(document["mode"]),
            file=document["file"],
            where=dict(document["where"]),
            sha256=tuple(document["sha256"]),
            counts=dict(document["counts"]),
            digest=str(document["digest"]),
        )
    except (KeyError, TypeError, ValueError):
        told = f"{printable(name)} is no plan that this version wrote. Nothing was sent. Compare again."
        raise Stale(told, reason="edited") from None


def check_saved(saved: SavedRows, report: RowsReport) -> None:
    """Raises Stale when what would be pushed is not what was saved."""
    moved = []
    if saved.address != report.address or saved.mode != report.mode:
        moved.append("it was made for another record set or mode")
    if saved.target != report.target:
        moved.append(f"it was made for the target {saved.target}")
    if saved.sha256 != tuple(file.sha256 for file in report.files):
        moved.append("a file has changed since")
    now = _counts(report)
    for name, count in now.items():
        if saved.counts.get(name) != count:
            moved.append(f"{name}: {saved.counts.get(name)} then, {count} now")
    if saved.digest != report.compared.digest and not moved:
        moved.append("rows of the shop have changed since")
    if moved:
        told = f"The saved plan does not fit any more: {'; '.join(moved)}. Nothing was sent. Compare again."
        raise Stale(told, moved=moved)
