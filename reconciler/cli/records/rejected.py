"""The file of rows that are not stored: their own columns, where they stood, and why. It
can be mended and applied again, for columns that begin with `_` are left out on input.
"""

import json
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from reconciler.cli.app import App
from reconciler.cli.writing import write_private
from reconciler.report.terminal import printable

if TYPE_CHECKING:
    from reconciler.manifest.rows import RowSet
    from reconciler.records.csv_writing import CsvWriting
    from reconciler.records.outcome import RowsOutcome
    from reconciler.records.raw import RawRow
    from reconciler.records.row_spool import RowSpool

EXTRA = ("_line", "_state", "_reason")
Place = tuple[int, int]
"""The number of a file, and a line of it."""


def write_rejected(
    app: App, file: str, rows: "RowSet", spool: "RowSpool", outcome: "RowsOutcome"
) -> None:
    """Writes it, for its owner only, in the dialect in which it will be read. Rows are
    read from their files once more.
    """
    from reconciler.records.csv_writing import CsvWriting, NotEncodable

    why: dict[tuple[int, int], tuple[str, str]] = {}
    for each in outcome.compared.why_refused:
        why[each.file, each.line] = ("refused", each.problem.message)
    for ended in outcome.not_stored:
        why[ended.file, ended.line] = (ended.state.name.lower(), ended.reason)
    wanted = _Wanted(rows, why, set(_not_sent(spool)))
    try:
        write_private(file, wanted.lines(CsvWriting.to(file, rows.records.csv)))
    except NotEncodable as lacking:
        # Rows of JSON hold what a CSV file of this manifest cannot.
        app.complain(f"{printable(file)} was not written: {lacking}.")
        return
    app.talk(f"{wanted.count:,} of {outcome.rows:,} rows are in {printable(file)}")


@dataclass(slots=True)
class _Wanted:
    """The rows that are not stored: those with a reason, and those that were not sent."""

    rows: "RowSet"
    why: "Mapping[Place, tuple[str, str]]"
    unsent: "Collection[Place]"
    count: int = 0

    def lines(self, writing: "CsvWriting") -> Iterator[bytes]:
        """The header, and the lines of the file. Raises NotEncodable."""
        names = list(dict.fromkeys(n for _, cells, _ in self._rows() for n in cells))
        yield writing.line([*names, *EXTRA])
        for line, cells, (state, reason) in self._rows():
            self.count += 1
            kept = [_cell(cells.get(name)) for name in names]
            yield writing.line([*kept, str(line), state, writing.fitting(reason)])

    def _rows(self) -> "Iterator[tuple[int, dict[str, Any], tuple[str, str]]]":
        """(line, cells, (state, reason)) of each."""
        for number, part in enumerate(self.rows.parts):
            for raw in part.source.rows():
                place = (number, raw.line)
                if place in self.why:
                    yield raw.line, _kept(raw), self.why[place]
                elif place in self.unsent:
                    yield raw.line, _kept(raw), ("not_sent", "nothing was sent of it")


def _cell(value: Any) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _kept(raw: "RawRow") -> dict[str, Any]:
    return {
        name: value for name, value in raw.cells.items() if not name.startswith("_")
    }


def _not_sent(spool: "RowSpool") -> Iterator[tuple[int, int]]:
    from reconciler.records.run import LEFT

    for state in LEFT:
        yield from spool.lines(state, 10_000_000)
