"""`reconciler targets`"""

import os

import click

from reconciler.cli.app import SANDBOX_FILE, App, common_options
from reconciler.errors import WrongUsage


@click.command(epilog="\b\nExamples:\n  reconciler targets\n  reconciler targets shop/")
@click.argument("path", required=False)
@common_options
@click.pass_obj
def targets(app: App, path: str | None) -> int:
    """List the known targets, where each key comes from and whether it is there (never
    the key itself).
    """
    from reconciler.manifest.settings import BUILT_IN
    from reconciler.manifest.settings_file import load_settings

    # the default folder may be missing: whoever begins with a look at the targets has no manifests yet
    if path is not None and not os.path.lexists(path):
        raise WrongUsage(
            f"There is no file or folder {path!r}. Name the folder that holds the manifests."
        )
    settings = load_settings(path or "manifests")
    for name in sorted({*settings.targets, *BUILT_IN}):
        target = settings.target(name, app.environment)
        mark = "*" if name == (app.target or settings.default_target) else " "
        key = "no key needed"
        if target.api_key_env:
            there = (
                "is set" if app.environment.get(target.api_key_env) else "is not set"
            )
            key = f"{target.api_key_env} {there}"
        app.result(
            f"{mark} {name.ljust(16)} {(target.base_url or str(SANDBOX_FILE)).ljust(36)} {key}\n"
        )
    return 0
