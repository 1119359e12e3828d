"""Whatever is refused is there in every format: the rule, the path, the ways out."""

import html
import json
import shutil
import subprocess
from collections.abc import Callable
from typing import Any

import pytest

from tests.cli.test_saved_plans import Place, aged, new_place, of_another_key, place, saved

__all__ = ["new_place", "place"]

EVERY = ("text", "json", "markdown", "html", "junit", "sarif", "github")
PROTECTED = "[guards]\nprotected = ['event/tier']\nmax_creates = 0\n"


def retype(place: Place) -> None:
    """Something that cannot be made in place."""
    place.edit("{name: code, type: text}", "{name: code, type: longtext}")


def break_something(place: Place) -> None:
    """A property that goes."""
    place.edit("{metaData: [{name: new, type: text}]}", "{metaData: [{name: new, type: text, required: true}]}")


def guard(place: Place) -> None:
    break_something(place)
    settings = (place.folder / "manifests/reconciler.toml").read_text(encoding="utf-8")
    place.write("manifests/reconciler.toml", settings + PROTECTED)


def delete(place: Place) -> None:
    """As its manifests say already."""


def approval(place: Place) -> None:
    place.edit("name: Doomed\nensure: absent\n", "name: Doomed\n")


CASES: dict[str, tuple[Callable[[Place], None], dict[str, list[tuple[str, str, list[str]]]]]] = {
    "blocked": (
        retype,
        {
            "blocked": [("definition/Manager", "field-type-frozen", ["fields", "code", "type"])],
            "breaking": [("definition/Doomed", "breaking-delete", [])],
            "destroy": [("definition/Doomed", "breaking-delete", [])],
        },
    ),
    "breaking": (
        break_something,
        {
            "breaking": [
                ("definition/Doomed", "breaking-delete", []),
                ("event/tier", "breaking-update", ["properties", "metaData", "new"]),
            ],
            "destroy": [("definition/Doomed", "breaking-delete", [])],
        },
    ),
    "guard": (
        guard,
        {
            "guard": [
                ("definition/New", "max_creates", []),
                ("event/tier", "protected", ["properties", "metaData", "new"]),
            ],
            "breaking": [
                ("definition/Doomed", "breaking-delete", []),
                ("event/tier", "breaking-update", ["properties", "metaData", "new"]),
            ],
            "destroy": [("definition/Doomed", "breaking-delete", [])],
        },
    ),
    "destroy": (
        delete,
        {
            "breaking": [("definition/Doomed", "breaking-delete", [])],
            "destroy": [("definition/Doomed", "breaking-delete", [])],
        },
    ),
}


SAID = {
    "blocked": ["1 blocked", "--allow-destroy"],
    "breaking": ["1 breaking: event/tier", "1 to delete: definition/Doomed"],
    "guard": [
        "max_creates is 0",
        "event/tier is protected",
        "1 breaking: event/tier",
        "1 to delete: definition/Doomed",
    ],
    "destroy": ["1 to delete: definition/Doomed"],
}
"""What the sentence of each refusal names: every reason, so that nobody has to try again to read the next one."""


def read(markdown: str) -> str:
    """As a reader sees it."""
    return html.unescape(markdown).replace("\\", "").replace("`", "")


def items_in(document: dict[str, Any]) -> dict[str, list[tuple[str, str, list[str]]]]:
    keys = ("blocked", "breaking", "destroy", "guard")
    found = {key: document[key] for key in keys if key in document}
    assert all(item["ways_out"] and item["message"] and item["source"] for items in found.values() for item in items)
    return {key: [(item["address"], item["rule"], item["path"]) for item in items] for key, items in found.items()}


@pytest.mark.parametrize("reason", CASES)
@pytest.mark.parametrize("from_file", [False, True])
def test_a_refused_apply_holds_what_it_refuses(place: Place, reason: str, from_file: bool) -> None:
    """Printed, and in every report; also when the plan was saved."""
    prepare, expected = CASES[reason]
    prepare(place)
    what = []
    if from_file:
        place.command("plan", "--out", "plan.json")
        what = ["plan.json"]
    before = place.writes()
    reports = [f"--report={form}=out.{form}" for form in EVERY]
    code, out, err = place.command("apply", *what, "--format", "json", *reports)
    document = json.loads(out)
    assert (3, before) == (code, place.writes())
    assert document["error"] in err
    first = reason if reason != "breaking" else "destroy"
    assert {"code": 3, "reason": first} == document["exit"]
    assert expected == items_in(document)
    text, markdown = ((place.folder / f"out.{form}").read_text(encoding="utf-8") for form in ("text", "markdown"))
    for words in SAID[reason]:
        assert words in document["error"]
        assert words in text
        assert words.replace("`", "") in read(markdown)
    assert document == json.loads((place.folder / "out.json").read_text(encoding="utf-8"))
    for form in (each for each in EVERY if each != "json"):
        text = (place.folder / f"out.{form}").read_text(encoding="utf-8")
        for items in expected.values():
            for address, rule, path in items:
                assert address in text, form
                assert rule in text, form
                assert not path or path[-1] in text, form
        assert "ways out:" in text.lower(), form
    code, out, err = place.command("apply", *what)
    assert (3, True) == (code, "ways out: " in out)
    assert all(rule in out for items in expected.values() for _, rule, _ in items)


@pytest.mark.parametrize("is_alone", [False, True])
def test_what_keep_going_leaves_out_is_in_every_outcome(place: Place, is_alone: bool) -> None:
    """As the plan has it, also when nothing else is left to apply."""
    if is_alone:
        assert 0 == place.command("apply", "--auto-approve", "--allow-destroy")[0]
    retype(place)
    planned = json.loads(place.command("plan", "--format", "json")[1])["blocked"]
    reports = [f"--report={form}=out.{form}" for form in EVERY]
    arguments = ("apply", "--auto-approve", "--allow-destroy", "--keep-going", *reports)
    code, out, _ = place.command(*arguments, "--format", "json")
    document = json.loads(out)
    assert (5, "blocked-left-out", is_alone) == (code, document["exit"]["reason"], document["applied"] == [])
    assert planned == document["blocked"]
    for form in EVERY:
        text = (place.folder / f"out.{form}").read_text(encoding="utf-8")
        for part in ("definition/Manager", "field-type-frozen", "code", planned[0]["ways_out"][0]):
            assert part in text, form


UNFIT: dict[str, tuple[str, list[str], Callable[[Place], Any]]] = {
    "edited": ("edited", [], lambda place: place.edit("since", "sinse", "plan.json")),
    "cut": ("edited", [], lambda place: place.write("plan.json", '{"format_version": "1.0", ')),
    "digest": ("digest", ["--digest", "sha256:0"], saved),
    "target": ("target", ["--target", "other"], saved),
    "expired": ("expired", [], aged),
    "key": ("key", [], of_another_key),
    "gone": ("moved", [], lambda place: shutil.rmtree(place.folder / "manifests")),
    "not valid": ("stale", [], lambda place: place.edit("type: date", "type: dat")),
}


@pytest.mark.parametrize("case", UNFIT)
def test_a_plan_that_is_not_accepted_is_refused_in_every_format(
    place: Place, monkeypatch: pytest.MonkeyPatch, case: str
) -> None:
    """Also before there is a plan that a report could speak of; the step summary has it, too."""
    monkeypatch.setenv("SHOPIMIND_API_KEY", "k" * 20)
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", "summary.md")
    reason, more, prepare = UNFIT[case]
    saved(place)
    prepare(place)
    (place.folder / "summary.md").unlink()
    reports = [f"--report={form}=out.{form}" for form in EVERY]
    code, out, err = place.command("apply", "plan.json", *more, "--format", "json", *reports)
    document = json.loads(out)
    assert (4, {"code": 4, "reason": reason}) == (code, document["exit"])
    assert document["error"] in err
    assert document == json.loads((place.folder / "out.json").read_text(encoding="utf-8"))
    assert document["error"] in (place.folder / "out.text").read_text(encoding="utf-8")
    text = (place.folder / "out.markdown").read_text(encoding="utf-8")
    first, told, *_ = text.splitlines()
    known = "other" if case == "target" else "sandbox"
    assert (f"<!-- reconciler:apply:{known} -->", "Nothing was changed in the shop.") == (first, told)
    assert text == (place.folder / "summary.md").read_text(encoding="utf-8")
    code, out, _ = place.command("apply", "plan.json", *more, "--format", "markdown")
    assert (4, text) == (code, out)
    assert [] == place.writes()


def test_what_is_left_out_is_named_by_the_next_refusal(place: Place) -> None:
    """It is not applied either; and the way on that is told first is one that works."""
    retype(place)
    break_something(place)
    _, _, err = place.command("apply", "--auto-approve")
    assert ", or apply the rest with --keep-going --allow breaking --allow-destroy.\n" in err
    code, out, _ = place.command("apply", "--keep-going", "--format", "json")
    assert (3, "destroy") == (code, json.loads(out)["exit"]["reason"])
    assert {"blocked", "breaking", "destroy"} == set(items_in(json.loads(out)))
    code, _, err = place.command("apply", "--keep-going", "--allow", "breaking", "--allow-destroy", "--auto-approve")
    assert (5, "") == (code, err)


def test_keep_going_is_no_way_around_a_guard(place: Place) -> None:
    """It is not proposed where a guard refuses the rest."""
    retype(place)
    guard(place)
    _, _, err = place.command("apply", "--auto-approve")
    assert ("--keep-going" in err, "names; the rest is refused, too. The plan would create 1" in err) == (False, True)


def test_a_permission_that_was_given_is_no_reason(place: Place) -> None:
    """What is left is."""
    break_something(place)
    code, out, _ = place.command("apply", "--format", "json", "--allow-destroy")
    assert (3, "breaking") == (code, json.loads(out)["exit"]["reason"])
    assert {"breaking": [("event/tier", "breaking-update", ["properties", "metaData", "new"])]} == items_in(
        json.loads(out)
    )


def test_a_missing_approval_holds_what_was_to_be_approved(place: Place) -> None:
    """There is no terminal to ask on."""
    approval(place)
    code, out, _ = place.command("apply", "--format", "json", "--report", "markdown=out.md")
    document = json.loads(out)
    assert (3, "approval") == (code, document["exit"]["reason"])
    changes = [change["address"] for change in document["changes"]]
    assert ["definition/Assignment", "definition/New", "event/tier"] == changes
    text = (place.folder / "out.md").read_text(encoding="utf-8")
    assert all(f"`{address}`" in text for address in changes)


def test_a_stale_plan_holds_what_moved(place: Place) -> None:
    """All of it."""
    saved(place)
    place.edit("type: date", "type: datetime")
    place.create("new", "b")
    moved = ["the manifest of definition/Assignment has changed", "definition/New is new in the shop"]
    code, out, _ = place.command("apply", "plan.json", "--format", "json", "--report=markdown=m", "--report=text=t")
    assert (4, {"code": 4, "reason": "moved"}) == (code, json.loads(out)["exit"])
    assert moved == json.loads(out)["moved"]
    assert all(each in (place.folder / "t").read_text(encoding="utf-8") for each in moved)
    assert "### Moved since the plan was made (2)" in (place.folder / "m").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("fail_on", "reason"), [("breaking", "breaking"), ("refused", "breaking"), ("refused", "guard")]
)
def test_a_plan_that_fails_holds_what_it_fails_for(place: Place, fail_on: str, reason: str) -> None:
    """In every format, guards included."""
    CASES[reason][0](place)
    for form in EVERY:
        code, out, _ = place.command("plan", "--fail-on", fail_on, "--format", form)
        assert 3 == code
        for address, rule, path in (*CASES[reason][1][reason], *CASES[reason][1]["destroy"]):
            assert address.partition("/")[2] in out, form
            assert rule in out, form
            assert not path or path[-1] in out, form
    code, out, _ = place.command("plan", "--fail-on", fail_on, "--format", "json")
    expected = {(address, rule) for items in CASES[reason][1].values() for address, rule, _ in items}
    refused = json.loads(out)["refused"]
    assert expected == {(item["address"], item["rule"]) for item in refused}
    assert all(item["ways_out"] for item in refused)
    assert "refused" not in json.loads(place.command("plan", "--only", "event/calm", "--format", "json")[1])


def test_a_diff_that_fails_holds_what_it_fails_for(place: Place) -> None:
    """As a plan does, from git alone."""
    identity = ("-c", "user.name=a", "-c", "user.email=a@b.c")
    place.edit(
        "{metaData: [{name: new, type: text}]}", "{metaData: [{name: new, type: text}, {name: old, type: text}]}"
    )
    for arguments in (("init", "-q"), ("add", "manifests"), (*identity, "commit", "-qm", "before")):
        subprocess.run(["git", *arguments], cwd=place.folder, check=True)
    place.edit(", {name: old, type: text}", "")
    for form in EVERY:
        code, out, _ = place.command("diff", "--against", "HEAD", "--fail-on", "breaking", "--format", form)
        assert 3 == code
        for told in ("tier", "breaking-update", "metaData.old" if form != "json" else '"old"', "take nothing away"):
            assert told in out, form
