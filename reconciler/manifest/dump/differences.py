"""What has to be done to the data of a manifest so that it says something else."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

Identity = Callable[[Mapping[str, Any]], object]
"""What tells an item of a list from the others."""


@dataclass(frozen=True, slots=True)
class Item:
    """A step of a path: the item of a list with this identity, and its name in words."""

    identity: object
    words: str

    def __str__(self) -> str:
        return self.words


Way = tuple[str | Item, ...]


@dataclass(frozen=True, slots=True)
class Difference:
    """`way` leads to what is to be put there, or taken away where `value` is None.
    `behind` are the keys that stand before it in the order in which people write them,
    `words` the way for people.
    """

    way: Way
    value: Any
    behind: tuple[str, ...] = ()
    words: str = ""


def differences(
    before: Any, wanted: Any, identity: Identity, way: Way = ()
) -> Iterator[Difference]:
    """All differences, each at the deepest place at which both sides have something."""
    for key, value in wanted.items():
        here, old = (*way, key), before.get(key)
        if old == value and type(old) is type(value):
            continue
        if isinstance(value, Mapping) and isinstance(old, Mapping):
            yield from differences(old, value, identity, here)
        elif _is_list_of_items(value) and _is_list_of_items(old):
            yield from _item_differences(old, value, identity, here)
        else:
            yield Difference(here, value, _before(key, wanted))
    for key in before:
        if key not in wanted:
            yield Difference((*way, key), None)


def _before(key: str, mapping: Mapping[str, Any]) -> tuple[str, ...]:
    keys = list(mapping)
    return tuple(keys[: keys.index(key)])


def _is_list_of_items(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(each, Mapping) for each in value)


def _item_differences(
    before: list[Any], wanted: list[Any], identity: Identity, way: Way
) -> Iterator[Difference]:
    known = {identity(each): each for each in before}
    left = dict(known)
    for each in wanted:
        own = identity(each)
        here = (*way, Item(own, _name_of(each)))
        left.pop(own, None)
        if own in known:
            yield from differences(known[own], each, identity, here)
        else:
            yield Difference(here, each)
    for own, each in left.items():
        yield Difference((*way, Item(own, _name_of(each))), None)


def _name_of(item: Mapping[str, Any]) -> str:
    return str(next(iter(item.values()), ""))
