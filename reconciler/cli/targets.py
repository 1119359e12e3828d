"""`reconciler targets`"""

import os
from collections.abc import Iterator
from typing import TYPE_CHECKING

import click

from reconciler.cli.app import SANDBOX_FILE, App
from reconciler.cli.help import Command
from reconciler.cli.options import default_path, options
from reconciler.errors import WrongUsage
from reconciler.form.spelling import in_quotes
from reconciler.report.terminal import printable

if TYPE_CHECKING:
    from reconciler.manifest.settings import Settings


@click.command(
    cls=Command,
    epilog="\b\nExamples:\n  reconciler targets\n  reconciler targets shop/",
)
@click.argument("path", required=False)
@options()
@click.pass_obj
def targets(app: App, path: str | None) -> int:
    """List the known targets, where each key comes from and whether it is there (never
    the key itself).
    """
    from reconciler.manifest.settings_file import load_settings

    # the default folder may be missing: whoever begins with a look at the targets has no manifests yet
    if path is not None and not os.path.lexists(path):
        raise WrongUsage(
            f"There is no file or folder {in_quotes(path)}. Name the folder that holds the manifests."
        )
    if path is None:
        path = default_path()
    for line in _lines(app, load_settings(path)):
        app.result(line)
    return 0


def _lines(app: App, settings: "Settings") -> Iterator[str]:
    """A line for each target, the chosen one with a star."""
    from reconciler.manifest.settings import BUILT_IN

    chosen = settings.default_target if app.target is None else app.target
    for name in sorted({*settings.targets, *BUILT_IN}):
        target = settings.target(name, app.environment)
        mark = "*" if name == chosen else " "
        place = target.base_url or str(SANDBOX_FILE)
        key = _key_state(app, target.api_key_env)
        line = f"{mark} {name.ljust(16)} {place.ljust(36)} {key}"
        yield f"{printable(line)}\n"


def _key_state(app: App, variable: str | None) -> str:
    if not variable:
        return "no key needed"
    if app.environment.get(variable):
        return f"{variable} is set"
    return f"{variable} is not set"
