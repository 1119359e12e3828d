"""The requests of a plan that are noted are those that an apply sends."""

import json
from collections.abc import Callable
from functools import partial
from typing import Any

import httpx

import reconciler
from reconciler.api.connection import Connection, ReadConnection
from reconciler.api.notebook import requests_of
from reconciler.api.shop import HttpShop
from reconciler.apply.run import Options
from reconciler.model.address import Address
from reconciler.sandbox.transport import SandboxTransport
from tests.conftest import OCCASION

BEFORE = """kind: definition
name: Vet
unique_keys: [code]
fields:
  - {name: code, type: text}
---
kind: event
code_name: old
name: Old
"""
AFTER = """kind: definition
name: Vet
ensure: inactive
unique_keys: [code]
fields:
  - {name: code, type: text}
  - {name: price, type: number}
  - {name: product, type: text}
relationships:
  - {sourceField: product, targetSchemaType: system, targetSchema: products}
---
kind: definition
name: Visit
unique_keys: [code]
fields:
  - {name: code, type: text}
  - {name: vet, type: text}
relationships:
  - {sourceField: vet, targetSchemaType: custom, targetSchema: Vet, targetField: code}
---
kind: override
target: products.price
sources: [{definition: Vet, field: price, priority: 1}]
---
kind: event
code_name: old
name: New
---
kind: event
code_name: gone
ensure: absent
"""


def noted(lab: Any) -> list[tuple[str, str, Any]]:
    """Method, path and body of each request of a plan."""
    plan, live = reconciler.build_plan(lab.load(), lab.connect(ReadConnection), OCCASION)
    return [(each.method, each.path, each.body) for each in requests_of(plan, live)]


class Noting(httpx.BaseTransport):
    """Keeps what passes on its way to the sandbox."""

    def __init__(self, inner: httpx.BaseTransport) -> None:
        self.inner = inner
        self.sent: list[tuple[str, str, Any]] = []

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Every write with its body."""
        if request.method != "GET":
            body = json.loads(request.content) if request.content else None
            self.sent.append((request.method, request.url.path.removeprefix("/v1"), body))
        return self.inner.handle_request(request)


def test_what_is_noted_is_what_is_sent(lab: Any) -> None:
    """Creates, additions, switches, replacements and sets of sources, with the ids that live."""
    lab.write(BEFORE)
    lab.apply()
    lab.write(AFTER)
    expected = noted(lab)
    noting = Noting(SandboxTransport(lab.app))
    connection = lab.connect(Connection, noting)
    plan, live = reconciler.build_plan(lab.load(), connection, OCCASION)
    assert [] == noting.sent
    list(reconciler.run_plan(plan, live, HttpShop(connection), Options(parallelism=1)))
    as_text = partial(json.dumps, sort_keys=True)
    known = [each for each in map(as_text, expected) if "{id}" not in each]
    assert len(expected) == len(noting.sent)
    assert len(known) >= 4
    assert set(known) <= set(map(as_text, noting.sent))


def test_an_id_that_is_not_there_yet_has_a_place(lab: Any) -> None:
    """Of what the same plan creates; whose id it is stands beside it."""
    lab.write(AFTER.replace("ensure: inactive\n", ""))
    plan, live = reconciler.build_plan(lab.load(), lab.connect(ReadConnection), OCCASION)
    by_address: dict[str, Any] = {str(each.address): each for each in requests_of(plan, live)}
    vet = (Address("definition", "Vet"),)
    assert vet == by_address["definition/Visit"].unknown == by_address["override/products.price"].unknown
    assert "{id}" == by_address["definition/Visit"].body["relationships"][0]["targetSchema"]


def test_curl_shows_the_requests_and_no_key(run: Callable, shipped: Any) -> None:
    """Behind the plan, for a shell."""
    ended = run("--target", "sandbox", "plan", str(shipped), "--curl", "--only", "definition/Vet")
    assert 0 == ended.code
    assert "curl --globoff --request POST http://127.0.0.1:8787/v1/custom-data-definitions" in ended.out
    assert '--header "spm-api-key: $SHOPIMIND_API_KEY"' in ended.out
    assert "sandbox-" not in ended.out
