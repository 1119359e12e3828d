"""Activate, deactivate, delete."""

from __future__ import annotations

from collections.abc import Callable

import pytest

PATH = "/custom-data-definitions"


def test_deactivate_and_activate_are_idempotent(shop) -> None:
    """Repeating either changes nothing and succeeds."""
    shop.define()
    verbs = ("deactivate", "deactivate", "activate", "activate")
    answers = [shop.http.patch(f"{PATH}/1/{verb}") for verb in verbs]
    assert ["inactive", "inactive", "active", "active"] == [answer.json()["data"]["status"] for answer in answers]


def test_activating_an_active_definition_may_be_409(open_shop: Callable) -> None:
    """The status is a switch."""
    shop = open_shop("activate_when_active=409")
    shop.define()
    assert 409 == shop.http.patch(f"{PATH}/1/activate").status_code


def test_a_deleted_definition_cannot_be_read(shop) -> None:
    """Reading a tombstone by id is not found."""
    shop.define()
    shop.http.delete(f"{PATH}/1")
    assert 400 == shop.http.get(f"{PATH}/1").status_code


def test_a_second_delete_succeeds(shop) -> None:
    """Deletes are idempotent."""
    shop.define()
    assert [200, 200] == [shop.http.delete(f"{PATH}/1").status_code for _ in range(2)]


def test_a_hard_delete_leaves_no_tombstone(open_shop: Callable) -> None:
    """With ``soft_delete=off`` the row is gone from the listing."""
    shop = open_shop("soft_delete=off")
    shop.define()
    shop.http.delete(f"{PATH}/1")
    assert [] == shop.rows(PATH)


def test_dependents_keep_the_dead_id(shop) -> None:
    """Deleting a target changes no relationship."""
    shop.define("Target")
    shop.define("S", relationships=[{"sourceField": "code", "targetSchemaType": "custom", "targetSchema": "1"}])
    shop.http.delete(f"{PATH}/1")
    assert "1" == shop.http.get(f"{PATH}/2").json()["data"]["relationships"][0]["targetSchema"]


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", "/custom-data-records/1", [{"code": "b"}]),
        ("PATCH", "/custom-data-records/1/1", {"code": "b"}),
        ("DELETE", "/custom-data-records/1?id=1", None),
        ("POST", "/custom-data-records/1/bulk-delete", [1]),
    ],
)
def test_an_inactive_definition_is_read_only(shop, method: str, path: str, body: object) -> None:
    """All four record writes are refused, reading is not."""
    shop.define()
    shop.http.post("/custom-data-records/1", json=[{"code": "a"}])
    shop.settle()
    shop.http.patch(f"{PATH}/1/deactivate")
    refused = shop.http.request(method, path, json=body).status_code
    assert (400, 1) == (refused, len(shop.rows("/custom-data-records/1")))
