"""What all commands share."""

from collections.abc import Callable
from pathlib import Path

import pytest


@pytest.mark.parametrize(
    ("environment", "coloured"),
    [
        ({"FORCE_COLOR": "1"}, True),
        ({"FORCE_COLOR": "true"}, True),
        ({"FORCE_COLOR": "0"}, False),
        ({"FORCE_COLOR": "False"}, False),
        ({"FORCE_COLOR": ""}, False),
        ({"FORCE_COLOR": "1", "NO_COLOR": "0"}, False),
        ({"FORCE_COLOR": "1", "NO_COLOR": ""}, True),
    ],
    ids=repr,
)
def test_colour_is_forced_only_by_a_yes(
    run: Callable, tmp_path: Path, environment: dict[str, str], coloured: bool
) -> None:
    """A pipeline that says FORCE_COLOR=0 must not find escape codes in its log; any NO_COLOR wins (no-color.org)."""
    (tmp_path / "manifests").mkdir()
    (tmp_path / "manifests" / "a.yaml").write_text("kind: nonsense\n")
    assert coloured == ("\x1b[" in run("validate", **environment).out)
