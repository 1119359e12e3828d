"""The requests that a plan will send."""

import pytest

from reconciler.api.registry import route
from reconciler.model.change import Change, Create, Delete, FieldChange, Update
from reconciler.model.plan import Exit, Forecast, Git, Plan, TargetInfo, Tool
from reconciler.report.requests_text import requests_text

FIELDS = (FieldChange(path=("name",), op="changed", new="x"),)
TO_ITSELF = {"targetSchemaType": "custom", "targetSchema": "definition/A", "targetField": "id"}
CYCLE = FieldChange(path=("relationships", "parent"), op="added", new=TO_ITSELF)


def plan(*changes: Change, requests: int) -> Plan:
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


LOOK = "  GET   1 look right before, at what is changed\n"


def create(address: str, *more: FieldChange) -> Create:
    return Create(address=address, impact="safe", reason="", fields=(*FIELDS, *more))


def update(address: str) -> Update:
    return Update(address=address, impact="safe", reason="", fields=FIELDS)


def test_each_write_has_a_line() -> None:
    """In plan order, the second request of a definition right after its first, reads at the end."""
    changes = (
        create("definition/A", CYCLE),
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
  GET   4 looks right before, at what is changed
  GET   3 pages to read back what was written
"""
    assert expected == requests_text(plan(*changes, requests=14), route)


def test_one_page_is_singular() -> None:
    """And names are harmless."""
    expected = "\nRequests:\n  POST /events  event/\\x1b\n  GET   1 page to read back what was written\n"
    assert expected == requests_text(plan(create("event/\x1b"), requests=2), route)


@pytest.mark.parametrize(
    ("expected", "address"),
    [
        ("DELETE /custom-data-definitions/{id}", "definition/A"),
        ("DELETE /events/{id}", "event/e"),
        ("PUT /custom-data-definitions/overrides", "override/products.price"),
    ],
)
def test_a_delete_is_one_request(expected: str, address: str) -> None:
    """An override goes by an empty list of sources."""
    gone = Delete(address=address, impact="breaking", reason="")
    assert f"\nRequests:\n  {expected}  {address}\n{LOOK}" == requests_text(plan(gone, requests=2), route)


@pytest.mark.parametrize(
    ("expected", "fields", "requests"),
    [
        (["deactivate"], [("status", "inactive")], 1),
        (["activate"], [("status", "active")], 1),
        (["extend", "deactivate"], [("description", "x"), ("status", "inactive")], 2),
    ],
)
def test_a_switch_has_a_request_of_its_own(expected: list[str], fields: list[tuple[str, str]], requests: int) -> None:
    """It follows what else changes, and is the only one when nothing does."""
    parts = tuple(FieldChange(path=(name,), op="changed", new=new) for name, new in fields)
    change = Update(address="definition/A", impact="caution", reason="", fields=parts, requests=requests)
    lines = [f"  PATCH /custom-data-definitions/{{id}}/{verb}  definition/A\n" for verb in expected]
    assert f"\nRequests:\n{''.join(lines)}{LOOK}" == requests_text(plan(change, requests=requests + 1), route)


def test_what_is_created_inactive_is_switched_off_after_it() -> None:
    """The API makes everything active; what closes a cycle comes in between."""
    status = FieldChange(path=("status",), op="added", new="inactive")
    change = Create(address="definition/A", impact="safe", reason="", fields=(*FIELDS, CYCLE, status))
    expected = """
Requests:
  POST /custom-data-definitions  definition/A
  PATCH /custom-data-definitions/{id}/extend  definition/A (relationships that close a cycle)
  PATCH /custom-data-definitions/{id}/deactivate  definition/A
"""
    assert expected == requests_text(plan(change, requests=3), route)


def test_nothing_to_send_is_nothing_to_say() -> None:
    """Not even a heading."""
    assert "" == requests_text(plan(requests=0), route)
