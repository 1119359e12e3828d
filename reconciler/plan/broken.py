"""What else a change breaks: things beside the shop that were valid before it, such as sample
payloads, each with its place.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from reconciler.form.words import address_words
from reconciler.model.change import Change
from reconciler.model.usage import Use
from reconciler.plan.draft import Draft
from reconciler.plan.impact import names_of

MOST_NAMED = 3


def naming_broken(draft: Draft, broken: Sequence[Use]) -> Draft:
    """The same change, saying what it breaks. That is only said of one that breaks senders
    as well: of others, `broken_otherwise` warns.
    """
    places = [each.source.short for each in _broken_by(draft, broken)]
    if not places or draft.impact != "breaking":
        return draft
    named = ", ".join(places[:MOST_NAMED])
    if len(places) > MOST_NAMED:
        named = f"{named} and {len(places) - MOST_NAMED} more"
    return replace(draft, reason=f"{draft.reason}; no longer valid: {named}")


def broken_otherwise(changes: Iterable[Change], broken: Sequence[Use]) -> Iterator[str]:
    """A warning for each thing that is broken and that no breaking change names: what
    manifests say beyond the API, such as options, is no change of the shop.
    """
    told: set[Use] = set()
    for change in changes:
        if change.impact == "breaking":
            told.update(_broken_by(change, broken))
    for each in broken:
        if each not in told:
            yield f"{each.source.short} is no longer valid for {address_words(each.address)}: {each.how}"


def _broken_by(edit: Draft | Change, broken: Sequence[Use]) -> list[Use]:
    """Once for each place: a payload may be wrong in several ways."""
    names = {address.on_server for address in names_of(edit)}
    found = [each for each in broken if each.address.on_server in names]
    return list({each.source.short: each for each in found}.values())
