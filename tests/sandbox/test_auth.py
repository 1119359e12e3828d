"""The key decides whether, and into which shop, a request goes."""

from __future__ import annotations

import httpx
import pytest

from reconciler.sandbox.app import create_app
from reconciler.sandbox.transport import SandboxTransport


@pytest.mark.parametrize("key", ["", "short", "sandbox-" + "0" * 32, "x" * 65])
def test_a_wrong_key_is_refused(shop, key: str) -> None:
    """Missing, malformed and unknown keys are 401."""
    answer = shop.http.get("/events", headers={"spm-api-key": key})
    assert (401, {"statusCode": 401, "message": "Unauthorized", "error": "Unauthorized"}) == (
        answer.status_code,
        answer.json(),
    )


def test_shops_do_not_see_each_other(shop) -> None:
    """The same name may be used in two shops, and an id of one means nothing in the other."""
    other = shop.store.ensure_shop("other")
    shop.define("Same")
    with httpx.Client(
        transport=SandboxTransport(create_app(shop.store)),
        base_url="http://sandbox/v1",
        headers={"spm-api-key": other.key},
    ) as client:
        made = client.post("/custom-data-definitions", json={"name": "Same", "fields": []}).json()["data"]
        foreign = client.get("/custom-data-definitions/1")
    assert (2, 400) == (made["id_definition"], foreign.status_code)
