"""Reads what a diagnosis rests on. What the API does not show is a blind spot; a shop
that cannot be reached, or that refuses the key, ends it.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TypeVar

from reconciler.errors import NotUnderstood, Rejected
from reconciler.events.seen import Blind, Declared, Messages, Rows, Seen
from reconciler.events.shop import CannotLookUp, LiveContact, ReadableEvents, Target
from reconciler.events.walk import Walk, Wanted

T = TypeVar("T")
NO_KEY = 401


@dataclass(frozen=True, slots=True)
class Question:
    """What somebody wants to know: an event type, a target, and how far back."""

    code: str
    target: Target
    since: timedelta
    now: datetime


def look(
    shop: ReadableEvents,
    question: Question,
    declared: Declared,
    messages: Messages | None = None,
) -> Seen:
    """All that the steps need. Raises ApiError."""
    contact = _contact(shop, question.target)
    known = contact.id if isinstance(contact, LiveContact) else None
    rows = _seen_or_blind(lambda: _rows(shop, question, known))
    if isinstance(contact, Blind):
        contact = _resolved(shop, rows) or contact
    person = contact if isinstance(contact, LiveContact) else None
    seen = Seen(
        code=question.code,
        target=question.target,
        since=question.since,
        now=question.now,
        declared=declared,
        live=_seen_or_blind(lambda: shop.live_event(question.code)),
        rows=rows,
        contact=contact,
    )
    if messages is None:
        return seen
    active = [each for each in declared.listeners if each.is_active and each.template]
    return replace(seen, messages=_seen_or_blind(lambda: messages.of(active, person)))


def _contact(shop: ReadableEvents, target: Target) -> LiveContact | Blind | None:
    try:
        return _seen_or_blind(lambda: shop.contact(target))
    except CannotLookUp:
        return Blind("the API finds no contact by phone")


def _resolved(shop: ReadableEvents, rows: Rows | Blind) -> LiveContact | Blind | None:
    """The contact that the latest row was resolved to, where it cannot be asked for by
    what is known of it.
    """
    if isinstance(rows, Blind) or not rows.about or rows.about[0].contact is None:
        return None
    return _contact(shop, Target(id=rows.about[0].contact))


def _seen_or_blind(read: Callable[[], T]) -> T | Blind:
    try:
        return read()
    except (Rejected, NotUnderstood) as refusal:
        if refusal.status == NO_KEY:
            raise
        return Blind(str(refusal))


def _rows(shop: ReadableEvents, question: Question, known: int | None) -> Rows:
    since = question.now - question.since
    wanted = Wanted(question.code, question.target, since, known)
    walk = Walk(shop, wanted, now=question.now)
    about, others, not_understood = [], 0, 0
    for row in walk.rows():
        if wanted.is_about(row):
            about.append(row)
        elif row.is_understood:
            others += 1
        else:
            not_understood += 1
    cut_at = (walk.oldest or since) if walk.is_cut else None
    return Rows(about, others, not_understood, cut_at)
