"""The small values in which a kind answers the questions of the engine."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, NamedTuple

from reconciler.form.spelling import Vocabulary
from reconciler.model.address import Address, spelling
from reconciler.model.change import FieldChange, Impact
from reconciler.model.problem import DocumentPath
from reconciler.model.resource import Unreadable

# About the kind itself.


class Nouns(NamedTuple):
    """What a kind is called. `one` and `many` are for a shop's owner, `listed` for
    somebody who knows the manifests.
    """

    one: str
    many: str
    listed: str


@dataclass(frozen=True, slots=True)
class Items:
    """A part of a form that holds named items. `noun` is what one of them is called;
    `levels` is how many keys lead from the part to an item.
    """

    noun: str
    levels: int = 1


# About what manifests say of each other.


class Reference(NamedTuple):
    """A place in a manifest that names another resource; `field` is the field of it
    that is named too, if one is.
    """

    address: Address
    field: str | None
    path: DocumentPath


@dataclass(frozen=True)
class Profile:
    """What other resources may ask of one: its fields with their types.

    A type that could not be read is None. With `partial`, there may be more fields than
    could be read.
    """

    name: str
    fields: Mapping[str, str | None] = field(default_factory=dict)
    partial: bool = False

    def may_have(self, field: str) -> bool:
        """False when it certainly has no field of that name."""
        if self.partial or isinstance(field, Unreadable):
            return True
        return field in self.fields

    @cached_property
    def vocabulary(self) -> Vocabulary:
        """Its fields, to compare misspelled ones with."""
        return Vocabulary(self.fields)


Neighbours = Callable[[Address], Profile | None]
"""What the manifests say of an address; None when they do not describe it, or want it
gone.
"""

# About a change.


class Stop(NamedTuple):
    """A difference that the API cannot make in place, and the rule that says so."""

    rule: str
    change: FieldChange


class Verdict(NamedTuple):
    """What a field change means for people and systems, and why."""

    impact: Impact
    reason: str


def item_of(change: FieldChange) -> Any:
    """What a change brings, or what it takes away."""
    return change.old if change.op == "removed" else change.new


def respelled_name(stored: str, wanted: str) -> str:
    """How an accent is encoded is no other name. Everything else is: `renamed_from`
    corrects the case and outer blanks too.
    """
    return wanted if spelling(stored) == spelling(wanted) else stored


# For reports.


class Note(NamedTuple):
    """A word and the value that it introduces. Reports cut the value to their width,
    but for one that has to be seen `whole`.
    """

    word: str
    value: Any
    quoted: bool = False
    whole: bool = False


class Row(NamedTuple):
    """One item in columns: what it is called, its type, `required`, and the rest."""

    name: str
    type: str
    required: str = ""
    notes: tuple[Note, ...] = ()
