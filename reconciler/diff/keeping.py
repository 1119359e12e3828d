"""How a shop keeps the texts that it is sent, as far as what it shows tells."""

from collections.abc import Iterator

from reconciler.form.texts import holds_bare_signs
from reconciler.form.wording import texts_in
from reconciler.kinds.registry import kind_of
from reconciler.model.live import Keeping, Live


def keeping_of(live: Live) -> Keeping:
    """A shop that shows a bare `&`, `<`, `>` or `"` does not escape: what looks escaped
    in another text was written so.
    """
    if live.keeping is not Keeping.UNKNOWN:
        return live.keeping
    if any(map(holds_bare_signs, _texts(live))):
        return Keeping.UNESCAPED
    return Keeping.UNKNOWN


def _texts(live: Live) -> Iterator[str]:
    names = live.names
    for address, resource in live.resources.items():
        kind = kind_of(address)
        yield from texts_in(kind.live_form(resource, names), kind.is_text)
