"""The messages that an event sends, checked against what is declared, and for one contact
against what the shop has.
"""

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from reconciler.errors import NotUnderstood

if TYPE_CHECKING:
    from reconciler.api.connection import ReadConnection
    from reconciler.events.seen import Listener, MessageSeen
    from reconciler.events.shop import LiveContact
    from reconciler.kinds.definition.live import LiveDefinition
    from reconciler.manifest.bodies import Body
    from reconciler.messages.chain import Chain, Hop
    from reconciler.messages.check import Variable
    from reconciler.messages.declared import Declared
    from reconciler.model.manifest import Desired, Manifest

Values = Mapping[str, Any]


@dataclass(slots=True)
class LiveMessages:
    """Looks at each message of some scenarios. Rows are read once each."""

    connection: "ReadConnection"
    desired: "Desired"
    declared: "Declared"
    _live: "Mapping[str, LiveDefinition] | None" = None
    _rows: dict[tuple[str, str, str], Values | None] = field(default_factory=dict)

    def of(
        self, listeners: "Sequence[Listener]", contact: "LiveContact | None"
    ) -> "Sequence[MessageSeen]":
        """What is found in each. Raises ApiError."""
        from reconciler.manifest.bodies import templates

        used = {each.template for each in listeners}
        mine = [each for each in templates(self.desired) if each.address.name in used]
        return [self._seen(each, contact) for each in mine]

    def _seen(
        self, manifest: "Manifest", contact: "LiveContact | None"
    ) -> "MessageSeen":
        from reconciler.events.seen import MessageSeen
        from reconciler.manifest.beside import NoFileBeside
        from reconciler.manifest.bodies import body_of, subject_of
        from reconciler.messages.chain import Row

        try:
            texts = [subject_of(manifest), body_of(manifest)]
        except NoFileBeside as missing:
            return MessageSeen(str(manifest.address), 0, (f"{missing}",))
        variables = list(self._variables(manifest, texts))
        problems = dict.fromkeys(
            f"{each.token.written}: {problem}"
            for each in variables
            if (problem := self._problem(each, contact))
        )
        roots = [
            step.definition
            for each in variables
            if each.resolution.chain
            for step in each.resolution.chain.steps
            if isinstance(step, Row)
        ]
        needs = () if contact else tuple(dict.fromkeys(roots))
        return MessageSeen(_name(manifest), len(variables), tuple(problems), needs)

    def _variables(
        self, manifest: "Manifest", texts: "Sequence[Body | None]"
    ) -> "Iterator[Variable]":
        from reconciler.kinds.template.manifest import Template
        from reconciler.messages.check import variables_in
        from reconciler.messages.occasion import occasion_of

        assert isinstance(manifest.resource, Template)
        occasion = occasion_of(manifest.resource, self.desired)
        subject, body = texts
        if subject is not None:
            yield from variables_in(subject.text, self.declared, occasion, subject=True)
        if body is not None:
            yield from variables_in(body.text, self.declared, occasion)

    def _problem(self, variable: "Variable", contact: "LiveContact | None") -> str:
        """Why it has no value; empty when it has one, as far as can be known."""
        found = variable.resolution
        for remark in found.remarks:
            if remark.severity == "error":
                return remark.message
        if found.chain is None or contact is None:
            return ""
        return self._hole(found.chain, contact)

    def _hole(self, chain: "Chain", contact: "LiveContact") -> str:
        from reconciler.kinds.contact_fields import CONTACT
        from reconciler.messages.chain import Row

        value = chain.value
        if not chain.steps:
            is_own = value.owner == CONTACT
            is_empty = is_own and contact.values.get(value.in_api) in (None, "")
            return f"the contact has no {value.name}" if is_empty else ""
        row: Values | None = None
        for step in chain.steps:
            if isinstance(step, Row):
                row = self._row(step.definition, step.by, str(contact.id))
                missing = f"the contact has no row of {step.definition}"
            else:
                if step.target.what != "definition":
                    return ""  # contacts and products are not looked at
                row, missing = self._next(step, row or {})
            if row is None:
                return missing
        is_empty = row is not None and row.get(value.in_api) in (None, "")
        return f"{value.owner}.{value.name} is empty" if is_empty else ""

    def _next(self, step: "Hop", row: Values) -> tuple[Values | None, str]:
        """The row that a field points at, and what to say when there is none."""
        points_at = row.get(step.field)
        if points_at in (None, ""):
            return None, f"{step.field} is empty"
        target = step.target
        found = self._row(target.definition, target.field, str(points_at))
        return (
            found,
            f"no row of {target.definition} is the one that {step.field} names",
        )

    def _row(self, definition: str, name: str, value: str) -> Values | None:
        key = (definition, name, value)
        if key not in self._rows:
            self._rows[key] = self._read_row(definition, name, value)
        return self._rows[key]

    def _read_row(self, definition: str, name: str, value: str) -> Values | None:
        """The first one. Raises ApiError."""
        from reconciler.api.rows import ReadRows
        from reconciler.model.address import casefolded
        from reconciler.records.shop import FilterIgnored

        live = self._definitions().get(casefolded(definition))
        if live is None:
            return None
        try:
            rows = ReadRows(self.connection).among(live.id, {name: (value,)})
        except FilterIgnored as ignored:
            raise NotUnderstood(str(ignored)) from None
        return {"id": rows[0].id, **rows[0].values} if rows else None

    def _definitions(self) -> "Mapping[str, LiveDefinition]":
        if self._live is None:
            self._live = live_definitions(self.connection)
        return self._live


def live_definitions(connection: "ReadConnection") -> "dict[str, LiveDefinition]":
    """The definitions of the shop by their names, whatever their case."""
    from reconciler.api.live import read
    from reconciler.kinds.definition.live import LiveDefinition
    from reconciler.model.address import casefolded

    resources = read(connection, needed={"definition"}).resources.values()
    found = [each for each in resources if isinstance(each, LiveDefinition)]
    return {casefolded(each.name): each for each in found}


def _name(manifest: "Manifest") -> str:
    """The file of the text, without its folder; the address of one that has no file."""
    file = getattr(manifest.resource, "file", None)
    return os.path.basename(file) if file else str(manifest.address)
