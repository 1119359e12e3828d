"""How the histories of events travel (contract §6.3).

The contract knows what a row holds and not what its keys are called, so several names
are looked for, at the top of the row and within the parts that it may have.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from reconciler.api import wire
from reconciler.api.connection import ReadConnection
from reconciler.api.listing import Filter, Listing, page_of
from reconciler.events.clock import read_moment
from reconciler.events.shop import HistoryPage, HistoryRow, Target

PATH = "/events/histories"
_IDS = ("id", "id_history", "id_event_history", "history_id")
_CODES = ("code_name", "codeName", "event_code_name", "eventCodeName", "event_code")
_TIMES = (
    *("date_creation", "dateCreation", "created_at", "createdAt"),
    *("date_add", "triggered_at", "date"),
)
_OUTCOMES = ("status", "outcome", "result", "state", "execution_status")
_TARGETS = ("target", "recipient")
_CONTACT_IDS = ("id_contact", "id_shop_contact", "contact_id", "idContact")
_EMAILS = ("email", "contact_data_email", "contact_email")
_PHONES = ("phone", "contact_data_sms", "contact_phone", "phone_number")
_VISITOR_IDS = ("id", "id_visitor", "visitor_id")
_PAYLOADS = ("payload", "data", "properties", "body", "content")
_SLOTS = ("metaData", "customData")
_SPELLINGS = {"metaData": "meta_data", "customData": "custom_data"}
_PENDING = ("pending", "queued", "processing", "waiting", "in_progress")
_NOT_RESOLVED = ("not_found", "notfound", "unresolved", "not_resolved", "no_contact")


def history_page(
    connection: ReadConnection, code: str | None, offset: int = 0
) -> HistoryPage:
    """One page, the newest rows first. Raises ApiError."""
    filters = (Filter("code_name", "EQUALS", (code,)),) if code else ()
    listing = Listing(
        PATH,
        identity_of,
        order="date_creation",
        direction="desc",
        settings=True,
        filters=filters,
    )
    page = page_of(connection, listing, offset)
    rows = tuple(map(history_row, page.rows))
    stride = page.stride if page.more else 0
    return HistoryPage(rows, stride, read_moment(page.generated_at))


def identity_of(row: wire.Row) -> object:
    """What tells two rows apart: the id, or all that a row shows."""
    return wire.identifier(row, *_IDS) or repr(sorted(row.items(), key=str))


def history_row(row: wire.Row) -> HistoryRow:
    """What a row says, as far as its keys can be understood."""
    parts = list(_parts(row))
    contact, says_contact = _contact(parts)
    target = _target(parts)
    if target.visitor and target == Target(visitor=target.visitor):
        says_contact = False  # a visitor need not be a contact
    outcome = _text(wire.either(row, *_OUTCOMES))
    return HistoryRow(
        identity=str(identity_of(row)),
        number=wire.identifier(row, *_IDS),
        code=_code(row),
        at=read_moment(wire.either(row, *_TIMES)),
        target=target,
        contact=contact,
        resolved=_is_resolved(contact, outcome, says_contact=says_contact),
        payload=_payload(row),
        outcome=outcome,
        raw=row,
    )


def _code(row: wire.Row) -> str | None:
    named = wire.parse(row.get("event"))
    if isinstance(named, Mapping):
        named = wire.either(named, *_CODES)
    return _text(wire.either(row, *_CODES)) or _text(named)


def _parts(row: wire.Row) -> Iterator[tuple[str, wire.Row]]:
    """The row, its target, and what either says of a contact and a visitor; each with
    its name.
    """
    yield "row", row
    holders = [row]
    for key in _TARGETS:
        target = wire.parse(row.get(key))
        if isinstance(target, Mapping):
            holders.append(target)
            yield "target", target
    for holder in holders:
        for key in ("contact", "visitor"):
            part = wire.parse(holder.get(key))
            if isinstance(part, Mapping):
                yield key, part


def _contact(parts: list[tuple[str, wire.Row]]) -> tuple[int | None, bool]:
    """The contact that the target was resolved to, and whether any part has a place for
    it.
    """
    says = False
    for _, part in parts:
        for key in _CONTACT_IDS:
            says = says or key in part
            number = wire.identifier(part, key)
            if number is not None:
                return number, True
    return None, says


def _is_resolved(
    contact: int | None, outcome: str | None, *, says_contact: bool
) -> bool | None:
    if contact is not None:
        return True
    words = (outcome or "").lower().replace(" ", "_").replace("-", "_")
    if words in _PENDING:
        return None
    if says_contact or any(word in words for word in _NOT_RESOLVED):
        return False
    return None


def _target(parts: list[tuple[str, wire.Row]]) -> Target:
    number = visitor = email = phone = None
    for name, part in parts:
        if name == "contact":
            number = number or wire.identifier(part, "id")
        if name == "visitor":
            visitor = visitor or wire.identifier(part, *_VISITOR_IDS)
            continue
        email = email or _text(wire.either(part, *_EMAILS))
        phone = phone or _text(wire.either(part, *_PHONES))
    return Target(number, email, phone, visitor)


def _payload(row: wire.Row) -> Mapping[str, Any] | None:
    """What was sent, by slots where the row has them."""
    for holder in (row, *_holders(row)):
        slots = {slot: _slot(holder, slot) for slot in _SLOTS if _has(holder, slot)}
        if slots:
            return slots
    return next(iter(_holders(row)), None)


def _holders(row: wire.Row) -> Iterator[wire.Row]:
    for key in _PAYLOADS:
        holder = wire.parse(row.get(key))
        if isinstance(holder, Mapping):
            yield holder


def _has(holder: wire.Row, slot: str) -> bool:
    return slot in holder or _SPELLINGS[slot] in holder


def _slot(holder: wire.Row, slot: str) -> Any:
    return wire.parse(wire.either(holder, slot, _SPELLINGS[slot]))


def _text(value: object) -> str | None:
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    return str(value).strip() or None
