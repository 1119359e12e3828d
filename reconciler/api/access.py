"""Where the API is, as whom requests are sent there, and how patiently.

The key of a shop goes over https only, or over plain http to this machine; an address
or a key that cannot be used is refused before anything is sent.
"""

import random
import re
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache
from ipaddress import ip_address
from typing import Protocol, Self

import httpx
from pydantic import SecretStr

from reconciler.api.limiter import Limiter
from reconciler.errors import SettingsError
from reconciler.form.spelling import in_quotes

HIDDEN = "***"
"""Stands where the key stood."""
SHORTEST_KEY = 8
_ESCAPED_LETTER = re.compile(r"\\u00[2-7]|\\/")


@dataclass(frozen=True, slots=True)
class Access:
    """Where to send and as whom. `key_name` says where the key came from, for
    messages.
    """

    base_url: str
    key: SecretStr
    key_name: str = "the API key"

    @classmethod
    def of(cls, base_url: str, key: str, key_name: str) -> Self:
        """With a key that is a secret from here on."""
        return cls(base_url, SecretStr(key), key_name)

    def redact(self, text: str) -> str:
        """`text` without the key, in whatever letters: a server, or a proxy before it,
        may repeat it.
        """
        if not self.key.get_secret_value():
            return text
        return _pattern_of(self.key).sub(HIDDEN, text)

    def may_be_in(self, text: str) -> bool:
        """Whether a JSON text may hold the key, perhaps with letters written as escapes.
        What is shorter than any key is a word that texts may hold.
        """
        if len(self.key.get_secret_value()) < SHORTEST_KEY:
            return False
        is_there = self.key.get_secret_value().lower() in text.lower()
        return is_there or bool(_ESCAPED_LETTER.search(text))


@lru_cache(maxsize=8)
def _pattern_of(key: SecretStr) -> re.Pattern[str]:
    """The key in small and capital letters, each perhaps as an escape of JSON: a text may
    hold a JSON text itself.
    """
    letters = map(_spellings_of, key.get_secret_value())
    return re.compile("".join(letters), re.IGNORECASE)


def _spellings_of(letter: str) -> str:
    small, capital = ord(letter.lower()), ord(letter.upper())
    return rf"(?:\\*{re.escape(letter)}|\\+u00(?:{small:02x}|{capital:02x}))"


@dataclass(frozen=True, slots=True)
class Policy:
    """Patience, in seconds. Back-off doubles from `first_delay`, with jitter, up to
    `longest_delay` (contract §1). A rate limit is one of a minute, so that its retries
    have to last longer.
    """

    retries: int = 3
    retries_of_limits: int = 12
    first_delay: float = 1.0
    longest_delay: float = 10.0
    patience_for_limits: float = 150.0
    connect_timeout: float = 10.0
    read_timeout: float = 30.0
    answer_timeout: float = 60.0
    reading_timeout: float = 900.0
    """For all that one reading of a shop asks: three times as long as the limit of 600
    requests a minute takes for the largest listing, twice.
    """

    def delay(self, attempt: int) -> float:
        """How long to wait after the n-th attempt, n from 1."""
        doubled = self.first_delay * 2.0 ** (attempt - 1)
        jitter = random.uniform(0, self.first_delay / 2)
        return float(min(doubled + jitter, self.longest_delay))


class Progress(Protocol):
    """Told of the reading requests: how many more are known to come, and each one that
    was answered; of what any request waits for (`why` goes on with the seconds); and of
    what is to be known once. Thread-safe.
    """

    def expect(self, more: int) -> None: ...
    def advance(self) -> None: ...
    def wait(self, why: str, seconds: float) -> None: ...
    def note(self, told: str) -> None: ...


class Nobody:
    """Is told, and does nothing."""

    def expect(self, more: int) -> None:
        pass

    def advance(self) -> None:
        pass

    def wait(self, why: str, seconds: float) -> None:
        pass

    def note(self, told: str) -> None:
        pass


@dataclass(frozen=True, slots=True)
class ConnectionOptions:
    """What a connection is made with, besides the access; tests and the sandbox bring
    their own transport, clock and limiter.
    """

    transport: httpx.BaseTransport | None = None
    policy: Policy = field(default_factory=Policy)
    limiter: Limiter = field(default_factory=Limiter)
    sleep: Callable[[float], object] = time.sleep
    trace: Callable[[str], object] = lambda line: None
    stop: Callable[[], bool] = lambda: False
    """Whether nothing new may be written, and nothing be sent again."""
    given_up: Callable[[], bool] = lambda: False
    """Whether nobody waits for answers any more, not even to what would be read."""
    hurried: Callable[[], bool] = lambda: False
    """Whether nothing may wait for the rate limit any more, not even what would be
    read.
    """
    progress: Progress = field(default_factory=Nobody)


def check_base_url(base_url: str) -> str:
    """The scheme; raises SettingsError for anything but https, or http on the loopback
    interface.
    """
    try:
        parts = httpx.URL(base_url)
        check_host(parts)
    except (httpx.InvalidURL, ValueError):
        raise SettingsError(
            f"The address of the API cannot be read: {in_quotes(_without_userinfo(base_url))}"
        ) from None
    if parts.userinfo:
        raise SettingsError(
            "The address of the API must not contain a user name or a password."
        )
    if parts.host and parts.scheme == "https":
        return parts.scheme
    if parts.host and parts.scheme == "http" and is_loopback(parts.host):
        return parts.scheme
    raise SettingsError(
        "The API must be reached over https (plain http only on this machine), and "
        f"{in_quotes(base_url)} is something else."
    )


def check_host(url: httpx.URL) -> None:
    """Raises ValueError for a name that no name server could be asked for, as Python's
    sockets would in the middle of a request, and for a port that cannot be.
    """
    if url.port is not None and not 0 < url.port < 65_536:
        raise ValueError("no such port")
    url.raw_host.decode("ascii").encode("idna")
    _ = url.host  # httpx decodes it late


def check_key(access: Access) -> None:
    """Raises SettingsError for a key that no header can carry: the HTTP library would
    quote it in its own error.
    """
    if not re.fullmatch(r"[\x21-\x7e]+", access.key.get_secret_value()):
        raise SettingsError(
            f"{access.key_name} does not hold an API key: keys are letters, digits and hyphens."
        )


def _without_userinfo(url: str) -> str:
    return re.sub(r"//.*@", "//", url, flags=re.DOTALL)


def is_loopback(host: str) -> bool:
    """Whether the host is this machine, whatever names it has elsewhere."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
