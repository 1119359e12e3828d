"""How one contact travels (contract §7): read-only, asked for by exactly one key."""

from collections.abc import Mapping

from reconciler.api import wire
from reconciler.api.connection import ReadConnection
from reconciler.errors import NotUnderstood, Rejected
from reconciler.events.clock import read_moment
from reconciler.events.shop import CannotLookUp, Channel, LiveContact, Target
from reconciler.form.scalars import truth

PATH = "/contacts"
CHANNELS = ("email", "sms", "push")
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
