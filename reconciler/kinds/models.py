"""The models of manifests as a tree: the keys of each, and the models below."""

from collections.abc import Iterator
from typing import Any, get_args

from pydantic import BaseModel
from pydantic.fields import FieldInfo


def keys_of(model: type[BaseModel]) -> dict[str, FieldInfo]:
    """The keys of a model as manifests write them."""
    return {field.alias or name: field for name, field in model.model_fields.items()}


def models_in(annotation: Any) -> Iterator[type[BaseModel]]:
    """The models that a key may hold."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for inner in get_args(annotation):
        yield from models_in(inner)


def all_models(model: type[BaseModel]) -> Iterator[type[BaseModel]]:
    """The model and all below it, each once."""
    seen = {model}
    waiting = [model]
    while waiting:
        each = waiting.pop()
        yield each
        for field in keys_of(each).values():
            inner = set(models_in(field.annotation)) - seen
            seen |= inner
            waiting += sorted(inner, key=lambda found: found.__name__)
