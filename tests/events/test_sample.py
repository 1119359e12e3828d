"""Samples are taken by the shop, whatever the event type (V2), and by the check that stands beside it."""

import json
import random
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import pytest

from reconciler.events.check import payload_mistakes
from reconciler.events.sample import Extent, sample
from reconciler.events.schema import Schema, schema_of
from reconciler.kinds.event.manifest import Event
from reconciler.sandbox.call import Call
from reconciler.sandbox.envelopes import Refusal
from reconciler.sandbox.handlers.events import create
from reconciler.sandbox.handlers.triggers import trigger
from tests.campaigns.generated import PROPERTY_TYPES, SLOTS
from tests.conftest import SHIPPED, Lab

EXTENTS: tuple[Extent, ...] = ("all", "required")
CONTACT = {"email": "marie.dupont@example.com"}
NAMES = ["email", "phone", "expiry_date", "reason", "lineItems", "prénom", "id", "code name", "customData", "2x", "at"]
OPTIONS = {
    "text": ["web", "store"],
    "longtext": ["a\n'\"b"],
    "number": [1, 2.5],
    "decimal": [9.99],
    "date": ["2028-02-29"],
}
DESCRIPTIONS = ["purchase | referral|review", "1 | 2 | 30", "either this | or that.", "|", "Merci 😀", None]


def _property(chance: random.Random, name: str) -> dict[str, Any]:
    kind = chance.choice(PROPERTY_TYPES)
    made = {"name": name, "type": kind, "required": chance.random() < 0.5, "description": chance.choice(DESCRIPTIONS)}
    if kind in OPTIONS and chance.random() < 0.3:
        made["options"] = OPTIONS[kind]
    return {key: value for key, value in made.items() if value is not None}


def _event(seed: int) -> Event:
    """An event type; the same for the same seed."""
    chance = random.Random(seed)
    properties = {}
    for slot in SLOTS:
        if chance.random() < 0.6:
            names = chance.sample([*NAMES, *(f"own_{n}" for n in range(5))], chance.randint(0, 6))
            properties[slot] = [_property(chance, name) for name in names]
    code = chance.choice([f"shop.event_{seed}", f"é vénement/{seed}?", f"loyalty {seed}%20"])
    return Event.model_validate({"kind": "event", "name": "E", "code_name": code, "properties": properties})


def _body(event: Event) -> dict[str, Any]:
    """The request that creates it; options are nothing that the API knows."""
    properties: dict[str, Any] = {}
    for slot, listed in event.properties.by_slot().items():
        outer, _, inner = slot.partition(".")
        rows = [each.model_dump(exclude_none=True, exclude={"options"}) for each in listed]
        properties[outer] = {inner: rows} if inner else rows
    return {"name": "E", "code_name": event.code_name, "properties": properties}


@dataclass(frozen=True)
class Shop:
    """The sandbox's handlers without the way over HTTP, which is what takes time."""

    call: Call

    def create(self, event: Event) -> None:
        """Creates the event type."""
        create(replace(self.call, body=json.dumps(_body(event)).encode()))

    def refuses(self, code: str, payload: object) -> list[str]:
        """What it says against a payload; nothing when it takes it."""
        body = json.dumps(payload).encode()
        try:
            trigger(replace(self.call, body=body, path={"code_name": code}))
        except Refusal as refusal:
            return [str(refusal.message)]
        return []


@pytest.fixture
def shop(lab: Lab) -> Iterator[Shop]:
    """An empty one."""
    number, _ = lab.store.shop_of(lab.key)
    with lab.store.writing() as db:
        yield Shop(Call(db, number, 0.0, lab.switches, "POST", {}, (), b""))


def test_samples_of_500_event_types_are_taken(shop: Shop, figure: Callable) -> None:
    """By the sandbox's trigger and by `events check`, with all properties and with those that are required."""
    refused = []
    for event in map(_event, range(500)):
        shop.create(event)
        schema = schema_of(event)
        for extent in EXTENTS:
            payload = sample(schema, extent, 1, CONTACT)
            said = [*shop.refuses(schema.code, payload), *payload_mistakes(payload, schema)]
            refused += [(schema.code, extent, said)] if said else []
    figure("V2", f"samples of 500 event types, all and --required-only: {1_000 - len(refused):,} of 1,000 taken")
    assert [] == refused
    (told,) = shop.refuses(schema.code, {})
    assert "contact or visitor should not be empty" in told


def _of(*properties: Mapping[str, Any], slot: str = "metaData") -> Schema:
    return schema_of(Event.model_validate({"code_name": "visit", "name": "V", "properties": {slot: properties}}))


def test_a_seed_gives_the_same_payload_and_another_one_another() -> None:
    """Of many properties; the day on which it is made says nothing."""
    schema = _of(*({"name": f"p{n}", "type": kind} for n, kind in enumerate(PROPERTY_TYPES)))
    assert sample(schema, "all", 1, CONTACT) == sample(schema, "all", 1, CONTACT)
    assert sample(schema, "all", 1, CONTACT) != sample(schema, "all", 2, CONTACT)


def test_another_property_changes_no_value() -> None:
    """A sample that is kept in a repository changes only where its event type does."""
    one, two = {"name": "a", "type": "number"}, {"name": "b", "type": "number"}
    alone, both = (sample(_of(*each), "all", 1, CONTACT)["metaData"] for each in ([two], [one, two]))
    assert alone["b"] == both["b"]


def test_only_what_is_required_is_there() -> None:
    """And a slot without any of it is not."""
    schema = _of({"name": "a", "type": "text"}, {"name": "b", "type": "bool", "required": True})
    assert ["b"] == list(sample(schema, "required", 1, CONTACT)["metaData"])
    assert {"contact": CONTACT} == sample(_of({"name": "a", "type": "text"}), "required", 1, CONTACT)


@pytest.mark.parametrize(
    ("declared", "values"),
    [
        ({"type": "text", "options": ["web", "store"]}, {"web", "store"}),
        ({"type": "number", "options": ["1", 2]}, {1, 2}),
        ({"type": "text", "description": "Why: purchase | referral | review."}, {"purchase", "referral", "review"}),
        ({"type": "number", "description": "10 | 20"}, {10, 20}),
        ({"type": "text", "name": "contactEmail"}, {"marie.dupont@example.com", "paul.martin@example.com"}),
        ({"type": "text", "name": "previous_tier"}, {"bronze"}),
        ({"type": "text", "name": "new_tier"}, {"gold"}),
        ({"type": "bool"}, {True, False}),
    ],
)
def test_values_follow_what_is_declared(declared: dict[str, Any], values: set[Any]) -> None:
    """Options first, then what a description lists, then the name; over many seeds each of them comes."""
    schema = _of({"name": "x", **declared})
    (name,) = schema.slots["metaData"]
    assert values == {sample(schema, "all", seed, CONTACT)["metaData"][name] for seed in range(40)}


def test_properties_of_visitors_make_it_about_a_visitor() -> None:
    """Unless there are some of contacts too."""
    schema = _of({"name": "page", "type": "text", "required": True}, slot="visitor.customData")
    assert {"visitor": {"id": 1, "customData": {"page": "page 8"}}} == sample(schema, "all", 1, CONTACT)


def test_the_command_prints_what_check_takes(run: Callable) -> None:
    """Of every event type that is shipped, over a pipe."""
    for code in ("loyalty.points_earned", "loyalty.tier_downgraded"):
        made = run(
            "events", "sample", code, "--manifests", str(SHIPPED), "--seed", "7", "--contact", "phone=+33612345678"
        )
        assert {"phone": "+33612345678"} == json.loads(made.out)["contact"], made


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["loyalty.points_earnd"], "No manifest describes an event type 'loyalty.points_earnd' – did you mean"),
        (
            ["loyalty.points_earned", "--contact", "id_customer=7"],
            "id_customer is for rows: an event",
        ),
        (["loyalty.points_earned", "--contact", "id=seven"], "'seven' is no id: write it as in id=1042."),
        (["loyalty.points_earned", "--seed", "-1"], "--seed"),
    ],
)
def test_what_cannot_be_meant_is_wrong_usage(run: Callable, arguments: list[str], words: str) -> None:
    """With what is known."""
    ended = run("events", "sample", *arguments, "--manifests", str(SHIPPED))
    assert (64, True) == (ended.code, words in ended.err), ended
