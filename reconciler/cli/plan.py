"""`reconciler plan`"""

from typing import TYPE_CHECKING, Any

import click

import reconciler
from reconciler.cli.app import (
    App,
    common_options,
    format_option,
    paths_argument,
    paths_or_default,
    permission_options,
    settings_from_option,
)
from reconciler.cli.reports import (
    PLAN_FORMATS,
    Reports,
    report_option,
    show_plan,
    write_whole,
)
from reconciler.cli.session import connected, occasion, target_for
from reconciler.errors import ExitCode
from reconciler.report.terminal import shown

if TYPE_CHECKING:
    from reconciler.model.plan import Plan
    from reconciler.model.target import Guards


@click.command(
    epilog="\b\nExamples:\n  reconciler plan\n  reconciler plan --out plan.json --format markdown"
)
@paths_argument
@format_option(*PLAN_FORMATS)
@report_option(PLAN_FORMATS)
@click.option(
    "--out",
    metavar="FILE",
    envvar="RECONCILER_OUT",
    help="Save the plan; `apply FILE` does exactly that.",
)
@click.option(
    "--detailed-exitcode",
    is_flag=True,
    envvar="RECONCILER_DETAILED_EXITCODE",
    help="2 when there are changes.",
)
@click.option(
    "--only",
    metavar="GLOB",
    envvar="RECONCILER_ONLY",
    help="Only these addresses and what they refer to.",
)
@click.option(
    "--prune",
    is_flag=True,
    envvar="RECONCILER_PRUNE",
    help="Also delete what lives without a manifest.",
)
@click.option(
    "--show-requests",
    is_flag=True,
    envvar="RECONCILER_SHOW_REQUESTS",
    help="Name the requests of each change.",
)
@click.option("--fail-on", type=click.Choice(["refused", "breaking", "blocked", "never"]), default="blocked",
              show_default=True, envvar="RECONCILER_FAIL_ON",
              help="What ends with exit code 3; refused: whatever apply would refuse.")  # fmt: skip
@permission_options
@settings_from_option
@common_options
@click.pass_obj
def plan(
    app: App,
    /,
    paths: tuple[str, ...],
    form: str,
    reports: Reports,
    out: str | None,
    only: str | None,
    **chosen: Any,
) -> int:
    """Read the shop and show what apply would do. Writes nothing.

    Exit code 0 also when there are changes (2 with --detailed-exitcode), 3 when
    something is blocked.
    """
    from reconciler.api.connection import ReadConnection
    from reconciler.model.plan import Asked, Exit
    from reconciler.report.applying import apply_command
    from reconciler.report.documents import as_json
    from reconciler.report.requests_text import requests_text

    asked = Asked(paths=paths_or_default(paths), only=only, prune=chosen["prune"])
    target = target_for(app, asked.paths)
    resolved = reconciler.load(asked.paths, target, app.environment)
    when = occasion(app, target, asked, with_git=form != "text" or bool(reports or out))
    with connected(app, target, ReadConnection) as connection:
        made, live = reconciler.build_plan(resolved, connection, when)
    made = _judged(made, target.guards, chosen)
    if chosen["detailed_exitcode"] and made.changes and made.exit.code == ExitCode.DONE:
        made = made.model_copy(
            update={"exit": Exit(code=ExitCode.PENDING, reason="changes")}
        )
    if out or "json" in (form, *(other for other, _ in reports)):
        from reconciler.plan.document import resting, sealed

        made = sealed(resting(made, resolved.desired, live))
    if out:
        write_whole(out, as_json(made.document()))
    show_plan(app, made, resolved.desired, form, reports)
    if form == "text" and chosen["show_requests"]:
        app.result(requests_text(made))
    if out:
        app.talk(
            f"Saved in {shown(out)}. To apply exactly this:\n  {shown(apply_command(made, out))}"
        )
    return made.exit.code


def _judged(made: "Plan", guards: "Guards", chosen: dict[str, Any]) -> "Plan":
    """The plan with a warning for every guard that will refuse it, and the exit code
    that was asked for.
    """
    from reconciler.model.plan import Exit
    from reconciler.plan.build import warned
    from reconciler.plan.guard import (
        guard_refusals,
        not_permitted,
        refusals,
        unused_protection,
    )

    found = list(
        refusals(
            made,
            guards,
            breaking=chosen["allow"] == "breaking",
            deletes=chosen["allow_destroy"],
        )
    )
    told = [f"apply will refuse this: {each}" for each in guard_refusals(made, guards)]
    made = warned(made, [*told, *unused_protection(made, guards)])
    met = {
        "refused": bool(found),
        "breaking": bool(made.blocked or not_permitted(made)),
        "blocked": bool(made.blocked),
        "never": False,
    }[chosen["fail_on"]]
    if met:
        return made.model_copy(
            update={
                "exit": Exit(
                    code=ExitCode.REFUSED,
                    reason=found[0].reason if found else "breaking",
                )
            }
        )
    return made.model_copy(
        update={"exit": Exit(code=ExitCode.DONE, reason=made.exit.reason)}
    )
