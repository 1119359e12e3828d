"""The template that is to be rendered, with all that its manifests say of it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

from reconciler.cli.events.body import InvalidPayload, complete, read_body, wrong_in
from reconciler.errors import ReconcilerError, WrongUsage
from reconciler.form.spelling import did_you_mean, in_quotes
from reconciler.report.terminal import printable

if TYPE_CHECKING:
    from reconciler.events.shop import Target
    from reconciler.kinds.event.manifest import Event
    from reconciler.manifest.bodies import Body
    from reconciler.manifest.resolve import Resolved
    from reconciler.messages.chain import Chain
    from reconciler.messages.check import Variable
    from reconciler.messages.declared import Declared
    from reconciler.messages.occasion import Occasion
    from reconciler.messages.render import Message
    from reconciler.messages.walk import Walk
    from reconciler.model.manifest import Manifest
    from reconciler.model.source import Finding


class NoText(ReconcilerError):
    """The text of the template cannot be read."""

    reason = "no-text"


@dataclass(frozen=True)
class Chosen:
    """A template, and on which occasion it is sent; `payload` is the event's."""

    name: str
    file: str | None
    subject: "Body | None"
    body: "Body"
    declared: "Declared"
    occasion: "Occasion"
    payload: Mapping[str, Any] | None = None

    def with_payload(self, file: str | None, contact: "Target | None") -> "Chosen":
        """The same with the payload in a file. Raises WrongUsage, InvalidPayload."""
        if file is None:
            return self
        event = self._event()
        said = read_body(file, event.code_name)
        body = complete(said, contact, {}, event)
        wrong = wrong_in(body, event)
        if wrong:
            raise InvalidPayload(f"{wrong}. See `reconciler events check`.")
        return replace(self, payload=body)

    def _event(self) -> "Event":
        """The only one that it can be. Raises WrongUsage."""
        codes = self.occasion.events
        if not codes:
            told = f"No manifest says which event starts the message {printable(self.name)}."
            raise WrongUsage(f"{told} Say whose payload it is: --event CODE")
        if len(codes) > 1:
            some = ", ".join(map(printable, codes))
            raise WrongUsage(
                f"Several events start the message: {some}. Choose one with --event CODE"
            )
        event = self.declared.event(codes[0])
        if event is None:
            raise WrongUsage(f"No manifest describes the event {in_quotes(codes[0])}.")
        return event

    @property
    def named_in_payload(self) -> "Target | None":
        """Whom the payload is about."""
        from reconciler.events.target import target_of

        return target_of(self.payload) if self.payload else None

    @property
    def is_html(self) -> bool:
        """Whether its body is HTML."""
        from reconciler.messages.render import is_html

        return is_html(self.body.text, self.file)

    @cached_property
    def in_subject(self) -> "Sequence[Variable]":
        """The variables of the subject."""
        from reconciler.messages.check import variables_in

        if self.subject is None:
            return ()
        text = self.subject.text
        return tuple(variables_in(text, self.declared, self.occasion, subject=True))

    @cached_property
    def in_body(self) -> "Sequence[Variable]":
        """The variables of the body."""
        from reconciler.messages.check import variables_in

        return tuple(variables_in(self.body.text, self.declared, self.occasion))

    @property
    def chains(self) -> "Iterator[Chain]":
        """The ways of those that are right."""
        for each in (*self.in_subject, *self.in_body):
            if each.resolution.chain is not None and not each.resolution.is_wrong:
                yield each.resolution.chain

    @cached_property
    def errors(self) -> "Sequence[Finding]":
        """What is proven wrong in it."""
        from reconciler.manifest.messages import errors_in

        found = errors_in(self.body, self.declared, self.occasion, subject=False)
        if self.subject is None:
            return found
        of_subject = errors_in(self.subject, self.declared, self.occasion, subject=True)
        return [*of_subject, *found]

    def message(self, walk: "Walk", *, marks: bool) -> "Message":
        """The message for the contact of the walk. Raises ApiError."""
        from reconciler.messages.render import Message, fill, put_in

        subject = None
        in_subject, in_body = fill(self.in_subject, walk), fill(self.in_body, walk)
        if self.subject is not None:
            subject = put_in(self.subject.text, in_subject, marks=marks)
        body = put_in(self.body.text, in_body, marks=marks, html=self.is_html)
        return Message(self.name, subject, body, tuple(in_subject), tuple(in_body))


def choose(resolved: "Resolved", name: str, code: str | None) -> Chosen:
    """The template of this name, sent after the event of this code name, or whenever the
    manifests say. Raises WrongUsage, NoText.
    """
    from reconciler.kinds.template.manifest import Template
    from reconciler.manifest.beside import NoFileBeside
    from reconciler.manifest.bodies import body_of, subject_of
    from reconciler.manifest.messages import declared_of
    from reconciler.messages.occasion import occasion_of

    manifest = _manifest_of(resolved, name)
    template = manifest.resource
    assert isinstance(template, Template)
    try:
        subject, body = subject_of(manifest), body_of(manifest)
    except NoFileBeside as missing:
        raise NoText(f"{printable(manifest.source)}: {missing}.") from None
    assert body is not None  # `template-text` is an error
    declared = declared_of(resolved)
    occasion = occasion_of(template, resolved.desired)
    if code is not None:
        occasion = _after(code, declared)
    return Chosen(template.name, template.file, subject, body, declared, occasion)


def _manifest_of(resolved: "Resolved", name: str) -> "Manifest":
    from reconciler.manifest.bodies import templates
    from reconciler.model.address import Address

    wanted = Address("template", name)
    every = [each for each in templates(resolved.desired) if not each.absent]
    for each in every:
        if wanted.is_called(each.address.name):
            return each
    names = [each.address.name for each in every]
    hint = did_you_mean(name, names) or "."
    raise WrongUsage(f"No manifest describes a template {in_quotes(name)}{hint}")


def _after(code: str, declared: "Declared") -> "Occasion":
    from reconciler.messages.occasion import Occasion

    event = declared.event(code)
    if event is None:
        names = [each.code_name for each in declared.events.values()]
        hint = did_you_mean(code, names) or "."
        raise WrongUsage(f"No manifest describes an event {in_quotes(code)}{hint}")
    return Occasion((event.code_name,))
