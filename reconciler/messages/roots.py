"""What to say of a variable whose first name is nothing that is declared."""

from collections.abc import Iterator, Sequence
from typing import Literal

from reconciler.form.spelling import Vocabulary
from reconciler.kinds.contact_fields import CONTACT, CONTACT_FIELDS
from reconciler.kinds.definition.table import Table
from reconciler.messages.declared import Declared
from reconciler.messages.names import match
from reconciler.messages.occasion import Occasion
from reconciler.messages.payload import META_DATA, properties_named_like
from reconciler.messages.relations import find_hop
from reconciler.messages.remark import Remark, variable
from reconciler.model.address import casefolded

_SYNONYMS = {
    "customer": CONTACT,
    "customers": CONTACT,
    "user": CONTACT,
    "event": META_DATA,
}
Grade = Literal["error", "warning", "info"]
RULE = "message-unknown-root"
OLD_NAME = "message-old-name"
_SHOP = ("product", "products", "order", "orders", "cart", "carts")
"""What the shop itself has (contract §7), and no source shows as a variable."""


def unknown(
    path: Sequence[str], declared: Declared, occasion: Occasion
) -> Iterator[Remark]:
    """The one remark, or none when the definition may be described in what could not be
    read.
    """
    root = path[0]
    folded = casefolded(root)
    if folded in declared.renamed:
        yield _renamed(path, declared.renamed[folded])
        return
    if declared.may_exist(root):
        return
    if folded in declared.leaving:
        message = f"{root} is to be deleted, and the message still uses it"
        yield Remark(RULE, message, "error", 0)
        return
    if folded in _SHOP:
        message = (
            f"no source shows a variable that begins with {root}: what is known leads "
            "to products over a relationship of a definition"
        )
        yield Remark("message-unproven", message, "warning", 0)
        return
    message = " ".join(_sentences(path, declared, occasion))
    yield Remark(RULE, message, "error", 0)


def _renamed(path: Sequence[str], new: str) -> Remark:
    """The message is right until the change is applied."""
    fixed = variable((new, *path[1:]))
    message = (
        f"{path[0]} is renamed to {new} by these manifests: write {fixed} in the "
        "dashboard when they are applied"
    )
    return Remark(OLD_NAME, message, "warning", 0)


def _sentences(
    path: Sequence[str], declared: Declared, occasion: Occasion
) -> Iterator[str]:
    root, last = path[0], path[-1]
    yield f"no definition is called {root}."
    events, example = properties_named_like(root, declared, last)
    if events and example is not None:
        names = "an event name" if events == 1 else f"{events} event names"
        yield f"It is the beginning of {names}; for their data write {example}."
    meant = _meant(path, declared, occasion)
    if meant is not None:
        yield f"Did you mean {'.'.join(meant)}?"


def _meant(
    path: Sequence[str], declared: Declared, occasion: Occasion
) -> Sequence[str] | None:
    """The whole path that was probably meant."""
    root, rest = path[0], path[1:]
    if not rest:
        return _bare(root, declared, occasion)
    known = (CONTACT, META_DATA)
    close = Vocabulary(known).closest(_SYNONYMS.get(casefolded(root), root))
    if close == CONTACT and match(rest[0], CONTACT_FIELDS):
        return (CONTACT, *rest)
    tables = [table for table in declared.tables.values() if table.is_about_contacts]
    fitting = {each.name: each for each in tables if _has(each, rest, declared)}
    name = Vocabulary(fitting).closest(root)
    if name is None and len(fitting) == 1:
        (name,) = fitting
    name = name or Vocabulary(each.name for each in declared.tables.values()).closest(
        root
    )
    if name is not None:
        return (name, *rest)
    return None if close is None else (close, *rest)


def _has(table: Table, rest: Sequence[str], declared: Declared) -> bool:
    if len(rest) == 1:
        return rest[0] in table.columns
    return find_hop(rest[0], 1, table, declared).column is not None


def _bare(root: str, declared: Declared, occasion: Occasion) -> Sequence[str] | None:
    """One name alone is a field of something."""
    if root in CONTACT_FIELDS:
        return (CONTACT, root)
    for code_name in occasion.events:
        event = declared.event(code_name)
        slots = {} if event is None else event.properties.by_slot()
        if root in {each.name for each in slots.get(META_DATA, ())}:
            return (META_DATA, root)
    for table in declared.tables.values():
        if table.is_about_contacts and root in table.columns:
            return (table.name, root)
    return None
