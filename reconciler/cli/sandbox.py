"""`reconciler sandbox serve|reset|status`"""

import sys
from pathlib import Path

import click

from reconciler.cli.app import SANDBOX_FILE, App, common_options

file_option = click.option(
    "--db", type=click.Path(dir_okay=False, path_type=Path), default=SANDBOX_FILE, show_default=True,
    envvar="RECONCILER_DB", help="The file that holds the shops.",
)  # fmt: skip


@click.group(
    epilog="\b\nExamples:\n  reconciler sandbox serve --port 8787\n  reconciler sandbox status"
)
@common_options
def sandbox() -> None:
    """The embedded ShopiMind: a faithful local API on one file, for rehearsals and
    tests.
    """


@sandbox.command(
    epilog="\b\nExamples:\n  reconciler sandbox serve\n  reconciler sandbox serve --port 0 --set latency=0.1"
)
@click.option("--port", type=click.IntRange(0, 65535), default=8787, show_default=True, envvar="RECONCILER_PORT",
              help="0 takes a free one.")  # fmt: skip
@file_option
@click.option("--set", "switches", multiple=True, metavar="NAME=VALUE", envvar="RECONCILER_SET",
              help="Turn a switch, for example rate_limit=60.")  # fmt: skip
@click.option("--control", is_flag=True, envvar="RECONCILER_CONTROL",
              help="For tests: also serve /_sandbox (fault rules, request log, switches).")  # fmt: skip
@common_options
@click.pass_obj
def serve(
    app: App, port: int, db: Path, switches: tuple[str, ...], control: bool
) -> int:
    """Serve real HTTP on this machine until Ctrl-C, and print the key."""

    def announce(actual: int, key: str) -> None:
        app.result(
            f"ShopiMind sandbox on http://127.0.0.1:{actual}\nkey: {key}\nfile: {db}\n"
        )
        app.talk(
            f"\nUse it:\n  export SHOPIMIND_CORE_API_BASE=http://127.0.0.1:{actual} SHOPIMIND_API_KEY={key}"
        )
        sys.stdout.flush()

    try:
        app.sandbox.serve(
            db, port, {"switches": switches, "control": control}, announce
        )
    except ValueError as wrong:
        raise click.BadParameter(str(wrong), param_hint="--set") from None
    return 0


@sandbox.command(
    epilog="\b\nExamples:\n  reconciler sandbox reset\n  reconciler sandbox reset --db shop.db"
)
@file_option
@common_options
@click.pass_obj
def reset(app: App, db: Path) -> int:
    """Empty the shops; their keys stay."""
    app.sandbox.reset(db)
    app.result(f"{db} is empty\n")
    return 0


@sandbox.command(
    epilog="\b\nExamples:\n  reconciler sandbox status\n  reconciler sandbox status --db shop.db"
)
@file_option
@common_options
@click.pass_obj
def status(app: App, db: Path) -> int:
    """Say what the file holds."""
    if not db.exists():
        app.result(
            f"{db} does not exist yet; `reconciler --target sandbox apply` or `sandbox serve` makes it\n"
        )
        return 0
    counts = app.sandbox.status(db)
    app.result(
        f"{db}\n"
        + "".join(f"  {name.ljust(20)} {count}\n" for name, count in counts.items())
    )
    return 0
