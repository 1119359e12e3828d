"""`reconciler explain`"""

import click

from reconciler.cli.app import App
from reconciler.cli.options import options
from reconciler.errors import WrongUsage


@click.command(
    epilog="\b\nExamples:\n  reconciler explain\n  reconciler explain dangling-reference"
)
@click.argument("rule", required=False)
@options()
@click.pass_obj
def explain(app: App, rule: str | None) -> int:
    """Say what a rule means and what the ways out are; without one, list all rules."""
    from reconciler.diff.frozen import FROZEN_RULES
    from reconciler.manifest.problem import did_you_mean
    from reconciler.manifest.rules import RULES

    if rule is None:
        found = [f"{known.id.ljust(28)} {known.about}\n" for known in RULES.values()]
        blocked = [
            f"{name.ljust(28)} Blocked: {frozen.message}.\n"
            for name, frozen in FROZEN_RULES.items()
        ]
        app.result("".join([*found, *blocked]))
    elif rule in RULES:
        known = RULES[rule]
        silence = (
            f"\nTo silence one line: # reconciler: ignore[{rule}] reason"
            if known.silenceable
            else ""
        )
        app.result(f"{rule}\n\n{known.about}\n{known.way_out}{silence}\n")
    elif rule in FROZEN_RULES:
        frozen = FROZEN_RULES[rule]
        ways = "".join(f"  - {_in_general(way)}\n" for way in frozen.ways_out)
        app.result(f"{rule}\n\nBlocked in a plan: {frozen.message}.\nWays out:\n{ways}")
    else:
        raise WrongUsage(
            f"There is no rule {rule!r}{did_you_mean(rule, [*RULES, *FROZEN_RULES]) or '.'}"
        )
    return 0


def _in_general(way: str) -> str:
    """A way out without a case at hand."""
    words = {
        "{old}": "what lives",
        "{new}": "what is wanted",
        "{name}_what is wanted": "another field",
        "{address}": "the definition",
    }
    for word, general in words.items():
        way = way.replace(word, general)
    return way
