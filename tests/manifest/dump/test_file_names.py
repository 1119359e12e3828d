"""Names of files: short, portable, and never out of their folder, whatever a resource is called."""

import os
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from reconciler.manifest.dump.file_names import new_places
from reconciler.model.address import Address

SAFE = re.compile(r"definitions/[^\W_][\w.-]*\.yaml")


@pytest.mark.parametrize(
    ("name", "file"),
    [
        ("Attribution", "attribution"),
        ("Point of sale", "point-of-sale"),
        ("Été & co", "ete-co"),
        ("../x", "x"),
        ("/etc/passwd", "etc-passwd"),
        (".hidden", "hidden"),
        ("CON", "con-definition"),
        ("nul.txt", "nul.txt-definition"),
        ("😀", "definition"),
        ("日本", "日本"),
        ("x" * 300, "x" * 100),
        ("é" * 300, "e" * 100),
        ("日" * 300, "日" * 33),
    ],
)
def test_a_name_is_folded(name: str, file: str) -> None:
    """Without accents and signs, in small letters."""
    assert [(Address("definition", name), f"definitions/{file}.yaml")] == list(
        new_places([Address("definition", name)], ())
    )


def test_equal_names_are_numbered_in_the_order_of_their_addresses() -> None:
    """And what is there already, whatever it holds, is left alone."""
    addresses = [Address("definition", name) for name in ("a!", "A", "a?", "a")]
    places = dict(new_places(addresses, {"definitions/a-2.yaml"}))
    assert ["A", "a", "a!", "a?"] == sorted(address.name for address in places)
    assert ["a.yaml", "a-3.yaml", "a-4.yaml", "a-5.yaml"] == [os.path.basename(file) for file in places.values()]


@settings(max_examples=40)
@given(some.lists(some.text(min_size=1, max_size=60), unique=True, max_size=8))
def test_no_name_leads_out_of_the_folder(names: list[str]) -> None:
    """Nor to a hidden file, nor two to one."""
    places = [place for _, place in new_places([Address("definition", name) for name in names], ())]
    assert all(map(SAFE.fullmatch, places)), places
    assert len(places) == len({place.casefold() for place in places})
    assert all(len(os.path.basename(place).encode()) < 200 for place in places)
