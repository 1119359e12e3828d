"""How definitions travel (contract §3)."""

from typing import Any

from reconciler.api import wire
from reconciler.api.endpoint import Endpoint, Ids
from reconciler.api.sender import Sender
from reconciler.form.fields import Form
from reconciler.form.scalars import truth
from reconciler.kinds.definition.live import (
    LiveDefinition,
    LiveField,
    LiveRelationship,
)
from reconciler.kinds.definition.manifest import SYSTEM_SCHEMAS
from reconciler.kinds.step import Step
from reconciler.model.address import Address

PATH = "/custom-data-definitions"
_SENT_AS_THEY_ARE = ("name", "description", "unique_keys")
_VERBS = {"active": "activate", "inactive": "deactivate"}


class DefinitionEndpoint(Endpoint[LiveDefinition]):
    """Append-only: extended, never replaced."""

    kind = "definition"
    path = PATH
    id_keys = ("id_definition", "id")

    def value(self, row: wire.Row) -> LiveDefinition | None:
        number = wire.identifier(row, *self.id_keys)
        name = row.get("name") or row.get("schema_name")
        if number is None or not isinstance(name, str) or not name.strip():
            return None
        keys = wire.list_in(wire.either(row, "unique_keys", "uniqueKeys"))
        fields = wire.rows_in(row.get("fields"))
        relationships = wire.rows_in(row.get("relationships"))
        return LiveDefinition(
            id=number,
            name=name,
            status=wire.status_of(row),
            description=wire.text(row.get("description")),
            unique_keys=tuple(map(str, keys)),
            fields=tuple(map(_field, fields)),
            relationships=tuple(map(_relationship, relationships)),
        )

    def called(self, row: wire.Row) -> str | None:
        return wire.text(row.get("name") or row.get("schema_name"))

    def is_whole(self, row: wire.Row) -> bool:
        return isinstance(wire.parse(row.get("fields")), list)

    def body(self, form: Form, ids: Ids) -> dict[str, Any]:
        """Only what is in the form; references become ids as text (contract §3.1)."""
        body = {key: form[key] for key in _SENT_AS_THEY_ARE if key in form}
        fields = form.get("fields", {})
        if fields:
            body["fields"] = [{"name": name, **fields[name]} for name in fields]
        relationships = form.get("relationships", {})
        if relationships:
            body["relationships"] = [
                {"sourceField": source, **_with_id(relationships[source], ids)}
                for source in relationships
            ]
        return body

    def extend(
        self, connection: Sender, number: int, additions: Form, ids: Ids
    ) -> None:
        """PATCH …/extend with what is missing, nothing else (contract §3.2)."""
        path = f"{PATH}/{number}/extend"
        connection.write("PATCH", path, body=self.body(additions, ids))

    def switch(self, connection: Sender, number: int, status: str) -> None:
        """PATCH …/activate or …/deactivate; a 409 may say that it is active already
        (contract §13 row 7): whoever calls has to look.
        """
        connection.write("PATCH", f"{PATH}/{number}/{_VERBS[status]}")

    def route(self, step: Step) -> str:
        match step.verb:
            case "extend":
                return f"PATCH {PATH}/{{id}}/extend"
            case "switch":
                return f"PATCH {PATH}/{{id}}/{_VERBS[str(step.status)]}"
        return super().route(step)


def _field(row: wire.Row) -> LiveField:
    name = str(row.get("name", ""))
    label = wire.text(row.get("label"))
    options = row.get("options")
    if options is not None:
        options = tuple(wire.list_in(options))
    return LiveField(
        name=name,
        type=wire.type_name(row.get("type")),
        label=name if label is None else label,
        required=truth(row.get("required")),
        description=wire.text(row.get("description")),
        default=row.get("default"),
        options=options,
    )


def _relationship(row: wire.Row) -> LiveRelationship:
    """`targetSchemaType` may be missing: a number is a definition, contacts and
    products are the system's.
    """
    source = str(wire.either(row, "sourceField", "source_field") or "")
    schema = str(wire.either(row, "targetSchema", "target_schema") or "").strip()
    field = wire.text(wire.either(row, "targetField", "target_field"))
    kind = wire.either(row, "targetSchemaType", "target_schema_type")
    if kind not in ("custom", "system"):
        kind = "system" if schema in SYSTEM_SCHEMAS else "custom"
    if kind == "system":
        return LiveRelationship(source, schema, None, field)
    # A target that is no number gets an id that nothing has, and so shows as gone.
    return LiveRelationship(source, None, wire.whole(schema) or 0, field)


def _with_id(relationship: Form, ids: Ids) -> dict[str, Any]:
    if relationship["targetSchemaType"] != "custom":
        return dict(relationship)
    target = Address.parse(relationship["targetSchema"])
    return {**relationship, "targetSchema": str(ids[target])}
