"""A saved plan says what its file says: nothing can be added to it, doubled in it or respelled in it unseen."""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest

from reconciler.errors import Stale
from reconciler.model.plan import Plan
from reconciler.plan.document import read_plan
from reconciler.plan.seal import checksum, digest
from tests.plan.test_document import EDITS, plan, single_edits, text_of

__all__ = ["plan"]


def objects(value: Any, place: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    """Every object in a document, and where it stands as a message says it."""
    if isinstance(value, dict):
        yield place, value
        for key, inner in value.items():
            yield from objects(inner, f"{place}.{key}".removeprefix("."))
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from objects(inner, f"{place}[{index}]")


def why_refused(text: str) -> str:
    """Empty for a plan that is read."""
    try:
        read_plan(text, "plan.json")
    except Stale as stale:
        return str(stale)
    return ""


def test_a_key_that_was_added_is_refused_wherever_it_stands(plan: Plan) -> None:
    """What runs is the saved plan, so a reviewer must not read in it what does not run."""
    document = plan.document()
    places = [place for place, _ in objects(document)]
    assert {"", "changes[0]", "changes[0].fields[0]", "target", "rests_on"} < set(places)
    for index, place in enumerate(places):
        copy = json.loads(text_of(document))
        list(objects(copy))[index][1]["note"] = "approved"
        why = why_refused(text_of(copy))
        assert "plan.json is not the plan that was saved: " in why, place
        in_a_value = ".old" in place or ".new" in place or place == "rests_on"
        assert in_a_value or f"{place}.note was added".removeprefix(".") in why, place


def doubled(document: Any, index: int, spelling: str = "") -> str:
    """The document's text with the first key of one of its objects twice in it, the first time as `null`."""
    copy = json.loads(text_of(document))
    chosen = list(objects(copy))[index][1]
    key = next(iter(chosen))
    inner = dict(chosen)
    chosen.clear()
    chosen.update({"\u0001": None, **inner})
    return text_of(copy).replace('"\\u0001"', f'"{spelling or key}"')


def test_a_key_that_stands_twice_is_refused_wherever_it_stands(plan: Plan) -> None:
    """Readers do not agree on which one counts: a reviewer's may show the other one."""
    document = plan.document()
    for index, (place, each) in enumerate(objects(document)):
        if each:
            assert f"the key {next(iter(each))!r} stands twice in it" in why_refused(doubled(document, index)), place


def test_a_doubled_key_is_found_in_any_spelling(plan: Plan) -> None:
    """JSON may write each letter as a number."""
    index = [place for place, _ in objects(plan.document())].index("changes[0]")
    text = doubled(plan.document(), index, r"\u0061ddres\u0073")
    assert r'"\u0061ddres\u0073": null' in text
    assert "the key 'address' stands twice in it" in why_refused(text)


def test_the_same_document_in_other_letters_is_the_same_plan(plan: Plan) -> None:
    """A formatter changes blanks, the order of keys and the spelling of letters, and nothing that is said."""
    document = plan.document()
    assert plan == read_plan(json.dumps(document, sort_keys=True), "plan.json")
    assert plan == read_plan(json.dumps(document, indent="\t", ensure_ascii=True) + "\n\n", "plan.json")


@pytest.mark.parametrize("behind", ["{}", "x", ",", "\x00", "]"])
def test_what_stands_behind_the_document_is_refused(plan: Plan, behind: str) -> None:
    """The file is not what was written."""
    assert "it is cut off, or no JSON" in why_refused(text_of(plan.document()) + behind)


@pytest.mark.parametrize(
    "number", ["1e999", "-1e999", "Infinity", "1" * 5000, "1E1", "1.5", "true", '"1"', "0.1e-400", "-0"]
)
def test_another_number_is_refused(plan: Plan, number: str) -> None:
    """However it is written: too large for JSON's readers, a fraction, or a text."""
    for key in ("requests", "seconds", "live", "create"):
        text, count = re.subn(rf'"{key}": [\d.]+', f'"{key}": {number}', text_of(plan.document()), count=1)
        assert count
        assert "is not the plan that was saved" in why_refused(text), key


def test_half_a_letter_is_refused(plan: Plan) -> None:
    """No file can hold it, so it was not written by this tool."""
    text = text_of(plan.document()).replace('"who looks after whom"', r'"who \ud800"')
    assert "a letter in it is half a surrogate pair" in why_refused(text)


def test_a_value_that_is_nested_deeply_is_refused(plan: Plan) -> None:
    """Whatever follows it down; the JSON parser itself goes deeper than that."""
    for depth in (50, 400, 900):
        text = text_of(plan.document()).replace('"who looks after whom"', "[" * depth + "]" * depth)
        assert "is not the plan that was saved" in why_refused(text)


def of_a_later_version(document: dict[str, Any]) -> dict[str, Any]:
    """The document as a later minor version may write it, with hashes over all that it says."""
    more = {**document, "format_version": "1.10", "more": {"a": 1}}
    more["changes"] = [{**change, "risk": "low"} for change in document["changes"]]
    more["digest"] = digest(more)
    return {**more, "checksum": checksum(more)}


def test_keys_of_a_later_minor_version_are_ignored(plan: Plan) -> None:
    """What is sent is what this version plans, and it has to be what the file says."""
    read = read_plan(text_of(of_a_later_version(plan.document())), "plan.json")
    assert (plan.changes, "1.10") == (read.changes, read.format_version)


def test_keys_of_a_later_minor_version_are_sealed_too(plan: Plan) -> None:
    """Whatever is edited, added or taken away there is found."""
    later = of_a_later_version(plan.document())
    edits = [text for what, text in single_edits(later) if "_at" not in what]
    assert len(edits) > EDITS
    assert [] == [text for text in edits if not why_refused(text)]
    assert "do not fit what it says" in why_refused(text_of({**later, "note": "approved"}))
    assert "do not fit what it says" in why_refused(text_of({**plan.document(), "format_version": "1.1"}))
