"""`reconciler sandbox serve|reset|status`, and the commands of its dashboard."""

import errno
from functools import partial
from pathlib import Path

import click

from reconciler.cli.app import App
from reconciler.cli.dashboard import DB, load, outbox, segments
from reconciler.cli.help import Command
from reconciler.cli.options import FLAG, Option, options


@click.group(
    epilog="\b\nExamples:\n  reconciler sandbox serve --port 8787\n  reconciler sandbox status"
)
@options()
def sandbox() -> None:
    """The embedded ShopiMind: a faithful local API on one file, for rehearsals and
    tests.
    """


@sandbox.command(
    cls=Command,
    epilog="\b\nExamples:\n  reconciler sandbox serve\n  reconciler sandbox serve --port 0 --set latency=0.1",
)
@options(
    Option(
        "port",
        "0 takes a free one.",
        {"type": click.IntRange(0, 65535), "default": 8787, "show_default": True},
    ),
    DB,
    Option(
        "set",
        "Turn a switch, for example rate_limit=60.",
        {"multiple": True, "metavar": "NAME=VALUE"},
        parameter="switches",
    ),
    Option(
        "control",
        "For tests: also serve /_sandbox (fault rules, request log, switches).",
        FLAG,
    ),
)
@click.pass_obj
def serve(
    app: App, port: int, db: Path, switches: tuple[str, ...], control: bool
) -> int:
    """Serve real HTTP on this machine until Ctrl-C, and print the key."""

    settings = {"switches": switches, "control": control}
    try:
        app.sandbox.serve(db, port, settings, partial(_announce, app, db))
    except ValueError as wrong:
        raise click.BadParameter(str(wrong), param_hint="--set") from None
    except OSError as problem:
        raise _port_problem(problem, port) from None
    return 0


def _port_problem(problem: OSError, port: int) -> Exception:
    """What to do about a port that cannot be had; any other problem as it is."""
    if problem.errno == errno.EADDRINUSE:
        return click.ClickException(
            f"Port {port} is taken: another program listens there, perhaps a sandbox that was started before. "
            "Stop it, or take a free port: reconciler sandbox serve --port 0."
        )
    if problem.errno == errno.EACCES and problem.filename is None:
        return click.ClickException(
            f"You may not listen on port {port}: ports below 1024 are for administrators. "
            "Take a free port: reconciler sandbox serve --port 0."
        )
    return problem


def _announce(app: App, db: Path, port: int, key: str) -> None:
    """Says where the sandbox listens and how to use it."""
    address = f"http://127.0.0.1:{port}"
    app.result(f"ShopiMind sandbox on {address}\nkey: {key}\nfile: {db}\n")
    app.talk(
        f"\nUse it:\n  export SHOPIMIND_CORE_API_BASE={address} SHOPIMIND_API_KEY={key}"
        f"\nLook at it:\n  {address}/"
    )


@sandbox.command(
    cls=Command,
    epilog="\b\nExamples:\n  reconciler sandbox reset\n  reconciler sandbox reset --db shop.db",
)
@options(DB)
@click.pass_obj
def reset(app: App, db: Path) -> int:
    """Empty the shops; their keys stay."""
    app.sandbox.reset(db)
    app.result(f"{db} is empty\n")
    return 0


@sandbox.command(
    cls=Command,
    epilog="\b\nExamples:\n  reconciler sandbox status\n  reconciler sandbox status --db shop.db",
)
@options(DB)
@click.pass_obj
def status(app: App, db: Path) -> int:
    """Say what the file holds."""
    if not db.exists():
        app.result(
            f"{db} does not exist yet; `reconciler --target sandbox apply` or `sandbox serve` makes it\n"
        )
        return 0
    counts = app.sandbox.status(db)
    app.result(f"{db}\n")
    for name, count in counts.items():
        app.result(f"  {name.ljust(20)} {count}\n")
    return 0


for command in (load, outbox, segments):
    sandbox.add_command(command)
