"""Why an event started nothing: nine steps over what was read, each a function of its
own. What rests on a step that failed is not looked at.
"""

from collections.abc import Callable, Sequence

from reconciler.events.advice import advice_for
from reconciler.events.clock import span_words, time_words
from reconciler.events.diagnosis import (
    NOT_LOOKED_AT,
    Diagnosis,
    Reason,
    Step,
    first_failed,
)
from reconciler.events.difference import differences, payload_problems
from reconciler.events.payload import slots_of
from reconciler.events.seen import Blind, MessageSeen, Seen
from reconciler.events.shop import Channel
from reconciler.events.target import quoted
from reconciler.form.spelling import did_you_mean
from reconciler.form.words import counted, plural

MOST_NAMED = 3
"""Differences that a line of the table names."""


def diagnose(seen: Seen) -> Diagnosis:
    """All steps, and what to do about the first that failed."""
    looks: Sequence[Callable[[Seen], Step]] = (
        event_type,
        landed,
        payload,
        target,
        contact,
        reachable,
        scenario,
        message,
        order,
    )
    steps = [look(seen) for look in looks]
    return Diagnosis(steps, advice_for(seen, steps, first_failed(steps)))


def event_type(seen: Seen) -> Step:
    """1: whether it lives, and is what the manifest says."""
    declared, live = seen.declared, seen.live
    if isinstance(live, Blind):
        return Step("unknown", f"event types cannot be read: {live.why}")
    place = declared.source.short if declared.source else ""
    if live is None:
        told = (
            f"declared in {place}, and not live in this shop"
            if place
            else _nowhere(seen)
        )
        return _failed(told, "event-type-missing")
    if declared.event is None:
        return Step("ok", "live; no manifest declares it")
    found = sorted(differences(declared.event, live))
    if found:
        told = f"live, and different from {place}: {_some(found)}"
        return _failed(told, "event-type-differs")
    return Step("ok", f"live, equal to {place}")


def landed(seen: Seen) -> Step:
    """2: whether the histories have rows of it about this target."""
    rows = seen.rows
    if is_missing(seen):
        return NOT_LOOKED_AT
    if isinstance(rows, Blind):
        return Step("unknown", f"the histories cannot be read: {rows.why}")
    span, how = f"in the last {span_words(seen.since)}", "(histories, filter code_name)"
    if rows.about:
        at = rows.about[0].at
        latest = f", the latest {time_words(at, seen.now)}" if at else ""
        return Step("ok", f"{len(rows.about):,} {span}{latest} {how}")
    if rows.not_understood:
        count = counted(rows.not_understood, "row")
        told = f"the history's rows cannot be understood ({count} {span}), so nobody can tell"
        return Step("unknown", told)
    if rows.cut_at is not None:
        told = f"not among the newest {rows.others:,} rows, which go back to {time_words(rows.cut_at, seen.now)}"
        return Step("unknown", f"{told}; older ones were not looked at")
    others = f"; {rows.others:,} about others" if rows.others else ""
    told = f"none for {quoted(seen.target)} {span}{others} {how}"
    return _failed(told, "never-landed")


def payload(seen: Seen) -> Step:
    """3: whether the latest row has the properties that are declared."""
    latest, event = seen.latest, seen.declared.event
    if latest is None:
        return NOT_LOOKED_AT
    if event is None:
        return Step("–", "no manifest declares the event type")
    if latest.payload is None:
        return Step("unknown", "the history row shows no payload")
    slots = slots_of(latest.payload)
    found = list(payload_problems(event, slots))
    if found:
        return _failed(_some(found), "payload-differs")
    names = [str(name) for slot in slots.values() for name in slot]
    return Step("ok", f"{', '.join(names) or 'empty,'} as declared")


def target(seen: Seen) -> Step:
    """4: whether the latest row's target was resolved to a contact."""
    latest = seen.latest
    if latest is None:
        return NOT_LOOKED_AT
    if latest.resolved is None:
        return Step("unknown", "the history row does not say whether it was resolved")
    if latest.resolved:
        found = f"contact {latest.contact}" if latest.contact else "a contact"
        return Step("ok", f"resolved to {found}")
    told = f"{quoted(seen.target)} was not resolved to a contact"
    return _failed(told, "target-not-resolved")


def contact(seen: Seen) -> Step:
    """5: whether the contact exists now."""
    found, latest = seen.contact, seen.latest
    if is_missing(seen):
        return NOT_LOOKED_AT
    if isinstance(found, Blind):
        return Step("unknown", found.why)
    if found is None:
        told = f"{_unknown_key(seen)}: the contact does not exist in this shop (contacts come from customers)"
        if latest is not None and latest.resolved is False:
            return Step("–", told)  # that is why it was not resolved
        return _failed(told, "contact-unknown")
    if latest is not None and latest.resolved is False:
        return Step(
            "ok",
            f"contact {found.id} exists now, and was not found when the event came",
        )
    return Step("ok", f"contact {found.id}")


def reachable(seen: Seen) -> Step:
    """6: whether messages may go to the contact. E-mail counts: through which channel a
    scenario sends the API does not say.
    """
    found = seen.contact
    if not _has_contact(seen) or found is None or isinstance(found, Blind):
        return NOT_LOOKED_AT
    if found.active is False:
        return _failed("the contact is not active", "not-reachable")
    email = found.channels.get("email")
    if email is None or email == Channel(None, None, None, None):
        return Step("unknown", "the API says nothing of opt-in and unsubscription")
    why_not = _why_not(email)
    if why_not:
        return _failed(f"e-mail: {why_not}", "not-reachable")
    others = [
        f"{name}: {why}"
        for name in ("sms", "push")
        if (why := _why_not(found.channels[name]))
    ]
    return Step("ok", "; ".join([f"e-mail: {_state_of(email)}", *others]))


def scenario(seen: Seen) -> Step:
    """7: what is declared. The dashboard's scenarios cannot be read."""
    listeners = seen.declared.listeners
    if not listeners:
        told = f"no declared scenario listens to {seen.code}; which ones the dashboard has the API does not say"
        return Step("unknown", told)
    active = [each for each in listeners if each.is_active]
    names = ", ".join(f"scenario/{each.name}" for each in active or listeners)
    be = "is" if len(active or listeners) == 1 else "are"
    if not active:
        return _failed(f"{names} {be} declared inactive", "scenario-inactive")
    told = f"{names} {be} declared active; whether the dashboard agrees the API does not say"
    return Step("unknown", told)


def message(seen: Seen) -> Step:
    """8: whether the variables of the messages resolve."""
    found = seen.messages
    if not any(each.is_active and each.template for each in seen.declared.listeners):
        return Step("–", "no active scenario declares its message")
    if found is None:
        return NOT_LOOKED_AT
    if isinstance(found, Blind):
        return Step("unknown", f"what the messages need cannot be read: {found.why}")
    wrong = [f"{each.file}: {problem}" for each in found for problem in each.problems]
    if wrong:
        return _failed(_some(wrong), "message-unresolved")
    return Step("ok", "; ".join(map(_resolves, found)))


def order(seen: Seen) -> Step:
    """9: whether the rows that the messages read were there when the event came."""
    latest = seen.latest
    if latest is None or latest.resolved is False or not _has_contact(seen):
        return NOT_LOOKED_AT
    if latest.at is None or not seen.readable:
        return Step(
            "–",
            "when the contact's rows could first be read is not known; events send --after-records waits for them",
        )
    when = time_words(latest.at, seen.now)
    late = {name: at for name, at in seen.readable.items() if at > latest.at}
    if late:
        rows = ", ".join(
            f"{name} {time_words(at, seen.now)}" for name, at in sorted(late.items())
        )
        told = (
            f"the event came {when}, and the contact's rows could be read later: {rows}"
        )
        return _failed(told, "order")
    names = ", ".join(sorted(seen.readable))
    return Step("ok", f"{names}: could be read before the event came ({when})")


def is_missing(seen: Seen) -> bool:
    """Whether there is no such event type, so that nothing can have been sent."""
    return seen.live is None


def _has_contact(seen: Seen) -> bool:
    latest = seen.latest
    is_unresolved = latest is not None and latest.resolved is False
    return not is_missing(seen) and not is_unresolved


def _failed(words: str, reason: Reason) -> Step:
    return Step("FAILED", words, reason)


def _some(found: Sequence[str]) -> str:
    more = len(found) - MOST_NAMED
    listed = "; ".join(found[:MOST_NAMED])
    return f"{listed}; and {more} more" if more > 0 else listed


def _nowhere(seen: Seen) -> str:
    hint = did_you_mean(seen.code, seen.declared.others) or ""
    return f"there is none of that code name, neither in this shop nor in the manifests{hint}"


def _unknown_key(seen: Seen) -> str:
    if seen.target.email:
        return "unknown e-mail"
    return "unknown id" if seen.target.id is not None else "unknown phone number"


def _why_not(channel: Channel) -> str:
    """Why nothing may be sent there; empty when something may, or nobody says."""
    if channel.unsubscribed:
        return "unsubscribed"
    if channel.rejected:
        return "rejected: earlier messages did not arrive"
    if channel.can_receive is False:
        return "cannot receive"
    if channel.opted_in is False and channel.can_receive is None:
        return "not opted in"
    return ""


def _state_of(channel: Channel) -> str:
    said = []
    if channel.opted_in is not None:
        said.append("opted in" if channel.opted_in else "not opted in")
    if channel.unsubscribed is not None:
        said.append("not unsubscribed")
    if channel.rejected is not None:
        said.append("not rejected")
    if channel.can_receive:
        said.append("can receive")
    return ", ".join(said)


def _resolves(seen: MessageSeen) -> str:
    variables = f"{seen.variables} {plural(seen.variables, 'variable')}"
    if not seen.needs:
        return f"{seen.file}: {variables}, all resolve"
    needs = " and ".join(f"a {name} row" for name in seen.needs)
    return f"{seen.file}: {variables}, all resolve for contacts with {needs}"
