"""The warnings of a plan: what stops nothing, and a reader should know all the same."""

from collections.abc import Iterator

from reconciler.diff.compare import Comparison
from reconciler.form.words import address_words
from reconciler.kinds.registry import KINDS
from reconciler.model.live import Live
from reconciler.plan.accept import useless_acceptances
from reconciler.plan.broken import broken_otherwise
from reconciler.plan.content import Content, Inputs, deleted_by, let_go
from reconciler.plan.impact import breaking
from reconciler.plan.judgement import Judgement


def warnings_of(
    inputs: Inputs, content: Content, judgement: Judgement
) -> Iterator[str]:
    """Those of the guards, of the comparison and of the plan itself, in this order."""
    comparison = inputs.comparison
    yield from judgement.warnings(content, _unread_kinds(comparison.live))
    yield from comparison.warnings
    if judgement.offline:
        yield from _without_manifest_now(comparison)
    yield from inputs.rows.warnings
    yield from broken_otherwise(content.changes, inputs.uses)
    yield from _useless_acceptances(inputs, content)
    yield from _dangling(content, comparison)


def _unread_kinds(live: Live) -> set[str]:
    """The kinds that live in the shop and were not read."""
    living = {name for name, kind in KINDS.items() if kind.lives}
    return {name for name in living if not live.was_read(name)}


def _without_manifest_now(comparison: Comparison) -> Iterator[str]:
    """What the earlier manifests describe and the later ones do not."""
    # Said for a review: whoever removes a manifest may believe that this deletes.
    for address in comparison.unmanaged:
        yield f"{address_words(address)} is no longer declared; it stays in the shop"


def _useless_acceptances(inputs: Inputs, content: Content) -> Iterator[str]:
    changes = {change.address: change for change in content.changes}
    for address, manifest in inputs.desired.manifests.items():
        # Of what is blocked or was not asked for, this plan cannot say what breaks.
        if address not in inputs.picked or address in inputs.comparison.blocked:
            continue
        breaks: tuple[str, ...] = ()
        if address in changes:
            breaks = breaking(changes[address])
        yield from useless_acceptances(manifest, breaks, inputs.today)


def _dangling(content: Content, comparison: Comparison) -> Iterator[str]:
    """What will still point at something that is deleted: it keeps the dead id."""
    deleted = set(deleted_by(content))
    removed = set(let_go(content))
    for target, users in comparison.users.items():
        if target not in deleted:
            continue
        for user in users:
            if user not in deleted and (user, target) not in removed:
                yield (
                    f"{user} still points at {target}, which is to be deleted: "
                    "it will point at nothing"
                )
