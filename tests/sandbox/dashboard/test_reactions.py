"""What starts a scenario, and what does not."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.sandbox.dashboard import documents

FIRE = "/events/trigger/loyalty.tier_upgraded"
ATTRIBUTION, LOYALTY = (f"/custom-data-records/{number}" for number in (2, 3))
GOLDS = {"name": "Golds", "where": {"LoyaltyAccount.tier": "Gold"}}


def account(customer: str = "CUST-A4521", **more: object) -> dict[str, object]:
    """A loyalty account."""
    return {**documents.MARIES_ACCOUNT, "contact_id": {"by": "id_customer", "value": customer}, **more}


def test_nothing_is_sent_before_the_event_is_visible(documented: Callable) -> None:
    """The answer only says that it is queued."""
    dashboard = documented()
    dashboard.shop.http.post(FIRE, json=documents.MARIE_IS_GOLD)
    before = len(dashboard.outbox())
    dashboard.shop.settle()
    assert (0, 1) == (before, len(dashboard.outbox()))


def test_pushed_just_after_the_event_the_balance_is_the_old_one(documented: Callable) -> None:
    """The document allows both orders; this one sends yesterday's number."""
    dashboard = documented()
    dashboard.post(LOYALTY, [account(points_balance=990)])
    dashboard.shop.http.post(FIRE, json=documents.MARIE_IS_GOLD)
    dashboard.shop.http.post(LOYALTY, json=[account()])
    dashboard.shop.settle()
    assert "990 points" in dashboard.bodies()[0]


@pytest.mark.parametrize(
    "changed",
    [{"status": "inactive"}, {"trigger": {"event": "loyalty.points_earned"}}, {"template": "none"}, {"template": None}],
)
def test_what_does_not_listen_sends_nothing(dashboard, changed: dict) -> None:
    """Inactive, of another event, or without a message to send."""
    dashboard.load(template=documents.TEMPLATES, scenario=[{**documents.ON_UPGRADE, **changed}])
    dashboard.post(FIRE, documents.MARIE_IS_GOLD)
    assert [] == dashboard.outbox()


@pytest.mark.parametrize("target", [{"contact": {"email": "nobody@example.com"}}, {"visitor": {"id": 7}}])
def test_an_unresolved_target_is_in_the_histories_only(documented: Callable, target: dict) -> None:
    """No scenario runs for it."""
    dashboard = documented()
    dashboard.post(FIRE, {**target, "metaData": documents.MARIE_IS_GOLD["metaData"]})
    histories = dashboard.shop.rows("/events/histories")
    assert (["target_not_found"], []) == ([row["status"] for row in histories], dashboard.outbox())


def test_every_firing_sends_again(documented: Callable) -> None:
    """There is nothing that holds a second one back."""
    dashboard = documented()
    for _ in range(2):
        dashboard.post(FIRE, documents.MARIE_IS_GOLD)
    causes = [message.started_by for message in dashboard.outbox()]
    assert [{"event": "loyalty.tier_upgraded", "history": number} for number in (1, 2)] == causes


@pytest.mark.parametrize(("filters", "sent"), [({"LoyaltyAccount.tier": "Gold"}, 1), ({"contact.lang": "de"}, 0)])
def test_filters_decide_for_whom(dashboard, filters: dict, sent: int) -> None:
    """They are read when the scenario starts."""
    dashboard.load(template=documents.TEMPLATES, scenario=[{**documents.ON_UPGRADE, "filters": filters}])
    dashboard.post(LOYALTY, [account()])
    dashboard.post(FIRE, documents.MARIE_IS_GOLD)
    assert sent == len(dashboard.outbox())


@pytest.mark.parametrize(
    ("moments", "seen"),
    [
        (["created"], ["created"]),
        (["updated"], ["updated", "updated"]),
        (None, ["created", "updated", "updated"]),
    ],
)
def test_a_row_starts_what_listens_to_its_moment(dashboard, moments: list | None, seen: list) -> None:
    """An upsert with the values that are there already counts as an update: it is not known, and it is the worst."""
    trigger = {"record": "attribution", "on": moments}
    dashboard.load(template=documents.TEMPLATES, scenario=[{**documents.ON_ASSIGNMENT, "trigger": trigger}])
    for responsable in ("COM-001", "COM-002", "COM-002"):
        dashboard.post(ATTRIBUTION, [{**documents.ASSIGNMENTS[0], "responsable_id": responsable}])
    assert seen == [message.started_by["moment"] for message in dashboard.outbox()]


def test_a_changed_row_is_an_update(documented: Callable) -> None:
    """PATCH of one record, as well as a push."""
    dashboard = documented()
    dashboard.load(
        template=documents.TEMPLATES, scenario=[{**documents.ON_ASSIGNMENT, "trigger": {"record": "Attribution"}}]
    )
    dashboard.post(ATTRIBUTION, documents.ASSIGNMENTS[:1])
    dashboard.shop.http.patch(f"{ATTRIBUTION}/1", json={"responsable_id": "COM-002"})
    dashboard.shop.settle()
    assert ["created", "updated"] == [message.started_by["moment"] for message in dashboard.outbox()]


@pytest.mark.parametrize("row", [{"contact_id": 99, "responsable_id": "COM-001"}])
def test_a_row_of_nobody_sends_nothing(documented: Callable, row: dict) -> None:
    """A plain number is stored as it is; there is no contact to write to."""
    dashboard = documented()
    dashboard.post(ATTRIBUTION, [row])
    assert [] == dashboard.outbox()


def test_a_contact_that_enters_a_segment_starts_its_scenario(dashboard) -> None:
    """Once for each time it enters; who is in it when the scenario is loaded does not enter."""
    dashboard.post(LOYALTY, [account("CUST-A4522")])
    scenario = {**documents.ON_UPGRADE, "trigger": {"segment": "Golds"}}
    dashboard.load(template=documents.TEMPLATES, segment=[GOLDS], scenario=[scenario])
    for tier in ("Gold", "Gold", "Silver", "Gold"):
        dashboard.post(LOYALTY, [account(tier=tier)])
    sent = [(message.contact, dict(message.started_by)) for message in dashboard.outbox()]
    assert [(1, {"segment": "Golds"})] * 2 == sent


def test_shops_are_strictly_separated(documented: Callable) -> None:
    """Neither the dashboard nor the outbox of one is the other's."""
    dashboard = documented()
    headers = {"spm-api-key": dashboard.shop.store.ensure_shop("other").key}
    marie = dashboard.shop.customer(email="marie.dupont@example.com")
    for path, body in (("/events", documents.TIER_UPGRADED), ("/customers", [marie]), (FIRE, documents.MARIE_IS_GOLD)):
        assert 200 == dashboard.shop.http.post(path, json=body, headers=headers).status_code
        dashboard.shop.settle()
    histories = dashboard.shop.http.get("/events/histories", headers=headers).json()["data"]
    assert (["processed"], []) == ([row["status"] for row in histories], dashboard.outbox())
