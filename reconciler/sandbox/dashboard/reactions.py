"""What scenarios do when something has become visible: an event, a row, a contact that is
new in a segment.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from reconciler.sandbox.dashboard import material, outbox, segments
from reconciler.sandbox.dashboard.material import Scenario, Segment, Template
from reconciler.sandbox.dashboard.variables import Reader
from reconciler.sandbox.dashboard.view import CONTACTS, View
from reconciler.sandbox.happenings import Fired, Happening, Saved
from reconciler.sandbox.validation import moment


@dataclass(frozen=True)
class Reactions:
    """The active scenarios of a shop, and what they act upon; for one transaction."""

    db: sqlite3.Connection
    shop: int

    @cached_property
    def _scenarios(self) -> list[Scenario]:
        every = material.scenarios(self.db, self.shop)
        return [each for each in every if each.is_active]

    @cached_property
    def _templates(self) -> dict[str, Template]:
        found = material.templates(self.db, self.shop)
        return {each.name: each for each in found}

    @cached_property
    def _view(self) -> View:
        return View(self.db, self.shop)

    def after(self, happenings: Iterable[Happening], at: str) -> None:
        """Run the scenarios that listen to what has happened, in its order; then those
        of segments that contacts have entered by it.
        """
        if not self._scenarios:
            return
        for each in happenings:
            match each:
                case Fired():
                    self._after_event(each, at)
                case Saved():
                    self._after_row(each, at)
        self._after_entering(at)

    def take_stock(self, at: str) -> None:
        """Remember who is in the segments now: they do not enter them later."""
        self.db.execute("DELETE FROM member WHERE shop_id = ?", (self.shop,))
        for segment in self._watched:
            self._entered(segment, at)

    def _after_event(self, fired: Fired, at: str) -> None:
        if fired.contact is None:
            return
        cause = {"event": fired.code_name, "history": fired.history}
        for scenario in self._scenarios:
            if scenario.listens_to("event", fired.code_name):
                self._run(scenario, fired.contact, cause, at, fired.meta_data)

    def _after_row(self, saved: Saved, at: str) -> None:
        definition = self._view.numbered(saved.definition)
        if definition is None:
            return
        listening = [
            each
            for each in self._scenarios
            if each.listens_to("record", definition.name, saved.moment)
        ]
        if not listening:
            return
        cause = {"record": definition.name, "id": saved.id, "moment": saved.moment}
        row = self._view.find(definition, {"id": saved.id})[0]
        contacts = {row.values[each.source] for each in definition.to(CONTACTS)}
        for scenario in listening:
            for contact in sorted(contacts - {None}):
                self._run(scenario, contact, cause, at)

    def _after_entering(self, at: str) -> None:
        for segment in self._watched:
            entered = self._entered(segment, at)
            for scenario in self._scenarios:
                if scenario.listens_to("segment", segment.name):
                    for contact in entered:
                        self._run(scenario, contact, {"segment": segment.name}, at)

    @cached_property
    def _watched(self) -> list[Segment]:
        """The segments that start a scenario."""
        return [
            each
            for each in material.segments(self.db, self.shop)
            if any(one.listens_to("segment", each.name) for one in self._scenarios)
        ]

    def _entered(self, segment: Segment, at: str) -> list[int]:
        """Who is in a segment and was not when it was last looked at."""
        time = moment(at).timestamp()
        now = segments.members(self._view, segment.where, time).contacts
        place = (self.shop, segment.name)
        known = self.db.execute(
            "SELECT contact_id FROM member WHERE shop_id = ? AND segment = ?", place
        )
        before = {row["contact_id"] for row in known}
        entered = [contact for contact in now if contact not in before]
        self.db.executemany(
            "DELETE FROM member WHERE shop_id = ? AND segment = ? AND contact_id = ?",
            [(*place, contact) for contact in before.difference(now)],
        )
        self.db.executemany(
            "INSERT INTO member VALUES (?, ?, ?)",
            [(*place, contact) for contact in entered],
        )
        return entered

    def _run(
        self,
        scenario: Scenario,
        number: int,
        cause: Mapping[str, object],
        at: str,
        meta_data: Mapping[str, Any] | None = None,
    ) -> None:
        """Send the scenario's message to a contact that passes its filters."""
        contact = self._view.contact(number)
        template = self._templates.get(scenario.template or "")
        if contact is None or template is None:
            return
        now = moment(at).timestamp()
        if not segments.includes(self._view, scenario.filters, number, now):
            return
        reader = Reader(self._view, contact, meta_data or {})
        subject, body = reader.render(template.subject), reader.render(template.body)
        message = outbox.Message(
            id=0,
            scenario=scenario.name,
            template=template.name,
            contact=number,
            recipient=contact.values["contact_data_email"],
            subject=subject.text,
            body=body.text,
            started_by=cause,
            holes=(*subject.holes, *body.holes),
            sent_at=at,
        )
        outbox.put(self.db, self.shop, message)
