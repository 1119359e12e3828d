"""The tests of the workflows are worth what their reading of an expression is worth."""

import pytest

from tests.workflows.expressions import Outputs, condition, evaluated, expanded

CONTEXTS = {
    "inputs": {"target": "", "allow": True},
    "steps": {"key": {"outputs": Outputs(present="true"), "outcome": "success"}},
    "success": False,
    "cancelled": False,
}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("inputs.target || 'default'", "default"),
        ("inputs.allow && '--allow' || ''", "--allow"),
        ("steps.key.outputs.present == 'true' && steps.key.outcome != 'failure'", True),
        ("!cancelled() && (success() || inputs.allow)", True),
        ("steps.key.outputs.never-written", ""),
    ],
)
def test_an_expression_has_the_value_it_has_on_github(text: str, value: object) -> None:
    """Operators give one of their operands; only an output that was not written is empty."""
    assert value == evaluated(text, CONTEXTS)


@pytest.mark.parametrize("text", ["input.target", "inputs.taget", "steps.kye.outputs.present", "env.HOME", "toJSON()"])
def test_a_name_that_does_not_exist_is_an_error(text: str) -> None:
    """On GitHub it would be an empty string, and the workflow would do something else than it says."""
    with pytest.raises(LookupError):
        evaluated(text, CONTEXTS)


@pytest.mark.parametrize("text", ["inputs.target[0]", "format('{0}', inputs.target)", "inputs.target > 1", ""])
def test_what_is_not_known_is_an_error(text: str) -> None:
    """Nothing is guessed."""
    with pytest.raises(SyntaxError):
        evaluated(text, CONTEXTS)


def test_after_a_failure_only_what_asks_for_it_runs() -> None:
    """A condition without a status function means success as well."""
    assert not condition(None, CONTEXTS)
    assert not condition("${{ inputs.allow }}", CONTEXTS)
    assert condition("${{ !cancelled() && inputs.allow }}", CONTEXTS)
    assert "a true b" == expanded("a ${{ inputs.allow }} b", CONTEXTS)
