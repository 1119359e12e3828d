"""How types are called, in every language: one identifier for each name that a manifest
can hold.

An identifier is made of nothing but the name and what the type is for. So it stays the
same whatever else is declared, and code that uses it goes on to compile. Two names never
share one, because everything that tells them apart is kept:

- `loyalty.tier_upgraded` is LoyaltyTierUpgraded. A dot after the first word and `_` after
  the others is the usual form; any other separator shows as `_`, so that
  `loyalty_tier.upgraded` is Loyalty_Tier_Upgraded.
- A definition keeps its name: `LoyaltyAccount`. A blank becomes `_`, and `_` two of them.
- Names of another form keep the letters that fit, and get a number made of the whole
  name: `Été 2026` is Ete2026_6212664409.

The role follows: LoyaltyTierUpgradedPayload. No role is the end of another one, none is
the end of a keyword, of a builtin or of a type that every file has, and none is empty.
"""

import hashlib
import re
import unicodedata
from collections.abc import Iterable

from reconciler.errors import ReconcilerError
from reconciler.form.spelling import in_quotes
from reconciler.model.address import Address

ROW = "Row"
PAYLOAD = "Payload"
OF_CONTACT = "OfContact"
OF_VISITOR = "OfVisitor"
CONTACT = "ContactTarget"
VISITOR = "VisitorTarget"
BY_ID = "TargetById"
BY_EMAIL = "TargetByEmail"
BY_PHONE = "TargetByPhone"
DATA = {
    "metaData": "MetaData",
    "customData": "CustomData",
    "contact.customData": "ContactData",
    "visitor.customData": "VisitorData",
}
"""The role of the type of a slot."""
ROLES = (
    ROW,
    PAYLOAD,
    OF_CONTACT,
    OF_VISITOR,
    CONTACT,
    VISITOR,
    BY_ID,
    BY_EMAIL,
    BY_PHONE,
    *DATA.values(),
)

_LONGEST = 60
_USUAL_CODE = re.compile(r"[a-z][a-z0-9]*([._][a-z][a-z0-9]*)*")
_USUAL_NAME = re.compile(r"[A-Za-z][A-Za-z0-9]*([ _][A-Za-z][A-Za-z0-9]*)*")


def event_stem(code_name: str) -> str:
    """What the types of an event begin with."""
    if len(code_name) > _LONGEST or not _USUAL_CODE.fullmatch(code_name):
        return _numbered(code_name)
    first, *others = re.split(r"(?=[._])", code_name)
    return first.capitalize() + "".join(map(_joined, others, "." + "_" * len(others)))


def definition_stem(name: str) -> str:
    """What the type of a definition's rows begins with."""
    if len(name) > _LONGEST or not _USUAL_NAME.fullmatch(name):
        return _numbered(name)
    return name.replace("_", "__").replace(" ", "_")


def check_distinct(called: Iterable[tuple[str, Address]]) -> None:
    """Raises ReconcilerError for two names with one identifier: numbers can be made to
    agree by somebody who tries a hundred thousand names.
    """
    found: dict[str, Address] = {}
    for identifier, address in called:
        other = found.setdefault(identifier, address)
        if other != address:
            raise ReconcilerError(
                f"The types of {in_quotes(other)} and {in_quotes(address)} would both be called {identifier}. "
                "Rename one of them, or generate them into two files with --only."
            )


def _joined(part: str, usual: str) -> str:
    """A separator and the word behind it."""
    separator, word = part[0], part[1:].capitalize()
    return word if separator == usual else f"_{word}"


def _numbered(name: str) -> str:
    """No usual name has a digit behind a `_`."""
    decomposed = unicodedata.normalize("NFKD", name)
    letters = "".join(each for each in decomposed if not unicodedata.combining(each))
    words = re.findall(r"[A-Za-z0-9]+", letters)
    readable = "".join(word[0].upper() + word[1:] for word in words)[:_LONGEST]
    if not readable[:1].isalpha():
        readable = f"Name{readable}"
    number = int(hashlib.sha256(name.encode("utf-8", "surrogatepass")).hexdigest(), 16)
    return f"{readable}_{number % 10**10:010d}"
