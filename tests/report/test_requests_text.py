"""The requests that a plan will send."""

from reconciler.model.change import Create, FieldChange, Update
from reconciler.model.plan import Exit, Forecast, Git, Plan, TargetInfo, Tool
from reconciler.report.requests_text import requests_text

FIELDS = (FieldChange(path=("name",), op="changed", new="x"),)


def plan(*changes: Create | Update, requests: int) -> Plan:
    return Plan(
        tool=Tool(name="t", version="0"),
        target=TargetInfo(name="shop", base_url="", key_fingerprint=""),
        created_at="",
        expires_at="",
        git=Git(),
        changes=changes,
        forecast=Forecast(requests=requests),
        exit=Exit(code=0, reason=""),
    )


def create(address: str, requests: int = 1) -> Create:
    return Create(address=address, impact="safe", reason="", fields=FIELDS, requests=requests)


def update(address: str) -> Update:
    return Update(address=address, impact="safe", reason="", fields=FIELDS)


def test_each_write_has_a_line() -> None:
    """In plan order, the second request of a definition right after its first, reads at the end."""
    changes = (
        create("definition/A", 2),
        update("definition/B"),
        create("event/e"),
        update("event/f"),
        create("override/products.price"),
        update("override/products.price_discount"),
    )
    expected = """
Requests:
  POST /custom-data-definitions  definition/A
  PATCH /custom-data-definitions/{id}/extend  definition/A (relationships that close a cycle)
  PATCH /custom-data-definitions/{id}/extend  definition/B
  POST /events  event/e
  PATCH /events  event/f
  PUT /custom-data-definitions/overrides  override/products.price
  PUT /custom-data-definitions/overrides  override/products.price_discount
  GET   3 pages to read back what was written
"""
    assert expected == requests_text(plan(*changes, requests=10))


def test_one_page_is_singular() -> None:
    """And names are harmless."""
    expected = "\nRequests:\n  POST /events  event/\\x1b\n  GET   1 page to read back what was written\n"
    assert expected == requests_text(plan(create("event/\x1b"), requests=2))


def test_nothing_to_send_is_nothing_to_say() -> None:
    """Not even a heading."""
    assert "" == requests_text(plan(requests=0))
