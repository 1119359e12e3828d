"""Rules that only a definition can break. Rules about changes of a definition are in
`change_rules`.
"""

from reconciler.kinds.definition.change_rules import DEFINITION_CHANGE_RULES
from reconciler.model.rule import Example, Rule


def _field(*attributes: str) -> str:
    """A definition with one field, which has these attributes."""
    lines = "".join(f"    {attribute}\n" for attribute in attributes)
    return f"kind: definition\nname: Agencies\nfields:\n  - name: region\n{lines}"


_MANIFEST_RULES = (
    Rule(
        "duplicate-option",
        "A list has one option twice; how accents are encoded and blanks around tell no "
        "options apart.",
        ("keep one of the two",),
        Example(
            before="""
                kind: definition
                name: Orders
                fields:
                  - {name: size, type: list, options: [small, large, small]}
                """,
            after="""
                kind: definition
                name: Orders
                fields:
                  - {name: size, type: list, options: [small, large]}
                """,
        ),
    ),
    Rule(
        "reserved-field",
        "A field is called `id`, as the number that the server gives every record.",
        (
            "give it a name of its own",
            "remove it: relationships can point at the server's number with `targetField: id`",
        ),
        Example(
            before="""
                kind: definition
                name: Agencies
                fields:
                  - {name: ID, type: text}
                """,
            after="""
                kind: definition
                name: Agencies
                fields:
                  - {name: agency_id, type: text}
                """,
        ),
        silenceable=True,
    ),
    Rule(
        "unique-key-not-a-field",
        "`unique_keys` names something that is not a field.",
        ("name declared fields",),
        Example(
            before="""
                kind: definition
                name: Agencies
                unique_keys: [kode]
                fields:
                  - {name: code, type: text}
                """,
            after="""
                kind: definition
                name: Agencies
                unique_keys: [code]
                fields:
                  - {name: code, type: text}
                """,
        ),
    ),
    Rule(
        "definition-without-keys",
        "A definition has no `unique_keys`: every repeated push doubles its rows, and keys "
        "can never be added once it lives.",
        (
            "name the fields that tell its rows apart: `unique_keys: [code]`",
            "say in a comment why its rows are only ever added, as in a log",
        ),
        Example(
            before="""
                kind: definition
                name: Agencies
                fields:
                  - {name: code, type: text}
                """,
            after="""
                kind: definition
                name: Agencies
                unique_keys: [code]
                fields:
                  - {name: code, type: text}
                """,
        ),
        severity="warning",
        silenceable=True,
    ),
    Rule(
        "source-field-not-a-field",
        "`sourceField` names something that is not a field.",
        ("name a declared field",),
        Example(
            before="""
                kind: definition
                name: Visits
                fields:
                  - {name: contact, type: number}
                relationships:
                  - sourceField: kontact
                    targetSchemaType: system
                    targetSchema: contacts
                """,
            after="""
                kind: definition
                name: Visits
                fields:
                  - {name: contact, type: number}
                relationships:
                  - sourceField: contact
                    targetSchemaType: system
                    targetSchema: contacts
                """,
        ),
    ),
    Rule(
        "duplicate-relationship",
        "A field has two relationships.",
        ("keep one: a field points at one thing",),
        Example(
            before="""
                kind: definition
                name: Visits
                fields:
                  - {name: who, type: number}
                relationships:
                  - {sourceField: who, targetSchemaType: system, targetSchema: contacts}
                  - {sourceField: who, targetSchemaType: system, targetSchema: products}
                """,
            after="""
                kind: definition
                name: Visits
                fields:
                  - {name: who, type: number}
                relationships:
                  - {sourceField: who, targetSchemaType: system, targetSchema: contacts}
                """,
        ),
    ),
    Rule(
        "unknown-system-schema",
        "A system relationship points at something else than contacts or products.",
        ("use contacts or products", "use `targetSchemaType: custom`"),
        Example(
            before="""
                kind: definition
                name: Visits
                fields:
                  - {name: who, type: number}
                relationships:
                  - {sourceField: who, targetSchemaType: system, targetSchema: contact}
                """,
            after="""
                kind: definition
                name: Visits
                fields:
                  - {name: who, type: number}
                relationships:
                  - {sourceField: who, targetSchemaType: system, targetSchema: contacts}
                """,
        ),
    ),
    Rule(
        "target-field-missing",
        "`targetField` is no field of the target.",
        ("name one of its fields, or `id`",),
        Example(
            before="""
                kind: definition
                name: Agencies
                fields:
                  - {name: code, type: text}
                  - {name: parent, type: text}
                relationships:
                  - sourceField: parent
                    targetSchemaType: custom
                    targetSchema: Agencies
                    targetField: kode
                """,
            after="""
                kind: definition
                name: Agencies
                fields:
                  - {name: code, type: text}
                  - {name: parent, type: text}
                relationships:
                  - sourceField: parent
                    targetSchemaType: custom
                    targetSchema: Agencies
                    targetField: code
                """,
        ),
        silenceable=True,
    ),
    Rule(
        "relation-type-mismatch",
        "Source and target field of a relationship have different types.",
        ("give both one type",),
        Example(
            before="""
                kind: definition
                name: Agencies
                fields:
                  - {name: code, type: text}
                  - {name: parent, type: number}
                relationships:
                  - sourceField: parent
                    targetSchemaType: custom
                    targetSchema: Agencies
                    targetField: code
                """,
            after="""
                kind: definition
                name: Agencies
                fields:
                  - {name: code, type: text}
                  - {name: parent, type: text}
                relationships:
                  - sourceField: parent
                    targetSchemaType: custom
                    targetSchema: Agencies
                    targetField: code
                """,
        ),
        silenceable=True,
    ),
    Rule(
        "list-without-options",
        "A field of type list has no options.",
        ("write `options: [...]`",),
        Example(
            before=_field("type: list"),
            after=_field("type: list", "options: [north, south]"),
        ),
        silenceable=True,
    ),
    Rule(
        "options-without-list",
        "Options are written on a field that is no list.",
        ("use `type: list`",),
        Example(
            before=_field("type: text", "options: [north, south]"),
            after=_field("type: list", "options: [north, south]"),
        ),
        silenceable=True,
    ),
    Rule(
        "default-outside-options",
        "The default is none of the options.",
        ("use one of them",),
        Example(
            before=_field("type: list", "options: [north, south]", "default: nord"),
            after=_field("type: list", "options: [north, south]", "default: north"),
        ),
        silenceable=True,
    ),
    Rule(
        "default-type",
        "The default cannot be read as the field's type.",
        ("write a value of the type",),
        Example(
            before=_field("type: number", "default: north"),
            after=_field("type: number", "default: 1"),
        ),
        silenceable=True,
    ),
)

DEFINITION_RULES = (*_MANIFEST_RULES, *DEFINITION_CHANGE_RULES)
