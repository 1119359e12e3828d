"""Rules that a manifest of any kind can break: the shape of its document, its
references and its renames. Rules about changes are in `change_rules`.
"""

from reconciler.kinds.change_rules import CHANGE_RULES
from reconciler.model.rule import Example, Rule

DOCUMENT_RULES = (
    Rule(
        "not-a-manifest",
        "A document is not a mapping.",
        ("begin it with `kind:`",),
        Example(
            before="""
                - agencies
                - vets
                """,
            after="""
                kind: event
                code_name: visit
                name: Visit
                """,
        ),
    ),
    Rule(
        "unknown-kind",
        "`kind` is missing, or none that this version knows.",
        ("use definition, event or override",),
        Example(
            before="""
                kind: evnet
                code_name: visit
                name: Visit
                """,
            after="""
                kind: event
                code_name: visit
                name: Visit
                """,
        ),
    ),
    Rule(
        "missing-key",
        "Something required is not written.",
        ("add the key",),
        Example(
            before="""
                kind: event
                name: Visit
                """,
            after="""
                kind: event
                code_name: visit
                name: Visit
                """,
        ),
    ),
    Rule(
        "unknown-key",
        "A key has no meaning here.",
        ("correct its spelling", "remove it"),
        Example(
            before="""
                kind: event
                code_nam: visit
                code_name: visit
                name: Visit
                """,
            after="""
                kind: event
                code_name: visit
                name: Visit
                """,
        ),
    ),
    Rule(
        "unknown-value",
        "A value is none of those allowed.",
        ("use one of the values that the message lists",),
        Example(
            before="""
                kind: definition
                name: Agencies
                fields:
                  - {name: city, type: txt}
                """,
            after="""
                kind: definition
                name: Agencies
                fields:
                  - {name: city, type: text}
                """,
        ),
    ),
    Rule(
        "wrong-type",
        "A value is of another type than expected.",
        ("write the type that the message names",),
        Example(
            before="""
                kind: event
                code_name: visit
                name: 2026
                """,
            after="""
                kind: event
                code_name: visit
                name: "2026"
                """,
        ),
    ),
    Rule(
        "unquoted-text",
        "A word without quotes stands where text is wanted, and some readers of YAML "
        "take it for a number, a flag or a day.",
        ("put it in quotes",),
        Example(
            before="""
                kind: definition
                name: Agencies
                fields:
                  - {name: region, type: list, options: [01, 02, 75]}
                """,
            after="""
                kind: definition
                name: Agencies
                fields:
                  - {name: region, type: list, options: ["01", "02", "75"]}
                """,
        ),
    ),
    Rule(
        "out-of-bounds",
        "A value or list is too short, too long, too small or too large.",
        ("keep within the bounds that the message names",),
        Example(
            before="""
                kind: event
                code_name: ""
                name: Visit
                """,
            after="""
                kind: event
                code_name: visit
                name: Visit
                """,
        ),
    ),
    Rule(
        "unseen-character",
        "A name holds a character that shows as nothing, or as a blank that is not the "
        "plain one.",
        (
            "write the name again without it",
            "to correct such a name in the shop, write it under `renamed_from`, with an "
            'escape such as "\\u200b"',
        ),
        Example(
            before="""
                kind: event
                code_name: "shop_\\u200bvisit"
                name: Visit
                """,
            after="""
                kind: event
                code_name: shop_visit
                name: Visit
                """,
        ),
    ),
    Rule(
        "outer-blank",
        "A name begins or ends with a blank, which nobody sees; for the server, a name "
        "with a blank before it is another name.",
        (
            "write the name without the blank",
            "to correct such a name in the shop, write it in quotes under "
            '`renamed_from`: `name: Foo` with `renamed_from: " Foo"`',
        ),
        Example(
            before="""
                kind: event
                code_name: " shop_visit"
                name: Visit
                """,
            after="""
                kind: event
                code_name: shop_visit
                renamed_from: " shop_visit"
                name: Visit
                """,
        ),
    ),
    Rule(
        "duplicate-address",
        "Two documents describe one resource; the server compares without case and "
        "accents.",
        ("keep one of them", "rename one"),
        Example(
            before="""
                kind: event
                code_name: visit
                name: Visit
                ---
                kind: event
                code_name: Visit
                name: Visit to a shop
                """,
            after="""
                kind: event
                code_name: visit
                name: Visit
                ---
                kind: event
                code_name: shop_visit
                name: Visit to a shop
                """,
        ),
    ),
    Rule(
        "duplicate-field",
        "Two fields or properties have one name.",
        ("rename or remove one",),
        Example(
            before="""
                kind: definition
                name: Agencies
                fields:
                  - {name: city, type: text}
                  - {name: City, type: text}
                """,
            after="""
                kind: definition
                name: Agencies
                fields:
                  - {name: city, type: text}
                """,
        ),
    ),
    Rule(
        "dangling-reference",
        "A manifest names a definition that no manifest describes.",
        (
            "correct the name",
            "if it lives in the shop without a manifest, silence the line: `plan` "
            "looks there",
        ),
        Example(
            before="""
                kind: definition
                name: Agencies
                fields:
                  - {name: parent, type: number}
                relationships:
                  - sourceField: parent
                    targetSchemaType: custom
                    targetSchema: Agenceis
                """,
            after="""
                kind: definition
                name: Agencies
                fields:
                  - {name: parent, type: number}
                relationships:
                  - sourceField: parent
                    targetSchemaType: custom
                    targetSchema: Agencies
                """,
        ),
        silenceable=True,
    ),
    Rule(
        "reference-to-absent",
        "A manifest refers to a definition that is to be deleted (`ensure: absent`).",
        ("take the reference away first", "keep the definition"),
        Example(
            before="""
                kind: definition
                name: Agencies
                ensure: absent
                ---
                kind: definition
                name: Sellers
                fields:
                  - {name: agency, type: number}
                relationships:
                  - sourceField: agency
                    targetSchemaType: custom
                    targetSchema: Agencies
                """,
            after="""
                kind: definition
                name: Agencies
                ensure: absent
                ---
                kind: definition
                name: Sellers
                fields:
                  - {name: agency, type: number}
                """,
        ),
    ),
    Rule(
        "reference-to-renamed",
        "A manifest refers to a definition by the name that another manifest renames "
        "it from.",
        ("write the new name",),
        Example(
            before="""
                kind: definition
                name: Agencies
                renamed_from: Shops
                fields:
                  - {name: parent, type: number}
                relationships:
                  - sourceField: parent
                    targetSchemaType: custom
                    targetSchema: Shops
                """,
            after="""
                kind: definition
                name: Agencies
                renamed_from: Shops
                fields:
                  - {name: parent, type: number}
                relationships:
                  - sourceField: parent
                    targetSchemaType: custom
                    targetSchema: Agencies
                """,
        ),
    ),
    Rule(
        "rename-conflict",
        "`renamed_from` cannot be followed: its name is the manifest's own, stands in "
        "another manifest, is claimed twice, or the resource is to be deleted.",
        ("name the old name that no manifest has any more",),
        Example(
            before="""
                kind: event
                code_name: visit
                renamed_from: visit
                name: Visit
                """,
            after="""
                kind: event
                code_name: visit
                renamed_from: shop_visit
                name: Visit
                """,
        ),
    ),
    Rule(
        "accept-expired",
        "The day until which a breaking change is accepted is over.",
        ("remove the entry", "have a new day reviewed"),
        Example(
            before="""
                kind: event
                code_name: visit
                name: Visit
                accept:
                  - change: code_name
                    reason: all senders have moved
                    until: 2025-12-31
                """,
            after="""
                kind: event
                code_name: visit
                name: Visit
                """,
        ),
        severity="warning",
    ),
)

SHARED_RULES = (*DOCUMENT_RULES, *CHANGE_RULES)
