"""Apply converges: for made-up shops, and whatever a server does to the spelling and order of what it stored."""

import json
import random
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from reconciler.sandbox.transport import SandboxTransport
from tests.campaigns.generated import documents_of, grown, left


def test_a_sample_of_generated_shops_converges(new_lab: Callable, figure: Callable) -> None:
    """Ten of them."""
    figure("apply converges (sample)", _campaign(new_lab, range(10)))


@pytest.mark.campaign
def test_generated_shops_converge(new_lab: Callable, figure: Callable) -> None:
    """Three hundred."""
    figure("apply converges", _campaign(new_lab, range(300)))


def _campaign(new_lab: Callable, seeds: range) -> str:
    """apply → plan empty → second apply 0 writes; the same after a change, and after the server took liberties."""
    changes = 0
    for seed in seeds:
        chance = random.Random(seed)
        lab = new_lab()
        documents = documents_of(seed, definitions=chance.randint(1, 9), events=chance.randint(0, 6))
        before = documents[: chance.randint(0, len(documents))]
        _apply(lab, [document for document in before if document["kind"] == "event"])
        changes += _apply(lab, documents)
        changes += _apply(lab, grown(documents, seed))
        changes += _apply(lab, left(grown(documents, seed), seed))
        lab.app = _Liberties(lab.app, seed)  # type: ignore[assignment]  # another ASGI application
        assert () == _plan(lab).changes, seed
        lab.close()
    return f"{len(seeds)} shops, {changes} changes, every plan empty afterwards, second applies sent 0 writes"


def _apply(lab: Any, documents: list[dict[str, Any]]) -> int:
    """Applies once, and checks that there is nothing left to do; returns how many changes there were."""
    if not documents:
        return 0
    lab.write("\n---\n".join(json.dumps(document) for document in documents))
    outcome = lab.apply()
    assert outcome.complete, outcome
    assert () == _plan(lab).changes
    writes = len(lab.writes())
    assert lab.apply().complete
    assert writes == len(lab.writes())
    return len(outcome.applied)


def _plan(lab: Any) -> Any:
    return lab.plan()[0]


class _Liberties:
    """A server that stores what it was told and lists it in its own way: the ASGI app behind another door."""

    def __init__(self, app: Any, seed: int) -> None:
        self._app = app
        self._chance = random.Random(seed)

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        started: list[dict[str, Any]] = []
        body = bytearray()

        async def gather(message: dict[str, Any]) -> None:
            if message["type"] == "http.response.start":
                started.append(message)
                return
            body.extend(message.get("body", b""))
            if not message.get("more_body"):
                changed = json.dumps(self._changed(json.loads(body))).encode()
                headers = [(k, v) for k, v in started[0]["headers"] if k.lower() != b"content-length"]
                await send({**started[0], "headers": headers})
                await send({"type": "http.response.body", "body": changed})

        await self._app(scope, receive, gather)

    def _changed(self, body: Any) -> Any:
        if isinstance(body, dict) and isinstance(body.get("data"), list):
            self._chance.shuffle(body["data"])
            body["data"] = [self._row(row) for row in body["data"]]
        return body

    def _row(self, row: dict[str, Any]) -> dict[str, Any]:
        for field in row.get("fields") or []:
            field.setdefault("position", "3")
            field.setdefault("description", None)
        self._chance.shuffle(row.get("fields") or [])
        if isinstance(row.get("name"), str) and "id_definition" in row:
            row["name"] = row["name"].swapcase() + " "
            row["id"] = row.pop("id_definition")
        if "id_event" in row:
            row["name"] = {"en": "another language", "fr": row["name"]}
        row["relationships"] = [
            {"source_field": r["sourceField"], "target_schema": r["targetSchema"], "target_field": r["targetField"]}
            for r in row.get("relationships") or []
        ]
        return row


def test_the_bytes_of_a_plan_do_not_depend_on_chance(new_lab: Callable, figure: Callable) -> None:
    """Documents in any order and any number of files, pages of any size, rows in any order."""
    documents = documents_of(5, definitions=30, events=20)
    plans = set()
    for variant, size in enumerate([1, 2, 3, 7, 10, 33, 99, 100]):
        chance = random.Random(variant)
        lab = new_lab()
        lab.write("\n---\n".join(json.dumps(document) for document in documents))
        lab.apply()
        shuffled = grown(documents, 9)
        chance.shuffle(shuffled)
        (lab.folder / "manifests.yaml").unlink()
        for number, document in enumerate(shuffled):
            lab.write(json.dumps(document), f"{number % (variant + 1)}-{number}.yaml")
        plan = _planned_with_pages_of(lab, size)
        assert plan.changes
        plans.add(json.dumps([{**change, "source": None} for change in plan.document()["changes"]]))
    figure("determinism", f"8 page sizes 1…100, shuffled documents and files: {len(plans)} distinct plan")
    assert 1 == len(plans)


class _SmallPages(SandboxTransport):
    """A server that gives fewer rows than it was asked for."""

    size = 100

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        request.url = request.url.copy_set_param("limit", str(self.size))
        return super().handle_request(request)


def _planned_with_pages_of(lab: Any, size: int) -> Any:
    transport = _SmallPages(lab.app)
    transport.size = size
    return lab.plan(transport)[0]
