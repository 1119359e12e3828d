"""`reconciler explain`"""

import click

from reconciler.cli.app import App
from reconciler.cli.completing import complete_rule
from reconciler.cli.options import options
from reconciler.errors import WrongUsage
from reconciler.form.spelling import in_quotes


@click.command(
    epilog="\b\nExamples:\n  reconciler explain\n  reconciler explain dangling-reference"
)
@click.argument("rule", required=False, shell_complete=complete_rule)
@options()
@click.pass_obj
def explain(app: App, rule: str | None) -> int:
    """Say what a rule means, what the ways out are and how it looks in an example.

    Without a rule, list all of them.
    """
    from reconciler.form.spelling import did_you_mean
    from reconciler.manifest.rules import RULES, groups
    from reconciler.report.rule_text import rule_text, rules_text

    if rule is None:
        app.result(rules_text(groups()))
        return 0
    if rule not in RULES:
        hint = did_you_mean(rule, RULES) or "."
        raise WrongUsage(f"There is no rule {in_quotes(rule)}{hint}")
    app.result(rule_text(RULES[rule]))
    return 0
