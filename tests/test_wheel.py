"""What is installed is what was written: the wheel holds every file of the package, and what names the project."""

import os
import subprocess
import zipfile
from email.parser import Parser
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
hatchling = pytest.importorskip("hatchling.build", reason="the installation for the tests has it, others may not")


def test_the_wheel_holds_every_file_of_the_package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Types, templates, the starter, the sandbox's tables and page; and nothing that git does not have."""
    monkeypatch.chdir(ROOT)
    with zipfile.ZipFile(tmp_path / hatchling.build_wheel(str(tmp_path))) as wheel:
        names = set(wheel.namelist())
        (place,) = (name for name in names if name.endswith("/METADATA"))
        metadata = Parser().parsestr(wheel.read(place).decode())
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "reconciler"]
    listed = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert "reconciler/py.typed" in names
    assert set(listed.splitlines()) == {name for name in names if not name.startswith(os.path.dirname(place))}
    urls = dict(each.split(", ") for each in metadata.get_all("Project-URL", []))
    assert {"Repository", "Documentation", "Changelog", "Issues"} == set(urls)
    assert ("MIT", ">=3.11") == (metadata["License-Expression"], metadata["Requires-Python"])
