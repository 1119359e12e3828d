"""What code scanning shows beside a result: what its rule means, the ways out and an
example, as `explain` has them, and where the README says more.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from reconciler.model.rule import Example, Rule, RuleSeverity
from reconciler.published import REPOSITORY
from reconciler.report.escape import code, prose, sarif_message, shorten_words
from reconciler.report.rule_text import (
    SILENCE,
    examples,
    in_general,
    rule_text,
    silencing,
)
from reconciler.rules import RULES

Level = Literal["error", "warning", "note"]
_LEVELS: dict[RuleSeverity, Level] = {
    "error": "error",
    "warning": "warning",
    "info": "note",
    "blocked": "error",
    "breaking": "warning",
}
_CHAPTERS: dict[RuleSeverity, str] = {
    "error": "check-them-offline",
    "warning": "check-them-offline",
    "info": "check-them-offline",
    "blocked": "review-a-change-offline",
    "breaking": "review-a-change-offline",
}
"""The headings of the README under which rules of a severity are spoken of."""
LONGEST_FOREIGN = 300
"""Characters of a rule that only another version knows."""
_APPLY, _GUARDS = "exit-codes", "several-shops-variables-and-guards"


@dataclass(frozen=True, slots=True)
class RuleHelp:
    """`about` is a sentence, `text` and `markdown` are all that is known; `link` leads to
    a heading of the README. What is not ours in them is escaped.
    """

    about: str
    ways_out: tuple[str, ...]
    text: str
    markdown: str
    link: str
    level: Level
    tags: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Told:
    """Of what is no rule of manifests and has no example."""

    about: str
    ways_out: tuple[str, ...]
    chapter: str


_PLAN_AGAIN = (
    "read in the message why",
    "see with `reconciler plan` what is left, and apply it with `reconciler apply`",
)
_REFUSED = "An apply was refused, and nothing was sent."
_AS_TOLD = ("read in the message what to do",)
_LIMIT_WAYS = (
    "split the change",
    "raise the limit under `[guards]` in reconciler.toml in a reviewed change",
)
_OTHERS: dict[str, _Told] = {
    "max_creates": _Told(
        "A plan creates more than the guard `max_creates` allows.",
        _LIMIT_WAYS,
        _GUARDS,
    ),
    "max_updates": _Told(
        "A plan changes more than the guard `max_updates` allows.",
        _LIMIT_WAYS,
        _GUARDS,
    ),
    "max_deletes": _Told(
        "A plan deletes more than the guard `max_deletes` allows.",
        _LIMIT_WAYS,
        _GUARDS,
    ),
    "protected": _Told(
        "A plan breaks something of what the guard `protected` names.",
        (
            "leave it as it is",
            "take it out of `protected` in reconciler.toml in a reviewed change",
        ),
        _GUARDS,
    ),
    "apply-failed": _Told("A change was not made.", _PLAN_AGAIN, _APPLY),
    "apply-unknown": _Told(
        "Nobody knows whether a change was made.",
        ("wait a minute", *_PLAN_AGAIN),
        _APPLY,
    ),
    "apply-skipped": _Told("A change was not begun.", _PLAN_AGAIN, _APPLY),
    "apply-moved": _Told(
        "What a plan rests on has changed since it was made, so nothing was sent.",
        ("plan again, and have the new plan reviewed",),
        _APPLY,
    ),
    "apply-approval": _Told(
        "A change was not approved, so nothing was sent.",
        (
            "answer the question at a terminal",
            "apply a plan that was saved and reviewed",
            "apply it with --auto-approve",
        ),
        _APPLY,
    ),
    "defect": _Told(
        "Something in this program went wrong.",
        ("report it with what the message says", *_PLAN_AGAIN),
        _APPLY,
    ),
}


def rule_help(rule: str, otherwise: str) -> RuleHelp:
    """The help of a rule; `otherwise` says what one is about that only a plan of another
    version knows.
    """
    if rule in RULES:
        return _of_rule(RULES[rule])
    if rule in _OTHERS:
        return _of_other(rule, _OTHERS[rule])
    about = shorten_words(otherwise, LONGEST_FOREIGN)
    if rule.startswith("apply-"):
        about = _REFUSED
    return _of_other(rule, _Told(about, _AS_TOLD, _APPLY))


def _of_rule(rule: Rule) -> RuleHelp:
    return RuleHelp(
        about=sarif_message(rule.about),
        ways_out=tuple(map(in_general, rule.ways_out)),
        text=rule_text(rule),
        markdown=rule_markdown(rule),
        link=_link(_CHAPTERS[rule.severity]),
        level=_LEVELS[rule.severity],
        tags=("shopimind", rule.severity),
    )


def _of_other(rule: str, told: _Told) -> RuleHelp:
    about = sarif_message(told.about)
    ways = "".join(f"- {way}\n" for way in told.ways_out)
    is_less = rule == "apply-skipped"
    return RuleHelp(
        about=about,
        ways_out=told.ways_out,
        text=f"{about}\n\nWays out:\n{ways}",
        markdown=f"{prose(told.about)}\n\n**Ways out**\n\n{ways}",
        link=_link(told.chapter),
        level="warning" if is_less else "error",
        tags=("shopimind", "guard" if told.chapter == _GUARDS else "apply"),
    )


def _link(chapter: str) -> str:
    return f"{REPOSITORY}#{chapter}"


def rule_markdown(rule: Rule) -> str:
    """What `explain` prints, in Markdown."""
    return "\n".join(_paragraphs(rule))


def _paragraphs(rule: Rule) -> Iterator[str]:
    yield f"{rule.about}\n"
    yield "**Ways out**\n"
    yield "".join(f"- {in_general(way)}\n" for way in rule.ways_out)
    if rule.silenceable:
        yield f"{SILENCE} {code(silencing(rule))}\n"
    for title, text in examples(rule):
        yield f"**{title.removesuffix(':')}**\n"
        yield _block(rule.example, text)
    yield f"At a terminal: {code(f'reconciler explain {rule.id}')}\n"


def _block(example: Example, text: str) -> str:
    """A fenced block, or a sentence where the example is one."""
    if example.in_words:
        return f"{text.rstrip()}\n"
    language = "json" if text.lstrip().startswith("{") else "yaml"
    return f"```{language}\n{text.rstrip()}\n```\n"
