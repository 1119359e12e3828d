"""Forms → payloads, exactly as documented: bodies are strict and refuse unknown keys
(contract §1, §3.2, §4, §6).
"""

from collections.abc import Mapping
from typing import Any

from reconciler.diff.fields import Form

Ids = Mapping[str, int]


def definition(name: str, form: Form, ids: Ids) -> dict[str, Any]:
    """The body of a create; references become ids as text (contract §3.1)."""
    return {**additions(form, ids), "name": name}


def additions(form: Form, ids: Ids) -> dict[str, Any]:
    """The body of an extend: only what is in the form."""
    body: dict[str, Any] = {
        key: form[key] for key in ("name", "description", "unique_keys") if key in form
    }
    if form.get("fields"):
        body["fields"] = [
            {"name": name, **attributes} for name, attributes in form["fields"].items()
        ]
    if form.get("relationships"):
        body["relationships"] = [
            {"sourceField": source, **_target(relationship, ids)}
            for source, relationship in form["relationships"].items()
        ]
    return body


def _target(relationship: Form, ids: Ids) -> dict[str, Any]:
    custom = relationship["targetSchemaType"] == "custom"
    return (
        {**relationship, "targetSchema": str(ids[relationship["targetSchema"]])}
        if custom
        else dict(relationship)
    )


def event(form: Form) -> dict[str, Any]:
    """The whole schema: whether the server merges or replaces, the result is the same
    (contract §13 row 19).
    """
    body: dict[str, Any] = {
        key: form[key] for key in ("name", "code_name") if key in form
    }
    properties: dict[str, Any] = {}
    for slot, content in form.get("properties", {}).items():
        outer, _, inner = slot.partition(".")
        rows = [_property(name, attributes) for name, attributes in content.items()]
        if inner:
            properties.setdefault(outer, {})[inner] = rows
        else:
            properties[outer] = rows
    return {**body, "properties": properties} if properties else body


def _property(name: str, attributes: Form) -> dict[str, Any]:
    """An empty description is one that does not exist."""
    return {
        "name": name,
        **{
            key: value
            for key, value in attributes.items()
            if key != "description" or value
        },
    }


def overrides(form: Form, ids: Ids) -> dict[str, Any]:
    """The body that replaces the whole set of one native field, highest priority
    first.
    """
    sources = sorted(form["sources"].values(), key=lambda source: source["priority"])
    return {
        "overrides": [
            {
                "id_custom_data_definition": ids[source["definition"]],
                "custom_field_name": source["field"],
                "priority": source["priority"],
            }
            for source in sources
        ]
    }
