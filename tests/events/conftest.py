"""Event types as manifests in text, and payloads against them."""

from collections.abc import Callable
from pathlib import Path

import pytest

import reconciler
from reconciler.events.schema import schemas_in
from reconciler.events.text import Schemas
from reconciler.manifest.files import payload_files_in
from reconciler.manifest.resolve import Resolved
from reconciler.manifest.samples import PayloadsCheck
from reconciler.model.source import Finding
from reconciler.model.target import Target

BAD = Path(__file__).parent / "bad"


@pytest.fixture
def manifests(tmp_path: Path) -> Callable[[str], Resolved]:
    """The manifests of a text, which break no rule, in a folder of their own; sample payloads may stand beside it."""

    def load(text: str) -> Resolved:
        folder = tmp_path / "manifests"
        folder.mkdir(exist_ok=True)
        (folder / "shop.yaml").write_text(text, encoding="utf-8")
        resolved = reconciler.load([str(folder)], Target("test"), {})
        assert [] == resolved.offline_findings
        return resolved

    return load


@pytest.fixture
def schemas(manifests: Callable) -> Callable[[str], Schemas]:
    """The event types of a text, by their code names."""
    return lambda text: schemas_in(manifests(text).desired)


@pytest.fixture
def found(schemas: Callable, tmp_path: Path) -> Callable[..., list[Finding]]:
    """What is wrong with a payload file, given as text or bytes, beside the event types of the corpus."""
    known = schemas((BAD / "shop.yaml").read_text(encoding="utf-8"))

    def check(content: str | bytes, name: str = "order.paid.json", code: str | None = None) -> list[Finding]:
        file = tmp_path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content.encode() if isinstance(content, str) else content)
        return list(PayloadsCheck(known).file(str(file), code))

    return check


@pytest.fixture
def bad_payloads(schemas: Callable, monkeypatch: pytest.MonkeyPatch) -> list[Finding]:
    """What is wrong with the payloads of the corpus."""
    monkeypatch.chdir(BAD)
    known = schemas((BAD / "shop.yaml").read_text(encoding="utf-8"))
    return sorted(PayloadsCheck(known).samples(payload_files_in("samples", [])))
