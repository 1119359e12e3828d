"""A rule that manifests or plans can break (stand-in until the table is merged)."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Rule:
    id: str
