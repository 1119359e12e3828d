"""The rows that a `pull` writes down: a CSV file beside a manifest that names it."""

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from reconciler.cli.records.export import all_rows
from reconciler.cli.records.live import LiveTable
from reconciler.kinds.records.manifest import CsvOptions, RecordSet
from reconciler.model.address import Address
from reconciler.model.pulled import NotWritten, PulledFile
from reconciler.report.terminal import printable

if TYPE_CHECKING:
    from reconciler.manifest.dump.folder import Folder
    from reconciler.model.live import Live
    from reconciler.model.manifest import Manifest
    from reconciler.records.shop import ReadableRows

KIND = "records"
_PERSONAL = "its rows are about contacts, and would be in git for ever: --show values writes them all the same"
_BY_HAND = "its manifest says how its files are written: export them with `reconciler records export`"


@dataclass
class PulledRows:
    """The rows of some definitions. `files` are the contents of CSV files that are new or
    differ, `counts` how many rows each holds; both are known once `manifests` was asked.
    """

    shop: "ReadableRows"
    names: tuple[str, ...]
    shows_people: bool = False
    files: dict[str, bytes] = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=dict)
    not_written: list[NotWritten] = field(default_factory=list)
    _created: set[str] = field(default_factory=set)
    _private: set[str] = field(default_factory=set)

    def manifests(
        self, folder: "Folder", live: "Live"
    ) -> Mapping[str, tuple[Address, str]]:
        """The new manifests of the rows: their addresses and texts, by path. Raises
        ApiError.
        """
        found: dict[str, tuple[Address, str]] = {}
        for name in self.names:
            table = _table(live, name)
            if table is not None:
                self._add(folder, table, found)
        return found

    def _add(
        self, folder: "Folder", table: LiveTable, found: dict[str, tuple[Address, str]]
    ) -> None:
        name = table.table.name
        address = Address(KIND, name)
        if table.table.is_about_contacts and not self.shows_people:
            self._leave(address, _PERSONAL)
            return
        there = _manifest_of(folder, address)
        if there is None:
            place = _new_place(folder, address, found)
            self._write(f"{place.removesuffix('.yaml')}.csv", table, CsvOptions())
            found[place] = (address, _manifest_text(table, place))
        elif (file := _own_file(there)) and isinstance(there.resource, RecordSet):
            self._write(file, table, there.resource.csv)
        else:
            self._leave(address, _BY_HAND, there.source.short)

    def _write(self, file: str, table: LiveTable, dialect: CsvOptions) -> None:
        content, count = all_rows(self.shop, table, file, dialect)
        if _is_there_already(file, content):
            return
        self.files[file], self.counts[file] = content, count
        if not os.path.lexists(file):
            self._created.add(file)
        if table.table.is_about_contacts:
            self._private.add(file)

    def _leave(self, address: Address, why: str, source: str | None = None) -> None:
        told = NotWritten(address=address, path="", reason=why, source=source)
        self.not_written.append(told)

    def is_private(self, file: str) -> bool:
        """Whether only its owner may read the file."""
        return file in self._private

    def told(self) -> Iterator[PulledFile]:
        """The files of rows, as the report has them."""
        for file in self.files:
            action: Any = "created" if file in self._created else "changed"
            yield PulledFile(
                file=printable(file), action=action, rows=self.counts[file]
            )


def _table(live: "Live", name: str) -> LiveTable | None:
    """None for what does not live, which is told elsewhere."""
    from reconciler.cli.records.live import table_in

    return table_in(live, name)


def _manifest_of(folder: "Folder", address: Address) -> "Manifest | None":
    for each, manifest in folder.existing.desired.manifests.items():
        if each.cased == address.cased:
            return manifest
    return None


def _own_file(manifest: "Manifest") -> str | None:
    """The one file that holds all of its rows as `records export` writes them."""
    records = manifest.resource
    if not isinstance(records, RecordSet) or len(records.file) != 1:
        return None
    is_plain = not records.columns and not records.scope
    (file,) = records.file
    if not is_plain or not file.endswith(".csv") or set("*?[") & set(file):
        return None
    beside = os.path.dirname(manifest.source.file)
    return os.path.normpath(os.path.join(beside, file))


def _new_place(folder: "Folder", address: Address, found: Mapping[str, Any]) -> str:
    """A path for the manifest whose rows may stand beside it."""
    from reconciler.manifest.dump.file_names import folder_of, new_places

    place = os.path.join(folder.path, folder_of(address.kind))
    names = os.listdir(place) if os.path.isdir(place) else []
    taken = {os.path.join(folder_of(KIND), _as_manifest(each)) for each in names}
    taken |= {os.path.relpath(each, folder.path) for each in found}
    ((_, new),) = new_places([address], taken)
    return os.path.normpath(os.path.join(folder.path, new))


def _as_manifest(name: str) -> str:
    return f"{name.removesuffix('.csv')}.yaml" if name.endswith(".csv") else name


def _manifest_text(table: LiveTable, place: str) -> str:
    from reconciler.manifest.dump.braces import escaped
    from reconciler.manifest.dump.emit import document_text

    said = {"kind": KIND, "definition": table.table.name}
    if not table.table.keys:
        said["mode"] = "insert-once"
    stem = os.path.basename(place).removesuffix(".yaml")
    return document_text(escaped({**said, "file": f"{stem}.csv"}))


def _is_there_already(file: str, content: bytes) -> bool:
    try:
        with open(file, "rb") as stream:
            return stream.read() == content
    except OSError:
        return False
