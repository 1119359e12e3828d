"""Rows beside the shop: what is found is what there is, and reading costs what was told."""

from collections import Counter
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from reconciler.records.compare import Compared
from tests.records.generated_tables import PEOPLE, Generated, generated, oracle
from tests.records.pushing import ASSIGNMENT, PLAIN, RowShop, managers, new_shop, table

REGION = {
    "name": "Region",
    "unique_keys": ["name"],
    "fields": [{"name": "name", "label": "n", "type": "text", "required": True}],
}


def test_counts_of_some_generated_tables(figure: Callable[[str, str], None]) -> None:
    """A sample of the campaign."""
    figure("row diff against an oracle (sample)", _campaign(range(30)))


@pytest.mark.campaign
def test_counts_of_generated_tables(figure: Callable[[str, str], None]) -> None:
    """Five hundred tables: keys that fold, absent columns, nulls, composite keys, references, scopes."""
    figure("row diff against an oracle", _campaign(range(500)))


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
