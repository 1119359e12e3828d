"""A base that cannot be read whole: the review has not passed, and says so first."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.git.conftest import MANIFEST, RETYPED, commit

SHOP = MANIFEST.replace("name: A", "name: Shop")
EVENT = "kind: event\ncode_name: visit\nname: Visit\nproperties:\n  metaData:\n    - {name: a, type: text}\n"
BROKEN = {
    "syntax": SHOP.replace("kind:", "kind: :"),
    "conflict": f"<<<<<<< HEAD\n{SHOP}=======\n>>>>>>> x\n",
    "bracket": SHOP.replace("text}", "text"),
    "type": SHOP.replace("text", "txt"),
    "latin": SHOP + "# \udcff\n",
}


def become(repository: Path, before: str, after: str) -> None:
    """Beside a valid manifest, one that is broken at the base and mended after."""
    shop = repository / "manifests/shop.yaml"
    shop.write_text(before, errors="surrogateescape")
    commit(repository)
    shop.write_text(after)


@pytest.mark.parametrize("broken", BROKEN.values(), ids=BROKEN)
def test_what_was_broken_before_is_not_new_and_safe(ask: Callable, repository: Path, broken: str) -> None:
    """Beside a manifest that can be compared; a review of it has not passed unless asked to."""
    become(repository, broken, SHOP.replace("text", "number"))
    for fail_on in ("blocked", "breaking"):
        ended = ask(repository, "diff", "--against", "HEAD", "--fail-on", fail_on, "--format", "json")
        plan = json.loads(ended.out)
        assert (3, []) == (ended.code, plan["changes"])
        assert [("definition/Shop", "not-comparable")] == [(b["address"], b["rule"]) for b in plan["blocked"]]
        assert 1 == len(plan["incomplete"])
    assert 0 == ask(repository, "diff", "--against", "HEAD", "--fail-on", "never").code


def test_a_misspelt_key_before_hides_no_breaking_change(ask: Callable, repository: Path) -> None:
    """The rest of the event could be read, and what was wrong with it could not."""
    become(repository, EVENT.replace("text}", "text, typ: x}"), EVENT[: EVENT.index("properties")])
    ended = ask(repository, "diff", "--against", "HEAD", "--fail-on", "breaking")
    assert (3, True) == (ended.code, "event/visit" in ended.out)
    assert "to create" not in ended.out.replace("0 to create", "")


def test_a_rename_of_what_was_broken_is_no_rename_only(ask: Callable, repository: Path) -> None:
    """What else it changes is as unknown."""
    become(repository, BROKEN["type"], SHOP.replace("Shop", "Store\nrenamed_from: Shop"))
    ended = ask(repository, "diff", "--against", "HEAD", "--format", "json")
    assert ["not-comparable"] == [item["rule"] for item in json.loads(ended.out)["blocked"]]


def test_a_delete_of_what_was_broken_is_shown(ask: Callable, repository: Path) -> None:
    """What a delete means does not depend on how it was."""
    become(repository, BROKEN["type"], "kind: definition\nname: Shop\nensure: absent\n")
    ended = ask(repository, "diff", "--against", "HEAD", "--format", "json")
    plan = json.loads(ended.out)
    assert (3, "nothing-compared") == (ended.code, plan["exit"]["reason"])
    assert [("delete", "breaking")] == [(change["action"], change["impact"]) for change in plan["changes"]]


@pytest.mark.parametrize("form", ["text", "markdown", "html", "junit", "sarif", "github"])
def test_every_format_says_that_not_all_was_compared(ask: Callable, repository: Path, form: str) -> None:
    """Whatever else there is to say."""
    become(repository, BROKEN["latin"], SHOP)
    (repository / "manifests/a.yaml").write_text(RETYPED)
    ended = ask(repository, "diff", "--against", "HEAD", "--format", form)
    assert (3, True) == (ended.code, "was not valid at HEAD" in ended.out.replace("&#39;", "'")), ended.out
    if form in ("markdown", "html"):
        assert "Not everything that was there before could be compared" in ended.out


def test_a_key_that_is_there_twice_is_compared_all_the_same(ask: Callable, repository: Path) -> None:
    """The manifest could be read, and the base is not valid."""
    become(repository, SHOP.replace("name: Shop", "name: Shop\nname: Shop"), SHOP.replace("text", "number"))
    ended = ask(repository, "diff", "--against", "HEAD")
    assert (3, True) == (ended.code, "text → number" in ended.out), ended.out
