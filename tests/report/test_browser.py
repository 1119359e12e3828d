"""The pages and pictures in a real browser, with the real mermaid library."""

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from reconciler.model.change import FieldChange
from reconciler.model.plan import Plan
from reconciler.report.escape import mermaid, shorten
from reconciler.report.graph import Edge, Node, NodeField, Picture, picture
from reconciler.report.graph_mermaid import LONGEST_LABEL, graph_mermaid
from reconciler.report.graph_svg import graph_svg
from reconciler.report.html import plan_html
from reconciler.report.reduction import neighbourhood
from tests.report.browser import Page
from tests.report.hostile import PAYLOADS
from tests.report.plans import CREATE, DELETED, ORDINARY, at, column, hostile_plan, part, plan_of, relation

pytestmark = pytest.mark.browser

OVERFLOWING = """[...document.querySelectorAll('g.node')].flatMap(g => {
  const box = g.querySelector('.box').getBBox()
  return [...g.querySelectorAll('text')].filter(t => {
    const b = t.getBBox()
    return b.x < box.x || b.x + b.width > box.x + box.width + 0.5
  }).map(t => t.textContent)
})"""
OVERLAPPING = """(() => {
  const boxes = [...document.querySelectorAll('g.node')].map(g => g.getBoundingClientRect())
  let count = 0
  boxes.forEach((a, i) => boxes.slice(i + 1).forEach(b => {
    if (a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom) count++
  }))
  return count
})()"""


@pytest.mark.parametrize("plan", [ORDINARY, DELETED], ids=["ordinary", "deleted"])
@pytest.mark.parametrize(("width", "dark"), [(360, False), (1200, False), (1200, True)])
def test_the_report_is_complete_in_itself(page: Page, tmp_path: Path, width: int, dark: bool, plan: Plan) -> None:
    """It renders without a complaint, asks the network for nothing, and never scrolls sideways."""
    file = tmp_path / "report.html"
    file.write_text(plan_html(plan), encoding="utf-8")
    page.open(file, width, dark=dark)
    assert [] == page.complaints
    assert [file.as_uri()] == page.requests
    assert width >= page.value("document.documentElement.scrollWidth")
    assert "Plan for shop" == page.value("document.title")
    expected = "rgb(13, 17, 23)" if dark else "rgb(246, 248, 250)"
    assert expected == page.value("getComputedStyle(document.body).backgroundColor")
    assert [] == page.value(OVERFLOWING)
    assert page.picture().startswith(b"\x89PNG")


def test_no_payload_runs_in_the_report(page: Page, tmp_path: Path, figure: Callable[[str, str], None]) -> None:
    """No script ran, nothing was loaded, no text left its box, and the page is no wider than the window."""
    for number, payload in enumerate(PAYLOADS):
        file = tmp_path / f"{number}.html"
        plan = hostile_plan(payload)
        file.write_text(plan_html(plan), encoding="utf-8")
        page.open(file, 360)
        assert [] == page.complaints, payload[:80]
        assert [file.as_uri()] == page.requests, payload[:80]
        assert "pwned" != page.value("document.title")
        assert 360 >= page.value("document.documentElement.scrollWidth"), payload[:80]
        assert [] == page.value(OVERFLOWING), payload[:80]
        assert 0 == page.value("document.querySelectorAll('script, img, iframe, object, embed, link, form').length")
    figure(
        "injection, real browser", f"{len(PAYLOADS)} hostile reports: 0 scripts, 0 requests, 0 texts out of their box"
    )


@pytest.mark.parametrize("count", [1, 2, 30, 200])
def test_boxes_of_a_picture_do_not_overlap(page: Page, tmp_path: Path, count: int) -> None:
    """From one node to two hundred, with cycles and self loops."""
    file = tmp_path / "picture.svg"
    file.write_text(graph_svg(_generated(count)), encoding="utf-8")
    page.open(file)
    assert [] == page.complaints
    assert count == page.value("document.querySelectorAll('g.node').length")
    assert [] == page.value(OVERFLOWING)
    assert 0 == page.value(OVERLAPPING)


@pytest.mark.parametrize(("width", "dark"), [(360, False), (1200, False), (1200, True)])
def test_forty_tables_fit_their_frame(page: Page, tmp_path: Path, width: int, dark: bool) -> None:
    """Scaled to a wide window, and scrolled within the frame in a narrow one, where letters would get too small."""
    file = tmp_path / "forty.html"
    said = ({"address": at(f"definition/Table{n}"), "fields": _fields(n)} for n in range(40))
    created = tuple(CREATE.model_copy(update=each) for each in said)
    file.write_text(plan_html(plan_of(created)), encoding="utf-8")
    page.open(file, width, dark=dark)
    assert 41 == page.value("document.querySelectorAll('g.node').length")
    assert (0, []) == (page.value(OVERLAPPING), page.value(OVERFLOWING))
    assert width >= page.value("document.documentElement.scrollWidth")
    frame, drawn, scale = page.value(
        """(() => {
          const frame = document.querySelector('.picture'), svg = frame.querySelector('svg')
          return [frame.clientWidth, svg.getBoundingClientRect().width, svg.getScreenCTM().a]
        })()"""
    )
    assert 0.75 <= scale <= 1
    assert (drawn <= frame) == (width == 1200)
    assert page.value("(frame => frame.scrollHeight <= frame.clientHeight)(document.querySelector('.picture'))")


def _fields(number: int) -> tuple[FieldChange, ...]:
    """Of one table in a chain, which refers to contacts as well."""
    fields = (part("fields", f"field_{n}", new=column("text")) for n in range(number % 9 + 2))
    chain = part("relationships", "field_1", new=relation(f"definition/Table{number + 1}", "field_0"))
    contacts = part("relationships", "field_0", new=relation("contacts", "id_contact", "system"))
    return (*fields, contacts, *([chain] if number < 39 else []))


def _generated(count: int) -> Picture:
    marks = ("", "create", "update", "delete", "blocked")
    fields = tuple(NodeField(f"field_{number}", "text", number == 0) for number in range(7))
    nodes = tuple(
        Node(f"definition/{n:03}", f"Table {n}", fields[: n % 8], marks[n % 5])  # type: ignore[arg-type]  # the marks are literals
        for n in range(count)
    )
    ends = [(n, (n * 7 + 3) % count) for n in range(0, count, 2)] + [(0, 0)]
    edges = (Edge(nodes[start].address, nodes[end].address, "field_0", "field_1") for start, end in ends)
    return Picture(nodes, tuple(edges))


def test_mermaid_draws_the_picture(page: Page, tmp_path: Path, mermaid_js: Path) -> None:
    """The real library accepts the ordinary diagram and shows every title."""
    _open_mermaid(page, tmp_path, mermaid_js)
    drawn = neighbourhood(picture(None, ORDINARY))
    text = _rendered(page, graph_mermaid(drawn))
    assert len(drawn.nodes) == text["nodes"]
    assert len(drawn.edges) == text["edges"]
    for node in drawn.nodes:
        assert node.title in text["text"]


def test_mermaid_shows_hostile_words_as_words(
    page: Page, tmp_path: Path, mermaid_js: Path, figure: Callable[[str, str], None]
) -> None:
    """The title stands in the picture letter by letter, and there is nothing else in it than in a harmless one."""
    _open_mermaid(page, tmp_path, mermaid_js)
    expected = _rendered(page, graph_mermaid(picture(None, hostile_plan("harmless"))))
    for payload in PAYLOADS:
        drawn = picture(None, hostile_plan(payload))
        found = _rendered(page, graph_mermaid(drawn))
        assert expected["tags"] == found["tags"], payload[:80]
        counts = ("nodes", "edges", "lines")
        assert [expected[count] for count in counts] == [found[count] for count in counts], payload[:80]
        for node in drawn.nodes:
            assert _as_drawn(node.title) in found["text"], payload[:80]
    assert "mermaid" == page.value("document.title")
    assert [] == page.complaints
    figure("injection, real mermaid", f"{len(PAYLOADS)} hostile diagrams drawn, every title shown as written")


def _as_drawn(title: str) -> str:
    """The title with the look-alikes that `mermaid` chose, without blanks."""
    written = re.sub(r"#(\d+);", lambda found: chr(int(found[1])), mermaid(shorten(title, LONGEST_LABEL)))
    return "".join(written.split())


def _open_mermaid(page: Page, folder: Path, library: Path) -> None:
    file = folder / "mermaid.html"
    load = f'<script src="{library.resolve().as_uri()}"></script>'
    start = "<script>mermaid.initialize({startOnLoad: false})</script>"
    file.write_text(
        f"<!DOCTYPE html><meta charset=utf-8><title>mermaid</title><body>{load}{start}</body>", encoding="utf-8"
    )
    page.open(file)


def _rendered(page: Page, diagram: str) -> dict[str, object]:
    """Numbers of nodes and edges, the text without blanks, and the names of dangerous elements and attributes."""
    return page.value(  # type: ignore[no-any-return]  # what the script below makes
        f"""(async () => {{
          const {{svg}} = await mermaid.render('drawn', {json.dumps(diagram)})
          const place = document.createElement('div')
          place.innerHTML = svg
          document.body.append(place)
          const all = [...place.querySelectorAll('*')]
          const result = {{
            nodes: place.querySelectorAll('g.node, .er.entityBox').length,
            edges: place.querySelectorAll('path.relationshipLine').length,
            lines: place.querySelectorAll('.attribute-name, [id*="-attr-"][id$="-name"]').length,
            text: [...place.querySelectorAll('text, foreignObject')]
              .map(e => e.textContent).join('').replace(/\\s/g, ''),
            tags: [...new Set(all.flatMap(
              e => [e.tagName, ...e.getAttributeNames().filter(n => /^on|href|src/.test(n))]
            ))].sort()
          }}
          place.remove()
          return result
        }})()"""
    )
