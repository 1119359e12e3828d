"""The table of all rules, and the rules about files, YAML, templates and silencing.

To add a rule is one entry here or in `reconciler/kinds/`; its example is its test.
"""

from collections.abc import Iterable, Iterator, Mapping
from itertools import chain

from reconciler.events.rules import PAYLOAD_RULES
from reconciler.kinds.registry import KINDS
from reconciler.kinds.rules import SHARED_RULES
from reconciler.model.rule import Example, Rule, RuleSeverity
from reconciler.model.source import Severity

FILE_RULES = (
    Rule(
        "no-manifests",
        "There is no manifest in the paths given.",
        ("name a folder with .yaml, .yml or .json files",),
        Example(
            before="a folder in which no file ends with .yaml, .yml or .json",
            after="the same folder with shop.yaml in it",
            in_words=True,
        ),
    ),
    Rule(
        "unreadable-file",
        "A file cannot be read.",
        ("check its permissions, its encoding (UTF-8), links, and git LFS",),
        Example(
            before="a file saved as Latin-1, with an é in it",
            after="the same file saved as UTF-8",
            in_words=True,
        ),
    ),
    Rule(
        "path-escape",
        "A link leads out of the folder it stands in.",
        ("put the file itself into the folder",),
        Example(
            before="manifests/shop.yaml is a link to ../elsewhere/shop.yaml",
            after="manifests/shop.yaml is the file itself",
            in_words=True,
        ),
    ),
    Rule(
        "breaking-settings",
        "A guard, a target or an allow-list of reconciler.toml changes, or where a key is sent to.",
        ("change the settings in a pull request of their own",),
        Example(
            before="one pull request for manifests and reconciler.toml",
            after="one for reconciler.toml, and one for the manifests",
            in_words=True,
        ),
        severity="breaking",
    ),
    Rule(
        "own-document",
        "A document that reconciler wrote, such as a saved plan, stands among the manifests and is left out.",
        ("save plans and reports outside of the manifests' folder",),
        Example(
            before="`plan --out manifests/plan.json` saves it among the manifests",
            after="`plan --out plan.json` saves it beside them",
            in_words=True,
        ),
        severity="warning",
    ),
    Rule(
        "yaml-syntax",
        "The text is not YAML, or the text of a .json file is not JSON.",
        ("mend the place that the message names",),
        Example(
            before="""
                kind: event
                code_name: visit
                name: Visit: to a shop
                """,
            after="""
                kind: event
                code_name: visit
                name: "Visit: to a shop"
                """,
        ),
    ),
    Rule(
        "yaml-bounds",
        "The file is larger, deeper or more repetitive than a manifest can be.",
        ("split it", "write aliases out"),
        Example(
            before="""
                kind: event
                code_name: visit
                name: &name [*name]
                """,
            after="""
                kind: event
                code_name: visit
                name: Visit
                """,
        ),
    ),
    Rule(
        "yaml-tag",
        "YAML tags such as !!python have no meaning in a manifest.",
        ("write the plain value",),
        Example(
            before="""
                kind: event
                code_name: visit
                name: !upper Visit
                """,
            after="""
                kind: event
                code_name: visit
                name: VISIT
                """,
        ),
    ),
    Rule(
        "yaml-key",
        "A key must be a word.",
        ("write `key: value`",),
        Example(
            before="""
                kind: event
                code_name: visit
                name: Visit
                ? [a, b]
                : both
                """,
            after="""
                kind: event
                code_name: visit
                name: Visit
                """,
        ),
    ),
    Rule(
        "merge-key",
        "A merge key (<<) has no meaning in a manifest.",
        (
            "write the keys out",
            "use a variable of reconciler.toml for a value that repeats",
        ),
        Example(
            before="""
                kind: event
                <<: {code_name: visit}
                name: Visit
                """,
            after="""
                kind: event
                code_name: visit
                name: Visit
                """,
        ),
    ),
    Rule(
        "duplicate-key",
        "A key stands twice in one mapping.",
        ("keep one of them",),
        Example(
            before="""
                kind: event
                code_name: visit
                name: Visit
                name: Visit to a shop
                """,
            after="""
                kind: event
                code_name: visit
                name: Visit to a shop
                """,
        ),
    ),
    Rule(
        "template",
        "A Jinja expression cannot be rendered.",
        (
            "use `vars.NAME`, or `env.NAME` if it is allow-listed",
            "write two braces that are meant as text as `{{ '{{' }}`",
        ),
        Example(
            before="""
                kind: event
                code_name: visit
                name: "Visit of {{ contact }}"
                """,
            after="""
                kind: event
                code_name: visit
                name: "Visit of {{ '{{' }} contact }}"
                """,
        ),
    ),
    Rule(
        "ignore-without-reason",
        "A finding is silenced without a reason.",
        ("write the reason after the bracket",),
        Example(
            before="""
                kind: definition
                name: Agencies
                fields:
                  # reconciler: ignore[list-without-options]
                  - name: size
                    type: list
                """,
            after="""
                kind: definition
                name: Agencies
                fields:
                  # reconciler: ignore[list-without-options] the import brings them
                  - name: size
                    type: list
                """,
        ),
    ),
)


_TITLES: dict[RuleSeverity, str] = {
    "error": "Manifests",
    "warning": "Manifests",
    "info": "Manifests",
    "blocked": "Blocked in a plan",
    "breaking": "Breaking in a plan",
}


def table(*tables: Iterable[Rule]) -> dict[str, Rule]:
    """The rules by id. Raises ValueError when two have one id."""
    by_id: dict[str, Rule] = {}
    for rule in chain(*tables):
        if rule.id in by_id:
            raise ValueError(f"two rules are called {rule.id}")
        by_id[rule.id] = rule
    return by_id


class _Rules(Mapping[str, Rule]):
    """Those of files, those that every kind has, and those of each kind. It follows the
    registry of kinds, which tests may add to.
    """

    def __init__(self) -> None:
        self._kinds: tuple[str, ...] = ()
        self._by_id: dict[str, Rule] = {}

    def _current(self) -> dict[str, Rule]:
        if self._kinds != tuple(KINDS):
            self._kinds = tuple(KINDS)
            own = (kind.rules for kind in KINDS.values())
            self._by_id = table(FILE_RULES, SHARED_RULES, PAYLOAD_RULES, *own)
        return self._by_id

    def __getitem__(self, rule: str) -> Rule:
        return self._current()[rule]

    def __iter__(self) -> Iterator[str]:
        return iter(self._current())

    def __len__(self) -> int:
        return len(self._current())


RULES: Mapping[str, Rule] = _Rules()
"""Every rule that any output can name, by its id."""


def finding_severity(rule: str) -> Severity:
    """How grave a finding of a rule about manifests is. Raises ValueError for a rule
    about plans.
    """
    match RULES[rule].severity:
        case "error" | "warning" | "info" as severity:
            return severity
        case "blocked" | "breaking":
            raise ValueError(f"{rule} is no rule about manifests")


def groups() -> dict[str, list[Rule]]:
    """Every rule once, under the title of what it is about."""
    grouped = {"Files": list(FILE_RULES)} | {title: [] for title in _TITLES.values()}
    grouped["Payloads"] = list(PAYLOAD_RULES)
    apart = (*FILE_RULES, *PAYLOAD_RULES)
    for rule in RULES.values():
        if rule not in apart:
            grouped[_TITLES[rule.severity]].append(rule)
    return grouped
