"""A silent scenario has a cause, and the diagnosis names the one that was planted."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from reconciler.events.diagnose import diagnose
from reconciler.events.diagnosis import Diagnosis
from reconciler.events.look import Question, look
from reconciler.events.seen import Declared, Listener, MessageSeen
from reconciler.events.target import parse_target
from reconciler.kinds.event.manifest import Event
from reconciler.model.source import Source
from tests.events.firing import CODE, EVENT_TYPE, MARIE, EventShop, body, event_shop, renamed, showing

EVENT = Event.model_validate({"kind": "event", **EVENT_TYPE})
PLACE = Source("manifests/loyalty.yaml", 24)
GOLD = Listener("Gold upgrade", True, "gold-upgrade", Source("manifests/loyalty.yaml", 40))
DECLARED = Declared(EVENT, PLACE, (GOLD,), (CODE,))
FINE = (MessageSeen("gold-upgrade.txt", 3, (), ("LoyaltyAccount",)),)
TARGET = parse_target(f"email={MARIE}")


@dataclass
class Plant:
    """One shop with a cause, and what else the diagnosis is given."""

    shop: EventShop
    declared: Declared = DECLARED
    messages: tuple[MessageSeen, ...] = FINE
    readable: Mapping[str, datetime] | None = None

    def diagnosis(self) -> Diagnosis:
        """What is said of it."""
        question = Question(CODE, TARGET, timedelta(hours=24), self.shop.clock.moment())
        seen = look(self.shop.shop, question, self.declared, self)
        return diagnose(replace(seen, readable=self.readable or {}))

    def of(self, listeners: object, contact: object) -> tuple[MessageSeen, ...]:
        """The messages, as they were planted."""
        return self.messages


def _missing(plant: Plant) -> None:
    number = plant.shop.other.get("/events").json()["data"][0]["id_event"]
    assert plant.shop.other.delete(f"/events/{number}").is_success


def _different(plant: Plant) -> None:
    required = {"name": "reason", "type": "text", "required": True}
    properties = {"metaData": [*EVENT_TYPE["properties"]["metaData"], required]}  # type: ignore[index]  # a mapping of mappings
    number = plant.shop.other.get("/events").json()["data"][0]["id_event"]
    answer = plant.shop.other.patch("/events", json={"id_event": int(number), "properties": properties})
    assert answer.is_success, answer.text


def _for_somebody_else(plant: Plant) -> None:
    plant.shop.customer("jean@example.com")
    plant.shop.fire(body("jean@example.com"))


def _without_property(plant: Plant) -> None:
    _remember(plant, payload={"metaData": {"previous_tier": "silver", "tier": "gold"}})


def _unresolved(plant: Plant) -> None:
    plant.shop.store.settle()
    with plant.shop.store.writing() as db:
        db.execute("DELETE FROM customer")
        db.execute("DELETE FROM contact")
    plant.shop.fire()


def _gone(plant: Plant) -> None:
    plant.shop.fire()
    plant.shop.store.settle()
    with plant.shop.store.writing() as db:
        db.execute("DELETE FROM contact")


def _unsubscribed(plant: Plant) -> None:
    plant.shop.fire()
    with plant.shop.store.writing() as db:
        db.execute("UPDATE contact SET data = json_set(data, '$.unsub_data_email', '2026-11-20T08:00:00Z')")


def _inactive(plant: Plant) -> None:
    plant.shop.fire()
    plant.declared = replace(DECLARED, listeners=(replace(GOLD, is_active=False),))


def _hole(plant: Plant) -> None:
    plant.shop.fire()
    told = "{var=LoyaltyAccount.tier}: the contact has no LoyaltyAccount row"
    plant.messages = (MessageSeen("gold-upgrade.txt", 3, (told,)),)


def _late_row(plant: Plant) -> None:
    plant.shop.fire()
    plant.readable = {"LoyaltyAccount": plant.shop.clock.moment() + timedelta(minutes=1)}


def _remember(plant: Plant, **changed: Any) -> None:
    """A row of the history that is not as the event would have it."""
    plant.shop.fire()
    plant.shop.histories()
    with plant.shop.store.writing() as db:
        db.execute("UPDATE history SET payload = ?", (json.dumps(changed["payload"]),))


CAUSES: Mapping[str, tuple[Callable[[Plant], None], int]] = {
    "event-type-missing": (_missing, 1),
    "event-type-differs": (_different, 1),
    "never-landed": (_for_somebody_else, 2),
    "payload-differs": (_without_property, 3),
    "target-not-resolved": (_unresolved, 4),
    "contact-unknown": (_gone, 5),
    "not-reachable": (_unsubscribed, 6),
    "scenario-inactive": (_inactive, 7),
    "message-unresolved": (_hole, 8),
    "order": (_late_row, 9),
}


def test_every_planted_cause_is_named(figure: Callable) -> None:
    """Each of the causes of silence has an answer of its own, with the step that shows it and what to type next."""
    right = 0
    for reason, (plant_it, step) in CAUSES.items():
        with event_shop() as shop:
            plant = Plant(shop)
            plant_it(plant)
            found = plant.diagnosis()
        assert (reason, step, 1) == (found.exit.reason, found.failed, found.exit.code)
        assert found.advice.words.startswith(f"Because of {step} ")
        assert found.advice.command.startswith("reconciler ")
        right += 1
    figure("causes of a silent scenario", f"{len(CAUSES)} planted, {right} right answers")


def test_without_a_cause_nothing_is_found() -> None:
    """What the API does not say is said to be unknown, and is no failure."""
    with event_shop() as shop:
        plant = Plant(shop)
        shop.fire()
        plant.readable = {"LoyaltyAccount": datetime(2026, 1, 1, tzinfo=UTC)}
        found = plant.diagnosis()
    assert (None, 0) == (found.failed, found.exit.code)
    assert ["ok"] * 6 + ["unknown", "ok", "ok"] == [step.state for step in found.steps]


@pytest.mark.parametrize("reason", ["event-type-missing", "target-not-resolved"])
def test_what_rests_on_a_failed_step_is_not_looked_at(reason: str) -> None:
    """A second failure that the first one explains would send people the wrong way."""
    with event_shop() as shop:
        plant = Plant(shop)
        CAUSES[reason][0](plant)
        states = [step.state for step in plant.diagnosis().steps]
    assert 1 == states.count("FAILED")
    assert "–" == states[5] == states[8]


def test_rows_that_cannot_be_understood_are_not_told_as_never_landed() -> None:
    """The keys of the histories are not documented."""
    with event_shop(around=showing(renamed)) as shop:
        shop.fire()
        found = Plant(shop).diagnosis()
    landed = found.steps[1]
    assert "unknown" == landed.state
    assert landed.words.startswith("the history's rows cannot be understood")
    assert found.advice.words.startswith("Nothing was found wrong where something could be seen; 2 could not be.")


def test_a_contact_that_came_later_is_told() -> None:
    """Then the event only has to be sent again."""
    with event_shop() as shop:
        _unresolved(plant := Plant(shop))
        shop.customer(MARIE)
        found = plant.diagnosis()
    assert "exists now, and was not found when the event came" in found.steps[4].words
    assert "The contact exists now. Send the event again:" in found.advice.words
