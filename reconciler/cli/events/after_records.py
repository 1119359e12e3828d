"""`--after-records`: an event is sent once the rows can be read that its messages read.
Just after a push they have the old values, and so would the messages.
"""

import time
from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from reconciler.cli.app import App
from reconciler.cli.events.messages import live_definitions
from reconciler.errors import ReconcilerError, WrongUsage
from reconciler.report.terminal import printable

if TYPE_CHECKING:
    from reconciler.api.connection import ReadConnection
    from reconciler.api.rows import ReadRows
    from reconciler.events.seen import Listener
    from reconciler.events.shop import LiveContact
    from reconciler.kinds.definition.live import LiveDefinition
    from reconciler.kinds.definition.table import Table
    from reconciler.model.manifest import Desired
    from reconciler.records.of_contact import ContactRows
    from reconciler.records.references import TableId

EVERY = 1.0


class RowsNotVisible(ReconcilerError):
    """The contact's rows cannot be read as they should be. Nothing was sent."""

    reason = "rows-not-visible"


def definitions_read(
    desired: "Desired", listeners: "Collection[Listener]"
) -> tuple[str, ...]:
    """The definitions whose rows the messages of these scenarios read: the first names
    of their variables. Raises WrongUsage for a text that cannot be read.
    """
    from reconciler.model.address import casefolded

    definitions = {
        casefolded(address.name): address.name
        for address in desired.manifests
        if address.kind == "definition"
    }
    roots = {casefolded(root) for root in _roots(desired, listeners)}
    return tuple(sorted(definitions[root] for root in roots & definitions.keys()))


def _roots(desired: "Desired", listeners: "Collection[Listener]") -> Iterator[str]:
    from reconciler.manifest.beside import NoFileBeside
    from reconciler.manifest.bodies import body_of, subject_of, templates
    from reconciler.messages.tokens import find_tokens

    used = {each.template for each in listeners if each.is_active}
    for manifest in templates(desired):
        if manifest.address.name not in used:
            continue
        try:
            texts = [body_of(manifest), subject_of(manifest)]
        except NoFileBeside as broken:
            raise WrongUsage(f"{manifest.address}: {broken}.") from None
        for text in filter(None, texts):
            for token in find_tokens(text.text).tokens:
                yield token.path[0].text


@dataclass(frozen=True, slots=True)
class Waiting:
    """What is waited for: rows of some definitions about one contact."""

    app: App
    connection: "ReadConnection"
    desired: "Desired"
    contact: "LiveContact | None"
    patience: float
    """Seconds for which rows are waited for."""

    def run(self, definitions: Collection[str]) -> None:
        """Raises RowsNotVisible when time is over, ApiError."""
        if not definitions:
            self.app.talk("No message of this event reads rows: nothing is waited for.")
            return
        if self.contact is None:
            raise RowsNotVisible(
                "No contact was found by what is given, so that its rows cannot be waited for. Nothing was sent. "
                "Name one that exists, by id or e-mail: the API finds nobody by phone."
            )
        live = live_definitions(self.connection)
        self.app.begin("Waiting for the contact's rows", "looks")
        try:
            for each in self._rows(definitions, live):
                self._wait(each, live)
        finally:
            self.app.progress.end()

    def _rows(
        self, definitions: Collection[str], live: "dict[str, LiveDefinition]"
    ) -> "Iterator[ContactRows]":
        from reconciler.model.address import casefolded
        from reconciler.records.live_table import table_of_live
        from reconciler.records.of_contact import ContactRows, contact_field

        names = {each.id: each.name for each in live.values()}
        for name in definitions:
            found = live.get(casefolded(name))
            if found is None:
                raise RowsNotVisible(
                    f"definition/{name} does not live in this shop. Nothing was sent. Apply its manifest first."
                )
            table = table_of_live(found, names)
            field = contact_field(table)
            if field is not None:
                own = ContactRows(table, found.id, field)
                yield self._with_wanted(own, table, field)

    def _with_wanted(
        self, own: "ContactRows", table: "Table", field: str
    ) -> "ContactRows":
        """With the contact's rows of the declared record set, if it has any."""
        from reconciler.kinds.records.manifest import RecordSet
        from reconciler.manifest.record_sets import record_sets
        from reconciler.manifest.rows import row_set, table_in
        from reconciler.model.address import Address
        from reconciler.records.of_contact import rows_about
        from reconciler.records.row_stream import RowStream
        from reconciler.records.shop import Contact

        said = self.contact
        assert said is not None
        who = Contact(said.id, said.email, said.id_customer)
        wanted = Address("records", table.name)
        for manifest in record_sets(self.desired):
            records = manifest.resource
            if not wanted.is_called(manifest.address.name):
                continue
            assert isinstance(records, RecordSet)
            rows = row_set(manifest, table_in(self.desired, records) or table)
            stream = RowStream(rows.rules, rows.parts)
            ignored = frozenset(records.ignore_differences)
            about = tuple(rows_about(stream, field, who))
            return replace(own, wanted=about, ignored=ignored)
        return own

    def _wait(self, rows: "ContactRows", live: "dict[str, LiveDefinition]") -> None:
        from reconciler.api.rows import ReadRows
        from reconciler.model.address import casefolded

        def table_id(name: str) -> int | None:
            found = live.get(casefolded(name))
            return found.id if found else None

        shop = ReadRows(self.connection)
        end = time.monotonic() + self.patience
        while missing := self._missing(shop, rows, table_id):
            if self.app.stopped() or time.monotonic() > end:
                raise _not_visible(rows.table.name, missing, self.patience)
            self.app.rest(EVERY)

    def _missing(
        self, shop: "ReadRows", rows: "ContactRows", table_id: "TableId"
    ) -> tuple[str, ...]:
        from reconciler.records.shop import FilterIgnored

        assert self.contact is not None
        try:
            return rows.missing(shop, self.contact.id, table_id)
        except FilterIgnored as ignored:
            raise RowsNotVisible(
                f"{rows.table.name}: {ignored}, so the contact's rows cannot be waited for. Nothing was sent."
            ) from None


def _not_visible(
    name: str, missing: Collection[str], patience: float
) -> RowsNotVisible:
    told = printable("; ".join(missing))
    return RowsNotVisible(
        f"{name}: {told}, for this contact, after {patience:g} s. Nothing was sent. Push the row first: "
        f"reconciler records apply {name}"
    )
