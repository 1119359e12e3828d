"""The kind `records`, as the engine sees it."""

from collections.abc import Callable, Iterator
from typing import Any, ClassVar

from reconciler.form.fields import Path
from reconciler.form.spelling import cut, did_you_mean, shown
from reconciler.kinds.definition.checks import DefinitionProfile
from reconciler.kinds.definition.table import CONTACT_KEYS, ROW_ID, Column, Table
from reconciler.kinds.drawing import Drawing, Mark, Node, NodeField
from reconciler.kinds.kind import Kind
from reconciler.kinds.records.manifest import RecordSet
from reconciler.kinds.records.rules import RECORD_RULES
from reconciler.kinds.values import Neighbours, Nouns, Reference
from reconciler.model.address import Address
from reconciler.model.change import Blocked, Change
from reconciler.model.live import LiveResource
from reconciler.model.problem import DocumentPath, Problem

DEFINITION = "definition"


class RecordsKind(Kind[RecordSet, LiveResource]):
    """One set of rows for each definition. Its rows are in files, or inline."""

    name = "records"
    model = RecordSet
    live = LiveResource
    key = "definition"
    nouns = Nouns("record set", "record sets", "record sets")
    lives = False
    has_rows = True
    refers_to = (DEFINITION,)
    rules: ClassVar = RECORD_RULES

    def references(self, resource: RecordSet) -> Iterator[Reference]:
        target = Address(DEFINITION, resource.definition)
        yield Reference(target, None, ("definition",))

    def respelled(
        self, resource: RecordSet, spelling: Callable[[Address], Address]
    ) -> RecordSet:
        target = spelling(Address(DEFINITION, resource.definition))
        return resource.model_copy(update={"definition": target.name})

    def problems(self, resource: RecordSet) -> Iterator[Problem]:
        if resource.file and resource.rows is not None:
            message = "rows stand in `file` or in `rows`, and not in both"
            yield Problem("records-source", message, ("rows",))
        if resource.mode == "mirror" and not resource.scope:
            message = (
                "a mirror deletes rows that are not listed: `scope` says which rows are "
                "its own, such as scope: {responsable_id: [COM-001]}"
            )
            yield Problem("records-scope", message, ("mode",))
        if resource.scope and resource.mode != "mirror":
            message = f"`scope` is for mode: mirror, and this is {resource.mode}"
            yield Problem("records-scope", message, ("scope",))
        yield from _doubled_columns(resource)

    def problems_between(
        self, resource: RecordSet, others: Neighbours
    ) -> Iterator[Problem]:
        owner = others(Address(DEFINITION, resource.definition))
        # A reference that leads nowhere is a finding of its own.
        if not isinstance(owner, DefinitionProfile):
            return
        for name, path in _named_fields(resource):
            if not owner.may_have(name):
                hint = owner.vocabulary.hint(name)
                called = cut(owner.name)
                message = f"definition/{called} has no field {shown(name)}{hint}"
                yield Problem("records-field", message, path)
        if not owner.partial:
            yield from _mode_problems(resource, owner.table)
            yield from _by_problems(resource, owner.table, others)

    def dotted(self, path: Path) -> str:
        match path:
            case ("rows", what):
                return f"rows to {what}"
            case ("rows", place, name):
                return f"{place} {name}"
        return super().dotted(path)

    def words(self, path: Path, value: Any) -> str:
        match path:
            case ("rows", _) if isinstance(value, int):
                return f"{value:,}"
        return super().words(path, value)

    def draw_change(self, change: Change) -> Drawing:
        return _line_of_rows(change.address.name, mark=change.action)

    def draw_blocked(self, item: Blocked) -> Drawing:
        return _line_of_rows(item.address.name, mark="blocked")

    def draw(self, resource: RecordSet) -> Drawing:
        origin = ", ".join(resource.file) or "its manifest"
        return _line_of_rows(resource.definition, origin)


def _line_of_rows(definition: str, origin: str = "", mark: Mark = "") -> Drawing:
    """A line in the box of their definition; no field can be called like it."""
    line = NodeField("rows from", origin, mark=mark)
    address = Address(DEFINITION, definition)
    return Drawing((Node(str(address), definition, (line,)),))


def _named_fields(resource: RecordSet) -> Iterator[tuple[str, DocumentPath]]:
    for name in resource.columns:
        yield name, ("columns", name, name)
    for name in resource.scope:
        yield name, ("scope", name, name)
    for index, name in enumerate(resource.ignore_differences):
        yield name, ("ignore_differences", index)


def _doubled_columns(resource: RecordSet) -> Iterator[Problem]:
    seen: dict[str, str] = {}
    for name, said in resource.columns.items():
        if said.column in seen:
            held = seen[said.column]
            message = f"the column {shown(said.column)} holds {cut(held)} already"
            yield Problem("records-field", message, ("columns", name))
        seen[said.column] = name


def _mode_problems(resource: RecordSet, table: Table) -> Iterator[Problem]:
    message = mode_problem(table, resource.mode)
    if message:
        yield Problem("records-mode", message, ("mode",))


def mode_problem(table: Table, mode: str) -> str:
    """Why rows of this table are not sent in this mode; empty when they are."""
    if mode == "insert-once" and table.keys:
        keys = ", ".join(table.keys)
        return (
            f"{cut(table.name)} has unique keys ({keys}), by which rows are updated: "
            "mode: insert-once is for definitions without"
        )
    if mode != "insert-once" and not table.keys:
        return (
            f"{cut(table.name)} has no unique keys: sent again, its rows would double. "
            "Write mode: insert-once, or add the rows by hand."
        )
    return ""


def _by_problems(
    resource: RecordSet, table: Table, others: Neighbours
) -> Iterator[Problem]:
    for name, said in resource.columns.items():
        column = table.columns.get(name)
        if column is None or said.by is None:
            continue
        message = _by_message(column, said.by, others)
        if message:
            yield Problem("records-by", message, ("columns", name, "by"))


def _by_message(column: Column, by: str, others: Neighbours) -> str:
    """What is wrong with the key by which values of a field name what they point at;
    empty when nothing is.
    """
    name = cut(column.name)
    if column.target is None:
        return f"`by` names what a field points at, and {name} points at nothing"
    if column.target.what == "products":
        return f"`by` is for contacts and for rows of definitions, and {name} points at a product"
    if column.is_contact:
        known = ", ".join(CONTACT_KEYS)
        hint = did_you_mean(by, CONTACT_KEYS) or f"; known are {known}"
        return "" if by in CONTACT_KEYS else f"a contact has no key {shown(by)}{hint}"
    end = others(Address(DEFINITION, column.target.definition))
    if not isinstance(end, DefinitionProfile) or by == ROW_ID or end.may_have(by):
        return ""
    return (
        f"definition/{cut(end.name)} has no field {shown(by)}{end.vocabulary.hint(by)}"
    )
