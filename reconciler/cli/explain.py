"""`reconciler explain`"""

import click

from reconciler.cli.app import App
from reconciler.cli.completing import complete_explained
from reconciler.cli.help import Command
from reconciler.cli.options import options
from reconciler.errors import WrongUsage
from reconciler.form.spelling import in_quotes


@click.command(
    cls=Command,
    epilog="\b\nExamples:\n  reconciler explain dangling-reference\n  reconciler explain definition.fields.type",
)
@click.argument(
    "subject",
    required=False,
    metavar="[RULE | KIND | KIND.KEY]",
    shell_complete=complete_explained,
)
@options()
@click.pass_obj
def explain(app: App, subject: str | None) -> int:
    """Say what a rule means, what the ways out are and how it looks in an example; or
    what a kind of manifest or a key of it means, and what it may hold.

    Without a subject, list all rules and kinds.
    """
    app.result(_overview() if subject is None else _explained(subject))
    return 0


def _overview() -> str:
    from reconciler.kinds.explained import explained_kind
    from reconciler.kinds.registry import KINDS
    from reconciler.report.rule_text import row, rules_text
    from reconciler.rules import groups

    kinds = "".join(row(name, explained_kind(name).means) for name in KINDS)
    return f"Kinds\n{kinds}\n{rules_text(groups())}"


def _explained(subject: str) -> str:
    """Raises WrongUsage for what there is not."""
    from reconciler.form.spelling import did_you_mean
    from reconciler.kinds.explained import all_keys, explained_key, explained_kind
    from reconciler.kinds.registry import KINDS
    from reconciler.report.key_text import key_text, kind_text
    from reconciler.report.rule_text import rule_text
    from reconciler.rules import RULES

    if subject in RULES and subject not in KINDS:
        return rule_text(RULES[subject])
    if subject in KINDS:
        shared = [rule_text(RULES[subject])] if subject in RULES else []
        return "\n".join([kind_text(explained_kind(subject)), *shared])
    known = list(all_keys())
    if subject in known:
        return key_text(explained_key(subject))
    what = "key" if "." in subject else "rule and no kind"
    hint = did_you_mean(subject, [*RULES, *KINDS, *known])
    end = hint or ". `reconciler explain` lists them."
    raise WrongUsage(f"There is no {what} {in_quotes(subject)}{end}")
