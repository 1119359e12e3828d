"""Rules as `explain` shows them: one with its example, or a list of all, within 80
columns.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from textwrap import fill, indent

from reconciler.model.rule import Rule, RuleSeverity

WIDTH = 80
_ID_COLUMN = 30
SILENCE = "To silence it, on its line or the line before:"
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
        parts.append(_code_block(SILENCE, silencing(rule)))
    blocks = [_code_block(title, text) for title, text in examples(rule)]
    return "\n".join([*parts, *blocks])


def _group(title: str, rules: Iterable[Rule]) -> str:
    return f"{title}\n" + "".join(row(rule.id, rule.about) for rule in rules)


def row(name: str, about: str) -> str:
    """A name in one column, and what it means in the other."""
    first = f"  {name.ljust(_ID_COLUMN - 3)} "
    return _wrap(about, first, " " * _ID_COLUMN)


def _way_out(way: str) -> str:
    return _wrap(in_general(way), "  - ", "    ")


def in_general(way: str) -> str:
    """A way out as it is said when there is no case at hand."""
    return _PLACEHOLDER.sub(lambda found: _GENERAL_WORDS[found[0]], way)


def silencing(rule: Rule) -> str:
    """The comment that silences it on its line or the line before."""
    return f"# reconciler: ignore[{rule.id}] reason"


def examples(rule: Rule) -> Iterator[tuple[str, str]]:
    """(title, text) of each part of its example."""
    example, breaks = rule.example, _BREAKS[rule.severity]
    if example.lives:
        yield "Where this was applied before:", example.lives
        yield breaks, example.before
        yield "This can be applied:", example.after
        return
    if example.beside:
        yield "With this manifest:", example.beside
    yield breaks, example.before
    yield "This is fine:", example.after


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
