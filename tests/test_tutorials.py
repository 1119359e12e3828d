"""The tutorials of the README are played, word for word, against a served shop and what its dashboard does."""

import shutil
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.spoken import Player, section

TITLES = ("Tutorial: a loyalty program, from the definition to the message", "Tutorial: dedicated account managers")


@pytest.fixture
def player(tmp_path: Path, shipped_with_rows: Path, serve: Callable) -> Player:
    """In a folder with the shipped manifests, beside the file of the shop that is served."""
    folder = tmp_path / "shop"
    shutil.copytree(shipped_with_rows, folder / "manifests")
    (folder / ".reconciler").mkdir()
    served = serve("async_delay=0.3", file="shop/.reconciler/sandbox.db")
    return Player(folder, served.environment, lambda text: push_customer(served, text))


def push_customer(served: Any, text: str) -> None:
    """`ID FIRST LAST`, as the shop's connector would do it; returns when the contact can be read."""
    number, first, last = text.split(" ")
    email = f"{first}.{last}@example.com".lower().replace("é", "e")
    moment = "2025-01-01T00:00:00Z"
    customer = {
        "customer_id": number, "email": email, "first_name": first, "last_name": last, "lang": "en",
        "is_newsletter_subscribed": True, "created_at": moment, "updated_at": moment,
    }  # fmt: skip
    with served.client() as client:
        assert 200 == client.post("/customers", json=[customer]).status_code
        end = time.monotonic() + 20
        while not client.get("/contacts", params={"id_customer_shop": number}).is_success:
            assert time.monotonic() < end
            time.sleep(0.05)


@pytest.mark.parametrize("title", TITLES)
def test_the_tutorial_is_true(player: Player, title: str, figure: Callable) -> None:
    """Every command prints what stands there."""
    player.play(section(title))
    assert player.commands >= 6
    figure(title.partition(",")[0], f"{player.commands} commands, with their output")
