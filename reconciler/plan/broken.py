"""Sample payloads that are valid no longer without any change of the shop: what manifests
say beyond the API, such as options, is only checked here.
"""

from collections.abc import Iterable, Iterator, Sequence

from reconciler.form.words import address_words
from reconciler.model.change import Change
from reconciler.model.usage import Use


def broken_otherwise(changes: Iterable[Change], uses: Sequence[Use]) -> Iterator[str]:
    """A warning for each that no breaking change names."""
    told = {each.source for change in changes for each in change.used_by}
    for use in uses:
        if use.is_broken and use.source.short not in told:
            what = f"for {address_words(use.address)}: {use.how}"
            yield f"{use.source.short} is no longer valid {what}"
