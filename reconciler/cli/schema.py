"""`reconciler schema`"""

import click

from reconciler.cli.app import App
from reconciler.cli.options import options
from reconciler.model.address import KINDS


@click.command(
    epilog="\b\nExamples:\n  reconciler schema > manifest.schema.json\n  reconciler schema plan"
)
@click.argument("kind", type=click.Choice([*KINDS, "plan"]), required=False)
@options()
@click.pass_obj
def schema(app: App, kind: str | None) -> int:
    """Print the JSON Schema of a kind of manifest, of any manifest, or of the plan
    document.

    Editors check and complete with it: begin a file with
    `# yaml-language-server: $schema=manifest.schema.json`.
    """
    from reconciler.model.schemas import schema_of
    from reconciler.report.documents import as_json

    app.result(as_json(schema_of(kind)))
    return 0
