"""Breaking changes that a reviewed manifest accepts: each entry for one change, one
time, until a day.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from reconciler.model.change import Accepted, Change
from reconciler.model.state import Manifest
from reconciler.plan.impact import breaking


@dataclass(slots=True)
class Accepting:
    """Changes by address, with what is accepted of them, and a word on every acceptance
    that is of no use.
    """

    changes: dict[str, Change]
    warnings: list[str] = field(default_factory=list)


def accepting(
    manifests: Iterable[Manifest], changes: Mapping[str, Change], today: date
) -> Accepting:
    """What is left over could accept something later that nobody has looked at; so it
    is told.
    """
    result = Accepting(dict(changes))
    for manifest in manifests:
        change = changes.get(str(manifest.address))
        breaks = breaking(change) if change else ()
        used = []
        for each in manifest.resource.accept:
            if each.change not in breaks:
                result.warnings.append(
                    _of_no_use(str(manifest.address), each.change, breaks)
                )
            elif each.until < today:
                result.warnings.append(
                    f"{manifest.address}: the acceptance of {each.change} ended on {each.until}"
                )
            else:
                used.append(
                    Accepted(
                        change=each.change, reason=each.reason, until=str(each.until)
                    )
                )
        if change and used:
            result.changes[change.address] = change.model_copy(
                update={"accepted": tuple(used)}
            )
    return result


def _of_no_use(address: str, change: str, breaks: tuple[str, ...]) -> str:
    close = [path for path in breaks if path.endswith(f".{change}")]
    if close:
        return f"{address}: nothing breaks at {change} – did you mean {close[0]}?"
    rest = f" (what breaks is {', '.join(breaks)})" if breaks else ""
    return (
        f"{address}: nothing breaks at {change}{rest}, so its acceptance can be removed"
    )
