"""Rules that only a template can break."""

from reconciler.kinds.template.message_rules import MESSAGE_RULES
from reconciler.model.rule import Example, Rule

TEMPLATE_RULES = (
    Rule(
        "template-text",
        "A template has no text, or two.",
        ("write one of `file` and `body`",),
        Example(
            before="kind: template\nname: welcome\n",
            after="kind: template\nname: welcome\nbody: Welcome!\n",
        ),
    ),
    *MESSAGE_RULES,
)
