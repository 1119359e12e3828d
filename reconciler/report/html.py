"""The HTML report: one file that needs nothing else, no script and no network, for
narrow and wide, light and dark.

The second home of jinja2. Autoescape is on, and `finalize` shows control and bidi
characters in every expression, so that a template cannot forget either. The content
security policy in the page forbids what the page does not do.
"""

from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from reconciler.errors import Refused, Stale
from reconciler.form.words import counted
from reconciler.model.change import Change
from reconciler.model.live import Live
from reconciler.model.manifest import Desired
from reconciler.model.outcome import Outcome
from reconciler.model.plan import Plan
from reconciler.report.applying import how_to_apply
from reconciler.report.attention import Attention, Place, attentions, place_of
from reconciler.report.escape import address_of, shorten
from reconciler.report.fates import (
    Fate,
    State,
    fates_of_outcome,
    fates_of_refusal,
    of_state,
)
from reconciler.report.graph import Picture, picture
from reconciler.report.graph_svg import graph_svg
from reconciler.report.outcome_words import NOTHING_CHANGED, next_step, outcome_sentence
from reconciler.report.reasons import ALONE, alike, common_reason, general
from reconciler.report.reduction import caption, neighbourhood, reduced
from reconciler.report.rows import Row, row_of
from reconciler.report.sentence import counts, plain_sentence
from reconciler.report.word_diff import Part, word_parts

if TYPE_CHECKING:
    from jinja2 import Environment

TEMPLATES = Path(__file__).with_name("templates")
MOST_NODES = 200
LONGEST_VALUE = 2000
MOST_ROWS = 300
WORTH_MARKING = 40
"""Letters of a text in which a changed word is not seen at a glance."""


def plan_html(
    plan: Plan,
    *,
    desired: Desired | None = None,
    link: str | None = None,
    live: Live | None = None,
) -> str:
    """The page. `desired` gives the picture all definitions and fields, and `live` those of
    what is deleted; `link` is the address of the repository's root at the head commit,
    below which files are linked.
    """
    from markupsafe import Markup

    template = _environment().get_template("plan.html")
    found = attentions(plan)
    title, drawing = _drawing(picture(desired, plan, live))
    return template.render(
        plan=plan,
        requests=counted(plan.forecast.requests, "request"),
        sentence=plain_sentence(plan),
        counts=counts(plan),
        rules=[item for item in found if item.is_rule],
        blocked=[item for item in found if item.level == "blocked"],
        breaking=_breaking(found),
        guarded=[item for item in found if item.level == "guarded"],
        caption=title,
        drawing=Markup(drawing),  # noqa: S704 – made by an XML library
        changes=[(each, place_of(each.source), _rows(each)) for each in plan.changes],
        most_rows=MOST_ROWS,
        steps=how_to_apply(plan),
        edits=[(each, place_of(each.source)) for each in plan.edits],
        place_of=place_of,
        linked=_linking(link),
    )


def outcome_html(plan: Plan, outcome: Outcome, link: str | None = None) -> str:
    """The page of how an apply ended; `link` is that of a plan's page."""
    fates = fates_of_outcome(plan, outcome)
    requests = f"{counted(outcome.requests, 'request')}, {outcome.seconds:.1f} s"
    sentence = outcome_sentence(plan, outcome)
    return _fates_page(
        plan,
        link,
        fates,
        target=plan.target.name,
        sentence=sentence,
        warnings=outcome.warnings,
        requests=requests,
        next_step="" if outcome.complete else next_step(outcome).replace("`", ""),
    )


def refusal_html(
    plan: Plan | None,
    why: Refused | Stale,
    target: str = "",
    link: str | None = None,
) -> str:
    """The page of an apply that sent nothing; `link` is that of a plan's page."""
    return _fates_page(
        plan,
        link,
        fates_of_refusal(plan, why),
        target=plan.target.name if plan else target,
        sentence=NOTHING_CHANGED,
        warnings=(),
        requests="",
        next_step="",
    )


def _fates_page(
    plan: Plan | None, link: str | None, fates: Sequence[Fate], **said: object
) -> str:
    """`said` is what else stands on the page: whose it is, the sentence, warnings and
    the number of requests.
    """
    sections = [(title, of_state(fates, state)) for state, title in _SECTIONS.items()]
    groups = [(title, found, _groups(found)) for title, found in sections if found]
    return (
        _environment()
        .get_template("apply.html")
        .render(
            plan=plan,
            sections=groups,
            applied=of_state(fates, "applied"),
            linked=_linking(link),
            **said,
        )
    )


def _groups(fates: Sequence[Fate]) -> list[tuple[str, list[Fate]]]:
    """(reason, what ended so): one by one, or together when there are many of one."""
    found: list[tuple[str, list[Fate]]] = []
    for group in alike(fates, _reason_key):
        if len(group) <= ALONE:
            found += [(fate.said, [fate]) for fate in group]
        else:
            said = common_reason([fate.said for fate in group], group[0].address)
            found.append((said, group))
    return found


def _reason_key(fate: Fate) -> object:
    return fate.rule, fate.ways_out, general(fate.said, fate.address)


_SECTIONS: dict[State, str] = {
    "refused": "Refused",
    "failed": "Failed",
    "unknown": "Nobody knows",
    "skipped": "Not started",
    "blocked": "Left out: blocked",
}


def _linking(link: str | None) -> Callable[[Place], str | None]:
    return lambda place: address_of(link, place.file, place.line)


def _breaking(found: Iterable[Attention]) -> list[Attention]:
    return [item for item in found if item.level == "breaking" and not item.is_rule]


def _drawing(whole: Picture) -> tuple[str, str]:
    """The picture inline below its heading, or nothing when no box is touched."""
    near = neighbourhood(whole)
    if not near.nodes:
        return "", ""
    return caption(near), graph_svg(reduced(near, MOST_NODES))


def _rows(change: Change) -> list[tuple[Row, tuple[Part, ...] | None]]:
    """Each row, with the words of a long text of which a part has changed."""
    rows = [row_of(change.address, part) for part in change.fields[:MOST_ROWS]]
    return [(row, _words(row)) for row in rows]


def _words(row: Row) -> tuple[Part, ...] | None:
    if row.old is None or row.new is None:
        return None
    if max(len(row.old), len(row.new)) < WORTH_MARKING:
        return None
    return word_parts(row.old, row.new)


@lru_cache(maxsize=1)
def _environment() -> "Environment":
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    return Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_visible,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def _visible(value: Any) -> Any:
    """What an expression prints: our own markup and numbers as they are, nothing for what
    is not there, anything else shown and bounded.
    """
    if hasattr(value, "__html__") or isinstance(value, int | float):
        return value
    if value is None:
        return ""
    return shorten(value, LONGEST_VALUE)
