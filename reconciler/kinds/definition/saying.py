"""A definition as its manifest says it, without what the server fills in (contract
§3.1): a label like the name, `required: false`, the usual target field.
"""

from collections.abc import Mapping
from typing import Any

from reconciler.form.fields import Form
from reconciler.form.scalars import canonical
from reconciler.kinds.definition.form import has_usual_target_field
from reconciler.kinds.saying import bare_name
from reconciler.model.problem import DocumentPath

_RESTORED = ("bool", "number", "decimal", "date")
"""The types of which a listing turns defaults into text (contract §2)."""
_LISTS = ("fields", "relationships")


def document(name: str, form: Form) -> dict[str, Any]:
    """All that the form says, in the order in which people write it."""
    said: dict[str, Any] = {"kind": "definition", "name": name}
    if form.get("status") == "inactive":
        said["ensure"] = "inactive"
    if form.get("description"):
        said["description"] = form["description"]
    if form.get("unique_keys"):
        said["unique_keys"] = list(form["unique_keys"])
    fields, relationships = form.get("fields", {}), form.get("relationships", {})
    said["fields"] = [_field(name, each) for name, each in fields.items()]
    if relationships:
        said["relationships"] = [
            _relationship(source, each) for source, each in relationships.items()
        ]
    return said


def _field(name: str, form: Form) -> dict[str, Any]:
    said: dict[str, Any] = {"name": name}
    if form.get("label", name) != name:
        said["label"] = form["label"]
    said["type"] = form["type"]
    if form.get("required"):
        said["required"] = True
    if form.get("description"):
        said["description"] = form["description"]
    if form.get("options"):
        said["options"] = list(form["options"])
    if form.get("default") is not None:
        said["default"] = _default(form["default"], form["type"])
    return said


def _default(value: Any, type_name: str) -> Any:
    return canonical(value, type_name) if type_name in _RESTORED else value


def _relationship(source: str, form: Form) -> dict[str, Any]:
    said = {
        "sourceField": source,
        "targetSchemaType": form["targetSchemaType"],
        "targetSchema": bare_name(form["targetSchema"]),
    }
    if not has_usual_target_field({"targetField": None, **form}):
        said["targetField"] = form["targetField"]
    return said


def identity(item: Mapping[str, Any]) -> object:
    """Of a relationship, the field that it begins at."""
    return item.get("sourceField", item.get("name"))


def left_out(path: DocumentPath) -> DocumentPath:
    """One field or one relationship; of the keys, all or none."""
    return path[:2] if path[:1] and path[0] in _LISTS else path[:1]
