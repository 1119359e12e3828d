"""Who uses what: a message, a segment or a sample payload names a field of something that
is declared, and a change may take it away.
"""

from dataclasses import dataclass

from reconciler.model.address import Address
from reconciler.model.source import Source


@dataclass(frozen=True, order=True, slots=True)
class Use:
    """`by` uses `field` of `address` at `source`.

    `by` is the address of a manifest in text, or the file of a sample payload. `field` is
    the path below the address, in the dots of `Kind.dotted`; empty when it is used as a
    whole. `how` quotes what is written there, such as `{var=LoyaltyAccount.tier}`.
    """

    address: Address
    field: str
    by: str
    source: Source
    how: str = ""
