"""Loading the dashboard."""

from __future__ import annotations

import pytest

from tests.sandbox.dashboard import documents


def test_the_whole_set_is_replaced(dashboard) -> None:
    """What is not in the new one is gone; the outbox stays."""
    dashboard.load(template=documents.TEMPLATES, segment=[documents.ALICES_PORTFOLIO])
    counts = dashboard.load(template=documents.TEMPLATES[:1])
    kept = dashboard.shop.store.counts()
    assert {"template": 1, "segment": 0, "scenario": 0} == counts
    assert (1, 0, 0) == (kept["templates"], kept["segments"], kept["scenarios"])


@pytest.mark.parametrize(
    "items",
    [
        {"definition": []},
        {"template": [{"name": "t"}]},
        {"template": [{"name": "t", "body": "a"}, {"name": "t", "body": "b"}]},
        {"segment": [{"name": "s", "where": ["x"]}]},
        {"scenario": [{"name": "s", "trigger": {}}]},
        {"scenario": [{"name": "s", "trigger": {"event": "e", "segment": "s"}}]},
    ],
)
def test_what_makes_no_sense_changes_nothing(dashboard, items: dict) -> None:
    """All or nothing."""
    dashboard.load(template=documents.TEMPLATES, segment=[documents.ALICES_PORTFOLIO])
    with pytest.raises(ValueError, match=r".+"):
        dashboard.load(**items)
    assert (2, 1) == tuple(dashboard.shop.store.counts()[each] for each in ("templates", "segments"))
