"""Rows beside the shop: what is found is what there is, and reading costs what was told."""

from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest

from reconciler.records.compared import Compared
from tests.records.generated_tables import PEOPLE, Generated, generated, oracle
from tests.records.pushing import ASSIGNMENT, PLAIN, RowShop, Unfiltered, managers, new_shop, table

REGION = {
    "name": "Region",
    "unique_keys": ["name"],
    "fields": [{"name": "name", "label": "n", "type": "text", "required": True}],
}


def test_counts_of_some_generated_tables(figure: Callable[[str, str], None]) -> None:
    """A sample of the campaign."""
    figure("R5 row diff against an oracle (sample)", _campaign(range(30)))


@pytest.mark.campaign
def test_counts_of_generated_tables(figure: Callable[[str, str], None]) -> None:
    """Five hundred tables: keys that fold, absent columns, nulls, composite keys, references, scopes."""
    figure("R5 row diff against an oracle", _campaign(range(500)))


def _campaign(seeds: range) -> str:
    totals: Counter[str] = Counter()
    for seed in seeds:
        case = generated(seed)
        with new_shop() as shop:
            found = _compared(shop, case)
            wanted = oracle(case)
            assert wanted == {name: getattr(found, name) for name in wanted}, seed
            assert len(case.cells) == found.rows
            assert sum(wanted.values()) - wanted["delete"] == found.rows
            totals.update(wanted)
            read = [said for said in shop.asked() if "custom-data-records" in said or "contacts" in said]
            assert len(read) == found.requests == len(shop.asked())
            if case.options["mode"] != "mirror":
                by_key = shop.compare(case.text, **{**case.options, "read": "keys"})
                assert wanted == {name: getattr(by_key, name) for name in wanted}, seed
            if case.options["mode"] == "upsert":
                pushed = shop.push(case.text, **case.options)
                assert 0 == pushed.outcome.exit.code, (seed, pushed.outcome)
                assert 0 == shop.compare(case.text, **case.options).changes, seed
    return f"{len(seeds)} tables, all counts equal: {dict(totals)}"


def _compared(shop: RowShop, case: Generated) -> Compared:
    if case.regions:
        shop.use(REGION)
        shop.save(*({"name": name} for name in case.regions))
    shop.use(case.definition)
    if case.people:
        shop.customers(range(1, PEOPLE + 1))
    if case.live:
        shop.save(*case.live)
    shop.store.clear_requests()
    return shop.compare(case.text, **case.options)


def test_the_whole_table_is_read_when_that_is_cheaper() -> None:
    """Two hundred rows of two hundred and fifty: three pages, and no more."""
    with new_shop() as shop:
        shop.push(managers(250))
        shop.store.clear_requests()
        found = shop.compare(managers(250))
        assert "whole" == found.choice.how
        assert 3 == found.requests == len(shop.asked())


def test_few_rows_are_read_by_key() -> None:
    """Two rows in a table of 450: what there is, and one keyed request."""
    with new_shop() as shop:
        shop.push(managers(450))
        shop.store.clear_requests()
        found = shop.compare(managers(2))
        assert "keys" == found.choice.how
        assert 2 == found.requests == len(shop.asked())


PRICE = {
    "name": "Price",
    "unique_keys": ["clinic", "product"],
    "fields": [
        {"name": "clinic", "label": "c", "type": "number", "required": True},
        {"name": "product", "label": "p", "type": "text", "required": True},
        {"name": "price", "label": "€", "type": "decimal"},
    ],
}
CLINICS, PRODUCTS = 30, 60


def _price(clinic: int, product: int, price: int = 1) -> dict[str, Any]:
    return {"clinic": clinic, "product": f"a long name of a product {product:03}", "price": price}


@pytest.mark.parametrize(
    ("changed", "most"),
    [
        ([(3, product) for product in range(PRODUCTS)], 2),
        ([(clinic, clinic) for clinic in range(8)], 2),
        ([(1, 2), (1, 5), (2, 2)], 1),
        ([(1, product) for product in (0, *range(10, 59))] + [(2, 0), (2, 5), (2, 10)], 2),
    ],
    ids=["one clinic", "all different", "few", "found by two filters"],
)
def test_few_rows_are_read_by_a_key_of_several_fields(changed: list[tuple[int, int]], most: int) -> None:
    """In a table of 1,800 rows: a filter finds combinations of its values, and never more than a page of them."""
    with new_shop() as shop:
        shop.use(PRICE)
        shop.save(*(_price(clinic, product) for clinic in range(CLINICS) for product in range(PRODUCTS)))
        shop.store.clear_requests()
        rows = [_price(*each, price=2).values() for each in changed]
        found = shop.compare(table("clinic,product,price", *rows), read="keys")
        assert ("keys", len(changed), 0) == (found.choice.how, found.update, found.create)
        assert found.requests == len(shop.asked()) <= 1 + most
        assert {"price": len(changed)} == found.columns
        assert all(len(said) < 8_000 for said in shop.asked())


def test_a_key_of_several_fields_is_asked_for_when_that_certainly_costs_less() -> None:
    """It may take a request for each row: eight of them are fewer than the whole table's seventeen, twenty are not."""
    with new_shop() as shop:
        shop.use(PRICE)
        shop.save(*(_price(clinic, product) for clinic in range(CLINICS) for product in range(PRODUCTS)))
        for count, how in ((8, "keys"), (20, "whole")):
            rows = [_price(clinic, 1).values() for clinic in range(count)]
            assert how == shop.compare(table("clinic,product,price", *rows)).choice.how


def test_many_small_files_are_read_by_key_as_one() -> None:
    """Rows of several files are asked for together, and so are those of blocks with long lines."""
    with new_shop() as shop:
        shop.save(*({"code": f"M{i}", "name": f"Name {i}", "level": 1} for i in range(2_500)))
        shop.store.clear_requests()
        files = [managers(20, level=2, first=20 * place) for place in range(7)]
        files.append(table("code,name,level", *((f"M{i}", "x" * 100_000, 2) for i in range(140, 200))))
        found = shop.compare(*files)
        assert ("keys", 2, 200) == (found.choice.how, found.choice.requests, found.update)
        assert 1 + 2 == found.requests == len(shop.asked())


def test_nothing_is_read_when_that_is_asked_for() -> None:
    """Every row would be sent."""
    with new_shop() as shop:
        shop.push(managers(5))
        shop.store.clear_requests()
        found = shop.compare(managers(5), read="none")
        assert ("none", 0, 5) == (found.choice.how, found.requests, found.create)
        assert [] == shop.asked()


def test_an_empty_table_is_not_read_further() -> None:
    """One request says that there is nothing."""
    with new_shop() as shop:
        shop.store.clear_requests()
        found = shop.compare(managers(700))
        assert 700 == found.create
        assert 1 == found.requests == len(shop.asked())


@pytest.mark.parametrize("read", ["auto", "keys", "whole"])
def test_a_shop_that_ignores_filters_is_read_whole(read: str) -> None:
    """Said, counted, and right."""
    with new_shop(around=Unfiltered) as shop:
        shop.save(*({"code": f"M{i}", "name": f"Name {i}", "level": 1} for i in range(450)))
        shop.store.clear_requests()
        found = shop.compare(managers(3, level=2), read=read)
        assert (3, 0, 447) == (found.update, found.create, found.outside)
        assert "whole" == found.choice.how
        assert found.requests == len(shop.asked())
        pushed = shop.push(managers(3, level=2), read=read)
        assert 3 == pushed.outcome.updated


def test_references_are_found_in_a_shop_that_ignores_filters() -> None:
    """Rows of another table are read whole, and contacts asked for one by one."""
    region = {**REGION, "fields": [*REGION["fields"], {"name": "n", "label": "n", "type": "number"}]}
    definition = {
        **ASSIGNMENT,
        "fields": [*ASSIGNMENT["fields"], {"name": "region_id", "label": "r", "type": "number"}],
        "relationships": [
            *ASSIGNMENT["relationships"],
            {"sourceField": "region_id", "targetSchemaType": "custom", "targetSchema": "Region"},
        ],
    }
    with new_shop(around=Unfiltered) as shop:
        shop.customers(range(1, 5))
        shop.use(region)
        shop.save({"name": "Nord"}, {"name": "Sud"})
        shop.use(definition)
        text = table(
            "contact_id.email,code,region_id.name", ("p1@example.com", "A", "sud"), ("p2@example.com", "B", "Nord")
        )
        pushed = shop.push(text)
        assert 2 == pushed.outcome.created
        assert [("2",), ("1",)] == [(row["region_id"],) for row in shop.live()]


def test_a_second_apply_sends_nothing(figure: Callable[[str, str], None]) -> None:
    """R7: what is there is not sent again."""
    with new_shop() as shop:
        shop.push(managers(300))
        shop.store.clear_requests()
        pushed = shop.push(managers(300))
        assert (300, 0) == (pushed.outcome.unchanged, pushed.outcome.stored)
        assert [] == shop.writes()
        figure("R7 second apply of 300 rows", f"{len(shop.writes())} writes, {len(shop.asked())} reads")


def test_keys_of_every_type_are_found_again() -> None:
    """Whatever the type of the unique key: a second comparison finds the row, and a lost answer too."""
    keys = {
        "text": "Été ",
        "longtext": "long text",
        "number": "42",
        "decimal": "12.50",
        "date": "2026-02-03",
        "datetime": "2026-02-03T10:00:00+02:00",
        "bool": "true",
        "list": "a",
    }
    for kind, cell in keys.items():
        field: dict[str, Any] = {"name": "k", "label": "k", "type": kind, "required": True}
        if kind == "list":
            field["options"] = ["a", "b"]
        definition = {**PLAIN, "unique_keys": ["k"], "fields": [field, *PLAIN["fields"][1:]]}
        for read in ("whole", "keys"):
            with new_shop() as shop:
                shop.use({**definition, "name": "Keyed"})
                text = table("k,name", (cell, "x"))
                shop.fail(action="lose_after", method="POST")
                pushed = shop.push(text, read=read)
                assert (1, 0) == (pushed.outcome.created, pushed.outcome.unknown), (kind, read)
                again = shop.compare(text, read=read)
                assert (1, 0) == (again.unchanged, again.create), (kind, read)


def test_a_row_that_lives_outside_the_condition_is_no_new_one() -> None:
    """`--where level=1`: the file has it with that level, and the shop with another."""
    with new_shop() as shop:
        shop.save(*({"code": f"M{i}", "name": f"Name {i}", "level": 1 + i % 2} for i in range(6)))
        rows = (("M0", "Name 0", 1), ("M1", "Name 1", 1), ("M2", "x", 1), ("M3", "y", 2), ("N", "new", 1))
        found = shop.compare(table("code,name,level", *rows), where={"level": "1"})
        assert (1, 2, 1, 4) == (found.create, found.update, found.unchanged, found.rows)
        assert {"name": 1, "level": 1} == dict(found.columns)
