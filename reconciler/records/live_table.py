"""The table of a definition as the shop has it, for rows of which no manifest is asked."""

from collections.abc import Mapping

from reconciler.kinds.definition.live import LiveDefinition, LiveRelationship
from reconciler.kinds.definition.table import Column, Table, Target


def table_of_live(live: LiveDefinition, names: Mapping[int, str]) -> Table:
    """`names` are those of all definitions, by their ids."""
    targets = {each.source_field: _target(each, names) for each in live.relationships}
    columns = {}
    for each in live.fields:
        options = tuple(each.options or ())
        target = targets.get(each.name)
        columns[each.name] = Column(
            each.name, each.type, each.required, options, target
        )
    return Table(live.name, columns, live.unique_keys)


def _target(relationship: LiveRelationship, names: Mapping[int, str]) -> Target:
    if relationship.target_id is not None:
        name = names.get(relationship.target_id, "")
        return Target("definition", relationship.target_field or "id", name)
    if relationship.system == "contacts":
        return Target("contacts", relationship.target_field or "id_contact")
    return Target("products", relationship.target_field or "product_id")
