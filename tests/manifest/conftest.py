"""Manifests as text in, findings out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest

from reconciler.manifest.load import load
from reconciler.manifest.resolve import Resolved, resolve
from reconciler.manifest.template import Renderer
from reconciler.model.source import Finding


@dataclass(frozen=True)
class Checked:
    """What one run over the files found, dangling references included."""

    resolved: Resolved

    @property
    def findings(self) -> list[Finding]:
        """All findings, by place."""
        return self.resolved.offline_findings

    @property
    def places(self) -> list[str]:
        """`line:column rule` of each finding."""
        return [f"{found.source.line}:{found.source.column} {found.rule}" for found in self.findings]

    @property
    def messages(self) -> list[str]:
        """What each finding says."""
        return [found.message for found in self.findings]

    @property
    def addresses(self) -> list[str]:
        """What was understood."""
        return [str(address) for address in self.resolved.desired.manifests]


@pytest.fixture
def check(tmp_path: Path) -> Callable[..., Checked]:
    """Writes the texts to files (m0.yaml, m1.yaml, …) and checks them, with `variables` for expressions."""

    def write_and_check(*texts: str, suffix: str = ".yaml", **variables: object) -> Checked:
        for number, text in enumerate(texts):
            (tmp_path / f"m{number}{suffix}").write_bytes(text.encode())
        return Checked(resolve(load([str(tmp_path)], Renderer(variables, {})), date(2026, 1, 1)))

    return write_and_check
