"""A browser for those who ask for it, and the real mermaid library."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.report.browser import Page, chromium

LIBRARY = "node_modules/mermaid/dist/mermaid.min.js"


@pytest.fixture(scope="session")
def page(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    """A tab of a real browser."""
    with chromium(tmp_path_factory.mktemp("profile")) as opened:
        yield opened


@pytest.fixture(scope="session")
def mermaid_js(pytestconfig: pytest.Config) -> Path:
    """The library as npm ships it: `npm install --no-save mermaid`, or a path in MERMAID_JS."""
    path = Path(os.environ.get("MERMAID_JS", pytestconfig.rootpath / LIBRARY))
    assert path.is_file(), "these tests need mermaid (npm install --no-save mermaid)"
    return path
