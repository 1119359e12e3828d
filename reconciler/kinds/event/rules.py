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
        "event-code-name",
        "No sender can reach an event type of this code name: in the URL of a request, it is a step to another "
        "endpoint.",
        (
            "choose another code name, and name the old one under `renamed_from` if it lives in the shop",
        ),
        Example(
            before="""
                kind: event
                code_name: ..
                name: Visit
                """,
            after="""
                kind: event
                code_name: visit
                renamed_from: ..
                name: Visit
                """,
        ),
    ),
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
