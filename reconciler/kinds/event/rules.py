"""Rules that only an event type can break."""

from reconciler.model.rule import Example, Rule

_EVENT = """
kind: event
code_name: visit
name: Visit
properties:
  metaData:
"""

EVENT_RULES = (
    Rule(
        "event-option",
        "An option of a property is no value of its type.",
        ("write an option of that type, or give the property another type",),
        Example(
            before=f"{_EVENT}    - {{name: rooms, type: number, options: [few, 2]}}\n",
            after=f"{_EVENT}    - {{name: rooms, type: number, options: [1, 2]}}\n",
        ),
    ),
)
