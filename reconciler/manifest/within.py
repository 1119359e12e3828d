"""What makes no sense in one resource, whatever the other manifests say."""

from collections.abc import Iterator

from reconciler.form.spelling import shown
from reconciler.kinds.doubles import doubles
from reconciler.kinds.registry import KINDS
from reconciler.model.address import spelling
from reconciler.model.problem import Problem
from reconciler.model.resource import Resource


def problems_within(resource: Resource) -> Iterator[Problem]:
    """What makes no sense whatever the other manifests say; of what is to be deleted
    nothing but the name counts.
    """
    kind = KINDS[resource.kind]
    yield from _rename_problems(kind.address_of(resource).name, resource)
    if resource.absent:
        return
    accepted = [each.change for each in resource.accept]
    yield from doubles(accepted, ("accept",), "change")
    yield from kind.problems(resource)


def _rename_problems(own: str, resource: Resource) -> Iterator[Problem]:
    old = getattr(resource, "renamed_from", None)
    if old is None:
        return
    if spelling(old) == spelling(own):
        message = f"{shown(own)} is renamed from itself"
        yield Problem("rename-conflict", message, ("renamed_from",))
    if resource.absent:
        message = f"{shown(own)} is to be deleted and renamed at once"
        yield Problem("rename-conflict", message, ("renamed_from",))
