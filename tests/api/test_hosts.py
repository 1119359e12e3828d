"""To which hosts a key may go."""

import pytest

from reconciler.api.hosts import Host, check_host, host_in
from reconciler.errors import HostNotAllowed, SettingsError

OWN = Host("core.shopimind.com")


@pytest.mark.parametrize(
    "url",
    ["https://core.shopimind.com/v1", "https://CORE.ShopiMind.com", "https://core.shopimind.com:443/v1",
     "https://core.shopimind.com:8443", "https://core.shopimind.com./v1", "http://localhost:8/v1", "http://[::1]",
     "https://127.0.0.1:8/v1"],
)  # fmt: skip
def test_the_platform_and_this_machine_may_have_it(url: str) -> None:
    """Whatever the port and the case of the letters."""
    check_host(url, [OWN], "HOSTS")


@pytest.mark.parametrize(
    "url",
    ["https://evil.example/v1", "https://shopimind.com", "https://eu.core.shopimind.com", "https://core.shopimind.com.de",
     "https://xcore.shopimind.com", "https://core-shopimind.com", "https://cоre.shopimind.com", "https://ｃore.shopimind.com",
     "https://core.shopimind.com..", "https://core%2Eshopimind.com", "https://evil.example/core.shopimind.com",
     "https://evil.example#core.shopimind.com", "https://evil.example?core.shopimind.com", "https://0.0.0.0", "https://127.1",
     "https://2130706433", "https://[::ffff:8.8.8.8]", "https://localhost.evil.example", "https://localhost."],
)  # fmt: skip
def test_no_other_host_may(url: str) -> None:
    """Neither what looks alike, nor what holds the name, nor another notation of a number."""
    with pytest.raises((HostNotAllowed, SettingsError)) as refused:
        check_host(url, [OWN], "HOSTS")
    assert 1 == refused.value.exit_code


def test_an_address_with_a_user_name_is_refused() -> None:
    """The host of this one is evil.example."""
    with pytest.raises(SettingsError, match="must not contain a user name"):
        check_host("https://core.shopimind.com@evil.example/v1", [OWN], "HOSTS")


def test_the_refusal_names_the_host_as_it_goes_over_the_wire_and_the_remedy() -> None:
    """A letter that looks alike shows."""
    with pytest.raises(HostNotAllowed) as refused:
        check_host("https://cоre.shopimind.com/v1", [OWN], "HOSTS")
    told = str(refused.value)
    assert "The key would go to xn--cre-sed.shopimind.com," in told
    assert told.endswith("name it in the environment: HOSTS=xn--cre-sed.shopimind.com")


@pytest.mark.parametrize(
    ("entry", "host"),
    [
        ("shop.example", Host("shop.example")),
        (" Shop.Example ", Host("shop.example")),
        ("shop.example.", Host("shop.example")),
        ("shop.example:8443", Host("shop.example", 8443)),
        ("shop.example:443", Host("shop.example", 443)),
        ("https://shop.example:8443/v1", Host("shop.example", 8443)),
        ("https://shop.example", Host("shop.example")),
        ("bücher.example", Host("xn--bcher-kva.example")),
        ("192.0.2.7", Host("192.0.2.7")),
        ("2001:DB8::1", Host("2001:db8::1")),
        ("[2001:db8::1]:8443", Host("2001:db8::1", 8443)),
    ],
)
def test_an_entry_is_a_host_with_or_without_a_port(entry: str, host: Host) -> None:
    """In the spelling of the wire."""
    assert host == host_in(entry, "HOSTS")


@pytest.mark.parametrize("entry", ["canary@shop.example", "https://canary:x@shop.example/v1"])
def test_a_user_name_is_refused_and_not_repeated(entry: str) -> None:
    """Somebody may have put the key there."""
    with pytest.raises(SettingsError, match="must not contain a user name or a password") as told:
        host_in(entry, "HOSTS")
    assert "canary" not in str(told.value)


@pytest.mark.parametrize("entry", ["*", "*.example", "a b", "shop.example:port", "https://", "[::1"])
def test_an_entry_that_is_no_host_is_told(entry: str) -> None:
    """It would be without effect, and somebody relies on it."""
    with pytest.raises(SettingsError, match=r"HOSTS: .* is no host\. Write exact names"):
        host_in(entry, "HOSTS")


@pytest.mark.parametrize(
    ("entry", "allowed"), [("shop.example", True), ("shop.example:8443", True), ("shop.example:443", False)]
)
def test_an_entry_with_a_port_allows_that_port_only(entry: str, allowed: bool) -> None:
    """One without a port allows the host."""
    hosts = [OWN, host_in(entry, "HOSTS")]
    if allowed:
        check_host("https://shop.example:8443/v1", hosts, "HOSTS")
        return
    with pytest.raises(HostNotAllowed):
        check_host("https://shop.example:8443/v1", hosts, "HOSTS")


def test_an_entry_allows_no_subdomain() -> None:
    """Exact names only."""
    with pytest.raises(HostNotAllowed):
        check_host("https://a.shop.example/v1", [host_in("shop.example", "HOSTS")], "HOSTS")
