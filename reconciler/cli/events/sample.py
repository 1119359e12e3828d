"""`reconciler events sample`"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import click

from reconciler.cli.app import App
from reconciler.cli.choice import OneOf
from reconciler.cli.events.fired import CONTACT
from reconciler.cli.events.options import MANIFESTS, described, schema_called
from reconciler.cli.help import Command
from reconciler.cli.options import FLAG, Option, default_path, options
from reconciler.cli.session import target_for

if TYPE_CHECKING:
    from reconciler.events.sample import Extent
    from reconciler.events.shop import Target

FORMATS = ("json", "curl", "python")
SAMPLE_CONTACT = "email=marie.dupont@example.com"
SERVED_SANDBOX = "http://localhost:8787/v1"
"""Where `sandbox serve` listens unless it is told otherwise."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """The argument and the options of one `events sample`."""

    code: str
    required_only: bool
    seed: int
    contact: "Target"
    manifests: tuple[str, ...]
    form: str


@click.command(
    cls=Command,
    epilog="\b\nExamples:\n  reconciler events sample loyalty.points_earned\n"
    "  reconciler events sample loyalty.points_earned --required-only --format curl",
)
@click.argument("code")
@options(
    Option("required-only", "Only the properties that have to be sent.", FLAG),
    Option(
        "seed",
        "Another number gives other values, the same one the same.",
        {"type": click.IntRange(min=0), "default": 0, "show_default": True},
    ),
    CONTACT.but(
        "Whom it is about: id, email or phone, and its value.",
        default=SAMPLE_CONTACT,
        show_default=True,
    ),
    MANIFESTS,
    Option(
        "format",
        "The payload, or what sends it.",
        {"type": OneOf(FORMATS), "default": "json", "show_default": True},
        parameter="form",
    ),
)
@click.pass_obj
def sample(app: App, /, **given: Any) -> int:
    """Make up a payload that the event type takes; nothing is sent.

    Values follow the options, descriptions (`purchase | referral`), types and names of
    the properties. As curl and Python, the key is read from the environment.
    """
    from reconciler.events.sample import sample as sample_of
    from reconciler.events.schema import schemas_in
    from reconciler.events.target import with_target

    chosen = Chosen(**given)
    resolved = described(app, chosen.manifests)
    schema = schema_called(schemas_in(resolved.desired), chosen.code)
    extent: Extent = "required" if chosen.required_only else "all"
    contact = with_target({}, chosen.contact)["contact"]
    payload = sample_of(schema, extent, chosen.seed, contact)
    app.document(_written(app, chosen, payload))
    return 0


def _written(app: App, chosen: Chosen, payload: Mapping[str, Any]) -> str:
    """The payload in the format that is asked for."""
    from reconciler.events.snippets import (
        Trigger,
        curl_command,
        payload_json,
        python_program,
    )
    from reconciler.manifest.settings import DEFAULT_KEY_VARIABLE

    if chosen.form == "json":
        return payload_json(payload)
    target = target_for(app, chosen.manifests or (default_path(),))
    base_url = target.base_url or SERVED_SANDBOX
    variable = target.api_key_env or DEFAULT_KEY_VARIABLE
    trigger = Trigger(base_url, variable, chosen.code, payload)
    return curl_command(trigger) if chosen.form == "curl" else python_program(trigger)
