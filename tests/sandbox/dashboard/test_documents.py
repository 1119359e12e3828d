"""Both use-case documents, from the first curl call to the message and the portfolio."""

from __future__ import annotations

from collections.abc import Callable

from tests.sandbox.dashboard import documents

MANAGERS, ATTRIBUTION, LOYALTY = (f"/custom-data-records/{number}" for number in (1, 2, 3))


def test_the_gold_upgrade_message_is_sent_word_for_word(documented: Callable, figure: Callable) -> None:
    """Pushed just before the event, the account's balance is the new one."""
    dashboard = documented()
    dashboard.post(LOYALTY, [documents.MARIES_ACCOUNT])
    dashboard.post("/events/trigger/loyalty.tier_upgraded", documents.MARIE_IS_GOLD)
    (sent,) = dashboard.outbox()
    assert (documents.GOLD_UPGRADE_FOR_MARIE, "You're now Gold 🎉") == (sent.body, sent.subject)
    assert ("marie.dupont@example.com", ()) == (sent.recipient, sent.holes)
    figure("gold-upgrade message over HTTP", "word for word")


def test_the_managers_details_are_sent_word_for_word(documented: Callable, figure: Callable) -> None:
    """Contact → assignment → manager, in the message that a new assignment starts."""
    dashboard = documented()
    dashboard.post(MANAGERS, documents.ALICE_AND_JOHN)
    dashboard.post(ATTRIBUTION, documents.ASSIGNMENTS[:1])
    assert [documents.YOUR_MANAGER_FOR_MARIE] == dashboard.bodies()
    figure("manager message over HTTP", "word for word")


def test_a_portfolio_follows_every_push(documented: Callable, figure: Callable) -> None:
    """Assigned, reassigned in bulk, unassigned, assigned again."""
    dashboard = documented()
    seen = [dashboard.members("Alice's portfolio")]
    dashboard.post(ATTRIBUTION, documents.ASSIGNMENTS)
    seen.append(dashboard.members("Alice's portfolio"))
    moved = [{**each, "responsable_id": "COM-005", "assigned_at": "2026-05-08"} for each in documents.ASSIGNMENTS[:2]]
    dashboard.post(ATTRIBUTION, moved[:1])
    seen.append(dashboard.members("Alice's portfolio"))
    dashboard.post(ATTRIBUTION, [{**documents.ASSIGNMENTS[2], "responsable_id": "COM-001"}])
    seen.append(dashboard.members("Alice's portfolio"))
    dashboard.shop.http.delete(ATTRIBUTION, params={"id": "2"})
    dashboard.shop.settle()
    seen.append(dashboard.members("Alice's portfolio"))
    assert [[], ["Marie", "Paul"], ["Paul"], ["Paul", "Léa"], ["Léa"]] == seen
    figure("Alice's portfolio after 4 pushes", " → ".join(str(len(each)) for each in seen))
