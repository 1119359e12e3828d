"""Where the boxes and lines of the picture go."""

from __future__ import annotations

import itertools
from typing import Any

import pytest

from reconciler.sandbox.dashboard.view import View
from reconciler.sandbox.page.picture import MOST_FIELDS, Override, picture


def field(name: str) -> dict[str, object]:
    """A number."""
    return {"name": name, "label": name, "type": "number", "required": False}


def related(source: str, target: str | int) -> dict[str, str]:
    """A relation to a system schema, or to the definition with that number."""
    kind = "custom" if isinstance(target, int) else "system"
    return {"sourceField": source, "targetSchemaType": kind, "targetSchema": str(target)}


@pytest.fixture
def draw(shop):
    """Create definitions `(name, {field: target or None})`; give the picture of them."""

    def make(*definitions: tuple[str, dict[str, Any]], overrides: tuple[Override, ...] = ()) -> dict[str, Any]:
        for name, fields in definitions:
            relations = [related(source, target) for source, target in fields.items() if target]
            body = {"name": name, "fields": [field(each) for each in fields], "relationships": relations}
            answer = shop.http.post("/custom-data-definitions", json=body)
            assert 200 == answer.status_code, answer.text
        with shop.store.reading() as db:
            return picture(View(db, 1).definitions, overrides)

    return make


def columns(drawn: dict[str, Any]) -> dict[str, list[str]]:
    """The titles by their place from the left."""
    found: dict[int, list[str]] = {}
    for box in drawn["boxes"]:
        found.setdefault(box["x"], []).append(box["title"])
    return {" ".join(sorted(found[x])): found[x] for x in sorted(found)}


def overlaps(drawn: dict[str, Any]) -> list[tuple[str, str]]:
    """Pairs of boxes that cover each other."""
    return [
        (one["title"], other["title"])
        for one, other in itertools.combinations(drawn["boxes"], 2)
        if one["x"] < other["x"] + other["width"]
        and other["x"] < one["x"] + one["width"]
        and one["y"] < other["y"] + other["height"]
        and other["y"] < one["y"] + one["height"]
    ]


def test_the_clinics_are_a_chain_from_the_contacts_to_the_products(draw) -> None:
    """As the guide tells it: contact → assignment → clinic → price → product."""
    drawn = draw(
        ("Vet", {"nom": None}),
        ("VetPricing", {"veto_id": 1, "product_id": "products", "price": None}),
        ("VetAssignment", {"contact_id": "contacts", "veto_id": 1}),
        overrides=(Override(2, "price", "price", 1),),
    )
    assert ["contacts", "VetAssignment", "Vet", "VetPricing", "products"] == list(columns(drawn))
    assert [False, False, False, False, True] == [link["override"] for link in drawn["links"]]


def test_what_nothing_connects_stands_below_the_contacts(draw) -> None:
    """It takes no column of its own."""
    drawn = draw(("Alone", {"a": None}), ("Loyalty", {"contact_id": "contacts"}))
    assert ["Alone contacts", "Loyalty"] == list(columns(drawn))


def test_without_definitions_the_contacts_are_there(draw) -> None:
    """And no products, which nothing leads to."""
    assert (["contacts"], []) == (list(columns(draw())), draw()["links"])


def test_many_definitions_do_not_cover_each_other(draw) -> None:
    """Sixty, of several sizes, in a web of relations."""
    definitions = [
        (f"D{n}", {**{f"f{i}": None for i in range(n % 14)}, "r": 1 + n // 3 if n else "contacts"}) for n in range(60)
    ]
    drawn = draw(*definitions)
    assert (61, []) == (len(drawn["boxes"]), overlaps(drawn))
    assert all(0 <= box["x"] and box["x"] + box["width"] <= drawn["width"] for box in drawn["boxes"])
    assert all(0 <= box["y"] and box["y"] + box["height"] <= drawn["height"] for box in drawn["boxes"])


def test_a_definition_may_lead_to_itself(shop, draw) -> None:
    """The line leaves and comes back on the right, within the picture."""
    draw(("Tree", {"parent": None}))
    added = {"fields": [field("up")], "relationships": [related("up", 1)]}
    assert 200 == shop.http.patch("/custom-data-definitions/1/extend", json=added).status_code
    with shop.store.reading() as db:
        drawn = picture(View(db, 1).definitions, ())
    (link,) = drawn["links"]
    bow = int(link["path"].split("C")[1].split()[0])
    assert drawn["boxes"][1]["x"] + drawn["boxes"][1]["width"] < bow <= drawn["width"]


def test_a_relation_to_what_was_deleted_is_left_out(shop, draw) -> None:
    """The dead id leads nowhere."""
    draw(("Gone", {"a": None}), ("Left", {"contact_id": "contacts", "gone_id": 1}))
    shop.http.delete("/custom-data-definitions/1")
    with shop.store.reading() as db:
        drawn = picture(View(db, 1).definitions, (Override(1, "a", "price", 1),))
    assert ["Left.contact_id leads to id_contact"] == [link["words"] for link in drawn["links"]]


def test_long_definitions_show_what_relations_need(draw) -> None:
    """The first fields, and those that a line begins at."""
    drawn = draw(("Long", {**{f"f{n}": None for n in range(40)}, "contact_id": "contacts"}))
    long = next(box for box in drawn["boxes"] if box["title"] == "Long")
    assert (MOST_FIELDS + 1, 31, "contact_id") == (len(long["fields"]), long["more"], long["fields"][-1]["name"])
