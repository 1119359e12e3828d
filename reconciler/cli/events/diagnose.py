"""`reconciler events diagnose`"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import click

from reconciler.cli.app import App
from reconciler.cli.events.declared import declared_in
from reconciler.cli.events.fired import CONTACT, FORM, SINCE
from reconciler.cli.events.messages import LiveMessages
from reconciler.cli.events.options import MANIFESTS, described
from reconciler.cli.help import Command
from reconciler.cli.options import default_path, options
from reconciler.cli.session import open_connection, reading, target_for
from reconciler.report.terminal import printable

if TYPE_CHECKING:
    from reconciler.events.diagnosis import Diagnosis
    from reconciler.events.look import Question
    from reconciler.events.shop import Target
    from reconciler.model.target import Target as Shop


@dataclass(frozen=True, slots=True)
class Chosen:
    """The options of one `events diagnose`."""

    code: str
    contact: "Target"
    since: timedelta
    manifests: tuple[str, ...]
    form: str


@click.command(
    cls=Command,
    epilog="\b\nExamples:\n  reconciler events diagnose loyalty.tier_upgraded --contact email=a@b.example\n"
    "  reconciler events diagnose loyalty.tier_upgraded --contact id=1042 --since 7d --format json",
)
@click.argument("code")
@options(
    CONTACT.but("Whom it is about: id, email or phone, and its value.", required=True),
    SINCE.but("How far back it is looked.", default="24h", show_default=True),
    MANIFESTS,
    FORM,
)
@click.pass_obj
def diagnose(app: App, /, **given: Any) -> int:
    """Say step by step why an event started nothing; nothing is written.

    Exit code 0 when nothing was found wrong, 1 when a step failed.
    """
    from reconciler.api.connection import ReadConnection
    from reconciler.api.triggers import ReadEvents
    from reconciler.events.diagnose import diagnose as diagnosed
    from reconciler.events.look import Question, look
    from reconciler.manifest.messages import declared_of

    chosen = Chosen(**given)
    target = target_for(app, chosen.manifests or (default_path(),))
    resolved = described(app, chosen.manifests)
    declared = declared_in(resolved, chosen.code)
    now = datetime.now(UTC)
    # Filters and senders may tell cases apart: the manifest has the right one.
    code = declared.event.code_name if declared.event else chosen.code
    question = Question(code, chosen.contact, chosen.since, now)
    app.has_begun = True
    with open_connection(app, target, ReadConnection) as connection:
        with reading(app):
            known = declared_of(resolved)
            messages = LiveMessages(connection, resolved.desired, known)
            seen = look(ReadEvents(connection), question, declared, messages)
        return _show(app, diagnosed(seen), question, target, chosen.form)


def _show(
    app: App, diagnosis: "Diagnosis", question: "Question", shop: "Shop", form: str
) -> int:
    from reconciler.report.documents import as_json
    from reconciler.report.event_diagnosis import diagnosis_document, diagnosis_text

    place = shop.base_url or "the sandbox of this folder"
    if form == "json":
        contact = question.target
        said = {"id": contact.id, "email": contact.email, "phone": contact.phone}
        asked = {
            "target": {"name": shop.name, "base_url": shop.base_url},
            "code_name": question.code,
            "contact": {key: value for key, value in said.items() if value},
            "since_seconds": int(question.since.total_seconds()),
        }
        app.document(as_json(diagnosis_document(diagnosis, asked)))
    else:
        app.talk(f"Looked at target {printable(shop.name)} ({printable(place)}).")
        app.result(diagnosis_text(diagnosis, app.paint))
    return int(diagnosis.exit.code)
