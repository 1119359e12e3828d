"""How one kind of resource travels: from rows to values, and from forms to requests.

Everything that the rest of `api/` needs to know of a kind is here. What a method does
without being overridden is right for a simple kind: a collection at `path` with an id
per row, created by POST, replaced by PATCH, deleted by DELETE.

Every method that sends raises ApiError; what a lost answer means is said in
`apply/shop.py`.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from math import ceil
from typing import Any, ClassVar, Generic, TypeVar

from reconciler.api import wire
from reconciler.api.connection import ReadConnection
from reconciler.api.listing import PAGE, Listing, page_of, pages_until, rows_of
from reconciler.api.readers import readers
from reconciler.api.sender import Sender
from reconciler.errors import NotUnderstood, Rejected
from reconciler.form.fields import Form
from reconciler.form.words import name_words
from reconciler.kinds.registry import KINDS
from reconciler.kinds.step import Step
from reconciler.model.address import Address, casefolded, server_name, spelling
from reconciler.model.homonyms import Homonym, nearest
from reconciler.model.live import (
    ANOTHER,
    DELETED,
    Created,
    LiveId,
    LiveResource,
    Touched,
    usability,
)

L = TypeVar("L", bound=LiveResource)
Ids = Mapping[Address, int]
"""The server's id of everything that a form may refer to."""


@dataclass(frozen=True, slots=True)
class Reading(Generic[L]):
    """What the rows of a listing hold, under the server's own spelling of the names.

    `twins` are further resources that have a name to the letter. `lost` has words for
    ids that no address stands for: those of tombstones, and of twins.
    """

    resources: Mapping[Address, L] = field(default_factory=dict)
    twins: Mapping[Address, tuple[L, ...]] = field(default_factory=dict)
    lost: Mapping[LiveId, str] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ReadBack(Generic[L]):
    """What is there of the resources that were touched, ids seen to be deleted, and the
    other ids that live under a new name.
    """

    resources: Mapping[Address, L]
    deleted: frozenset[int] = frozenset()
    twins: Mapping[Address, frozenset[int]] = field(default_factory=dict)


class Endpoint(Generic[L]):
    """One kind at the API. Subclasses set the attributes and read a row."""

    kind: ClassVar[str]
    path: ClassVar[str]
    id_keys: ClassVar[tuple[str, ...]] = ("id",)
    settings: ClassVar[bool] = False
    """Whether its listing takes one JSON `settings` (contract §2)."""

    @property
    def listing(self) -> Listing:
        """The listing that it is read from."""
        return Listing(self.path, self.identity, settings=self.settings)

    def identity(self, row: wire.Row) -> object:
        """What tells two rows of the listing apart."""
        # A row without a usable id must not take the place of another one.
        return wire.identifier(row, *self.id_keys) or repr(row)

    # From rows to values.

    def value(self, row: wire.Row) -> L | None:
        """The resource in a row; None for a row that cannot be one, because it has no
        usable id or name.
        """
        raise NotImplementedError  # nothing is right for all

    def is_whole(self, row: wire.Row) -> bool:
        """Whether the row shows all that is compared: what is not shown must not look
        like nothing.
        """
        return True

    def name_of(self, live: L) -> str:
        """The server's own spelling of its name."""
        return KINDS[self.kind].name_of(live)

    def called(self, row: wire.Row) -> str | None:
        """The name that a row shows, if it shows one."""
        return wire.text(row.get(KINDS[self.kind].key))

    def read_rows(self, rows: Iterable[wire.Row], *, strict: bool = True) -> Reading[L]:
        """The resources in the rows of the listing; of those with one name, to the
        letter, the most usable one.

        With `strict`, a row that may belong to any of them raises NotUnderstood.
        """
        usable, lost = self._usable_and_lost(rows)
        resources: dict[Address, L] = {}
        twins: dict[Address, tuple[L, ...]] = {}
        for best, *others in self._by_spelling(usable):
            address = self._address(best)
            resources[address] = best
            if others:
                twins[address] = tuple(others)
            for other in others:
                lost[self._id(other)] = f"{ANOTHER}{self.name_of(other)}"
        warnings = [
            twins_warning(address, self.path, (resources[address], *twins[address]))
            for address in sorted(twins)
        ]
        in_order = dict(sorted(resources.items()))
        return Reading(in_order, twins, lost, tuple(warnings))

    def _usable_and_lost(
        self, rows: Iterable[wire.Row]
    ) -> tuple[Collection[L], dict[LiveId, str]]:
        """What lives, each once; and words for the tombstones."""
        usable: dict[LiveId, L] = {}
        lost: dict[LiveId, str] = {}
        for row in rows:
            live = self.value(row)
            # Relationships may still point at a tombstone, so its name is kept.
            if live and wire.is_deleted(row):
                lost[self._id(live)] = f"{DELETED}{self.name_of(live)}"
            elif live:
                usable.setdefault(self._id(live), live)
        return usable.values(), lost

    def _by_spelling(self, usable: Iterable[L]) -> list[list[L]]:
        """Those of one name together, the most usable one first."""
        groups: dict[str, list[L]] = {}
        for live in sorted(usable, key=usability):
            groups.setdefault(spelling(self.name_of(live)), []).append(live)
        return list(groups.values())

    def _address(self, live: L) -> Address:
        return Address(self.kind, self.name_of(live))

    def _id(self, live: L) -> LiveId:
        return LiveId(self.kind, live.id or 0)

    # Reading.

    def all_rows(
        self,
        connection: ReadConnection,
        shows_all: Callable[[Collection[wire.Row]], bool] = lambda rows: True,
    ) -> list[wire.Row]:
        """All rows of the listing; an absence that `shows_all` tells is confirmed."""
        connection.progress.expect(1)  # its first page
        with readers(2) as pool:
            return rows_of(connection, self.listing, pool, shows_all)

    def shows(self, rows: Iterable[wire.Row], names: Collection[str]) -> bool:
        """Whether all of the names (as the server compares them) live in the rows."""
        missing = set(names)
        for row in rows:
            if not missing:
                break
            name = self.called(row)
            if name and not wire.is_deleted(row):
                missing.discard(server_name(name))
        return not missing

    def complete(
        self,
        connection: ReadConnection,
        rows: Iterable[wire.Row],
        names: frozenset[str] | None,
    ) -> Iterator[wire.Row]:
        """The rows. Those with one of the names (folded by case; None is any) that do
        not show all they have are read by themselves.
        """
        for row in rows:
            if self.is_whole(row) or wire.is_deleted(row):
                yield row
                continue
            live = self.value(row)
            if live and self._is_named(live, names):
                yield self._read_alone(connection, live, row)
            else:  # what nobody asked for is not worth a request
                yield row

    def _is_named(self, live: L, names: frozenset[str] | None) -> bool:
        return names is None or casefolded(self.name_of(live)) in names

    def _read_alone(
        self, connection: ReadConnection, live: L, row: wire.Row
    ) -> wire.Row:
        alone = {**row, **self._get(connection, live.id)}
        if not self.is_whole_alone(alone):
            request = f"GET {self.path}/{live.id}"
            told = f"{request} does not show what {self.name_of(live)} consists of"
            raise NotUnderstood(told, request=request)
        return alone

    def _get(self, connection: ReadConnection, number: int | None) -> wire.Row:
        path = f"{self.path}/{number}"
        return wire.row_of(connection.get(path), f"GET {path}")

    def is_whole_alone(self, row: wire.Row) -> bool:
        """The same as `is_whole` for a row that was read by itself."""
        return self.is_whole(row)

    def find(
        self, connection: ReadConnection, name: str, number: int | None = None
    ) -> L | None:
        """The resource with that id, or without one that which the server takes the
        name for, in a fresh listing; None when it is not there.
        """
        if number is None:
            wanted = frozenset({server_name(name)})
            rows = self.all_rows(connection, lambda rows: self.shows(rows, wanted))
            return self._find_in(connection, rows, name)
        rows = self.all_rows(connection, lambda rows: number in map(self.number, rows))
        mine = [row for row in rows if self.number(row) == number]
        whole = self.complete(connection, mine, None)
        return next(iter(self.read_rows(whole).resources.values()), None)

    def find_new(self, connection: ReadConnection, name: str) -> L | None:
        """The same among what was created last, in one request; None proves nothing."""
        newest = replace(self.listing, direction="desc")
        rows = page_of(connection, newest, 0).rows
        return self._find_in(connection, rows, name)

    def _find_in(
        self, connection: ReadConnection, rows: Iterable[wire.Row], name: str
    ) -> L | None:
        whole = self.complete(connection, rows, frozenset({casefolded(name)}))
        found = nearest(name, self._called(name, self.read_rows(whole).resources))
        return found.resource if found else None

    def _called(self, name: str, live: Mapping[Address, L]) -> Iterator[Homonym[L]]:
        for address, each in live.items():
            own = self.name_of(each)
            # For the server, a name that begins with a blank is another one.
            if server_name(own) == server_name(name):
                yield Homonym(address, own, each)

    def read_one(
        self, connection: ReadConnection, name: str, number: int | None
    ) -> L | None:
        """One resource; None for a refusal, because a 400 proves nothing (contract
        §3.2).
        """
        try:
            return self.value(self._get(connection, number))
        except Rejected:
            return None

    def read_back(self, connection: ReadConnection, touched: Touched) -> ReadBack[L]:
        """What is listed of it."""
        numbers = touched.numbers
        rows = self._newest_rows(connection, touched)
        deleted = frozenset(self.number(row) for row in rows if wire.is_deleted(row))
        # What was not touched need not be read whole.
        asked = set(numbers.values()) - deleted
        listed = [row for row in rows if self.number(row) in asked]
        by_number = {}
        for row in self.complete(connection, listed, None):
            live = self.value(row)
            if live:
                by_number[live.id] = live
        found = {
            address: by_number[number]
            for address, number in numbers.items()
            if number in by_number
        }
        return ReadBack(found, deleted, self._twins(rows, touched))

    def _twins(
        self, rows: Iterable[wire.Row], touched: Touched
    ) -> dict[Address, frozenset[int]]:
        """The other ids that live under each new name."""
        new = {server_name(address.name): address for address in touched.new}
        found: dict[Address, set[int]] = {}
        for row in rows:
            address = new.get(server_name(self.called(row) or ""))
            if address is None or wire.is_deleted(row):
                continue
            if self.number(row) != touched.numbers[address]:
                found.setdefault(address, set()).add(self.number(row))
        return {address: frozenset(ids) for address, ids in found.items()}

    def _newest_rows(
        self, connection: ReadConnection, touched: Touched
    ) -> list[wire.Row]:
        """The rows of the listing until all that was touched was among them, and all
        that has come since the run began. What was just written comes first, so that
        few pages are enough.
        """
        newest = replace(self.listing, order="updated_at", direction="desc")
        missing = set(touched.numbers.values())
        untouched = touched.known - missing
        connection.progress.expect(ceil(len(missing) / PAGE))

        def is_enough(rows: list[wire.Row]) -> bool:
            missing.difference_update(self.number(row) for row in rows)
            # Behind what has lived untouched there is nothing new.
            ends_old = not touched.new or self.number(rows[-1]) in untouched
            return not missing and ends_old

        return pages_until(connection, newest, is_enough)

    def number(self, row: wire.Row) -> int:
        """The row's id; 0 when it has none that can be used."""
        return wire.identifier(row, *self.id_keys) or 0

    # From forms to requests.

    def body(self, form: Form, ids: Ids) -> dict[str, Any]:
        """The form as the API wants it."""
        return dict(form)

    def create(self, connection: Sender, name: str, form: Form, ids: Ids) -> Created:
        """POST; the answer holds the new id. Not idempotent (contract §9)."""
        request = f"POST {self.path}"
        # The address has the name; a form has one only when it changes.
        body = {**self.body(form, ids), KINDS[self.kind].key: name}
        answer = connection.write_once("POST", self.path, body=body)
        row = wire.row_of(answer, request)
        number = self.number(row)
        if not number:
            told = f"{request} was answered without an id"
            raise NotUnderstood(told, request=request)
        return Created(number, wire.status_of(row), self.called(row), request)

    def extend(
        self, connection: Sender, number: int, additions: Form, ids: Ids
    ) -> None:
        """Adds what is missing, for kinds that cannot be replaced."""
        raise NotImplementedError  # only kinds with such a step are asked

    def replace(
        self,
        connection: Sender,
        name: str,
        number: int | None,
        form: Form,
        ids: Ids,
    ) -> None:
        """The whole resource, for kinds that are sent whole."""
        connection.write("PATCH", f"{self.path}/{number}", body=self.body(form, ids))

    def switch(self, connection: Sender, number: int, status: str) -> None:
        """To another status, for kinds that have any."""
        raise NotImplementedError  # only kinds with such a step are asked

    def delete(self, connection: Sender, number: int) -> None:
        """A second one may be answered "not found"."""
        connection.write("DELETE", f"{self.path}/{number}")

    def route(self, step: Step) -> str:
        """`METHOD path` of a request, for people; an id that is not known is `{id}`."""
        match step.verb:
            case "create":
                return f"POST {self.path}"
            case "replace":
                return f"PATCH {self.path}/{{id}}"
            case "delete":
                return f"DELETE {self.path}/{{id}}"
            case "extend" | "switch":
                raise NotImplementedError  # kinds with such a step say their own


def twins_warning(address: Address, path: str, alike: Sequence[LiveResource]) -> str:
    """Which of several with one name is meant: the first; and how to be rid of others."""
    best, *others = alike
    words = []
    if any(other.status == best.status for other in others):
        words.append("oldest")
    if best.status:
        words.append(best.status)
    listed = KINDS[address.kind].nouns.listed
    numbers = ", ".join(str(each.id) for each in alike)
    called = f"{len(alike)} live {listed} are called {name_words(address.name)} (ids {numbers})"
    requests = " and ".join(f"DELETE {path}/{other.id}" for other in others)
    return (
        f"{called}; the {' '.join(words) or 'first'} one is meant. Rename or delete what "
        f"is not needed in the shop, or send {requests}"
    )
