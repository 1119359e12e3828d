"""Rules as `explain` shows them."""

import pytest

from reconciler.model.rule import Example, Rule
from reconciler.report.rule_text import rule_text, rules_text

SILENCEABLE = Rule(
    "no-colour",
    "A cat has no colour.",
    ("name it",),
    Example(before="\n    kind: cat\n    colour:\n", after="kind: cat\ncolour: red\n"),
    severity="warning",
    silenceable=True,
)
BLOCKED = Rule(
    "colour-frozen",
    "The colour of a cat cannot change.",
    ("keep {old}", "add {name}_{new} beside {address}, which is {new}"),
    Example(lives="colour: red\n", before="colour: {old}\n", after="colour: red\n"),
    severity="blocked",
)


def test_a_rule_is_shown_with_its_example() -> None:
    """The texts of manifests stand in the same indentation, however they are written."""
    expected = """\
no-colour (warning)

A cat has no colour.

Ways out:
  - name it

To silence it, on its line or the line before:

    # reconciler: ignore[no-colour] reason

This brings a warning:

    kind: cat
    colour:

This is fine:

    kind: cat
    colour: red
"""
    assert expected == rule_text(SILENCEABLE)


def test_a_rule_about_changes_is_shown_with_what_lived_before() -> None:
    """Its ways out speak of no case at hand; the texts of the example stay as they are."""
    expected = """\
colour-frozen (blocked)

The colour of a cat cannot change.

Ways out:
  - keep what lives
  - add another field beside the definition, which is what is wanted

Where this was applied before:

    colour: red

This is blocked:

    colour: {old}

This can be applied:

    colour: red
"""
    assert expected == rule_text(BLOCKED)


def test_the_list_has_two_columns_under_titles() -> None:
    """An empty line parts the groups."""
    expected = """\
Cats
  no-colour                   A cat has no colour.

Blocked
  colour-frozen               The colour of a cat cannot change.
"""
    assert expected == rules_text({"Cats": [SILENCEABLE], "Blocked": [BLOCKED]})


@pytest.mark.parametrize("length", [1, 10, 200])
def test_nothing_is_wider_than_a_terminal(length: int) -> None:
    """What is long goes on below, in its own column."""
    rule = Rule("x", f"{'word ' * length}.", (f"{'word ' * length}.",), Example("", ""))
    lines = [*rule_text(rule).splitlines(), *rules_text({"X": [rule]}).splitlines()]
    assert 80 >= max(map(len, lines))


def test_a_message_is_a_sentence_within_another() -> None:
    """Plans say it so."""
    assert "the colour of a cat cannot change" == BLOCKED.message
