"""What was there before and could not be read is neither new nor unchanged."""

from reconciler.diff.compare import compare
from reconciler.kinds.event.manifest import Event
from reconciler.model.address import Address
from reconciler.model.live import Live
from tests.manifests import desired

BROKEN = Live(unreadable=frozenset({Address("event", "visit")}))


def test_what_cannot_be_compared_is_blocked() -> None:
    """Under its own name, in whatever case, and under its old one."""
    for given in ({"code_name": "visit"}, {"code_name": "Visit"}, {"code_name": "call", "renamed_from": "visit"}):
        found = compare(desired(Event.model_validate({"name": "V", **given})), BROKEN)
        (stops,) = found.blocked.values()
        assert (["not-comparable"], {}) == ([stop.rule for stop in stops], found.new)


def test_what_else_is_wanted_is_compared() -> None:
    """And a delete of what could not be read means what it always means."""
    other = compare(desired(Event.model_validate({"code_name": "call", "name": "V"})), BROKEN)
    assert ([Address("event", "call")], {}) == (list(other.new), other.blocked)
    absent = compare(desired(Event.model_validate({"code_name": "visit", "ensure": "absent"})), BROKEN)
    assert {} == absent.blocked
