"""Records: queued, upserted on the unique key, checked one by one."""

from __future__ import annotations

from collections.abc import Callable

import pytest

PATH = "/custom-data-records/1"


@pytest.fixture
def keyed(shop):
    """A definition with the unique key ``code``."""
    shop.define(unique_keys=["code"])
    return shop


def test_a_saved_record_shows_after_the_delay(keyed) -> None:
    """Accepted is not stored."""
    answer = keyed.http.post(PATH, json=[{"code": "a", "points": 1}]).json()
    before = keyed.rows(PATH)
    keyed.settle()
    assert ({"statusCode": 200, "sent_count": 1, "rejected_count": 0, "rejected_items": []}, [], 1) == (
        answer,
        before,
        len(keyed.rows(PATH)),
    )


def test_a_known_key_updates_in_place(keyed) -> None:
    """The row keeps its id; keys compare without case; what is not sent stays."""
    for row in ({"code": "a", "points": 1}, {"code": "A"}):
        keyed.http.post(PATH, json=[row])
        keyed.settle()
    assert [{"id": "1", "code": "A", "points": "1"}] == keyed.rows(PATH)


def test_of_duplicates_in_a_batch_the_last_wins(keyed) -> None:
    """One key makes one row."""
    keyed.http.post(PATH, json=[{"code": "a", "points": 1}, {"code": "a", "points": 2}])
    keyed.settle()
    assert ["2"] == [row["points"] for row in keyed.rows(PATH)]


def test_without_a_key_a_replay_duplicates(shop) -> None:
    """There is nothing to match rows on."""
    shop.define()
    for _ in range(2):
        shop.http.post(PATH, json=[{"code": "a"}])
    shop.settle()
    assert ["1", "2"] == [row["id"] for row in shop.rows(PATH)]


def test_a_bad_item_does_not_block_the_others(keyed) -> None:
    """Rejected items carry index, item and errors."""
    bad = {"code": "b", "points": "many", "foo": 1}
    answer = keyed.http.post(PATH, json=[{"code": "a"}, bad])
    errors = ["property foo should not exist", "points must be a number conforming to the specified constraints"]
    assert (200, 1, [{"index": 1, "item": bad, "errors": errors}]) == (
        answer.status_code,
        answer.json()["sent_count"],
        answer.json()["rejected_items"],
    )


def test_all_items_bad_is_400_with_the_same_body(keyed) -> None:
    """Counters and items are there as well."""
    answer = keyed.http.post(PATH, json=[{}, 5])
    assert (400, 2, [0, 1]) == (
        answer.status_code,
        answer.json()["rejected_count"],
        [item["index"] for item in answer.json()["rejected_items"]],
    )


@pytest.mark.parametrize("body", [{"code": "a"}, [], [{"code": str(n)} for n in range(51)], "x"])
def test_a_body_that_is_no_proper_batch_is_refused(keyed, body: object) -> None:
    """It must be an array of 1 to 50."""
    assert 400 == keyed.http.post(PATH, json=body).status_code


def test_the_batch_may_be_limited_to_20(open_shop: Callable) -> None:
    """The strict limit is a switch."""
    shop = open_shop("max_records_batch=20")
    shop.define()
    sizes = (20, 21)
    assert [200, 400] == [shop.http.post(PATH, json=[{"code": "a"}] * size).status_code for size in sizes]


def test_a_default_fills_a_new_row(shop) -> None:
    """A column's default stands in for what was not sent."""
    tier = {"name": "tier", "label": "Tier", "type": "text", "required": False, "default": "Bronze"}
    shop.http.post("/custom-data-definitions", json={"name": "L", "fields": [tier]})
    shop.http.post(PATH, json=[{}])
    shop.settle()
    assert ["Bronze"] == [row["tier"] for row in shop.rows(PATH)]


def test_an_old_row_reads_null_in_a_new_field(keyed) -> None:
    """Extending migrates nothing."""
    keyed.http.post(PATH, json=[{"code": "a"}])
    keyed.settle()
    extra = {"name": "extra", "label": "E", "type": "text", "required": True}
    keyed.http.patch("/custom-data-definitions/1/extend", json={"fields": [extra]})
    assert [{"id": "1", "code": "a", "points": None, "extra": None}] == keyed.rows(PATH)


def test_patch_changes_single_fields_later(keyed) -> None:
    """The answer shows the row as it will be."""
    keyed.http.post(PATH, json=[{"code": "a", "points": 1}])
    keyed.settle()
    answer = keyed.http.patch(f"{PATH}/1", json={"points": 2}).json()["data"]
    before = keyed.rows(PATH)[0]["points"]
    keyed.settle()
    assert (2, "1", "2") == (answer["points"], before, keyed.rows(PATH)[0]["points"])


@pytest.mark.parametrize(("id_", "body", "status"), [(9, {}, 404), (1, {"foo": 1}, 400), (1, {"code": "b"}, 400)])
def test_a_wrong_patch_is_refused(keyed, id_: int, body: dict, status: int) -> None:
    """Unknown rows, unknown fields and taken keys."""
    keyed.http.post(PATH, json=[{"code": "a"}, {"code": "b"}])
    keyed.settle()
    assert status == keyed.http.patch(f"{PATH}/{id_}", json=body).status_code


def test_delete_takes_the_id_from_the_query(keyed) -> None:
    """The row is gone after the delay; an unknown id is no error."""
    keyed.http.post(PATH, json=[{"code": "a"}, {"code": "b"}])
    keyed.settle()
    statuses = [keyed.http.delete(f"{PATH}?id={id_}").status_code for id_ in (1, 99)]
    keyed.settle()
    assert ([200, 200], ["2"]) == (statuses, [row["id"] for row in keyed.rows(PATH)])


def test_bulk_delete_skips_unknown_ids(keyed) -> None:
    """Ids may be text, as listings show them; ids are never used again."""
    keyed.http.post(PATH, json=[{"code": "a"}, {"code": "b"}])
    keyed.settle()
    keyed.http.post(f"{PATH}/bulk-delete", json=[1, "2", 77])
    keyed.http.post(PATH, json=[{"code": "c"}])
    keyed.settle()
    assert ["3"] == [row["id"] for row in keyed.rows(PATH)]


@pytest.mark.parametrize("body", [list(range(1, 22)), [], {"ids": [1]}, ["x"]])
def test_a_wrong_bulk_delete_is_refused(keyed, body: object) -> None:
    """At most 20 ids, as a raw array."""
    assert 400 == keyed.http.post(f"{PATH}/bulk-delete", json=body).status_code


@pytest.fixture
def related(shop):
    """A definition whose ``points`` is a contact, and one customer."""
    shop.define(relationships=[{"sourceField": "points", "targetSchemaType": "system", "targetSchema": "contacts"}])
    shop.http.post("/customers", json=[shop.customer()])
    shop.settle()
    return shop


@pytest.mark.parametrize(
    "reference",
    [
        1,
        {"by": "id_contact", "value": 1},
        {"by": "email", "value": "MARIE@example.com"},
        {"by": "id_customer", "value": "C1"},
    ],
)
def test_a_contact_reference_is_stored_as_its_id(related, reference: object) -> None:
    """All formats end as the canonical id."""
    related.http.post(PATH, json=[{"code": "a", "points": reference}])
    related.settle()
    assert ["1"] == [row["points"] for row in related.rows(PATH)]


@pytest.mark.parametrize(
    "reference",
    [
        {"by": "email", "value": "nobody@example.com"},
        {"by": "id_customer", "value": "C9"},
        {"by": "id_contact", "value": 9},
        {"by": "id_contact", "value": 2**70},
        {"by": "id_contact", "value": "1"},
        {"by": "phone", "value": "1"},
        {"by": "email"},
        {"by": ["email"], "value": "x"},
    ],
)
def test_a_contact_that_cannot_be_found_is_rejected(related, reference: object) -> None:
    """Resolution is strict, per item."""
    answer = related.http.post(PATH, json=[{"code": "ok"}, {"code": "a", "points": reference}]).json()
    assert ([1], 1) == ([item["index"] for item in answer["rejected_items"]], answer["sent_count"])


def test_records_of_a_deleted_definition_are_out_of_reach(keyed) -> None:
    """Writes still queued are dropped with it."""
    keyed.http.post(PATH, json=[{"code": "a"}])
    keyed.http.delete("/custom-data-definitions/1")
    keyed.settle()
    assert (400, 0) == (keyed.http.get(PATH).status_code, keyed.store.counts()["records"])
