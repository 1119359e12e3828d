"""How what lives is written down: what a manifest says of it, in the order in which
people write it.
"""

from collections.abc import Mapping
from typing import Any, ClassVar

from reconciler.form.fields import Form
from reconciler.model.address import Address
from reconciler.model.problem import DocumentPath


class Saying:
    """The part of a kind that turns a form into the data of a manifest. What is here is
    right for flat attributes.
    """

    name: ClassVar[str]
    key: ClassVar[str]

    def document(self, name: str, form: Form) -> dict[str, Any]:
        """The manifest of what is called `name` and has this form: names instead of
        addresses, collections as lists, and nothing that the API fills in.
        """
        said = {
            key: bare_name(value)
            for key, value in form.items()
            if value is not None and key != self.key
        }
        return {"kind": self.name, self.key: name, **said}

    def identity(self, item: Mapping[str, Any]) -> object:
        """What tells an item of a list in a manifest from the others."""
        return item.get("name")

    def left_out(self, path: DocumentPath) -> DocumentPath:
        """The least part of a manifest that can be left out so that nothing is said at
        `path`; the empty path is all of it.
        """
        return path[:1]


def bare_name(value: Any) -> Any:
    """The name in an address that a form holds as text; anything else is as it was."""
    if not isinstance(value, str) or "/" not in value:
        return value
    try:
        return Address.parse(value).name
    except ValueError:
        return value
