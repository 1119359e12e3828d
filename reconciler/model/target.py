"""A named shop: where it is, where its key comes from, and what must not happen to
it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from reconciler.model.speed import IN_PROCESS, OVER_NETWORK, RATE, Speed

HOST_VARIABLE = "SHOPIMIND_CORE_API_BASE"
"""Overrides the host of the real API, as it does for the official SDK (contract §1);
`/v1` is appended.
"""
DEFAULT_HOST = "https://core.shopimind.com"


@dataclass(frozen=True, slots=True)
class Guards:
    """Limits per plan; None is no limit. `protected` holds addresses that a plan must
    not break or delete. A share is of the rows that live in a table, from 0 to 1.
    """

    max_creates: int | None = None
    max_updates: int | None = None
    max_deletes: int | None = None
    max_record_creates: int | None = None
    max_record_updates: int | None = None
    max_record_deletes: int | None = None
    max_record_delete_share: float | None = None
    max_requests: int | None = None
    protected: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class MessageSettings:
    """What is known of a shop's messages: patterns of variables of other tools
    (`promo.*`), after how many days a copy has to be looked at again, and how relations
    are written (`Attribution.responsable_id`: `responsable`) where the rule does not
    hold.
    """

    known: tuple[str, ...] = ()
    review_after_days: int | None = None
    hops: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True, slots=True)
class Target:
    """`base_url` is None for the embedded sandbox, which also needs no key. `rate` is
    how many requests a minute we may use, `records_batch` how many rows go in one.
    """

    name: str
    base_url: str | None = None
    api_key_env: str | None = None
    guards: Guards = Guards()
    vars: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))
    env: tuple[str, ...] = ()
    rate: int | None = None
    records_batch: int | None = None
    messages: MessageSettings = field(default_factory=MessageSettings)

    @property
    def speed(self) -> Speed:
        """How fast it takes requests. The embedded sandbox answers at once, and keeps
        the limit of a shop.
        """
        answer = IN_PROCESS if self.base_url is None else OVER_NETWORK
        return Speed(self.rate or RATE, answer)
