"""What a pull makes of a folder, before anything is written."""

from collections.abc import Mapping
from dataclasses import dataclass

from reconciler.model.address import Address
from reconciler.model.live import Live
from reconciler.model.plan import Plan
from reconciler.model.source import Finding


@dataclass(frozen=True, slots=True)
class Unwritten:
    """What no manifest says as it lives, and why; `path` is empty for all of it.
    `source` is where its manifest stands.
    """

    address: Address
    path: str
    reason: str
    source: str | None = None


@dataclass(frozen=True, slots=True)
class Silenced:
    """A rule that a comment keeps quiet about what lives, and where."""

    rule: str
    message: str
    file: str
    line: int


@dataclass(frozen=True, slots=True)
class Namesake:
    """Others that live under the name of one that is written: their words."""

    address: Address
    others: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Draft:
    """The texts that the files are to have, and what is to be told of them.

    `texts` has the files that are new or change, by path; `created` which of these are
    new. `addresses` says what is written to each, `kept` what was as it lives already.
    `plan` is the one of the folder as it will be; None when the manifests are not valid.
    `findings` are those of the folder, and `live` is the shop that was read.
    """

    texts: Mapping[str, str]
    created: frozenset[str]
    addresses: Mapping[str, tuple[Address, ...]]
    kept: tuple[Address, ...]
    unwritten: tuple[Unwritten, ...]
    silenced: tuple[Silenced, ...]
    namesakes: tuple[Namesake, ...]
    findings: tuple[Finding, ...]
    plan: Plan | None
    live: Live
