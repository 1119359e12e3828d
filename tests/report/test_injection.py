"""The promise that nothing a stranger wrote does anything, asked of real parsers."""

import json
import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Any
from xml.etree import ElementTree

import html5lib
import pydot
import pytest
from markdown_it import MarkdownIt
from markdown_it.token import Token

from reconciler.model.event import Failed
from reconciler.model.plan import Exit
from reconciler.report.codequality import findings_codequality, plan_codequality
from reconciler.report.documents import as_json, error_document, findings_document
from reconciler.report.drift_markdown import drift_markdown
from reconciler.report.drift_text import drift_text
from reconciler.report.findings_text import findings_text
from reconciler.report.formats import FORMATS as TABLE
from reconciler.report.formats import OutcomeView, RefusalView
from reconciler.report.github import findings_annotations, plan_annotations
from reconciler.report.graph import picture
from reconciler.report.graph_dot import graph_dot
from reconciler.report.graph_mermaid import graph_mermaid
from reconciler.report.graph_svg import graph_svg
from reconciler.report.html import plan_html
from reconciler.report.junit import error_junit, findings_junit, plan_junit
from reconciler.report.markdown import plan_markdown
from reconciler.report.outcome_document import outcome_document
from reconciler.report.outcome_markdown import outcome_markdown
from reconciler.report.outcome_text import outcome_text
from reconciler.report.plan_text import plan_text
from reconciler.report.rows_document import rows_csv, rows_document
from reconciler.report.rows_markdown import rows_markdown
from reconciler.report.rows_text import rows_text
from reconciler.report.sarif import findings_sarif, plan_sarif
from tests.report.er_diagram import shape
from tests.report.hostile import PAYLOADS
from tests.report.plans import (
    REPOSITORY,
    TOOL,
    hostile_drift,
    hostile_findings,
    hostile_outcome,
    hostile_plan,
    hostile_refusals,
)
from tests.report.row_reports import row_outcome, row_report

Check = Callable[[str], object]
"""A payload → what a parser makes of it, the same for every payload."""
READER = MarkdownIt("gfm-like")
WRONG = Exit(code=1, reason="invalid-manifests")
OUR_HTML = re.compile(
    r"<!-- reconciler:(drift:|apply:)?[\w.~%-]* -->|</details>"
    r"|<details><summary>[^<>]*(<code>[^<>]*</code> – [a-z0-9, ]+)?</summary>"
)
GITHUB_REACTS = re.compile(r"[@<>\\|*~`\[\]]|#\d|://|www\.|(?i:GH)-\d|\b[0-9a-fA-F]{7,40}\b|:\w+:|_\w+_")
ANNOTATION = re.compile(
    r"::(error|warning|notice)( (file|line|col|title)=[^:,\r\n]*(,(file|line|col|title)=[^:,\r\n]*)*)?::(.*)"
)


def _text(payload: str) -> object:
    """No character that a terminal obeys."""
    return _harmless_lines(plan_text(hostile_plan(payload)))


def _drift_text(payload: str) -> object:
    return _harmless_lines(drift_text(hostile_drift(payload)))


def _outcome_text(payload: str) -> object:
    return _harmless_lines(outcome_text(hostile_outcome(payload), hostile_plan(payload).blocked))


def _harmless_lines(text: str) -> int:
    assert [] == [
        letter for letter in text if unicodedata.category(letter) in ("Cc", "Cf", "Cs", "Co") and letter != "\n"
    ]
    return len(text.splitlines())


def _markdown(payload: str) -> object:
    """Blocks, our own HTML and our own links, and nothing in the text that GitHub reacts to."""
    return _blocks(plan_markdown(hostile_plan(payload), link=REPOSITORY))


def _drift_markdown(payload: str) -> object:
    return _blocks(drift_markdown(hostile_drift(payload)))


def _outcome_markdown(payload: str) -> object:
    return _blocks(outcome_markdown(hostile_plan(payload), hostile_outcome(payload)))


def _refusal_text(payload: str) -> object:
    return list(map(_harmless_lines, _applies("text", payload)))


def _refusal_markdown(payload: str) -> object:
    return list(map(_blocks, _applies("markdown", payload)))


def _blocks(text: str) -> object:
    assert 60_000 > len(text)
    tokens = READER.parse(text)
    blocks = [token for token in tokens if token.type != "inline"]
    for token in blocks:
        if token.type == "html_block":
            assert all(OUR_HTML.fullmatch(line) for line in token.content.strip().splitlines()), token.content
    for token in tokens:
        for child in _without_cells(token.children or []):
            _inline(child)
    return [(token.type, token.tag, token.info) for token in blocks]


def _without_cells(children: list[Token]) -> Iterator[Token]:
    """What is within our own <code> is text that GitHub leaves alone, as a code span."""
    is_code = False
    for child in children:
        if child.type == "html_inline":
            assert ("</code>" if is_code else "<code>") == child.content
            is_code = not is_code
        elif is_code:
            assert "text" == child.type, child
        else:
            yield child
    assert not is_code


def _inline(token: Token) -> None:
    assert token.type in (
        "text",
        "code_inline",
        "link_open",
        "link_close",
        "softbreak",
        "strong_open",
        "strong_close",
    ), token
    if token.type == "link_open":
        assert str(token.attrs["href"]).startswith(REPOSITORY + "/"), token
        assert {"href"} == set(token.attrs)
    if token.type == "text":
        assert not GITHUB_REACTS.search(token.content), token.content


def _html(payload: str) -> object:
    """The same elements with the same attributes whatever the words are; links lead into the repository.

    How many words of a text are marked depends on what they are; each mark stands in the cell of a value.
    """
    pages = (plan_html(hostile_plan(payload), link=REPOSITORY), *_applies("html", payload))
    trees = [html5lib.parse(page, namespaceHTMLElements=False) for page in pages]
    for link in (link for tree in trees for link in tree.iter("a")):
        assert link.get("href").startswith(REPOSITORY + "/")
    for cell in (cell for tree in trees for cell in tree.iter("td") if "data-label" in cell.attrib):
        for mark in (*cell.findall("ins"), *cell.findall("del")):
            assert (0, {}) == (len(mark), mark.attrib)
            cell.remove(mark)
    return list(map(_elements, trees))


def _applies(form: str, payload: str) -> list[str]:
    """An outcome and refusals in that format of the table."""
    (found,) = (each for each in TABLE if each.name == form)
    plan = hostile_plan(payload)
    # an address of the plan, which cannot hold a lone surrogate
    failed = Failed(plan.changes[0].address, payload, payload)
    hostile = hostile_outcome(payload)
    outcome = replace(hostile, failed=(failed,), applied=hostile.applied[1:])
    views = [RefusalView(known, why, payload, payload) for why in hostile_refusals(payload) for known in (None, plan)]
    return [found.render(view) for view in (OutcomeView(plan, outcome, plan.exit), *views)]


def _rows_text(payload: str) -> object:
    return [_harmless_lines(rows_text(report)) for report in (row_report(payload), row_outcome(payload))]


def _rows_markdown(payload: str) -> object:
    return [_blocks(rows_markdown(report)) for report in (row_report(payload), row_outcome(payload))]


def _svg(payload: str) -> object:
    return _elements(ElementTree.fromstring(graph_svg(picture(None, hostile_plan(payload)))))


def _elements(tree: Any) -> Counter[tuple[object, ...]]:
    """Each element by its name and its attributes' names; a link is one when its file is below the root."""
    return Counter(
        (str(element.tag), *sorted(set(element.attrib) - {"textLength", "lengthAdjust"}))
        for element in tree.iter()
        if element.tag != "a"
    )


def _mermaid(payload: str) -> object:
    """Read by the rules that all versions share: no line but ours, each in its place."""
    return shape(graph_mermaid(picture(None, hostile_plan(payload))))


def _dot(payload: str) -> object:
    (graph,) = pydot.graph_from_dot_data(graph_dot(picture(None, hostile_plan(payload)))) or ()
    return len(graph.get_nodes()), len(graph.get_edges()), len(graph.get_subgraphs())


def _github(payload: str) -> object:
    """One command per line, closed where we close it."""
    said = [plan_annotations(hostile_plan(payload)), findings_annotations(hostile_findings(payload))]
    lines = "".join([*said, *_applies("github", payload)]).split("\n")
    assert "" == lines.pop()
    levels = []
    for line in lines:
        found = ANNOTATION.fullmatch(line)
        assert found, line
        assert "::" not in found[6]
        assert line.isprintable() or {"Zs"} == {unicodedata.category(one) for one in line if not one.isprintable()}
        levels.append(found[1])
    return levels


def _junit(payload: str) -> object:
    blocked = hostile_plan(payload).model_copy(update={"exit": Exit(code=3, reason="blocked")})
    trees = [
        plan_junit(hostile_plan(payload)),
        plan_junit(blocked),
        findings_junit(hostile_findings(payload), WRONG),
        error_junit(payload, hostile_findings(payload), WRONG),
        *_applies("junit", payload),
    ]
    return [_elements(ElementTree.fromstring(tree.encode())) for tree in trees]


def _sarif(payload: str) -> object:
    documents = [
        json.loads(plan_sarif(hostile_plan(payload))),
        json.loads(findings_sarif(hostile_findings(payload), TOOL)),
        *map(json.loads, _applies("sarif", payload)),
    ]
    for result in (result for document in documents for result in document["runs"][0]["results"]):
        assert not re.search(r"(?<!\\)(\\\\)*[\[\]]", result["message"]["text"])
    return [_keys(document) for document in documents]


def _codequality(payload: str) -> object:
    """The same entries whatever the words are, each of another object; the words are plain text there."""
    texts = [plan_codequality(hostile_plan(payload)), findings_codequality(hostile_findings(payload))]
    entries = [json.loads(text) for text in texts]
    for found in entries:
        assert len(found) == len({entry["fingerprint"] for entry in found})
        assert all(entry["description"].isprintable() or "\u3000" in entry["description"] for entry in found)
    return _keys(entries)


def _keys(value: Any) -> object:
    """The shape of a document; how many rules there are is not part of it."""
    match value:
        case dict():
            return {key: _keys(inner) for key, inner in value.items() if key not in ("rules", "locations")}
        case list():
            return [_keys(inner) for inner in value]
    return type(value).__name__


FORMATS: dict[str, Check] = {
    "text": _text,
    "markdown": _markdown,
    "html": _html,
    "svg": _svg,
    "mermaid": _mermaid,
    "dot": _dot,
    "github": _github,
    "junit": _junit,
    "sarif": _sarif,
    "codequality": _codequality,
    "drift text": _drift_text,
    "drift markdown": _drift_markdown,
    "outcome text": _outcome_text,
    "outcome markdown": _outcome_markdown,
    "refusal text": _refusal_text,
    "refusal markdown": _refusal_markdown,
    "rows text": _rows_text,
    "rows markdown": _rows_markdown,
}


RENDERERS: dict[str, Callable[[str], str]] = {
    "plan text": lambda word: plan_text(hostile_plan(word)),
    "plan json": lambda word: as_json(hostile_plan(word).document()),
    "plan markdown": lambda word: plan_markdown(hostile_plan(word), link=REPOSITORY),
    "plan html": lambda word: plan_html(hostile_plan(word), link=REPOSITORY),
    "plan github": lambda word: without_our_commands(plan_annotations(hostile_plan(word))),
    "plan junit": lambda word: plan_junit(hostile_plan(word)),
    "plan sarif": lambda word: plan_sarif(hostile_plan(word)),
    "plan codequality": lambda word: plan_codequality(hostile_plan(word)),
    "findings codequality": lambda word: findings_codequality(hostile_findings(word)),
    "findings text": lambda word: findings_text(hostile_findings(word)),
    "findings json": lambda word: as_json(findings_document(hostile_findings(word), 1, 1, word)),
    "findings github": lambda word: without_our_commands(findings_annotations(hostile_findings(word))),
    "findings junit": lambda word: findings_junit(hostile_findings(word), WRONG),
    "findings sarif": lambda word: findings_sarif(hostile_findings(word), TOOL),
    "error json": lambda word: as_json(error_document(word, hostile_findings(word), 1, word)),
    "drift text": lambda word: drift_text(hostile_drift(word)),
    "drift json": lambda word: as_json(hostile_drift(word).document()),
    "drift markdown": lambda word: drift_markdown(hostile_drift(word)),
    "outcome text": lambda word: outcome_text(hostile_outcome(word), hostile_plan(word).blocked),
    "outcome json": lambda word: as_json(outcome_document(hostile_outcome(word), 1, word, hostile_plan(word).blocked)),
    "outcome markdown": lambda word: outcome_markdown(hostile_plan(word), hostile_outcome(word)),
    **{
        f"applies {form}": lambda word, form=form: without_our_commands("".join(_applies(form, word)))
        for form in ("text", "json", "markdown", "html", "github", "junit", "sarif")
    },
    "rows text": lambda word: rows_text(row_report(word)) + rows_text(row_outcome(word)),
    "rows json": lambda word: as_json(rows_document(row_report(word))) + as_json(rows_document(row_outcome(word))),
    "rows csv": lambda word: rows_csv(row_report(word)),
    "rows markdown": lambda word: rows_markdown(row_report(word)) + rows_markdown(row_outcome(word)),
    "svg": lambda word: graph_svg(picture(None, hostile_plan(word))),
    "mermaid": lambda word: graph_mermaid(picture(None, hostile_plan(word))),
    "dot": lambda word: graph_dot(picture(None, hostile_plan(word))),
}
COMMAND = re.compile(r"::\s*[^\W\d]|##\w*\[")
HIDDEN = re.compile(
    "[\u00ad\u034f\u115f\u200b-\u200f\u202a-\u202f\u2060-\u206f\u2800\u3164\ufe00-\ufe0f\ufeff\U000e0000-\U000e0fff]"
)
FLOOD = re.compile("[\u0300-\u036f\u0483-\u0489\u0e34-\u0e4e\u20d0-\u20f0]{5}")
SEEN_BY_A_RUNNER = [
    word for word in PAYLOADS if len(word) < 1_000 and any(pattern.search(word) for pattern in (COMMAND, HIDDEN, FLOOD))
]


def without_our_commands(text: str) -> str:
    """What stands within the commands that we give ourselves."""
    return re.sub(r"^::\w+( [^:]*)?::", "", text, flags=re.MULTILINE)


@pytest.mark.parametrize("name", RENDERERS)
def test_no_runner_obeys_and_nothing_hides_in_any_format(name: str) -> None:
    """A log shows everything that is printed: no command survives in it, no hidden character, no flood of marks."""
    assert 20 <= len(SEEN_BY_A_RUNNER)
    for word in SEEN_BY_A_RUNNER:
        text = re.sub("[⚠✏⏭]\ufe0f", "", RENDERERS[name](word))  # our own signs
        found = [pattern.search(text) for pattern in (COMMAND, HIDDEN, FLOOD)]
        assert [None, None, None] == found, (word, text)


SLOW = ("html", "dot", "markdown", "sarif")
"""Their parsers take most of the time: by default they are asked about every third payload."""


@pytest.mark.filterwarnings("ignore::DeprecationWarning:pydot")
def test_what_a_stranger_wrote_is_inert_in_every_format(figure: Callable[[str, str], None]) -> None:
    """Every payload gives the structure that a harmless word gives."""
    assert 150 <= len(set(PAYLOADS)) == len(PAYLOADS)
    for name in FORMATS.keys() - set(SLOW):
        _check_inert(name, PAYLOADS)
    figure("injection", f"{len(PAYLOADS)} payloads × {len(FORMATS) - len(SLOW)} formats, all inert")


@pytest.mark.filterwarnings("ignore::DeprecationWarning:pydot")
@pytest.mark.parametrize("name", SLOW)
def test_some_of_what_a_stranger_wrote_is_inert(name: str, figure: Callable[[str, str], None]) -> None:
    """Where parsing takes long."""
    _check_inert(name, PAYLOADS[::3])
    figure(f"injection in {name} (sample)", f"{len(PAYLOADS[::3])} payloads, all inert")


@pytest.mark.campaign
@pytest.mark.filterwarnings("ignore::DeprecationWarning:pydot")
@pytest.mark.parametrize("name", SLOW)
def test_all_of_what_a_stranger_wrote_is_inert(name: str, figure: Callable[[str, str], None]) -> None:
    """All payloads, where parsing takes long."""
    _check_inert(name, PAYLOADS)
    figure(f"injection in {name}", f"{len(PAYLOADS)} payloads, all inert")


def _check_inert(name: str, payloads: Sequence[str]) -> None:
    check = FORMATS[name]
    expected = check("harmless")
    for payload in payloads:
        assert expected == check(payload), (name, payload[:80])
