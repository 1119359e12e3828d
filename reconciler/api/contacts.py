"""How one contact travels (contract §7): read-only, asked for by exactly one key."""

import re
from collections.abc import Mapping

from reconciler.api import wire
from reconciler.api.connection import ReadConnection
from reconciler.api.listing import Filter, Listing, page_of
from reconciler.errors import NotUnderstood, Rejected
from reconciler.events.clock import read_moment
from reconciler.events.shop import CannotLookUp, Channel, LiveContact, Target
from reconciler.form.scalars import truth

PATH = "/contacts"
ALL = "/contacts/all"
CHANNELS = ("email", "sms", "push")
_PHONE = "contact_data_sms"
_ABSENT = 404
_NO = ("", "0", "false", "no", "none", "null")


def contact_of(connection: ReadConnection, target: Target) -> LiveContact | None:
    """The contact; only "not found" says that there is none. Raises CannotLookUp, for
    the API finds nobody by phone, ApiError.
    """
    params = dict([_identifier(target)])
    try:
        body = connection.get(PATH, params)
    except Rejected as refusal:
        if refusal.status == _ABSENT:
            return None
        raise
    return _contact(wire.row_of(body, f"GET {PATH}"))


def count_contacts(connection: ReadConnection) -> int:
    """How many there are, as the first page of the listing says. Raises ApiError."""
    page = page_of(connection, _listing("id_shop_contact"), 0)
    if page.total is not None:
        return page.total
    if not page.more:
        return len(page.rows)
    raise _not_understood("does not say how many contacts there are")


def contacts_with_phone(connection: ReadConnection, phone: str) -> list[int]:
    """The ids of the contacts with this phone number, as it is written in the shop.
    Raises ApiError, NotUnderstood when the listing is not filtered.
    """
    by_phone = Filter(_PHONE, "EQUALS", (phone,))
    page = page_of(connection, _listing("id_shop_contact", _PHONE, only=(by_phone,)), 0)
    found = []
    for row in page.rows:
        number = wire.identifier(row, "id_shop_contact")
        if number is None or _digits(row.get(_PHONE)) != _digits(phone):
            raise _not_understood("holds contacts that were not asked for")
        found.append(number)
    return found


def _listing(*fields: str, only: tuple[Filter, ...] = ()) -> Listing:
    return Listing(
        ALL,
        lambda row: row.get("id_shop_contact"),
        order="id_shop_contact",
        filters=only,
        fields=fields,
    )


def _digits(phone: object) -> str:
    return re.sub(r"[^0-9+]", "", str(phone))


def _not_understood(what: str) -> NotUnderstood:
    request = f"GET {ALL}"
    return NotUnderstood(f"{request} {what}", request=request)


def _identifier(target: Target) -> tuple[str, str]:
    if target.id is not None:
        return "id_shop_contact", str(target.id)
    if target.email is not None:
        return "contact_data_email", target.email
    raise CannotLookUp


def _contact(row: wire.Row) -> LiveContact:
    number = wire.identifier(row, "id_shop_contact", "id_contact", "id")
    if number is None:
        request = f"GET {PATH}"
        raise NotUnderstood(f"{request} was answered without an id", request=request)
    return LiveContact(
        id=number,
        email=wire.text(row.get("contact_data_email")),
        id_customer=wire.text(row.get("id_customer_shop")),
        active=_flag(row, "active"),
        created_at=read_moment(row.get("created_at")),
        channels={name: _channel(row, name) for name in CHANNELS},
        values=row,
    )


def _channel(row: wire.Row, name: str) -> Channel:
    return Channel(
        opted_in=_flag(row, f"optin_data_{name}"),
        unsubscribed=_mark(row, f"unsub_data_{name}"),
        rejected=_mark(row, f"reject_data_{name}"),
        can_receive=_flag(row, f"can_receive_{name}"),
    )


def _flag(row: Mapping[str, object], key: str) -> bool | None:
    value = row.get(key)
    return None if value is None else truth(value)


def _mark(row: Mapping[str, object], key: str) -> bool | None:
    """What may be a flag, or the time or the reason since when it holds."""
    value = row.get(key)
    if value is None:
        return None
    return str(value).strip().lower() not in _NO
