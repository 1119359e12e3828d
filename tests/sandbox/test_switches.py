"""Switches are read from text and refuse what they do not know."""

from __future__ import annotations

import pytest

from reconciler.sandbox.switches import Switches


def test_nothing_set_gives_the_defaults() -> None:
    """Without settings the documented defaults hold."""
    assert Switches() == Switches.parse([])


def test_values_are_read_by_their_kind() -> None:
    """Numbers, seconds, on/off and words each have their reader."""
    expected = Switches(max_records_batch=20, async_delay=0.5, stringify_listings=False, id_key="both")
    settings = ["max_records_batch=20", "async_delay=0.5", "stringify_listings=off", "id_key=both"]
    assert expected == Switches.parse(settings)


def test_an_unknown_switch_is_named_with_a_suggestion() -> None:
    """A typo is answered with the nearest name and all known ones."""
    with pytest.raises(ValueError, match=r"'asyncdelay' \(did you mean async_delay\?\); known switches: activate_when"):
        Switches.parse(["asyncdelay=1"])


@pytest.mark.parametrize(
    "setting", ["id_key=name", "rate_limit=-1", "rate_limit=x", "latency=nan", "retry_after=yes", "async_delay"]
)
def test_a_bad_value_is_refused(setting: str) -> None:
    """A value outside its range is a ValueError that names the switch or the form."""
    with pytest.raises(ValueError, match=r"expected|name=value"):
        Switches.parse([setting])
