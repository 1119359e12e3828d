"""Rules about conditions, which segments and the filters of scenarios can break."""

from reconciler.model.rule import Example, Rule

_DEFINITION = """
kind: definition
name: Attribution
unique_keys: [contact_id]
fields:
  - {name: contact_id, type: number, required: true}
  - {name: responsable_id, type: text, required: true}
relationships:
  - sourceField: contact_id
    targetSchemaType: system
    targetSchema: contacts
---
kind: segment
name: Alice's portfolio
"""

_MANAGER = """
kind: definition
name: Manager
fields:
  - {name: name, type: text, required: true}
---
kind: segment
name: Alice's portfolio
"""

SEGMENT_RULES = (
    Rule(
        "condition-field",
        "A condition of a segment or a filter names a field that there is not.",
        (
            "write DEFINITION.FIELD with a field of that definition, or contact.FIELD",
            "for contacts that have rows at all, write DEFINITION: {rows: {at_least: 1}}",
        ),
        Example(
            before=f"{_DEFINITION}where: {{Attribution.responsable: COM-001}}\n",
            after=f"{_DEFINITION}where: {{Attribution.responsable_id: COM-001}}\n",
        ),
    ),
    Rule(
        "condition-unreachable",
        "A condition of a segment or a filter is about a definition without a "
        "relationship to contacts.",
        (
            "take the definition that has the contact, and the field that points on",
            "try it in the dashboard, and silence the line when it works",
        ),
        Example(
            before=f"{_MANAGER}where: {{Manager.name: Alice}}\n",
            after=f"{_DEFINITION}where: {{Attribution.responsable_id: COM-001}}\n",
        ),
        severity="warning",
        silenceable=True,
    ),
)
