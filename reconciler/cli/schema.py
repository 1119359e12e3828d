"""`reconciler schema`"""

import click

from reconciler.cli.app import App
from reconciler.cli.choice import not_one_of
from reconciler.cli.help import Command
from reconciler.cli.options import options


@click.command(
    cls=Command,
    epilog="\b\nExamples:\n  reconciler schema > manifest.schema.json\n  reconciler schema plan",
)
@click.argument("kind", required=False, metavar="[KIND | plan]")
@options()
@click.pass_obj
def schema(app: App, kind: str | None) -> int:
    """Print the JSON Schema of a kind of manifest, of any manifest, or of the plan
    document.

    Editors check and complete with it: begin a file with
    `# yaml-language-server: $schema=manifest.schema.json`.
    """
    from reconciler.kinds.registry import KINDS
    from reconciler.kinds.schemas import schema_of
    from reconciler.report.documents import as_json

    # A choice of words would make `--help` pay for the kinds and their models.
    known = [*KINDS, "plan"]
    if kind is not None and kind not in known:
        raise click.BadParameter(not_one_of(kind, known), param_hint="KIND")
    app.document(as_json(schema_of(kind)))
    return 0
