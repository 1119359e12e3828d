"""`reconciler schema`"""

from typing import Any

import click

from reconciler.cli.app import App, common_options
from reconciler.model.address import KINDS

DIALECT = "https://json-schema.org/draft/2020-12/schema"


@click.command(epilog="\b\nExamples:\n  reconciler schema > manifest.schema.json\n  reconciler schema plan")
@click.argument("kind", type=click.Choice([*KINDS, "plan"]), required=False)
@common_options
@click.pass_obj
def schema(app: App, kind: str | None) -> int:
    """Print the JSON Schema of a kind of manifest, of any manifest, or of the plan document.

    Editors check and complete with it: begin a file with
    `# yaml-language-server: $schema=manifest.schema.json`.
    """
    from reconciler.report.documents import as_json

    app.result(as_json({"$schema": DIALECT, **_schema_of(kind)}))
    return 0


def _schema_of(kind: str | None) -> dict[str, Any]:
    from pydantic import TypeAdapter

    from reconciler.model.kinds import Definition, Event, Override, Resource
    from reconciler.model.plan import Plan

    models: dict[str | None, Any] = {
        None: Resource,
        "definition": Definition,
        "event": Event,
        "override": Override,
        "plan": Plan,
    }
    return TypeAdapter(models[kind]).json_schema(
        by_alias=True, mode="serialization" if kind == "plan" else "validation"
    )
