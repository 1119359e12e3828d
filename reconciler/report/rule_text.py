"""Rules as `explain` shows them: one with its example, or a list of all, within 80
columns.
"""

import re
from collections.abc import Iterable, Mapping
from textwrap import fill, indent

from reconciler.model.rule import Example, Rule, RuleSeverity

WIDTH = 80
_ID_COLUMN = 30
_BREAKS: dict[RuleSeverity, str] = {
    "error": "This is an error:",
    "warning": "This brings a warning:",
    "info": "This brings a note:",
    "blocked": "This is blocked:",
    "breaking": "This is breaking:",
}
_GENERAL_WORDS = {
    "{name}_{new}": "another field",
    "{name}": "the field",
    "{old}": "what lives",
    "{new}": "what is wanted",
    "{address}": "the definition",
}
"""What stands in a way out when there is no case at hand."""
_PLACEHOLDER = re.compile("|".join(map(re.escape, _GENERAL_WORDS)))


def rules_text(groups: Mapping[str, Iterable[Rule]]) -> str:
    """Every group under its title: ids in one column, meanings in the other."""
    return "\n".join(_group(title, rules) for title, rules in groups.items())


def rule_text(rule: Rule) -> str:
    """What the rule means, the ways out, how to silence it, and its example."""
    parts = [
        f"{rule.id} ({rule.severity})\n",
        paragraph(rule.about),
        "Ways out:\n" + "".join(_way_out(way) for way in rule.ways_out),
    ]
    if rule.silenceable:
        comment = f"# reconciler: ignore[{rule.id}] reason"
        parts.append(
            f"To silence it, on its line or the line before:\n\n    {comment}\n"
        )
    return "\n".join([*parts, *_example(rule.severity, rule.example)])


def _group(title: str, rules: Iterable[Rule]) -> str:
    return f"{title}\n" + "".join(row(rule.id, rule.about) for rule in rules)


def row(name: str, about: str) -> str:
    """A name in one column, and what it means in the other."""
    first = f"  {name.ljust(_ID_COLUMN - 3)} "
    return _wrap(about, first, " " * _ID_COLUMN)


def _way_out(way: str) -> str:
    general = _PLACEHOLDER.sub(lambda found: _GENERAL_WORDS[found[0]], way)
    return _wrap(general, "  - ", "    ")


def _example(severity: RuleSeverity, example: Example) -> list[str]:
    breaks = _BREAKS[severity]
    if example.lives:
        return [
            _code_block("Where this was applied before:", example.lives),
            _code_block(breaks, example.before),
            _code_block("This can be applied:", example.after),
        ]
    beside = []
    if example.beside:
        beside = [_code_block("With this manifest:", example.beside)]
    return [
        *beside,
        _code_block(breaks, example.before),
        _code_block("This is fine:", example.after),
    ]


def _code_block(title: str, text: str) -> str:
    return f"{title}\n\n{indent(text.rstrip(), '    ')}\n"


def paragraph(text: str) -> str:
    """A text in lines."""
    return _wrap(text, "", "")


def _wrap(text: str, first: str, others: str) -> str:
    """The text with these beginnings of its lines; an id or a path is never parted."""
    filled = fill(
        text,
        WIDTH,
        initial_indent=first,
        subsequent_indent=others,
        break_long_words=False,
        break_on_hyphens=False,
    )
    return f"{filled}\n"
