"""The pull-request comment."""

import re
import time
from collections.abc import Callable

import pytest

from reconciler.model.plan import Plan
from reconciler.report.markdown import plan_markdown
from reconciler.report.sections import LIMIT
from tests.report.plans import (
    ACCEPTED,
    AGREED,
    BLOCKED,
    BREAKING,
    CREATE,
    DELETED,
    ORDINARY,
    REPOSITORY,
    at,
    part,
    plan_of,
)


def test_the_comment_reads_from_the_sentence_to_the_footer() -> None:
    """Marker, sentence, counts, blocked, breaking, picture, details, footer, in this order."""
    text = plan_markdown(ORDINARY, link=REPOSITORY)
    order = [
        "<!-- reconciler:shop -->\nIn the shop, this change adds",
        "**1** to create · **2** to update · **0** to delete · **1** blocked · **1** breaking",
        "### ⛔ Blocked (1)",
        "- `definition/Manager` "
        f"([`manifests/account-manager.yaml:2`]({REPOSITORY}/manifests/account-manager.yaml#L2)): "
        "a field's type cannot change in place",
        "  - wanted: `fields.phone.type: text → number`",
        "  - ways out: keep text · add `phone_number` beside it",
        "### ⚠️ Breaking (1)",
        f"- `event/loyalty.points_earned` ([`manifests/loyalty.yaml:17`]({REPOSITORY}/manifests/loyalty.yaml#L17)): "
        "senders and messages lose `metaData.reason`",
        "<details><summary>Picture of what is touched</summary>\n\n```mermaid\nflowchart LR\n",
        "<details><summary>➕ <code>definition/Attribution</code></summary>",
        "- added `fields.contact_id`: `number, required, label number`",
        "---\nCommit `1a2b3c4` · digest `sha256:0f0f",
    ]
    places = [text.find(piece) for piece in order]
    assert -1 not in places, order[places.index(-1)]
    assert places == sorted(places)


def test_the_footer_says_how_to_apply_what_was_reviewed() -> None:
    """The plan is made again into a file and applied only if it still has this digest."""
    text = plan_markdown(plan_of((BREAKING,)))
    expected = (
        "To apply exactly this: `reconciler --target shop plan --out plan.json`, and then "
        f"`reconciler --target shop apply plan.json --digest sha256:{'0f' * 32} --allow breaking`\n"
    )
    assert text.endswith(expected)


def test_an_acceptance_stands_below_its_item() -> None:
    """The item is still listed as breaking, and how many are accepted is in the heading."""
    text = plan_markdown(DELETED)
    accepted = (
        "### ⚠️ Breaking (4, of which accepted: 1)",
        "  - accepted: no message uses it (until `2026-12-31`)\n",
        "  - accepted `properties.metaData.reason`: no message uses it (until `2026-12-31`)\n"
        "  - not accepted: `code_name`\n",
        "- `definition/Old` (`manifests/old.yaml:1`): its records can no longer be reached, and there is no way back\n",
        "➖ <code>definition/Old</code>",
    )
    assert [] == [piece for piece in accepted if piece not in text]


@pytest.mark.parametrize("count", [1, 150])
def test_what_is_not_accepted_is_not_lost_among_acceptances(count: int) -> None:
    """Seven of eight are, and the list says which one is not, also where it has to be short."""
    removed = tuple(part("properties", "metaData", f"p{n}", old={"type": "text"}, op="removed") for n in range(8))
    agreed = tuple(AGREED.model_copy(update={"change": ".".join(each.path)}) for each in removed[:7])
    change = BREAKING.model_copy(update={"fields": removed, "accepted": agreed, "reason": "because " * 40})
    text = plan_markdown(plan_of(tuple(change.model_copy(update={"address": at(f"event/e{n}")}) for n in range(count))))
    assert count == text.count("not accepted: `properties.metaData.p7`\n")


@pytest.mark.parametrize("count", [100, 400, 1000])
def test_what_is_accepted_is_known_in_every_form_of_the_list(count: int) -> None:
    """However short the line has to be."""
    reason = AGREED.model_copy(update={"reason": "because " * 100})
    accepted = ACCEPTED.model_copy(update={"accepted": (reason,)})
    changes = tuple(accepted.model_copy(update={"address": at(f"event/e{n}")}) for n in range(count))
    lines = re.findall(r"(?m)^- `event/.*(?:\n  - .*)*", plan_markdown(plan_of(changes)))
    assert count == len(lines)
    assert [] == [line for line in lines if "accepted" not in line]


@pytest.mark.parametrize(("count", "length"), [(500, 10), (500, 250), (1500, 100_000), (500, 5)])
def test_every_blocked_and_breaking_item_is_listed_under_the_limit(count: int, length: int) -> None:
    """Whatever the names are, the list is whole and the comment is short enough."""
    text = plan_markdown(_many(count, length), link=REPOSITORY)
    assert LIMIT > len(text)
    assert count == len(re.findall(r"(?m)^- `(?:definition|event)/.*", text))


def test_an_absurd_number_of_items_ends_with_a_number() -> None:
    """Beyond what one line each can hold, the comment says how many it does not show."""
    text = plan_markdown(_many(20_000, 50))
    shown = len(re.findall(r"(?m)^- `(?:definition|event)/.*", text))
    missing = re.search(r"\*\*And ([\d,]+) more", text)
    assert LIMIT > len(text)
    assert missing
    assert 20_000 == shown + int(missing[1].replace(",", ""))


def test_details_give_way_before_the_picture_and_the_items() -> None:
    """With 500 creates and one blocked item the picture stays and the details end with a number."""
    creates = tuple(CREATE.model_copy(update={"address": at(f"definition/Table{n}")}) for n in range(500))
    text = plan_markdown(plan_of(creates, (BLOCKED,)))
    assert LIMIT > len(text)
    assert "```mermaid" in text
    assert "  - ways out:" in text
    assert re.search(r"\n\d+ more changes are not shown here", text)


def test_500_changes_take_well_under_a_second(figure: Callable[[str, str], None]) -> None:
    """A comment of 500 breaking changes with long names."""
    plan = _many(500, 300)
    start = time.perf_counter()
    plan_markdown(plan, link=REPOSITORY)
    taken = time.perf_counter() - start
    assert 1 > taken
    figure("Markdown of 500 changes", f"{taken * 1000:.0f} ms")


def _many(count: int, length: int) -> Plan:
    """Half of them blocked, half of them breaking."""
    half = count // 2
    blocked = tuple(BLOCKED.model_copy(update={"address": at(f"definition/{'n' * length}{n}")}) for n in range(half))
    breaking = tuple(
        BREAKING.model_copy(update={"address": at(f"event/{'n' * length}{n}"), "reason": "y" * length})
        for n in range(count - half)
    )
    return plan_of(breaking, blocked)
