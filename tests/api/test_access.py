"""Where requests may go, and how long to wait between them."""

import pytest

from reconciler.api.access import Policy, check_base_url
from reconciler.errors import SettingsError


def test_back_off_doubles_with_jitter_up_to_ten_seconds() -> None:
    """1, 2, 4, 8, 10 seconds, and up to half a second more below the cap."""
    policy = Policy()
    for attempt, least in enumerate([1.0, 2.0, 4.0, 8.0], 1):
        assert all(least <= policy.delay(attempt) <= least + 0.5 for _ in range(50))
    assert {10.0} == {policy.delay(attempt) for attempt in range(5, 40)}
    assert 1 < len({policy.delay(1) for _ in range(50)})


@pytest.mark.parametrize(
    "url",
    ["https://core.shopimind.com/v1", "http://localhost/v1", "HTTP://LOCALHOST/v1", "http://127.0.0.1:8",
     "http://127.9.9.9", "http://[::1]:8/v1"],
)  # fmt: skip
def test_https_and_loopback_are_fine(url: str) -> None:
    """Plain http stays on this machine."""
    assert check_base_url(url) in ("http", "https")


@pytest.mark.parametrize(
    "url",
    [
        "http://core.shopimind.com/v1", "http://127.1", "http://0x7f.1", "http://0x7f000001", "http://2130706433",
        "http://localhost.", "http://127.0.0.1.evil.com", "http://localhost.evil.com", "http://evil.com#@127.0.0.1",
        "http://evil.com?@localhost", "http://evil.com/localhost", "http://user@localhost", "http://user:pw@127.0.0.1",
        "http://127.0.0.1@evil.com", "http://127.0.0.1\\@evil.com", "http://[::2]", "http://[::ffff:8.8.8.8]",
        "http://0.0.0.0", "http://[::]", "http://[::1", "http://local\nhost", "http://localhost:abc",
        "https://x:443:1/", "https://user:pw@core.shopimind.com", "ftp://localhost", "file:///etc/passwd",
        "//localhost", "localhost", "https://", "http://", "", "https:///v1",
        "https://a..b", "https://core.shopimind.com:99999", "http://localhost:0", f"https://{'a' * 64}.com", "https://xn--a/v1",
    ],
)  # fmt: skip
def test_every_other_address_is_refused(url: str) -> None:
    """In one sentence, before anything is sent, and without repeating a password."""
    with pytest.raises(SettingsError) as caught:
        check_base_url(url)
    assert "pw" not in str(caught.value)


def test_an_address_that_cannot_be_read_hides_its_password() -> None:
    """The message shows the address, less what stands before the @."""
    with pytest.raises(SettingsError, match="cannot be read: 'https://host:port'"):
        check_base_url("https://user:pw@host:port")
