"""How long requests take: the limit of a shop decides, and not the machine."""

import pytest

from reconciler.model.speed import IN_PROCESS, Speed
from reconciler.model.target import Target


@pytest.mark.parametrize(
    ("seconds", "requests"),
    [(0.0, 0), (0.1, 1), (1.0, 10), (41.2, 412), (82.4, 824), (1_000.0, 10_000)],
)
def test_a_shop_takes_ten_requests_a_second(seconds: float, requests: int) -> None:
    """As the table of the specification has it: a million rows are read in 10,000 requests."""
    assert seconds == Speed().seconds(requests)


@pytest.mark.parametrize(("seconds", "requests"), [(5.0, 50), (6.0, 60), (60.0, 61), (120.0, 121), (960.0, 1_000)])
def test_a_lower_rate_makes_requests_wait_for_the_next_minute(seconds: float, requests: int) -> None:
    """Those of the first minute do not wait."""
    assert seconds == Speed(rate=60).seconds(requests)


@pytest.mark.parametrize(
    ("seconds", "requests", "before"),
    [(3.0, 600, 0), (60.0, 601, 0), (60.0, 400, 201), (2.0, 400, 200), (0.5, 100, 800), (60.0, 100, 501)],
)
def test_the_embedded_sandbox_takes_no_time_until_the_minute_is_used_up(
    seconds: float, requests: int, before: int
) -> None:
    """It keeps the limit, and what was read before counts too."""
    assert seconds == Speed(answer=IN_PROCESS).seconds(requests, before)


def test_the_speed_of_a_target() -> None:
    """Its rate where it says one; what is embedded answers at once."""
    assert Speed(600, 0.005) == Target("sandbox").speed
    assert Speed(300, 0.1) == Target("shop", base_url="https://x", rate=300).speed
