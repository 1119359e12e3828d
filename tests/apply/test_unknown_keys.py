"""A shop that says more than the model knows: what is replaced as a whole keeps it."""

import json
from collections.abc import Callable
from typing import Any

import httpx
import pytest

Forward = Callable[[httpx.Request], httpx.Response]
EVENT = """kind: event
code_name: sale
name: %s
properties:
  metaData:
    - {name: amount, type: number, required: true}
    - {name: code, type: text%s}
"""
PRICES = """kind: definition
name: Prices
fields:
  - {name: product, type: text}
  - {name: price, type: decimal}
  - {name: sale, type: decimal}
relationships:
  - {sourceField: product, targetSchemaType: system, targetSchema: products}
---
kind: override
target: products.price
sources:
  - {definition: Prices, field: price, priority: %d}
"""


class Richer:
    """The sandbox with further keys beside those that it knows: `more` is added to every row of a list that is under
    one of the `keys`, and taken off what is sent, which `sent` keeps."""

    def __init__(self, more: dict[str, Any], *keys: str, loses: bool = False) -> None:
        self.more, self.keys, self.loses = more, keys, loses
        self.sent: list[Any] = []

    def __call__(self, request: httpx.Request, forward: Forward) -> httpx.Response:
        if request.method in ("PATCH", "PUT", "POST") and request.content:
            body = json.loads(request.content)
            self.sent.append(json.loads(request.content))
            self._edit(body, self._poorer)
            headers = {key: value for key, value in request.headers.items() if key != "content-length"}
            request = httpx.Request(request.method, request.url, headers=headers, json=body)
        answer = forward(request)
        shown = answer.json()
        if request.method == "GET" and not (self.loses and self.sent):
            self._edit(shown, lambda row: row | self.more)
        return httpx.Response(answer.status_code, json=shown)

    def _edit(self, body: Any, change: Callable[[dict[str, Any]], dict[str, Any]]) -> None:
        found = body.values() if isinstance(body, dict) else body if isinstance(body, list) else ()
        for inner in found:
            self._edit(inner, change)
        for key in self.keys:
            if isinstance(body, dict) and isinstance(body.get(key), list):
                body[key] = [change(row) for row in body[key]]

    def _poorer(self, row: dict[str, Any]) -> dict[str, Any]:
        return {key: value for key, value in row.items() if key not in self.more}


MORE = {"example": {"nested": [1, True]}, "position": 3}


@pytest.mark.parametrize("after", [EVENT % ("Renamed", ""), EVENT % ("Sale", ", required: true")])
def test_what_a_property_holds_beside_the_model_is_sent_back(lab: Any, apply: Callable, after: str) -> None:
    """Whether the name changes or another property: PATCH replaces all properties (contract §13 row 19)."""
    lab.write(EVENT % ("Sale", ""))
    apply(lab)
    lab.write(after)
    richer = Richer(MORE, "metaData")
    assert apply(lab, richer).complete
    assert [MORE, MORE] == [
        {key: row[key] for key in row if key in MORE} for row in richer.sent[0]["properties"]["metaData"]
    ]


def test_what_stands_beside_the_slots_is_sent_back(lab: Any, apply: Callable) -> None:
    """A slot of another version, and what is no slot at all."""
    lab.write(EVENT % ("Sale", ""))
    apply(lab)
    lab.write(EVENT % ("Renamed", ""))
    more = {"cart": [{"name": "p", "type": "text", "required": False}], "strict": True, "contact": {"scope": {"a": 1}}}

    def hook(request: httpx.Request, forward: Forward) -> httpx.Response:
        if request.method == "PATCH":
            sent.append(json.loads(request.content)["properties"])
            body = json.loads(request.content)
            body["properties"] = {key: value for key, value in body["properties"].items() if key not in more}
            headers = {key: value for key, value in request.headers.items() if key != "content-length"}
            request = httpx.Request("PATCH", request.url, headers=headers, json=body)
        answer = forward(request).json()
        rows = answer["data"] if isinstance(answer["data"], list) else [answer["data"]]
        for row in rows:
            if "code_name" in row:
                row["properties"] = {**json.loads(json.dumps(row["properties"])), **more}
        return httpx.Response(200, json=answer)

    sent: list[Any] = []
    assert apply(lab, hook).complete
    assert more == {key: sent[0][key] for key in more}


def test_a_server_that_loses_it_is_told(lab: Any, apply: Callable) -> None:
    """It was sent, and reads back without."""
    lab.write(EVENT % ("Sale", ""))
    apply(lab)
    lab.write(EVENT % ("Renamed", ""))
    outcome = apply(lab, Richer({"example": "x"}, "metaData", loses=True))
    assert "properties.metaData.amount.example" in outcome.failed[0].error


def test_numbers_and_times_of_the_server_are_its_own(lab: Any, apply: Callable) -> None:
    """A strict server refuses to be told them (contract §1)."""
    lab.write(EVENT % ("Sale", ""))
    apply(lab)
    lab.write(EVENT % ("Renamed", ""))
    richer = Richer({"id": 7, "created_at": "2026-01-01", "updated_at": None}, "metaData")
    assert apply(lab, richer).complete
    assert [{"name", "type", "required"}] * 2 == [set(row) for row in richer.sent[0]["properties"]["metaData"]]


def test_of_an_override_row_only_its_three_keys_are_sent(lab: Any, apply: Callable) -> None:
    """A strict server refuses others, also those that it shows itself (contract §1, §4)."""
    lab.write(PRICES % 1)
    apply(lab)
    lab.write(PRICES % 2)
    more = {"condition": "vip", "is_active": True}

    def hook(request: httpx.Request, forward: Forward) -> httpx.Response:
        if request.method == "PUT":
            sent.append(json.loads(request.content)["overrides"])
        answer = forward(request).json()
        if request.method == "GET" and request.url.path.endswith("/overrides"):
            answer["data"] = [row | more for row in answer["data"]]
        return httpx.Response(200, json=answer)

    sent: list[Any] = []
    assert apply(lab, hook).complete
    ((row,),) = sent
    assert ("price", 2) == (row["custom_field_name"], row["priority"])
    assert {"id_custom_data_definition", "custom_field_name", "priority"} == set(row)


def test_a_property_without_a_type_is_sent_back_as_it_came(lab: Any, apply: Callable) -> None:
    """Nothing is made up for what the shop does not say."""
    lab.write(EVENT % ("Sale", ""))
    apply(lab)
    lab.write(EVENT % ("Renamed", ""))
    bare = {"name": "x", "hint": "h"}
    sent: list[Any] = []

    def hook(request: httpx.Request, forward: Forward) -> httpx.Response:
        if request.method == "PATCH":
            sent.append(json.loads(request.content)["properties"].pop("customData"))
            body = json.loads(request.content)
            del body["properties"]["customData"]
            headers = {key: value for key, value in request.headers.items() if key != "content-length"}
            request = httpx.Request("PATCH", request.url, headers=headers, json=body)
        answer = forward(request).json()
        rows = answer["data"] if isinstance(answer["data"], list) else [answer["data"]]
        for row in rows:
            if "code_name" in row:
                row["properties"] = {**row["properties"], "customData": [bare]}
        return httpx.Response(200, json=answer)

    assert apply(lab, hook).complete
    assert [[bare]] == sent
