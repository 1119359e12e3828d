"""A rule that manifests or plans can break, with the example that documents and tests
it.
"""

from dataclasses import dataclass
from textwrap import dedent
from typing import Literal

RuleSeverity = Literal["error", "warning", "info", "blocked", "breaking"]
"""Errors, warnings and infos are found in manifests alone; blocked and breaking are
differences in a plan.
"""


@dataclass(frozen=True, slots=True)
class Example:
    """`before` breaks the rule and `after` does not: both are the text of a manifest
    file, or `in_words` where no text can show the rule.

    `lives` is what was applied before, for rules about a change. `beside` is a manifest
    for rules about other files, which `before` and `after` are then. Texts may be
    indented like the code around them.
    """

    before: str
    after: str
    lives: str = ""
    beside: str = ""
    in_words: bool = False

    def __post_init__(self) -> None:
        for name in ("before", "after", "lives", "beside"):
            text = dedent(getattr(self, name)).lstrip("\n")
            # Frozen from here on; a dataclass has no other way to change what it is given.
            object.__setattr__(self, name, text)


@dataclass(frozen=True, slots=True)
class Rule:
    """`about` is a sentence; `ways_out` are phrases, in which `{name}`, `{old}`,
    `{new}` and `{address}` of a blocked rule are filled in by the plan.

    `# reconciler: ignore[id] reason` silences a `silenceable` rule on its line: the
    manifest is usable all the same.
    """

    id: str
    about: str
    ways_out: tuple[str, ...]
    example: Example
    severity: RuleSeverity = "error"
    silenceable: bool = False

    @property
    def message(self) -> str:
        """`about` as a part of another sentence."""
        return f"{self.about[:1].lower()}{self.about[1:]}".removesuffix(".")
