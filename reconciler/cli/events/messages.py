"""The messages that an event sends, checked against what is declared, and for one contact
against what the shop has.
"""

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from reconciler.api.connection import ReadConnection
    from reconciler.events.seen import Listener, MessageSeen
    from reconciler.events.shop import LiveContact
    from reconciler.kinds.definition.live import LiveDefinition
    from reconciler.manifest.bodies import Body
    from reconciler.messages.check import Variable
    from reconciler.messages.declared import Declared
    from reconciler.messages.walk import Walk
    from reconciler.model.manifest import Desired, Manifest


@dataclass(frozen=True, slots=True)
class LiveMessages:
    """Looks at each message of some scenarios."""

    connection: "ReadConnection"
    desired: "Desired"
    declared: "Declared"

    def of(
        self, listeners: "Sequence[Listener]", contact: "LiveContact | None"
    ) -> "Sequence[MessageSeen]":
        """What is found in each. Raises ApiError."""
        from reconciler.manifest.bodies import templates

        walk = self._walk(contact) if contact else None
        used = {each.template for each in listeners}
        mine = [each for each in templates(self.desired) if each.address.name in used]
        return [self._seen(each, walk) for each in mine]

    def _walk(self, contact: "LiveContact") -> "Walk":
        from reconciler.api.messages import ReadMessages
        from reconciler.messages.shop import Once
        from reconciler.messages.walk import Walk

        shop = Once(ReadMessages(self.connection))
        return Walk(shop, contact.id, contact.values)

    def _seen(self, manifest: "Manifest", walk: "Walk | None") -> "MessageSeen":
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
            if (problem := _problem(each, walk))
        )
        roots = [
            step.definition
            for each in variables
            if each.resolution.chain
            for step in each.resolution.chain.steps
            if isinstance(step, Row)
        ]
        needs = () if walk else tuple(dict.fromkeys(roots))
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


def _problem(variable: "Variable", walk: "Walk | None") -> str:
    """Why it has no value; empty when it has one, as far as can be known: what comes with
    the event is for the step about the payload.
    """
    found = variable.resolution
    for remark in found.remarks:
        if remark.severity == "error":
            return remark.message
    if found.chain is None or walk is None:
        return ""
    reached = walk.follow(found.chain)
    return "" if reached.state in ("filled", "payload") else reached.why


def live_definitions(connection: "ReadConnection") -> "dict[str, LiveDefinition]":
    """The definitions of the shop by their names, whatever their case."""
    from reconciler.api.messages import ReadMessages
    from reconciler.messages.shop import Once

    return dict(Once(ReadMessages(connection)).definitions())


def _name(manifest: "Manifest") -> str:
    """The file of the text, without its folder; the address of one that has no file."""
    file = getattr(manifest.resource, "file", None)
    return os.path.basename(file) if file else str(manifest.address)
