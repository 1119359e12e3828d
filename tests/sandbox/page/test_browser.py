"""The page in a real Chromium: what it does with hostile texts, and with changes."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from reconciler.sandbox.dashboard.loading import load
from reconciler.sandbox.store import Store
from tests.conftest import Served
from tests.report.browser import Page, chromium
from tests.sandbox.dashboard import documents

pytestmark = pytest.mark.browser

HOSTILE = (
    "<script>hit()</script>",
    "</script><script>hit()</script>",
    "<!--<script>hit()</script>-->",
    "<img src=x onerror=hit()>",
    "\"><img src=x onerror='hit()'>",
    "'\"><svg onload=hit()>",
    "<svg><script>hit()</script></svg>",
    "<iframe srcdoc='<script>parent.hit()</script>'></iframe>",
    "<iframe src=javascript:parent.hit()></iframe>",
    "<a href=javascript:hit() autofocus onfocus=hit()>x</a>",
    "<details open ontoggle=hit()>",
    "<math><mtext><table><mglyph><style><img src=x onerror=hit()>",
    "<template><script>hit()</script></template>",
    "<base href=https://evil.example/>",
    "<meta http-equiv=refresh content='0;url=https://evil.example'>",
    "<link rel=stylesheet href=https://evil.example/a.css>",
    "<style>@import 'https://evil.example/a.css';</style>",
    "<object data=https://evil.example></object><embed src=https://evil.example>",
    "javascript:hit()",
    "${hit()}`;hit();//",
    "{{constructor.constructor('hit()')()}}",
    '\\";hit();//',
    "\u2028hit()\u2029",
    "]]><script>hit()</script>",
    "&lt;script&gt;hit()&lt;/script&gt;",
    "<x onclick=hit() id=content>&#60;",
    "__proto__",
    "constructor",
    "\u202egnp.exe\u2066<b>",
    "a\u0301\u0302\u0303\u0304" * 30,
    "x" * 5_000,
)
TIMES = {"created_at": "2025-01-01T00:00:00Z", "updated_at": "2025-01-01T00:00:00Z"}


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    """A tab of a real browser."""
    with chromium(tmp_path_factory.mktemp("profile")) as opened:
        yield opened


@pytest.fixture
def served(serve: Callable[..., Served]) -> Served:
    """A served sandbox without delays or limits."""
    return serve("async_delay=0", "rate_limit=0")


@pytest.fixture
def post(served: Served) -> Iterator[Callable[[str, Any], None]]:
    """Send to the served shop."""
    with served.client() as client:

        def send(path: str, body: Any) -> None:
            answer = client.post(path, json=body)
            assert 200 == answer.status_code, answer.text

        yield send


def wait_for(browser: Page, expression: str) -> None:
    """Until something is true in the page; it is asked again for ten seconds."""
    for _ in range(100):
        if browser.value(expression):
            return
        time.sleep(0.1)
    pytest.fail(f"never true: {expression}; {browser.complaints} {browser.requests}")


def spread(post: Callable[[str, Any], None], text: str, number: int) -> None:
    """Put a text wherever the API takes one."""
    name, column = f"{text[:200]} {number}", f"{text[:50]} {number}"
    fields = [
        {"name": column, "label": text, "type": "text", "required": False, "description": text},
        {"name": "contact_id", "label": text, "type": "number", "required": False},
    ]
    relation = {"sourceField": "contact_id", "targetSchemaType": "system", "targetSchema": "contacts"}
    post("/custom-data-definitions", {"name": name, "fields": fields, "relationships": [relation]})
    properties = {"metaData": [{"name": column, "type": "text", "required": True, "description": text}]}
    post("/events", {"name": text, "code_name": name, "properties": properties})
    customer = {"customer_id": name, "email": f"n{number}@example.com", "first_name": text, "last_name": text}
    post("/customers", [{**customer, "lang": text, "phone_number": text, **TIMES}])
    post("/products", [{"product_id": name, "name": text, "lang": "fr", "price": 1, **TIMES}])
    post(f"/custom-data-records/{number}", [{column: text, "contact_id": number}])
    fired = {"contact": {"id": number, "email": text}, "metaData": {column: text}}
    post(f"/events/trigger/{quote(name, safe='')}", fired)


def in_the_dashboard(text: str, number: int) -> dict[str, dict[str, Any]]:
    """Put a text wherever a manifest takes one; the message is sent when the event is fired."""
    name, column = f"{text[:200]} {number}", f"{text[:50]} {number}"
    path = f"{name}.{column}"
    return {
        "template": {"name": name, "subject": text, "body": f"{text} {{var=contact.first_name}} {{var=no.field}}"},
        "segment": {"name": name, "where": {path: {"operator": "NOT_EQUALS", "value": text}}},
        "scenario": {"name": name, "trigger": {"event": name}, "template": name, "filters": {}},
    }


def test_hostile_texts_are_shown_and_nothing_of_them_runs(
    served: Served, post: Callable, browser: Page, tmp_path: Path, figure: Callable
) -> None:
    """In every name and value that the API or a manifest brings, one page after the other."""
    items = [in_the_dashboard(text, number) for number, text in enumerate(HOSTILE, 1)]
    with closing(Store(tmp_path / "served.db")) as store:
        load(store, 1, {kind: [item[kind] for item in items] for kind in ("template", "segment", "scenario")})
    for number, text in enumerate(HOSTILE, 1):
        spread(post, text, number)
    strangers, beyond, whole, complaints, addresses = 0, 0, "", [], []
    for page in range(1, 6):
        query = "&".join(f"{name}={page}" for name in ("contacts", "histories", "outbox", "prices"))
        browser.open(f"{served.url}/?{query}&definition={page}")
        wait_for(browser, "document.getElementById('live').textContent == 'live'")
        strangers += browser.value(STRANGERS)
        whole += browser.value("document.querySelector('main').textContent")
        complaints += browser.complaints
        beyond += browser.value(BEYOND)
        addresses += [url for url in browser.requests if not url.startswith(f"{served.url}/")]
    assert (0, 0, [], []) == (strangers, beyond, complaints, addresses)
    assert [] == [text for text in HOSTILE[:27] if UNSEEN.sub("", text) not in whole]
    assert "[U+202E]gnp.exe[U+2066]<b>" in whole
    assert "TypeError" == browser.value(AS_HTML)
    figure("hostile texts on the page", f"{len(HOSTILE)} in 20 places each, 0 scripts ran, 0 complaints")


STRANGERS = """document.scripts.length - 2 + document.querySelectorAll(
  'main :is(script, img, iframe, object, embed, base, meta, link, style, math, template, form, a, [onerror], [onload])'
).length"""
"""Elements that the page itself never makes."""
BEYOND = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
"""How far the page as a whole goes on to the right of what is seen."""
AS_HTML = (
    "(() => { try { document.body.innerHTML = 'x'; return 'taken'; } catch (refused) { return refused.name; } })()"
)
UNSEEN = re.compile("[\u2028\u2029]")


def test_what_changes_is_shown_without_a_reload(served: Served, post: Callable, browser: Page) -> None:
    """Over the stream of events, and nothing else is asked of the server meanwhile."""
    browser.open(served.url)
    wait_for(browser, "document.getElementById('live').textContent == 'live'")
    assert "No definition yet." in browser.value("document.getElementById('definitions').innerText")
    post("/custom-data-definitions", documents.LOYALTY)
    wait_for(browser, "document.querySelector('#definitions svg').textContent.includes('points_balance')")
    assert [] == browser.complaints


def test_the_page_turns_and_keeps_its_place(served: Served, post: Callable, browser: Page) -> None:
    """What was chosen is in the address, so that a reload shows the same."""
    people = [{"customer_id": f"C{n}", "email": f"c{n}@example.com", "lang": "fr", **TIMES} for n in range(20)]
    post("/customers", people)
    browser.open(served.url)
    wait_for(browser, "document.getElementById('contacts-on') !== null")
    browser.value("document.getElementById('contacts-on').focus(); document.getElementById('contacts-on').click()")
    wait_for(browser, "document.querySelector('#contacts .pager').textContent.includes('2 / 3')")
    assert ["?contacts=2", "contacts-on"] == browser.value("[location.search, document.activeElement.id]")


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("width", [390, 1360])
def test_it_fits_and_can_be_read(served: Served, post: Callable, browser: Page, width: int, dark: bool) -> None:
    """No sideways scrolling of the page as a whole, and enough contrast (WCAG AA: 4.5)."""
    for definition in (documents.MANAGERS, documents.ATTRIBUTION, documents.LOYALTY):
        post("/custom-data-definitions", definition)
    browser.open(served.url, width, dark=dark)
    wait_for(browser, "document.querySelector('#definitions svg .key') !== null")
    assert 0 == browser.value(BEYOND)
    assert 4.5 <= min(browser.value(CONTRAST))


CONTRAST = """(() => {
  const linear = (part) => part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  const light = (colour) => {
    const [r, g, b] = colour.match(/[\\d.]+/g).map((part) => linear(part / 255));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const ratio = (one, other) => {
    const [low, high] = [light(one), light(other)].sort((a, b) => a - b);
    return (high + 0.05) / (low + 0.05);
  };
  const style = (selector) => getComputedStyle(document.querySelector(selector));
  const card = style('section').backgroundColor, box = style('svg .active rect').fill;
  const onCard = ['h2', '.legend small', 'nav a'].map((each) => ratio(style(each).color, card));
  return [...onCard, ...['svg .type', 'svg .key'].map((each) => ratio(style(each).fill, box))];
})()"""
