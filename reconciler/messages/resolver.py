"""From the path of a variable to where its value comes from, or to what is wrong with it.

Three grades (contract §8): what the declared schema proves wrong is an error, what follows
a rule with one example or has no example at all is a warning, and a value that may be
missing is for `holes`.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from reconciler.kinds.contact_fields import CONTACT, CONTACT_FIELDS
from reconciler.kinds.definition.table import Column, Table, Target
from reconciler.messages import payload, roots
from reconciler.messages.chain import Chain, Hop, Row, Value
from reconciler.messages.declared import Declared
from reconciler.messages.names import match
from reconciler.messages.occasion import Occasion
from reconciler.messages.reach import ways_to
from reconciler.messages.relations import Found, find_hop
from reconciler.messages.remark import Remark, hint, variable
from reconciler.model.address import casefolded

PRODUCTS = "products"
PRODUCT_FIELDS = (
    "product_id",
    "lang",
    "name",
    "description",
    "link",
    "currency",
    "price",
    "price_discount",
    "quantity_remaining",
    "is_active",
    "created_at",
    "updated_at",
    "reference",
    "ean13",
    "category_ids",
    "manufacturer_id",
    "image_link",
)
"""Those that contract §7 names; it says that there are more."""
_ROW_ID = "id"


@dataclass(frozen=True, slots=True)
class Resolution:
    """The way to the value, and what is to be said of it; no way when it is wrong, or
    leads through what no manifest describes.
    """

    chain: Chain | None
    remarks: tuple[Remark, ...] = ()

    @property
    def is_wrong(self) -> bool:
        """Whether the declared schema proves that there is no such value."""
        return any(each.severity == "error" for each in self.remarks)


def resolve(
    path: Sequence[str], declared: Declared, occasion: Occasion | None = None
) -> Resolution:
    """What the names of a variable mean in a message that starts on this occasion."""
    whole = declared.with_whole_root(path)
    walk = _Walk(whole, declared, occasion or Occasion())
    chain = walk.chain()
    more = len(path) - len(whole)
    if not more:
        return Resolution(chain, tuple(walk.remarks))
    remarks = [each.moved(more) for each in (*walk.remarks, _about_dots(whole[0]))]
    return Resolution(chain, tuple(remarks))


def _about_dots(root: str) -> Remark:
    message = f"{root} has a dot in its name, and no source shows such a variable"
    return Remark("message-unproven", message, "warning", 0)


class _Walk:
    """One variable on its way; `remarks` grows."""

    def __init__(
        self, path: tuple[str, ...], declared: Declared, occasion: Occasion
    ) -> None:
        self._path = path
        self._declared = declared
        self._occasion = occasion
        self._steps: list[Row | Hop] = []
        self.remarks: list[Remark] = []

    def chain(self) -> Chain | None:
        """The whole way, or None."""
        root = self._path[0]
        slot = payload.slot_in(self._path)
        if slot is not None:
            return self._payload(slot)
        if casefolded(root) == CONTACT:
            self._check_case(root, CONTACT, 0)
            return self._end(self._contact_field(1, Target("contacts", "id_contact")))
        table = self._declared.table(root)
        if table is not None:
            return self._row(table)
        self.remarks += roots.unknown(self._path, self._declared, self._occasion)
        return None

    def _end(self, value: Value | None) -> Chain | None:
        if value is None:
            return None
        return Chain(self._path, tuple(self._steps), value)

    def _payload(self, slot: payload.Slot) -> Chain | None:
        found = payload.find(self._path, slot, self._declared, self._occasion)
        self.remarks += found.remarks
        return found.chain

    def _row(self, table: Table) -> Chain | None:
        """A way that begins at the contact's row of a definition."""
        self._check_case(self._path[0], table.name, 0)
        by = _contact_column(table)
        if by is None:
            self._unreachable(table)
            return None
        is_only = table.keys == (by.name,)
        self._steps.append(Row(table.name, by.name, is_only))
        if not is_only:
            message = (
                f"a contact may have several rows of {table.name}: its unique keys are "
                f"not {by.name} alone, and which row would be shown is not known"
            )
            self._say("message-many-rows", message, 0, "warning")
        return self._end(self._in_table(table, 1))

    def _unreachable(self, table: Table) -> None:
        """Prints the two shortest ways there are."""
        said = f"{table.name} has no relationship to contacts"
        ways = ways_to(table, self._declared)
        if not ways:
            message = f"{said}, and no relationship leads to it from one that has"
            self._say("message-unreachable", message, 0)
            return
        rest = self._path[1:]
        shown = " and ".join(variable((*way, *rest)) for way in ways)
        message = f"{said}. From the contact it is reached by {shown}"
        self._say("message-unreachable", message, 0)

    def _in_table(self, table: Table, at: int) -> Value | None:
        """The value that the names from this position on have in a row of the table."""
        if at >= len(self._path):
            self._names_no_field(table.name, list(table.columns))
            return None
        if at == len(self._path) - 1:
            return self._field(table, at)
        found = find_hop(self._path[at], at, table, self._declared)
        self.remarks += found.remarks
        if found.column is None or found.column.target is None:
            return None
        return self._hop(table, found, found.column.target, at)

    def _hop(self, table: Table, found: Found, target: Target, at: int) -> Value | None:
        assert found.column is not None
        if sum(isinstance(step, Hop) for step in self._steps) == 1:
            message = (
                "it leads over more than one relationship, and no source shows such a "
                "variable"
            )
            self._say("message-unproven", message, at, "warning")
        there = self._declared.table(target.definition) if target.definition else None
        is_only = there is None or target.is_row_id or there.keys == (target.field,)
        written = self._path[at]
        hop = Hop(written, found.column.name, target, found.is_inferred, is_only)
        self._steps.append(hop)
        if not is_only:
            message = (
                f"{written} may lead to several rows of {target.definition}: "
                f"{target.field} is not its unique key, and which row would be shown is "
                "not known"
            )
            self._say("message-many-rows", message, at, "warning")
        if target.what == "contacts":
            return self._contact_field(at + 1, target)
        if target.what == "products":
            return self._product_field(at + 1)
        return None if there is None else self._in_table(there, at + 1)

    def _field(self, table: Table, at: int) -> Value | None:
        """The last name."""
        written = self._path[at]
        found = match(written, table.columns)
        if found is not None:
            self._check_case(written, found.name, at)
            column = table.columns[found.name]
            return _value(table.name, column)
        if written == _ROW_ID:
            message = f"the number of a row of {table.name} is no field of it, and no source shows it"
            self._say("message-unproven", message, at, "warning")
            return Value(table.name, _ROW_ID, _ROW_ID, "number")
        self._no_field(table, written, at)
        return None

    def _no_field(self, table: Table, written: str, at: int) -> None:
        found = find_hop(written, at, table, self._declared)
        if found.column is not None and found.column.target is not None:
            target = found.column.target
            there = self._declared.table(target.definition)
            names = ", ".join(list(there.columns)[:3]) if there else "first_name"
            owner = target.definition or target.what
            message = f"{written} leads to {owner}: name one of its fields behind it ({names})"
        else:
            told = f"{table.name} has no field {written}{self._inferred()}."
            message = f"{told}{hint(written, table.columns)}"
        self._say("message-unknown-field", message, at)

    def _contact_field(self, at: int, target: Target) -> Value | None:
        if at >= len(self._path):
            self._names_no_field("a contact", ["first_name"])
            return None
        written = self._path[at]
        found = match(written, CONTACT_FIELDS)
        if found is None:
            self._no_contact_field(written, at)
            return None
        self._check_case(written, found.name, at)
        if not self._is_last(at, f"{found.name} is a field of the contact"):
            return None
        return Value(CONTACT, found.name, CONTACT_FIELDS[found.name])

    def _no_contact_field(self, written: str, at: int) -> None:
        message = f"a contact has no field {written}."
        in_api = {api: name for name, api in CONTACT_FIELDS.items()}
        shortened = in_api.get(f"contact_{written}")
        table = self._declared.table(written)
        if written in in_api:
            message += f" The API calls it so, and messages {in_api[written]}. "
            message += f"Did you mean contact.{in_api[written]}?"
        elif table is not None:
            rest = (table.name, *self._path[at + 1 :])
            message += f" {table.name} stands at the beginning: {variable(rest)}"
        elif shortened is not None:
            message += f" Did you mean {shortened}?"
        else:
            message += hint(written, CONTACT_FIELDS)
        self._say("message-unknown-field", message, at)

    def _product_field(self, at: int) -> Value | None:
        if at >= len(self._path):
            self._names_no_field("a product", ["name", "price"])
            return None
        written = self._path[at]
        found = match(written, PRODUCT_FIELDS)
        if found is None:
            message = (
                f"no field {written} of products is known."
                f"{hint(written, PRODUCT_FIELDS)}"
            )
            self._say("message-unknown-field", message, at, "warning")
            return None
        self._check_case(written, found.name, at)
        if not self._is_last(at, f"{found.name} is a field of the product"):
            return None
        return Value(PRODUCTS, found.name, found.name)

    def _is_last(self, at: int, what: str) -> bool:
        if at == len(self._path) - 1:
            return True
        message = f"{what}, and nothing comes behind it"
        self._say("message-unknown-hop", message, at + 1)
        return False

    def _names_no_field(self, owner: str, fields: Sequence[str]) -> None:
        some = ", ".join(fields[:3])
        message = f"it names no field of {owner}: write one behind a dot ({some})"
        self._say("message-unknown-field", message, len(self._path) - 1)

    def _check_case(self, written: str, name: str, at: int) -> None:
        if written != name:
            message = f"{written} is declared as {name}: messages may tell cases apart"
            self._say("message-case", message, at, "warning")

    def _inferred(self) -> str:
        hops = [step for step in self._steps if isinstance(step, Hop)]
        if not any(hop.is_inferred for hop in hops):
            return ""
        told = ", ".join(f"{hop.written} stands for {hop.field}" for hop in hops)
        return f" (that {told} is inferred)"

    def _say(
        self, rule: str, message: str, at: int, severity: roots.Grade = "error"
    ) -> None:
        self.remarks.append(Remark(rule, message, severity, at))


def _contact_column(table: Table) -> Column | None:
    """The field that is the contact; the unique key, when several are."""
    contacts = [column for column in table.columns.values() if column.is_contact]
    for column in contacts:
        if table.keys == (column.name,):
            return column
    return contacts[0] if contacts else None


def _value(owner: str, column: Column) -> Value:
    return Value(owner, column.name, column.name, column.type, column.required)
