"""Rules that only an override can break."""

from reconciler.model.rule import Example, Rule

_DEFINITION = """
kind: definition
name: Prices
fields:
  - {name: product, type: text}
  - {name: price, type: decimal}
  - {name: sale, type: decimal}
relationships:
  - {sourceField: product, targetSchemaType: system, targetSchema: products}
"""
_UNRELATED = """
kind: definition
name: Prices
fields:
  - {name: product, type: text}
  - {name: price, type: decimal}
"""


def _priced(sources: str, definition: str = _DEFINITION) -> str:
    """The definition, and an override of the price with these sources."""
    override = f"kind: override\ntarget: products.price\nsources:\n{sources}"
    return f"{definition}---\n{override}"


OVERRIDE_RULES = (
    Rule(
        "override-field-missing",
        "An override names a field that its definition does not have.",
        ("name one of its fields",),
        Example(
            before=_priced("  - {definition: Prices, field: prise, priority: 1}\n"),
            after=_priced("  - {definition: Prices, field: price, priority: 1}\n"),
        ),
    ),
    Rule(
        "override-field-not-numeric",
        "A price can only come from a number or decimal field.",
        ("use another field",),
        Example(
            before=_priced("  - {definition: Prices, field: product, priority: 1}\n"),
            after=_priced("  - {definition: Prices, field: price, priority: 1}\n"),
        ),
        silenceable=True,
    ),
    Rule(
        "override-without-product",
        "The override's definition has no relationship to products.",
        ("relate one of its fields to products",),
        Example(
            before=_priced(
                "  - {definition: Prices, field: price, priority: 1}\n", _UNRELATED
            ),
            after=_priced("  - {definition: Prices, field: price, priority: 1}\n"),
        ),
        silenceable=True,
    ),
    Rule(
        "duplicate-priority",
        "Two sources of an override have one priority.",
        ("number them 1, 2, 3",),
        Example(
            before=_priced(
                "  - {definition: Prices, field: sale, priority: 1}\n"
                "  - {definition: Prices, field: price, priority: 1}\n"
            ),
            after=_priced(
                "  - {definition: Prices, field: sale, priority: 1}\n"
                "  - {definition: Prices, field: price, priority: 2}\n"
            ),
        ),
    ),
    Rule(
        "duplicate-source",
        "An override names one field twice.",
        ("keep one of the two",),
        Example(
            before=_priced(
                "  - {definition: Prices, field: price, priority: 1}\n"
                "  - {definition: Prices, field: price, priority: 2}\n"
            ),
            after=_priced("  - {definition: Prices, field: price, priority: 1}\n"),
        ),
    ),
)
