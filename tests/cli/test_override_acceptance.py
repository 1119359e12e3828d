"""`accept: sources.P.price` among manifests that hold nothing but an override."""

import json

import pytest

from tests.cli.test_saved_plans import Place, new_place, place

__all__ = ["new_place", "place"]

PRICES = """kind: definition
name: {}
fields: [{{name: sku, type: text}}, {{name: product, type: text}}, {{name: price, type: decimal}}]
relationships: [{{sourceField: product, targetSchemaType: system, targetSchema: products}}]
---
"""
OVERRIDE = """kind: override
target: products.price
{}sources:
  # reconciler: ignore[dangling-reference] lives in the shop
  - {{definition: Q, field: price, priority: 1}}
"""
SECOND = "  - {definition: P, field: price, priority: 2}\n"
ACCEPT = "accept: [{{change: {}, reason: nobody sells by it, until: 2099-01-01}}]\n"


@pytest.fixture
def shop(place: Place) -> Place:
    """Both sources live."""
    definitions = PRICES.format("P") + PRICES.format("Q")
    place.write("manifests/shop.yaml", definitions + OVERRIDE.format("") + SECOND)
    code, _, err = place.command("apply", "--auto-approve", "--allow", "breaking")
    assert (0, "") == (code, err)
    return place


def test_a_source_that_an_acceptance_names_may_go(shop: Place) -> None:
    """Without --allow breaking; and afterwards the shop is as the manifests say."""
    shop.write("manifests/shop.yaml", OVERRIDE.format(ACCEPT.format("sources.P.price")))
    code, out, err = shop.command("apply", "--auto-approve", "--format", "json")
    assert (0, ["override/products.price"]) == (code, json.loads(out)["applied"]), err
    code, out, _ = shop.command("plan", "--detailed-exitcode", "--format", "json")
    assert (0, []) == (code, json.loads(out)["changes"])


@pytest.mark.parametrize("accepted", ["", ACCEPT.format("sources.Q.price")])
def test_another_source_is_not_accepted(shop: Place, accepted: str) -> None:
    """The path that the refusal shows is the one to accept."""
    shop.write("manifests/shop.yaml", OVERRIDE.format(accepted))
    code, out, _ = shop.command("apply", "--auto-approve", "--format", "json")
    (item,) = json.loads(out)["breaking"]
    assert (3, ["sources", "P.price"]) == (code, item["path"])
    _, out, _ = shop.command("apply", "--auto-approve")
    assert "sources.P.price" in out
