"""Expressions inside of values."""

from __future__ import annotations

import datetime

import pytest

from reconciler.manifest.template import (
    LONGEST_EXPRESSION,
    LONGEST_TEMPLATE,
    MOST_WORK,
    Renderer,
    TemplateProblem,
)

VARS = {
    "locale": "fr",
    "strict": True,
    "most": 3,
    "rate": 1.5,
    "tags": ["a", "b"],
    "items": {"keys": 1},
    "since": datetime.date(2026, 1, 31),
    "at": datetime.time(10, 30),
}


def render(text: object) -> object:
    """The value with the test's variables."""
    return Renderer(VARS, {"SHOP": "Alice's"}).render(text)


def refused(text: str) -> str:
    """Why the value cannot be rendered."""
    with pytest.raises(TemplateProblem) as broken:
        render(text)
    return str(broken.value)


@pytest.mark.parametrize("value", [1, None, True, "plain", "{ x }", "}}", "{# no #}"])
def test_values_without_expressions_stay_as_they_are(value: object) -> None:
    """Only `{{` begins an expression."""
    assert value == render(value)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("{{ vars.strict }}", True), (" {{vars.most}} ", 3), ("{{ vars.rate }}", 1.5), ("{{ vars.tags }}", ["a", "b"]),
        ("{{ vars['items'] }}", {"keys": 1}),
        ("{{ vars.items.keys }}", 1), ("{{ none }}", None), ("{{ (1, 2) }}", [1, 2]),
        ("{{ {'a': 1} }}", {"a": 1}), ("{{ vars.since }}", "2026-01-31"), ("{{ vars.at }}", "10:30:00"),
        ("{{ vars.most + 1 }}", 4), ("{{ vars.most * 2 % 4 }}", 2), ("{{ vars.tags[0] }}", "a"),
        ("{{ 'x' if 1 else 2 }}", "x"),
        ("{{ '}}' }}", "}}"), ('{{ "it\'s {{" }}', "it's {{"), ("{{ 'a\\'b' }}", "a'b"),
        ("{{ [1.256|round(2)] }}", [1.26]),
        ("{{ vars.tags|join('-')|upper }}", "A-B"), ("{{ vars.nothing|default('x') }}", "x"), ("{{ '7'|int + 1 }}", 8),
    ],
)  # fmt: skip
def test_a_single_expression_keeps_its_type(text: str, value: object) -> None:
    """So that a variable can be a flag, a number or a list."""
    assert repr(value) == repr(render(text))


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("{{ vars.locale }}-{{ vars.most }}", "fr-3"),
        ("Shop of {{ env.SHOP }}\n", "Shop of Alice's\n"),
        ("it's {{ 1 }}", "it's 1"),
        ("{{ '{{' }} name }}", "{{ name }}"),
        ("{{ none }}!", "None!"),
        ("{# text #}{{ 1 }}", "{# text #}1"),
    ],
)
def test_anything_else_renders_to_text(text: str, value: str) -> None:
    """Two braces that are meant as text are an expression themselves."""
    assert value == render(text)


def test_what_is_rendered_cannot_change_the_variables() -> None:
    """Every result is a copy."""
    renderer = Renderer(VARS, {})
    rendered = renderer.render("{{ vars.tags }}")
    rendered.append("c")
    assert ["a", "b"] == VARS["tags"]


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("{{ vars.local }}", "there is no 'local' – did you mean 'locale'?"),
        ("x {{ vars.local }}", "there is no 'local' – did you mean 'locale'?"),
        ("{{ env.HOME }}", "there is no 'HOME'"),
        ("{{ secret }}", "'secret' is undefined"),
        ("{{ range }}", "'range' is undefined"),
        ("{{ 1 if 0 }}", "Undefined"),
    ],
)
def test_what_is_not_allow_listed_is_not_there(text: str, why: str) -> None:
    """Strict: a name that nobody defined is a finding."""
    assert why in refused(text)


@pytest.mark.parametrize(
    "text",
    [
        "{% set x = 1 %}{{ x }}", "{{ 1 }}{% include 'x' %}", "{{ 1 }} {%", "{{", "{{ 1 }", "{{ {{ 1 }} }}",
        "{{ it's }}", "{{ }}",
        "{{ 1 }} {{ ", "{{ 1 1 }}", "{{ '\\N{DASH' }}", "{{ 1|nosuch }}", "{{ 1 is nosuch }}", "{{ x for x in vars }}",
    ],
)  # fmt: skip
def test_statements_and_broken_expressions_are_refused(text: str) -> None:
    """Expressions only."""
    assert refused(text)


@pytest.mark.parametrize(
    "text",
    [
        "{{ vars.locale.upper() }}", "{{ ''.__class__ }}", "{{ vars.__class__.__mro__ }}", "{{ ''['__class__'] }}",
        "{{ vars.tags.append }}", "{{ '{0.__class__}'.format(1) }}", "{{ '%s' % 1 }}", "{{ vars.update({}) }}",
        "{{ self }}", "{{ self._TemplateReference__context }}", "{{ cycler() }}", "{{ lipsum() }}", "{{ vars() }}",
        "{{ vars|attr('x') }}", "{{ vars|map('x') }}", "{{ vars.tags|join(attribute='x') }}", "{{ vars|pprint }}",
    ],
)  # fmt: skip
def test_methods_and_attributes_are_refused(text: str) -> None:
    """Values have keys and nothing else."""
    assert refused(text)


@pytest.mark.parametrize(
    "text",
    [
        "{{ 2 ** 9 }}", "{{ 'a' * 9 }}", "{{ [1] * 9 }}", "{{ 10000000000 * 2 }}", "{{ 1e10 % 3 }}", "{{ 1 // 0 }}",
        "{{ 1|round(999999999) }}", "{{ 1|round(-999999999) }}", "{{ 1|round(9, 'ceil') }}", "{{ 'ab'|join('cd') }}",
        "{{ 1e999 }}", "{{ -1e999 }}", "{{ 'nan'|float }}", "{{ 'inf'|float }}", "{{ [1e999] }}",
        "{{ '" + "f" * 900 + "'|int(base=16) }}", "{{ " + "9" * 401 + " }}", "{{ '\\ud800' }}", "{{ ['\\ud800'] }}",
        "{{ {1: 2} }}", "{{ " + "(" * 300 + "1" + ")" * 300 + " }}", "{{ " + "[" * 150 + "]" * 150 + " }}",
        "{{ " + "[" * 30 + "]" * 30 + " }}", "{{ " + "[" * 30 + "1" + "]" * 30 + " }} ", "{{ vars" + ".a" * 400 + " }}",
    ],
)  # fmt: skip
def test_whatever_grows_or_is_no_plain_value_is_refused(text: str) -> None:
    """Nothing infinite, nothing endless, nothing that cannot be printed."""
    assert refused(text)


@pytest.mark.parametrize(
    ("text", "value"),
    [("{{ " + "not " * 90 + "1 }}", True), ("{{ 1" + "+1" * 90 + " }}", 91), ("{{ 1" + " if 1 else 1" * 50 + " }}", 1)],
)
def test_long_expressions_within_bounds_are_evaluated(text: str, value: object) -> None:
    """Jinja's optimizer would take cubic time for these."""
    assert value == render(text)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("{{ 1 }}" + "x" * LONGEST_TEMPLATE, "longer than 10,000"),
        ("{{ '" + "x" * LONGEST_EXPRESSION + "' }}", "longer than 1,000"),
    ],
)
def test_texts_are_bounded(text: str, why: str) -> None:
    """A value with expressions, and an expression."""
    assert why in refused(text)


def test_a_long_join_is_refused() -> None:
    """The result is bounded before it is built."""
    renderer = Renderer({"tags": ["x"] * 500, "long": "y" * 500}, {})
    with pytest.raises(TemplateProblem, match="join comes to more than"):
        renderer.render("{{ vars.tags|join(vars.long) }}")


def test_a_long_text_is_refused() -> None:
    """Expressions in a row add up."""
    renderer = Renderer({"long": "y" * 50_000}, {})
    with pytest.raises(TemplateProblem, match="renders to more than 100,000"):
        renderer.render("{{ vars.long }} {{ vars.long }} {{ vars.long }}")


@pytest.mark.parametrize("value", [float("inf"), object(), {1: 2}, 10**500])
def test_variables_are_plain_values(value: object) -> None:
    """What TOML can say and JSON cannot is refused as soon as there is an expression."""
    renderer = Renderer({"x": value}, {})
    with pytest.raises(TemplateProblem):
        renderer.render("{{ 1 }}")


def test_the_variables_are_bounded_too() -> None:
    """Settings may come with a pull request."""
    renderer = Renderer({"long": ["y" * 50_000] * 3}, {})
    with pytest.raises(TemplateProblem, match="the variables come to more than"):
        renderer.render("{{ 1 }}")


def test_the_work_of_a_run_is_bounded() -> None:
    """Thousands of different expressions are no manifest."""
    renderer = Renderer({}, {})
    with pytest.raises(TemplateProblem, match="too many different expressions"):
        renderer.render(" ".join(f"{{{{ {number} }}}}" for number in range(MOST_WORK // 50)))


def test_an_expression_is_worked_on_once() -> None:
    """However often it stands in the manifests, with its result or its problem."""
    renderer = Renderer({}, {})
    outcomes = set()
    for _ in range(MOST_WORK):
        outcomes.add(renderer.render("a {{ 1 }}"))
    for _ in range(2):
        with pytest.raises(TemplateProblem) as broken:
            renderer.render("{{ vars.x }}")
        outcomes.add(str(broken.value))
    assert {"a 1", "the expression cannot be rendered: there is no 'x'"} == outcomes
