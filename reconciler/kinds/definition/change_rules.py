"""What the API cannot change in a definition that exists, and the ways out (contract
§3.3).
"""

from reconciler.model.rule import Example, Rule

_MIGRATE = "replace the definition under a new name, in a reviewed change of its own"
_KEEP = "keep {old}"


def _field(*attributes: str) -> str:
    """A definition with the field phone, which has these attributes."""
    lines = "".join(f"    {attribute}\n" for attribute in attributes)
    return f"kind: definition\nname: Agencies\nfields:\n  - name: phone\n{lines}"


_AGENCIES_AND_SELLERS = """
kind: definition
name: Agencies
fields:
  - name: city
    type: text
---
kind: definition
name: Sellers
fields:
  - name: agency
    type: number
"""
_RELATED = """\
relationships:
  - sourceField: agency
    targetSchemaType: custom
    targetSchema: Agencies
"""

DEFINITION_CHANGE_RULES = (
    Rule(
        "field-type-frozen",
        "A field's type cannot change in place.",
        (_KEEP, "add {name}_{new} beside it", _MIGRATE),
        Example(
            lives=_field("type: text"),
            before=_field("type: number"),
            after=_field("type: text") + "  - name: phone_number\n    type: number\n",
        ),
        severity="blocked",
    ),
    Rule(
        "field-label-frozen",
        "A field's label cannot change in place.",
        (_KEEP, _MIGRATE),
        Example(
            lives=_field("type: text", "label: Phone"),
            before=_field("type: text", "label: Telephone"),
            after=_field("type: text", "label: Phone"),
        ),
        severity="blocked",
    ),
    Rule(
        "field-required-frozen",
        "A field cannot become required or optional in place.",
        (_KEEP, _MIGRATE),
        Example(
            lives=_field("type: text", "required: false"),
            before=_field("type: text", "required: true"),
            after=_field("type: text", "required: false"),
        ),
        severity="blocked",
    ),
    Rule(
        "field-default-frozen",
        "A field's default cannot change in place.",
        (_KEEP, _MIGRATE),
        Example(
            lives=_field("type: text", "default: none"),
            before=_field("type: text", "default: unknown"),
            after=_field("type: text", "default: none"),
        ),
        severity="blocked",
    ),
    Rule(
        "field-options-frozen",
        "A field's options cannot change in place.",
        (_KEEP, "add a second list field beside it", _MIGRATE),
        Example(
            lives=_field("type: list", "options: [fixed, mobile]"),
            before=_field("type: list", "options: [fixed, mobile, none]"),
            after=_field("type: list", "options: [fixed, mobile]"),
        ),
        severity="blocked",
    ),
    Rule(
        "field-description-frozen",
        "A field's description cannot change in place.",
        (_KEEP, _MIGRATE),
        Example(
            lives=_field("type: text", "description: With the country's code"),
            before=_field("type: text", "description: Without spaces"),
            after=_field("type: text", "description: With the country's code"),
        ),
        severity="blocked",
    ),
    Rule(
        "field-name-frozen",
        "A field's name cannot change in place, not even its case or accents.",
        ("write it as it lives: {old}", _MIGRATE),
        Example(
            lives=_field("type: text"),
            before=_field("type: text").replace("phone", "Phone"),
            after=_field("type: text"),
        ),
        severity="blocked",
    ),
    Rule(
        "unique-keys-frozen",
        "The unique keys of a definition cannot change.",
        (_KEEP, _MIGRATE),
        Example(
            lives="unique_keys: []\n" + _field("type: text"),
            before="unique_keys: [phone]\n" + _field("type: text"),
            after="unique_keys: []\n" + _field("type: text"),
        ),
        severity="blocked",
    ),
    Rule(
        "relationship-frozen",
        "A relationship cannot change in place.",
        (_KEEP, "add a second field with the new relationship", _MIGRATE),
        Example(
            lives="""
                kind: definition
                name: Visits
                fields:
                  - name: who
                    type: number
                relationships:
                  - sourceField: who
                    targetSchemaType: system
                    targetSchema: contacts
                """,
            before="""
                kind: definition
                name: Visits
                fields:
                  - name: who
                    type: number
                relationships:
                  - sourceField: who
                    targetSchemaType: system
                    targetSchema: products
                """,
            after="""
                kind: definition
                name: Visits
                fields:
                  - name: who
                    type: number
                  - name: what
                    type: number
                relationships:
                  - sourceField: who
                    targetSchemaType: system
                    targetSchema: contacts
                  - sourceField: what
                    targetSchemaType: system
                    targetSchema: products
                """,
        ),
        severity="blocked",
    ),
    Rule(
        "stale-relation",
        "The stored relationship points at another definition's id than its target "
        "has now.",
        (
            "add a second field with a relationship to {new}",
            "replace {address} so that it points at {new} again",
        ),
        Example(
            lives="# since then, Agencies was deleted in the shop and created again"
            + _AGENCIES_AND_SELLERS
            + _RELATED,
            before=_AGENCIES_AND_SELLERS + _RELATED,
            after=_AGENCIES_AND_SELLERS
            + "  - name: branch\n    type: number\n"
            + _RELATED.replace("agency", "branch"),
        ),
        severity="blocked",
    ),
)
