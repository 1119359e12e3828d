"""The switches: where the sources disagree, or the server may differ, the sandbox can
be told how to behave.

Defaults follow the "Sandbox" column of contract §13; the list itself is contract §11.
"""

from __future__ import annotations

import dataclasses
import difflib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

_TRUTH = {"on": True, "true": True, "off": False, "false": False}


@dataclass(frozen=True)
class Switches:
    """How this sandbox behaves.  Durations are seconds."""

    max_records_batch: int = 50
    """Rows accepted by one record save: 50 (documented) or 20 (strict), contract §13
    row 2.
    """
    limit_over_100: int = 10
    """What a listing limit above 100 is silently treated as, contract §2."""
    stringify_listings: bool = True
    """Scalars arrive as strings in listings, contract §2."""
    shuffle_listings: bool = False
    """Rows that the request did not order arrive in random order, contract §13 row
    11.
    """
    soft_delete: bool = True
    """A deleted definition stays listed as a tombstone, contract §3.2."""
    creating_seconds: float = 0.0
    """How long a definition stays ``creating`` after a create and ``editing`` after an
    extend, contract §3.1.
    """
    async_delay: float = 0.2
    """How long an accepted (queued) write stays invisible, contract §1."""
    id_key: str = "id_definition"
    """Under which key a definition shows its id: ``id_definition``, ``id`` or ``both``,
    contract §13 row 8.
    """
    relation_case: str = "camel"
    """Casing of relationship keys in answers: ``camel`` or ``snake``, contract §13 row
    21.
    """
    duplicate_event_status: int = 409
    """Status of a duplicate ``code_name``: 409 or 400, contract §13 row 18."""
    activate_when_active: int = 200
    """Status of activating an active definition: 200 or 409, contract §13 row 7."""
    rate_limit: int = 600
    """Requests per key in any 60 seconds; 0 means no limit, contract §1."""
    retry_after: bool = False
    """Whether a 429 carries ``Retry-After``; no source says that the API sends it,
    contract §13 row 24.
    """
    latency: float = 0.0
    """Delay of every request."""
    not_found_status: int = 400
    """Status of an unknown definition: 400 or 404, contract §13 row 10."""

    @classmethod
    def parse(cls, settings: Iterable[str]) -> Switches:
        """Read ``name=value`` strings over the defaults; ValueError names what is wrong
        and what is known.
        """
        return cls().changed(dict(_split(setting) for setting in settings))

    def changed(self, values: Mapping[str, str]) -> Switches:
        """Return these switches with some set anew from text; ValueError as for
        ``parse``.
        """
        parsed = {name: _parsed(name, text) for name, text in values.items()}
        return dataclasses.replace(self, **parsed)  # type: ignore[arg-type]  # each reader gives its field's type


def _split(setting: str) -> tuple[str, str]:
    name, equals, text = setting.partition("=")
    if not equals:
        raise ValueError(f"a switch is set as name=value, not {setting!r}")
    return name.strip(), text.strip()


def _parsed(name: str, text: str) -> object:
    reader = _READERS.get(name)
    if reader is None:
        raise ValueError(_unknown(name))
    try:
        return reader(text)
    except ValueError as error:
        raise ValueError(f"switch {name}: {error}") from None


def _unknown(name: str) -> str:
    close = difflib.get_close_matches(name, _READERS, n=1)
    hint = f" (did you mean {close[0]}?)" if close else ""
    return (
        f"unknown switch {name!r}{hint}; known switches: {', '.join(sorted(_READERS))}"
    )


def _truth(text: str) -> bool:
    if text.lower() not in _TRUTH:
        raise ValueError(f"expected on or off, not {text!r}")
    return _TRUTH[text.lower()]


def _one_of(*allowed: str) -> Callable[[str], str]:
    def read(text: str) -> str:
        if text not in allowed:
            raise ValueError(f"expected {' or '.join(allowed)}, not {text!r}")
        return text

    return read


def _number_of(*allowed: int) -> Callable[[str], int]:
    read = _one_of(*map(str, allowed))
    return lambda text: int(read(text))


def _between(low: int, high: int) -> Callable[[str], int]:
    def read(text: str) -> int:
        if not (
            text.isascii()
            and text.isdecimal()
            and len(text) <= len(str(high))
            and low <= int(text) <= high
        ):
            raise ValueError(
                f"expected a whole number from {low} to {high}, not {text!r}"
            )
        return int(text)

    return read


def _seconds(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = -1.0
    if not 0 <= seconds <= 86_400:  # a day is more than any rehearsal waits
        raise ValueError(f"expected seconds (0 or more), not {text!r}")
    return seconds


_READERS: Mapping[str, Callable[[str], object]] = {
    "max_records_batch": _number_of(50, 20),
    "limit_over_100": _between(1, 100),
    "stringify_listings": _truth,
    "shuffle_listings": _truth,
    "soft_delete": _truth,
    "creating_seconds": _seconds,
    "async_delay": _seconds,
    "id_key": _one_of("id_definition", "id", "both"),
    "relation_case": _one_of("camel", "snake"),
    "duplicate_event_status": _number_of(409, 400),
    "activate_when_active": _number_of(200, 409),
    "rate_limit": _between(0, 1_000_000),
    "retry_after": _truth,
    "latency": _seconds,
    "not_found_status": _number_of(400, 404),
}
