"""The kind `template`, as the engine sees it."""

from collections.abc import Callable, Iterator
from typing import ClassVar

from reconciler.kinds.drawing import Drawing
from reconciler.kinds.kind import Kind
from reconciler.kinds.template.manifest import Template
from reconciler.kinds.template.rules import TEMPLATE_RULES
from reconciler.kinds.values import Nouns, Reference
from reconciler.model.address import Address
from reconciler.model.live import LiveResource
from reconciler.model.problem import Problem


class TemplateKind(Kind[Template, LiveResource]):
    """It lives in the dashboard, and is never sent."""

    name = "template"
    model = Template
    live = LiveResource
    key = "name"
    nouns = Nouns("message", "messages", "templates")
    lives = False
    as_written = ("subject", "body")
    refers_to = ("event",)
    rules: ClassVar = TEMPLATE_RULES

    def references(self, resource: Template) -> Iterator[Reference]:
        if resource.event is not None:
            yield Reference(Address("event", resource.event), None, ("event",))

    def respelled(
        self, resource: Template, spelling: Callable[[Address], Address]
    ) -> Template:
        if resource.event is None:
            return resource
        event = spelling(Address("event", resource.event)).name
        return resource.model_copy(update={"event": event})

    def problems(self, resource: Template) -> Iterator[Problem]:
        given = [key for key in ("file", "body") if getattr(resource, key) is not None]
        unread = resource.unread & {"file", "body"}
        if len(given) + len(unread) != 1:
            message = "a message has its text in one of `file` and `body`"
            yield Problem("template-text", message, tuple(given[:1]))

    def draw(self, resource: Template) -> Drawing:
        return Drawing()
