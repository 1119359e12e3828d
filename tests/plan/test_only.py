"""Which addresses a pattern picks."""

import pytest

from reconciler.errors import ExitCode, WrongUsage
from reconciler.kinds.definition.manifest import Definition
from reconciler.kinds.event.manifest import Event
from reconciler.kinds.override.manifest import Override
from reconciler.model.address import Address
from reconciler.model.manifest import Desired, Manifest
from reconciler.model.source import Source
from reconciler.plan.only import matches, with_dependencies


def definition(name: str, *targets: str, kind: str = "custom") -> Manifest:
    fields = [{"name": f"f{place}", "type": "text"} for place in range(len(targets) + 1)]
    relationships = [
        {"sourceField": f"f{place}", "targetSchemaType": kind, "targetSchema": target}
        for place, target in enumerate(targets)
    ]
    resource = Definition.model_validate({"name": name, "fields": fields, "relationships": relationships})
    return Manifest(Address("definition", name), resource, Source("m.yaml"))


OVERRIDE = Override.model_validate(
    {"target": "products.price", "sources": [{"definition": "Price", "field": "f0", "priority": 1}]}
)
MANIFESTS = [
    definition("A", "B"),
    definition("B", "C", "Live"),
    definition("C", "A", "B"),
    definition("Price", "products", kind="system"),
    definition("products"),
    definition("D[1]"),
    Manifest(Address("event", "e.a"), Event(code_name="e.a", name="E"), Source("m.yaml")),
    Manifest(Address("override", "products.price"), OVERRIDE, Source("m.yaml")),
]
DESIRED = Desired({manifest.address: manifest for manifest in MANIFESTS})


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("definition/A", {"definition/A", "definition/B", "definition/C"}),
        ("definition/[BC]", {"definition/A", "definition/B", "definition/C"}),
        ("override/*", {"override/products.price", "definition/Price"}),
        ("definition/Price", {"definition/Price"}),
        ("event/*", {"event/e.a"}),
        ("definition/D[1]", {"definition/D[1]"}),
        ("*", {str(manifest.address) for manifest in MANIFESTS}),
    ],
)
def test_a_pattern_picks_what_fits_and_what_that_refers_to(pattern: str, expected: set[str]) -> None:
    """Round cycles, and not to what no manifest describes or what only has the name of a system schema."""
    assert expected == {str(address) for address in with_dependencies(DESIRED, pattern)}


@pytest.mark.parametrize(
    ("pattern", "end"),
    [
        ("Definition/A", " – did you mean 'definition/A'?"),
        ("a", " – did you mean 'definition/A'?"),
        ("Prices", " – did you mean 'definition/Price'?"),
        ("product", " – did you mean 'definition/products'?"),
        ("product list", ". Addresses read like definition/NAME."),
        ("nothing-of-the-kind*", ". Addresses read like definition/NAME."),
    ],
)
def test_a_pattern_that_picks_nothing_is_wrong_usage(pattern: str, end: str) -> None:
    """The message names the address that was meant, or says how addresses read."""
    with pytest.raises(WrongUsage) as wrong:
        with_dependencies(DESIRED, pattern)
    expected = f"No manifest has an address like {pattern!r}{end}"
    assert (ExitCode.USAGE, expected) == (wrong.value.exit_code, str(wrong.value))


@pytest.mark.parametrize(
    ("expected", "pattern"), [(True, "event/a[1]"), (True, "event/a*"), (True, "event/a[[]1]"), (False, "event/A*")]
)
def test_an_address_matches_itself(expected: bool, pattern: str) -> None:
    """And patterns, in which case counts."""
    assert expected is matches("event/a[1]", pattern)
