"""The page over HTTP: what it holds, and what it tells the browser."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

import pytest

from tests.sandbox.dashboard import documents

SITE = "http://sandbox"


def content(dashboard, **query: str | int) -> dict[str, Any]:
    """What the page shows."""
    answer = dashboard.shop.http.get(f"{SITE}/_page/content", params=query, headers={"spm-api-key": ""})
    assert 200 == answer.status_code, answer.text
    return dict(answer.json())


@pytest.mark.parametrize("path", ["/", "/_page/content", "/_page/page.js", "/_page/page.css", "/_page/icon.svg"])
def test_everything_has_a_strict_policy_and_needs_no_key(shop, path: str) -> None:
    """No script, style or connection but its own; nothing may frame it, and no other page may read it."""
    answer = shop.http.get(SITE + path, headers={"spm-api-key": ""})
    policy = answer.headers["content-security-policy"]
    assert 200 == answer.status_code
    assert policy.startswith("default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self';")
    assert "unsafe" not in policy
    assert ("nosniff", "same-origin") == (
        answer.headers["x-content-type-options"],
        answer.headers["cross-origin-resource-policy"],
    )
    assert "access-control-allow-origin" not in answer.headers


def test_nothing_comes_from_elsewhere(shop) -> None:
    """No address of another server, and nothing inline that would be carried out."""
    page, script, style = (shop.http.get(SITE + path).text for path in ("/", "/_page/page.js", "/_page/page.css"))
    addresses = re.findall(r"https?://[^\s\"')]+", page + script + style)
    assert ["http://www.w3.org/2000/svg"] == addresses
    assert not re.search(r"innerHTML|outerHTML|insertAdjacent|document\.write|eval|new Function", script)
    assert not re.search(r"<style|<script>|\son\w+=|style=", page)


def test_the_first_view_needs_no_second_request(documented: Callable) -> None:
    """The content stands in the page, in signs that mean nothing in HTML."""
    documented()
    shop = documented().shop
    shop.define("</script><script>alert(1)</script>")
    page = shop.http.get(f"{SITE}/").text
    inside = page.split('id="content">')[1].split("</script>")[0]
    titles = [box["title"] for box in json.loads(inside)["picture"]["boxes"]]
    assert "</script><script>alert(1)</script>" in titles
    assert not re.search("[<>&]", inside)


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
@pytest.mark.parametrize("path", ["/", "/_page/content"])
def test_nothing_can_be_written(shop, method: str, path: str) -> None:
    """It only shows."""
    assert shop.http.request(method, SITE + path).status_code in (404, 405, 401)


def test_looking_leaves_no_trace(documented: Callable) -> None:
    """It is not in the request log, and no part of the rate limit."""
    dashboard = documented()
    dashboard.shop.store.clear_requests()
    content(dashboard)
    assert () == dashboard.shop.store.requests()


def test_it_shows_what_the_documents_have_made(documented: Callable) -> None:
    """Definitions, rows, events, histories with targets, segments, scenarios, messages."""
    dashboard = documented()
    dashboard.post("/custom-data-records/1", documents.ALICE_AND_JOHN)
    dashboard.post("/custom-data-records/2", documents.ASSIGNMENTS)
    dashboard.post("/custom-data-records/3", [documents.MARIES_ACCOUNT])
    dashboard.post("/events/trigger/loyalty.tier_upgraded", documents.MARIE_IS_GOLD)
    unknown = {**documents.MARIE_IS_GOLD, "contact": {"email": "nobody@example.com"}}
    dashboard.post("/events/trigger/loyalty.tier_upgraded", unknown)
    seen = content(dashboard, definition=2)
    assert ("default", ["default"]) == (seen["shop"], seen["shops"])
    assert [["1", "1", "COM-001", "2024-03-15"], 3] == [seen["records"]["rows"][0], seen["records"]["total"]]
    fired = [(each["status"], each["target"]["name"], each["messages"]) for each in seen["histories"]["rows"]]
    assert [("target_not_found", "", 0), ("processed", "Marie", 1)] == fired
    (portfolio,) = seen["segments"]
    assert (2, ["Attribution.responsable_id = COM-001"]) == (portfolio["total"], portfolio["where"])
    assert ["event loyalty.tier_upgraded", "record Attribution (created)"] == [
        each["trigger"] for each in seen["scenarios"]
    ]
    assert documents.GOLD_UPGRADE_FOR_MARIE == seen["outbox"]["rows"][0]["body"]
    assert 4 == seen["outbox"]["total"]


def test_listings_have_pages(dashboard) -> None:
    """The newest first; a page that is not there is the last one, a number that is none the first."""
    dashboard.post("/customers", [dashboard.shop.customer(customer_id=f"N{n}", email=f"n{n}@x.fr") for n in range(20)])
    pages = [content(dashboard, contacts=page)["contacts"] for page in ("1", "3", "99", "x", "-1", "9" * 40)]
    assert [1, 3, 3, 1, 1, 1] == [each["page"] for each in pages]
    assert ("23", "7", 3) == (pages[0]["rows"][0]["id"], pages[1]["rows"][0]["id"], pages[0]["pages"])


def test_prices_are_those_that_the_chosen_contact_sees(dashboard) -> None:
    """Without an override, the product's own."""
    times = {"created_at": "2025-01-01T00:00:00Z", "updated_at": "2025-01-01T00:00:00Z"}
    dashboard.post("/products", [{"product_id": "P", "lang": "fr", "name": "P", "price": 79.9, **times}])
    seen = content(dashboard, contact=2)["prices"]
    assert ("2", "79.9", "") == (seen["chosen"], seen["rows"][0]["price"], seen["rows"][0]["price_source"])


def test_each_shop_is_shown_alone(documented: Callable) -> None:
    """The page offers their names, and never a key."""
    dashboard = documented()
    other = dashboard.shop.store.ensure_shop("other")
    seen = content(dashboard, shop="other")
    assert (["default", "other"], "other") == (seen["shops"], seen["shop"])
    assert (1, 0, []) == (len(seen["picture"]["boxes"]), seen["contacts"]["total"], seen["segments"])
    assert other.key not in json.dumps(seen)
    assert "default" == content(dashboard, shop="unknown")["shop"]


def test_long_texts_are_cut_and_say_so(dashboard) -> None:
    """A value of a megabyte is no reason to send it."""
    dashboard.shop.define("x" * 100_000)
    seen = json.dumps(content(dashboard))
    assert "(100000 characters)" in seen
    assert 10_000 > len(seen)


def test_changes_are_told_while_they_happen(documented: Callable) -> None:
    """One at the start, one for each change, none in between; the stream ends when the server is to end."""
    dashboard = documented()
    sandbox = dashboard.shop.http._transport._app.state.sandbox
    with dashboard.shop.http.stream("GET", f"{SITE}/_page/live", timeout=10) as stream:
        events = (line for line in stream.iter_lines() if line.startswith("event"))
        told = [next(events)]
        dashboard.shop.store.ensure_shop("new")
        told.append(next(events))
        sandbox.is_closing = True
        told.extend(events)
    assert (["event: change"] * 2, "text/event-stream") == (told, stream.headers["content-type"].split(";")[0])
