"""The proxy that the environment names for one address, and whether it can be used.

httpx would look by itself, but it prepares a way for every scheme that any variable
names: one that cannot be used would stop a request that goes nowhere near it.
"""

from urllib.request import getproxies

import httpx

from reconciler.api.access import check_host
from reconciler.errors import SettingsError

USABLE = ("http", "https")


def proxy_for(url: httpx.URL) -> httpx.Proxy | None:
    """The proxy for an https address, None when it is reached directly. Raises
    SettingsError for one that cannot be used.
    """
    named = getproxies()
    for scheme in ("https", "all"):
        if not named.get(scheme):
            continue
        if _is_exempt(url, named.get("no", "")):
            return None
        return _usable(named[scheme], f"{scheme.upper()}_PROXY")
    return None


def _usable(address: str, variable: str) -> httpx.Proxy:
    """Its address is not repeated: it may hold a password."""
    whole = address if "://" in address else f"http://{address}"
    try:
        url = httpx.URL(whole)
        check_host(url)
        if not url.host:
            raise ValueError("no host")
    except (httpx.InvalidURL, ValueError):
        raise SettingsError(
            f"The address of the proxy in {variable} cannot be read. Correct it, or unset it."
        ) from None
    if url.scheme not in USABLE:
        raise SettingsError(
            f"The proxy in {variable} is reached over {url.scheme}://, which is not supported. "
            "Name one that is reached over http://, or name the host of the API in NO_PROXY."
        )
    return httpx.Proxy(url)


def _is_exempt(url: httpx.URL, names: str) -> bool:
    """Whether NO_PROXY has the host, or a domain that it belongs to."""
    return any(_is_meant(url, name.strip().lower()) for name in names.split(","))


def _is_meant(url: httpx.URL, name: str) -> bool:
    if name == "*":
        return True
    name = name.rpartition("://")[2].removeprefix("*").removeprefix(".")
    # A single colon is before a port; more of them are an IPv6 address.
    host, colon, port = name.rpartition(":")
    if colon and (":" not in host or host.endswith("]")):
        if port != str(url.port or 443):
            return False
        name = host
    name = name.strip("[]")
    return bool(name) and (url.host == name or url.host.endswith(f".{name}"))
