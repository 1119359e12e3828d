"""All manifests together are bounded, not only each file."""

from pathlib import Path
from typing import Any

import pytest

from reconciler.manifest.load import Loaded, load, too_much
from reconciler.manifest.template import MOST_FILLED, Renderer, TemplateProblem
from reconciler.manifest.yaml import documents

EVENT = "kind: event\nname: E\ncode_name: e{}\n"


def loaded(folder: Path) -> Loaded:
    """What is in the folder."""
    return load([str(folder)], Renderer({}, {}))


def told(found: Loaded) -> list[str]:
    """What was not read."""
    return [f"{Path(each.source.file).name}: {each.message}" for each in found.findings if each.rule == "yaml-bounds"]


def test_characters_are_counted_over_all_files(tmp_path: Path) -> None:
    """Nine files of 8 MiB each, all within the limit of a file."""
    for number in range(10):
        (tmp_path / f"{number}.yaml").write_text(EVENT.format(number) + "#" + "x" * (8 * 2**20 - 100))
    found = loaded(tmp_path)
    assert [
        "9.yaml: there are more than 64 MiB in all files together: this file and those after it were not read"
    ] == told(found)
    assert 9 == len(found.manifests)


@pytest.mark.parametrize(
    ("expected", "totals"),
    [
        ("", (19_999, 64 * 2**20, 1_500_000, 20_000)),
        ("there are more than 20,000 files", (20_000, 0, 0, 0)),
        ("there are more than 64 MiB", (1, 64 * 2**20 + 1, 0, 0)),
        ("there are more than 1,500,000 values", (1, 0, 1_500_001, 0)),
        ("there are more than 20,000 findings", (1, 0, 0, 20_001)),
    ],
)
def test_each_bound_has_its_number(expected: str, totals: tuple[int, int, int, int]) -> None:
    """Files, characters, values and findings that there may be."""
    assert expected == too_much(*totals)


def test_a_document_knows_how_many_values_it_comes_to() -> None:
    """What its aliases stand for is part of it."""
    text = "a: [1, 2, &x {b: c}]\n---\n# nothing\n---\n- &y [1, 2, 3]\n- *y\n- *y\n"
    assert [6, 13] == [document.size for document in documents(text)]


@pytest.mark.parametrize("template", ["{{ vars.text }}", "x{{ vars.text }}", "{{ vars.list }}"])
def test_what_expressions_come_to_is_bounded_in_all(template: str) -> None:
    """A variable of 90,000 characters may stand in each of 300,000 values."""
    variables: dict[str, Any] = {"text": "x" * 40_000, "list": ["y" * 900] * 40}
    renderer = Renderer(variables, {})
    for _ in range(MOST_FILLED // 45_000):
        renderer.render(template)
    with pytest.raises(TemplateProblem, match="all expressions together come to more than 20,000,000 characters"):
        list(map(renderer.render, [template] * 150))
