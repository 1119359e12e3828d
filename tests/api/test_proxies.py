"""The proxy of the environment: used when it is meant, refused in words when it cannot be used."""

import socket
import threading
from collections.abc import Iterator
from contextlib import suppress

import httpx
import pytest
from pydantic import SecretStr

from reconciler.api.connection import Access, ConnectionOptions, Policy, ReadConnection
from reconciler.api.proxies import proxy_for
from reconciler.errors import NeverSent, SettingsError

SHOP = httpx.URL("https://shop.example.com/v1")
VARIABLES = ("http_proxy", "https_proxy", "all_proxy", "no_proxy")


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """Without any proxy, whatever this machine says."""
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)
    return monkeypatch


@pytest.mark.parametrize(
    ("expected", "named"),
    [
        (None, {}),
        (None, {"HTTPS_PROXY": ""}),
        (None, {"HTTP_PROXY": "socks5://proxy:1"}),
        ("http://proxy:1", {"HTTPS_PROXY": "http://proxy:1"}),
        ("http://proxy:1", {"https_proxy": "proxy:1", "ALL_PROXY": "socks5://other:1"}),
        ("https://proxy:1", {"ALL_PROXY": "https://proxy:1"}),
        ("http://proxy:1", {"HTTPS_PROXY": "http://name:secret@proxy:1"}),
        ("http://proxy:1", {"HTTPS_PROXY": "http://proxy:1", "NO_PROXY": "[::1]"}),
        ("http://proxy:1", {"HTTPS_PROXY": "http://proxy:1", "NO_PROXY": "::1, ,.,other.com,ple.com,[::1]:443,a:b:c"}),
        ("http://proxy:1", {"HTTPS_PROXY": "http://proxy:1", "NO_PROXY": "example.com:8443"}),
        (None, {"HTTPS_PROXY": "http://proxy:1", "NO_PROXY": "*"}),
        (None, {"HTTPS_PROXY": "ftp://proxy:1", "NO_PROXY": "example.com"}),
        (None, {"HTTPS_PROXY": "http://proxy:1", "no_proxy": "other, .Example.com"}),
        (None, {"HTTPS_PROXY": "http://proxy:1", "NO_PROXY": "*.example.com:443"}),
        (None, {"HTTPS_PROXY": "http://proxy:1", "NO_PROXY": "https://shop.example.com"}),
    ],
    ids=repr,
)
def test_the_proxy_for_the_shop(environment: pytest.MonkeyPatch, expected: str | None, named: dict[str, str]) -> None:
    """What is named for other addresses does not matter."""
    for name, value in named.items():
        environment.setenv(name, value)
    proxy = proxy_for(SHOP)
    assert expected == (str(proxy.url) if proxy else None)


@pytest.mark.parametrize("name", ["[::1]", "::1", "[::1]:443"])
def test_an_address_of_ipv6_is_exempt_with_and_without_brackets(environment: pytest.MonkeyPatch, name: str) -> None:
    """Both ways of writing it are in use."""
    environment.setenv("HTTPS_PROXY", "http://proxy:1")
    environment.setenv("NO_PROXY", f"other,{name}")
    assert proxy_for(httpx.URL("https://[::1]/v1")) is None


@pytest.mark.parametrize(
    ("words", "variable", "value"),
    [
        ("The proxy in ALL_PROXY is reached over socks5://, which is not supported", "ALL_PROXY", "socks5://proxy:1"),
        ("The proxy in HTTPS_PROXY is reached over ftp://, which is not supported", "HTTPS_PROXY", "ftp://proxy"),
        ("The address of the proxy in HTTPS_PROXY cannot be read", "HTTPS_PROXY", "http://u:secret@proxy:port"),
        ("The address of the proxy in HTTPS_PROXY cannot be read", "HTTPS_PROXY", "http://[::1"),
        ("The address of the proxy in HTTPS_PROXY cannot be read", "HTTPS_PROXY", "http://"),
        ("The address of the proxy in HTTPS_PROXY cannot be read", "HTTPS_PROXY", "http://proxy:99999"),
        ("The address of the proxy in HTTPS_PROXY cannot be read", "HTTPS_PROXY", f"http://{'a' * 64}.com"),
    ],
)
def test_a_proxy_that_cannot_be_used_is_named(
    environment: pytest.MonkeyPatch, words: str, variable: str, value: str
) -> None:
    """By its variable, without its password."""
    environment.setenv(variable, value)
    with pytest.raises(SettingsError, match=words) as refused:
        ReadConnection(Access(str(SHOP), SecretStr("k" * 20)))
    assert "secret" not in str(refused.value)


@pytest.fixture
def refusing() -> Iterator[tuple[str, list[bytes]]]:
    """A proxy on this machine that lets nobody through: its address, and what it was asked."""
    asked: list[bytes] = []

    def serve(listener: socket.socket) -> None:
        with suppress(OSError):
            while True:
                client, _ = listener.accept()
                asked.append(client.recv(65536))
                client.sendall(b"HTTP/1.1 407 Proxy Authentication Required\r\ncontent-length: 0\r\n\r\n")
                client.close()

    with socket.create_server(("127.0.0.1", 0)) as listener:
        server = threading.Thread(target=serve, args=(listener,), daemon=True)
        server.start()
        yield f"127.0.0.1:{listener.getsockname()[1]}", asked


def test_a_proxy_that_refuses_is_told_at_once(
    environment: pytest.MonkeyPatch, refusing: tuple[str, list[bytes]]
) -> None:
    """Nothing was sent, another try would be refused as well, and it is the proxy that has to be looked at."""
    place, asked = refusing
    environment.setenv("HTTPS_PROXY", f"http://name:secret@{place}")
    slept: list[float] = []
    options = ConnectionOptions(policy=Policy(connect_timeout=5.0), sleep=slept.append)
    with ReadConnection(Access(str(SHOP), SecretStr("k" * 20)), options) as connection:
        told = rf"shop.example.com \(through the proxy {place}\) cannot be reached: 407 Proxy Authentication Required"
        with pytest.raises(NeverSent, match=told):
            connection.get("/x")
    assert [] == slept
    assert 1 == len(asked)
    assert b"k" * 20 not in asked[0]
