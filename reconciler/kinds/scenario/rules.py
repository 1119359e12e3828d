"""Rules that only a scenario can break."""

from reconciler.model.rule import Example, Rule

_EVENT = """
kind: event
code_name: visit
name: Visit
---
kind: scenario
name: Welcome
"""

SCENARIO_RULES = (
    Rule(
        "scenario-trigger",
        "A scenario does not say what starts it, or says it twice.",
        ("write one of `event`, `record` and `segment`",),
        Example(
            before=f"{_EVENT}trigger: {{}}\n",
            after=f"{_EVENT}trigger: {{event: visit}}\n",
        ),
    ),
)
