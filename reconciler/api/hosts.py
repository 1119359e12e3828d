"""To which hosts the key of a shop may go: the platform's own, this machine, and those
that the environment names.

A file of the repository may name any address, and whoever can change the file could
have the key sent there before anybody has approved anything. So a host counts by its
exact name in the spelling that goes over the wire: letters that only look alike
(`xn--…`), subdomains and numbers in another notation are other hosts.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

import httpx

from reconciler.api.access import check_base_url, is_loopback
from reconciler.errors import HostNotAllowed, SettingsError
from reconciler.form.spelling import in_quotes

HTTPS_PORT = 443
_HOST_AND_PORT = re.compile(
    r"(?P<host>\[[0-9A-Fa-f:.]+\]|[\w.-]+)(:(?P<port>\d{1,5}))?"
)


@dataclass(frozen=True, slots=True)
class Host:
    """A host as it is spelled on the wire; `port` None is any port of it."""

    name: str
    port: int | None = None

    def __str__(self) -> str:
        return self.name if self.port is None else f"{self.name}:{self.port}"


def check_host(base_url: str, allowed: Iterable[Host], variable: str) -> None:
    """Raises HostNotAllowed for a host that is neither this machine nor allowed, with
    the variable that could name it, and SettingsError for an address that is none.
    """
    check_base_url(base_url)
    url = httpx.URL(base_url)
    if is_loopback(url.host):
        return
    host = Host(_wire_name(url), url.port or HTTPS_PORT)
    if {host, Host(host.name)}.isdisjoint(allowed):
        raise HostNotAllowed(
            f"The key would go to {host.name}, which is not ShopiMind's own host and is named by a file only. "
            f"Nothing was sent. If this host may have the key, name it in the environment: {variable}={host.name}"
        )


def host_in(entry: str, variable: str) -> Host:
    """The host of an entry of the variable: a host, a host with a port, or an address.
    Raises SettingsError.
    """
    place = entry.strip().partition("://")[2].partition("/")[0] or entry.strip()
    if "@" in place:  # it may be a key, so it is not repeated
        raise SettingsError(
            f"{variable} must not contain a user name or a password: write the host alone."
        )
    if place.count(":") > 1 and not place.startswith("["):
        place = f"[{place}]"
    found = _HOST_AND_PORT.fullmatch(place)
    try:
        if found:
            port = int(found["port"]) if found["port"] else None
            return Host(_wire_name(httpx.URL(f"https://{found['host']}")), port)
    except httpx.InvalidURL:
        pass  # told below, as any other entry that is no host
    raise SettingsError(
        f"{variable}: {in_quotes(place)} is no host. Write exact names, for example shop.example or shop.example:8443."
    )


def _wire_name(url: httpx.URL) -> str:
    """In small ASCII letters, without the dot that ends an absolute name."""
    return url.raw_host.decode("ascii").lower().removesuffix(".")
