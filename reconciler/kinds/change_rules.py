"""Rules about changes of any kind: what a plan cannot do (blocked), and what makes
something that works today stop working (breaking).
"""

from reconciler.model.rule import Example, Rule

_ACCEPT = "say under `accept` that it is meant, in a reviewed change"

CHANGE_RULES = (
    Rule(
        "accent-conflict",
        "The live name differs only by accents, and the server takes the two for one.",
        (
            "write the name as it lives: {old}",
            "choose a name that differs by more than accents",
        ),
        Example(
            lives="""
                kind: definition
                name: Fidélité
                fields:
                  - name: points
                    type: number
                """,
            before="""
                kind: definition
                name: Fidelite
                fields:
                  - name: points
                    type: number
                """,
            after="""
                kind: definition
                name: Fidélité
                fields:
                  - name: points
                    type: number
                """,
        ),
        severity="blocked",
    ),
    Rule(
        "ambiguous-name",
        "A delete, a rename or a status switch may be about several live resources: their "
        "names differ by case, accents or blanks, and not exactly one is spelled as in "
        "the manifest.",
        (
            "spell the name exactly as the one that is meant: {old}",
            "rename or delete the others in the shop",
        ),
        Example(
            lives="Agencies and AGENCIES live beside each other in the shop",
            before="a manifest says `name: agencies` and `ensure: absent`",
            after="the manifest says `name: AGENCIES` and `ensure: absent`",
            in_words=True,
        ),
        severity="blocked",
    ),
    Rule(
        "not-comparable",
        "The manifest before is not valid, or its file cannot be read, so nobody can say "
        "what this changes.",
        (
            "mend the manifest in a change of its own, and change it in the next one",
            "compare with a revision in which it is valid",
        ),
        Example(
            lives="at the revision before, a conflict marker stands in manifests/shop.yaml",
            before="one pull request takes the marker out and makes a text field a number",
            after="one takes the marker out, and another one changes the field",
            in_words=True,
        ),
        severity="blocked",
    ),
    Rule(
        "breaking-rename",
        "A new name is one that messages, segments and senders do not know yet.",
        ("keep the name", _ACCEPT),
        Example(
            lives="""
                kind: event
                code_name: visit
                name: Visit
                """,
            before="""
                kind: event
                code_name: shop_visit
                renamed_from: visit
                name: Visit
                """,
            after="""
                kind: event
                code_name: shop_visit
                renamed_from: visit
                name: Visit
                accept:
                  - change: code_name
                    reason: all senders have moved
                    until: 2030-12-31
                """,
        ),
        severity="breaking",
    ),
    Rule(
        "breaking-update",
        "Something that works today is refused or finds nothing after the update.",
        ("add what is optional, and take nothing away", _ACCEPT),
        Example(
            lives="""
                kind: event
                code_name: visit
                name: Visit
                properties:
                  metaData:
                    - {name: city, type: text}
                """,
            before="""
                kind: event
                code_name: visit
                name: Visit
                properties:
                  metaData:
                    - {name: city, type: text}
                    - {name: agency, type: text, required: true}
                """,
            after="""
                kind: event
                code_name: visit
                name: Visit
                properties:
                  metaData:
                    - {name: city, type: text}
                    - {name: agency, type: text}
                """,
        ),
        severity="breaking",
    ),
    Rule(
        "breaking-delete",
        "Whatever uses the resource finds nothing after the delete.",
        ("keep it", _ACCEPT),
        Example(
            lives="""
                kind: event
                code_name: visit
                name: Visit
                """,
            before="""
                kind: event
                code_name: visit
                ensure: absent
                """,
            after="""
                kind: event
                code_name: visit
                ensure: absent
                accept:
                  - change: delete
                    reason: nobody sends it any more
                    until: 2030-12-31
                """,
        ),
        severity="breaking",
    ),
)


def ways_out_of(breaking_rule: str) -> tuple[str, ...]:
    """The ways out of a change that breaks something. Raises KeyError for an id that no
    rule here has.
    """
    return {rule.id: rule.ways_out for rule in CHANGE_RULES}[breaking_rule]
