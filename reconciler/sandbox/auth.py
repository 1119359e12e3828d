"""Authentication by the header ``spm-api-key`` (contract §1)."""

from __future__ import annotations

import re

from reconciler.sandbox.envelopes import Refusal
from reconciler.sandbox.store import Store

HEADER = "spm-api-key"
_PATTERN = re.compile(r"[a-zA-Z0-9-]{20,64}")


def authenticated(store: Store, key: str | None) -> tuple[int, str]:
    """Return id and name of the shop the key belongs to; Refusal 401 for a missing,
    malformed or unknown key.
    """
    shop = store.shop_of(key) if key and _PATTERN.fullmatch(key) else None
    if shop is None:
        raise Refusal(401, "Unauthorized")
    return shop
