"""The HTML report, without a browser."""

import re
import time
from collections.abc import Callable

import html5lib

from reconciler.report.html import plan_html
from tests.report.plans import CREATE, DELETED, ORDINARY, REPOSITORY, at, plan_of


def test_the_page_needs_nothing_else() -> None:
    """No script, no image, no style sheet, no font: the only addresses are links and the SVG's namespace."""
    text = plan_html(ORDINARY, link=REPOSITORY)
    tree = html5lib.parse(text, namespaceHTMLElements=False)
    tags = {str(element.tag) for element in tree.iter()}
    assert set() == tags & {"script", "img", "link", "iframe", "object", "video", "audio"}
    assert not re.search(r"url\(|@import", text)
    assert {"src", "srcset", "onclick"}.isdisjoint({name for element in tree.iter() for name in element.attrib})


def test_the_page_says_everything() -> None:
    """Sentence, blocked with ways out, breaking, picture, each change with its fields, what is left alone."""
    text = plan_html(ORDINARY, link=REPOSITORY)
    for piece in (
        "In the shop, this change adds the data table “Attribution”",
        "add phone_number beside it",
        f'href="{REPOSITORY}/manifests/account-manager.yaml#L2"',
        "senders and messages lose metaData.reason",
        "<svg ",
        "<code>fields.tier_since</code>",
        "definition/Vet",
        "event/x",
        "sha256:0f0f",
    ):
        assert piece in text


def test_deletes_renames_and_acceptances_are_on_the_page() -> None:
    """What is accepted stays among the breaking, and the footer has the commands."""
    text = plan_html(DELETED)
    for piece in (
        '<span class="tag accepted">accepted</span><h3>event/loyalty.points_earned</h3>',
        "<p>accepted: no message uses it (until 2026-12-31)</p>",
        "<p>not accepted: code_name</p>",
        '<details class="card delete" open>',
        '<td data-label="now">Seller</td><td data-label="then">AccountManager</td>',
        f"<code>reconciler --target shop apply plan.json --digest sha256:{'0f' * 32} "
        "--allow breaking --allow-destroy</code>",
    ):
        assert piece in text
    assert 1 == text.count('class="tag accepted"')


def test_an_empty_plan_has_a_page() -> None:
    """Without sections that would be empty."""
    text = plan_html(plan_of())
    assert "nothing will change" in text
    assert "<h2>" not in text


def test_500_changes_are_all_in_the_page(figure: Callable[[str, str], None]) -> None:
    """A page of 500 new definitions, with the picture; the time is a figure."""
    plan = plan_of(tuple(CREATE.model_copy(update={"address": at(f"definition/Table{n}")}) for n in range(500)))
    start = time.perf_counter()
    page = plan_html(plan)
    taken = time.perf_counter() - start
    assert 500 == page.count('<details class="card create"')
    figure("HTML of 500 changes", f"{taken * 1000:.0f} ms")
