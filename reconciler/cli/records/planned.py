"""Record sets as a part of `plan` and `apply`: compared when the shop was read, and
pushed when their definitions are there.
"""

from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from reconciler.cli.app import App
from reconciler.cli.records.apply import OnePush, Permissions, check_permitted
from reconciler.cli.records.changes import change_of
from reconciler.cli.records.work import Files, Work, check_files
from reconciler.errors import ApiError, ReconcilerError
from reconciler.form.words import counted

if TYPE_CHECKING:
    from reconciler.manifest.rows import RowSet
    from reconciler.model.address import Address
    from reconciler.model.change import Blocked, Change, RowCounts, Update
    from reconciler.model.event import Ending
    from reconciler.model.live import Live
    from reconciler.model.manifest import Desired
    from reconciler.model.plan import RestsOn
    from reconciler.model.target import Target
    from reconciler.plan.rows import PlannedRows
    from reconciler.records.report import RowsReport


@dataclass
class RowPlanner:
    """Compares the record sets of one run, and pushes them. `shop` can write where
    something is to be pushed.
    """

    app: App
    target: "Target"
    shop: Any
    is_left_out: bool = False
    reports: "dict[Address, RowsReport]" = field(default_factory=dict)
    sets: "dict[Address, RowSet]" = field(default_factory=dict)
    waiting: "set[Address]" = field(default_factory=set)
    """Record sets with rows that point at rows which are to be pushed before them."""

    def plan(
        self, desired: "Desired", live: "Live", picked: "Collection[Address]"
    ) -> "PlannedRows":
        """What is to be done to the record sets that are picked. Raises ApiError,
        InvalidManifests, Refused.
        """
        from reconciler.plan.rows import PlannedRows

        self.reports.clear()
        self.waiting.clear()
        if self.is_left_out:
            return PlannedRows()
        self.sets = {rows.address: rows for rows in self._sets(desired, picked)}
        planned: dict[Address, _Planned] = {}
        changed: set[Address] = set()
        for address in _those_pointed_at_first(self.sets):
            planned[address] = self._planned(self.sets[address], desired, live, changed)
            if planned[address].change:
                changed.add(address)
        found = [planned[address] for address in self.sets]
        return PlannedRows(
            changes=tuple(_with_needs(planned, changed, self.sets)),
            blocked=tuple(each.blocked for each in found if each.blocked),
            unchanged=tuple(each.address for each in found if each.is_unchanged),
            warnings=tuple(told for each in found for told in each.warnings),
            rests_on={each.address: each.rests_on for each in found},
        )

    def _sets(
        self, desired: "Desired", picked: "Collection[Address]"
    ) -> "Iterator[RowSet]":
        """The record sets with rows, in the order of their addresses."""
        from dataclasses import replace

        from reconciler.manifest.record_sets import record_sets
        from reconciler.manifest.row_files import NoRowFile
        from reconciler.manifest.rows import row_set, started_by, table_in

        for manifest in record_sets(desired):
            records: Any = manifest.resource
            table = table_in(desired, records)
            if manifest.address not in picked or table is None:
                continue
            try:
                rows = row_set(manifest, table)
            except NoRowFile as missing:
                raise _unreadable(manifest, missing) from None
            if rows.parts:
                scenarios = started_by(desired, table.name)
                yield replace(rows, scenarios=scenarios)

    def _planned(
        self,
        rows: "RowSet",
        desired: "Desired",
        live: "Live",
        before: "Collection[Address]",
    ) -> "_Planned":
        """`before` are the record sets that are pushed before this one."""
        with _spool() as spool:
            files = check_files(rows, spool)
            work = self._work(rows, files, live, spool)
            if _is_inactive(rows, desired, work):
                return _Planned(
                    rows, _rests_on(rows, files, ""), blocked=_inactive(rows)
                )
            if work.living(rows.table.name) is None:
                counts, requests = _all_new(rows, files, self.target)
                warnings = _refused_words(rows, files)
                change = change_of(rows, counts, requests)
                return _Planned(
                    rows, _rests_on(rows, files, "new"), change, warnings=warnings
                )
            work.will_be_active = True
            work.before = before
            work.compare()
            if work.waits:
                self.waiting.add(rows.address)
            report = work.report(0, "changes")
        self.reports[rows.address] = report
        return _compared(rows, files, report)

    def _work(self, rows: "RowSet", files: Files, live: "Live", spool: Any) -> Work:
        from reconciler.records.options import CompareOptions

        options = CompareOptions(rows.records.mode)
        return Work(
            self.app, rows, files, self.target, options, self.shop, live, spool,
            rows.scenarios,
        )  # fmt: skip

    def check(self, given: Permissions) -> None:
        """Raises Refused for what the settings or the permissions do not allow."""
        for report in self.reports.values():
            check_permitted(self.app, report, self.target.guards, given)

    def push(self, change: "Change") -> "Ending":
        """Compares again, for what lives has changed since, and pushes. How it ended."""
        from reconciler.model.event import Failed, Moved

        rows = self.sets[change.address]
        try:
            with self._compared_again(rows) as work:
                moved = self._moved(rows, work)
                if moved:
                    return Moved(change.address, moved)
                return self._push(change, work)
        except (ApiError, ReconcilerError) as failure:
            request = failure.request if isinstance(failure, ApiError) else ""
            return Failed(change.address, str(failure), request)

    @contextmanager
    def _compared_again(self, rows: "RowSet") -> "Iterator[Work]":
        from reconciler.api.live import read
        from reconciler.model.address import Address

        definition = Address("definition", rows.table.name)
        live = read(self.shop.reading, [definition], needed={"definition"})
        with _spool() as spool:
            work = self._work(rows, check_files(rows, spool), live, spool)
            work.compare()
            yield work

    def _moved(self, rows: "RowSet", work: Work) -> str:
        """Why what was planned does not hold any more; empty when it does."""
        planned, now = self.reports.get(rows.address), work.compared
        if planned is None or planned.compared.digest == now.digest:
            return ""
        if rows.address in self.waiting:
            # What it points at has been pushed since, which deletes nothing of its own.
            if now.delete <= planned.compared.delete:
                return ""
            return "more rows would be deleted than were planned; plan again"
        return "rows have changed since the plan was made; plan again"

    def _push(self, change: "Change", work: Work) -> "Ending":
        from reconciler.model.event import Applied, Changed, Failed
        from reconciler.records.options import PushOptions
        from reconciler.report.rows_text import outcome_words

        options = PushOptions(
            batch=self.target.records_batch,
            max_requests=self.target.guards.max_requests,
        )
        push = OnePush(self.app, work, self.shop, options)
        outcome = push.run_within()
        told = outcome_words(push.report(outcome))
        self.app.talk(f"{change.address}: {told}")
        if outcome.exit.code == 0:
            return Applied(change.address)
        if outcome.stored or outcome.deleted or outcome.unknown:
            return Changed(change.address, told)
        return Failed(change.address, told)


@dataclass(frozen=True, slots=True)
class _Planned:
    """One record set in a plan."""

    rows: "RowSet"
    rests_on: "RestsOn"
    change: "Update | None" = None
    blocked: "Blocked | None" = None
    warnings: tuple[str, ...] = ()

    @property
    def address(self) -> "Address":
        return self.rows.address

    @property
    def is_unchanged(self) -> bool:
        return self.change is None and self.blocked is None


@contextmanager
def _spool() -> Iterator[Any]:
    from reconciler.records.row_spool import open_row_spool

    with open_row_spool() as spool:
        yield spool


def _unreadable(manifest: Any, missing: Exception) -> Exception:
    from reconciler.errors import InvalidManifests
    from reconciler.model.source import Finding

    return InvalidManifests([Finding(manifest.source, "record-file", str(missing))])


def _is_inactive(rows: "RowSet", desired: "Desired", work: Work) -> bool:
    """Whether the rows can only be read, also after this apply."""
    from reconciler.model.address import Address

    live = work.living(rows.table.name)
    if live is None or live.status != "inactive":
        return False
    manifest = desired.manifests[Address("definition", rows.table.name)]
    return getattr(manifest.resource, "ensure", None) != "active"


def _inactive(rows: "RowSet") -> "Blocked":
    from reconciler.model.change import Blocked

    return Blocked(
        address=rows.address,
        rule="definition-inactive",
        path=(),
        ways_out=("ensure: active in the manifest of the definition",),
        message="the definition is inactive, and its rows can only be read",
        source=rows.manifest.source.short,
    )


def _all_new(rows: "RowSet", files: Files, target: "Target") -> "tuple[RowCounts, int]":
    """What is known before the definition is there: every row is new."""
    from reconciler.model.change import RowCounts
    from reconciler.records.cost import BATCHES, forecast, looks

    count = files.good if rows.records.mode != "update" else 0
    batch = target.records_batch or BATCHES[0]
    cost = forecast(count, 0, looks(count, None), batch, target.speed)
    return RowCounts(create=count), cost.requests


def _refused_words(rows: "RowSet", files: Files) -> tuple[str, ...]:
    refused = files.rows - files.good
    if not refused:
        return ()
    told = f"{counted(refused, 'row')} cannot be sent: see `reconciler records check {rows.table.name}`"
    return (f"{rows.address}: {told}",)


def _rests_on(rows: "RowSet", files: Files, digest: str) -> "RestsOn":
    from hashlib import sha256

    from reconciler.model.plan import RestsOn
    from reconciler.plan.fingerprint import of_manifest

    said = [of_manifest(rows.manifest), *[each.sha256 for each in files.files]]
    whole = sha256(repr(said).encode()).hexdigest()[:20]
    return RestsOn(manifest=whole, live=digest or None)


def _compared(rows: "RowSet", files: Files, report: "RowsReport") -> _Planned:
    from reconciler.model.change import RowCounts

    compared = report.compared
    rests_on = _rests_on(rows, files, compared.digest)
    warnings = list(report.warnings)
    if compared.refused:
        told = f"{counted(compared.refused, 'row')} cannot be sent: see `reconciler records diff {rows.table.name}`"
        warnings.append(told)
    named = tuple(f"{rows.address}: {told}" for told in warnings)
    counts = RowCounts(
        create=compared.create, update=compared.update, delete=compared.delete
    )
    if not compared.changes:
        return _Planned(rows, rests_on, warnings=named)
    requests = report.forecast.requests
    breaks = bool(compared.pointing)
    change = change_of(rows, counts, requests, compared.first, breaks=breaks)
    return _Planned(rows, rests_on, change, warnings=named)


def _those_pointed_at_first(sets: "Mapping[Address, RowSet]") -> "list[Address]":
    """The record sets, each behind those whose rows it points at."""
    from graphlib import CycleError, TopologicalSorter

    needs = {a: _points_at(sets[a]) & sets.keys() - {a} for a in sorted(sets)}
    try:
        return list(TopologicalSorter(needs).static_order())
    except CycleError:
        return sorted(sets)


def _with_needs(
    planned: "Mapping[Address, _Planned]",
    changed: "set[Address]",
    sets: "Mapping[Address, RowSet]",
) -> "Iterator[Update]":
    """The changes in their order, with those that each has to wait for."""
    for address, each in planned.items():
        if each.change:
            needs = sorted(_points_at(sets[address]) & changed - {address})
            depends_on = (*each.change.depends_on, *needs)
            yield each.change.model_copy(update={"depends_on": depends_on})


def _points_at(rows: "RowSet") -> "set[Address]":
    targets = (column.target for column in rows.table.columns.values())
    return {_record_set(t.definition) for t in targets if t and t.definition}


def _record_set(definition: str) -> "Address":
    from reconciler.model.address import Address

    return Address("records", definition)
