"""A kind is one place: a toy of two files and two lines in the registries goes through everything the tool does."""

import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from reconciler.report.formats import FORMATS
from reconciler.rules import RULES

TABLE = "kind: definition\nname: Client\nfields: [{name: code, type: text}]\n"
GOLD = f"{TABLE}---\nkind: badge\nname: Best\ncolour: gold\ngiven_for: client\n"
MEMO = "---\nkind: memo\nname: Ask Ada\nabout: Client\n"
Reconciler = Callable[..., tuple[int, str]]


@pytest.fixture
def gold(reconciler: Reconciler, shop: Any) -> Reconciler:
    """The shop has the badge."""
    assert 0 == reconciler("apply", "--auto-approve", manifests=GOLD)[0]
    shop.writes()
    return reconciler


def test_it_is_validated(reconciler: Reconciler) -> None:
    """Its keys, its own rule, its references, and all of them in one run."""
    wrong = "kind: badge\nname: Best\ncolor: gold\ncolour: ultraviolet\ngiven_for: Nobody\n"
    code, said = reconciler("validate", manifests=wrong)
    assert 1 == code
    for rule in ("unknown-key", "badge-colour", "dangling-reference"):
        assert f"[{rule}]" in said
    assert "did you mean 'colour'?" in said
    code, said = reconciler("validate", manifests=GOLD)
    assert (0, "2 manifests · 1 warning") == (code, said.splitlines()[-1])
    assert "[definition-without-keys]" in said


def test_its_rule_is_in_the_table(reconciler: Reconciler) -> None:
    """It is explained, and it can be silenced."""
    assert "badge-colour" in RULES
    code, said = reconciler("explain", "badge-colour")
    assert (0, True) == (code, "ultraviolet" in said)
    silenced = "kind: badge\nname: Best\ncolour: x  # reconciler: ignore[badge-colour] a joke\n"
    assert 0 == reconciler("validate", manifests=silenced)[0]


def test_it_is_planned_and_applied_after_what_it_refers_to(reconciler: Reconciler, shop: Any) -> None:
    """The id of the definition is found; a second apply sends nothing."""
    code, said = reconciler("plan", "--show-requests", manifests=GOLD)
    assert 0 == code
    assert said.index("+ definition/Client") < said.index("+ badge/Best")
    assert "POST /badges  badge/Best" in said
    assert 0 == reconciler("apply", "--auto-approve")[0]
    assert ["POST /badges"] == shop.writes()
    ((number, row),) = shop.badges.items()
    assert {"id": number, "name": "Best", "colour": "gold", "definition_id": 1} == row
    assert "in sync: 2 unchanged" in reconciler("plan")[1]
    assert 0 == reconciler("apply", "--auto-approve")[0]
    assert [] == shop.writes()


def test_it_is_changed(gold: Reconciler, shop: Any) -> None:
    """With the kind's own verdict, and sent whole."""
    code, said = gold("plan", manifests=GOLD.replace("gold", "silver"))
    assert (0, True) == (code, "caution: printed badges keep their colour" in said)
    assert 0 == gold("apply", "--auto-approve")[0]
    assert ["PATCH /badges/1"] == shop.writes()
    assert "silver" == shop.badges[1]["colour"]


def test_it_is_renamed(gold: Reconciler, shop: Any) -> None:
    """It keeps its id; a rename is breaking and has to be allowed."""
    renamed = GOLD.replace("name: Best", "name: Top\nrenamed_from: Best")
    assert 3 == gold("apply", "--auto-approve", manifests=renamed)[0]
    assert 0 == gold("apply", "--auto-approve", "--allow", "breaking")[0]
    assert ["PATCH /badges/1"] == shop.writes()
    assert "Top" == shop.badges[1]["name"]
    assert "in sync" in gold("plan")[1]


def test_it_is_deleted(gold: Reconciler, shop: Any) -> None:
    """When the manifest says so, and before what it points at."""
    gone = "kind: definition\nname: Client\nensure: absent\n---\nkind: badge\nname: Best\nensure: absent\n"
    code, said = gold("plan", manifests=gone)
    assert (0, True) == (code, "breaking: nobody sees it any more" in said)
    assert said.index("- badge/Best") < said.index("- definition/Client")
    assert 0 == gold("apply", "--auto-approve", "--allow-destroy")[0]
    assert ["DELETE /badges/1"] == shop.writes()
    assert {} == shop.badges


def test_it_drifts(gold: Reconciler, shop: Any) -> None:
    """What somebody changed, and what somebody made, are told with the kind's words."""
    shop.badges[1]["colour"] = "silver"
    shop.badges[2] = {"id": 2, "name": "Stray", "colour": "", "definition_id": None}
    code, said = gold("drift")
    assert 2 == code
    assert "1 of 2 badges" in said
    assert "~ badge/Best" in said
    assert "badge/Stray" in said
    assert [] == shop.writes()


def test_it_is_pulled(gold: Reconciler, shop: Any, tmp_path: Path) -> None:
    """Edited where it stands, and written down where nobody has."""
    shop.badges[1]["colour"] = "silver"
    shop.badges[2] = {"id": 2, "name": "Stray", "colour": "gold", "definition_id": 1}
    code, said = gold("pull", "manifests")
    assert (0, []) == (code, shop.writes())
    assert "~ manifests/shop.yaml" in said
    assert "colour: silver" in (tmp_path / "manifests/shop.yaml").read_text()
    stray = (tmp_path / "manifests/badges/stray.yaml").read_text()
    assert stray.startswith("kind: badge\nname: Stray\ncolour: gold\ngiven_for: ")
    assert 0 == gold("plan", "--detailed-exitcode")[0]


def test_it_is_pruned(gold: Reconciler, shop: Any) -> None:
    """And what refers to something that is to be deleted keeps it from harm until it goes as well."""
    shop.badges[2] = {"id": 2, "name": "Stray", "colour": "", "definition_id": None}
    assert 0 == gold("apply", "--auto-approve", "--prune", "--allow-destroy")[0]
    assert ["DELETE /badges/2"] == shop.writes()


def test_it_is_drawn(gold: Reconciler) -> None:
    """A box, and an arrow to what it refers to, in every language of pictures."""
    arrows = {"mermaid": "}o--o|", "dot": "->", "svg": 'class="edge"'}
    for language, arrow in arrows.items():
        code, said = gold("graph", "--format", language)
        assert (0, True, True) == (code, "Best" in said, arrow in said)


def test_it_is_reported_in_every_format(gold: Reconciler) -> None:
    """A change of it is told in each of them, and so are findings, drift and how an apply ended."""
    renamed = GOLD.replace("name: Best", "name: Top\nrenamed_from: Best")
    broken = GOLD.replace("gold", "ultraviolet")
    for known in FORMATS:
        if known.plan:
            assert "Top" in gold("plan", "--format", known.name, manifests=renamed)[1]
        if known.drift:
            assert "Top" in gold("drift", "--format", known.name, manifests=renamed)[1]
        if known.findings:
            assert "ultraviolet" in gold("validate", "--format", known.name, manifests=broken)[1]
    assert "this change renames the badge `Best` to `Top`" in gold("plan", "--format", "markdown", manifests=renamed)[1]
    said = gold("apply", "--auto-approve", "--allow", "breaking", "--format", "json")[1]
    assert ["badge/Top"] == json.JSONDecoder().raw_decode(said)[0]["applied"]


def test_it_has_a_schema(reconciler: Reconciler) -> None:
    """Alone, and among all kinds."""
    assert "given_for" in json.loads(reconciler("schema", "badge")[1])["properties"]
    assert "Badge" in json.loads(reconciler("schema")[1])["$defs"]


def test_a_saved_plan_of_it_is_applied_as_it_was_saved(gold: Reconciler, shop: Any) -> None:
    """And refused when somebody has changed the badge meanwhile."""
    silver = GOLD.replace("gold", "silver")
    assert 0 == gold("plan", "--out", "plan.json", manifests=silver)[0]
    shop.badges[1]["colour"] = "black"
    code, said = gold("apply", "plan.json")
    assert (4, True) == (code, "badge/Best has changed in the shop" in said)
    shop.badges[1]["colour"] = "gold"
    assert 0 == gold("apply", "plan.json")[0]
    assert ["PATCH /badges/1"] == shop.writes()


def test_it_is_compared_between_revisions(gold: Reconciler, tmp_path: Path) -> None:
    """`diff --against` needs no shop; a kind that never goes there is no difference."""
    assert 0 == gold("validate", manifests=GOLD + MEMO)[0]
    git = ["git", "-c", "user.name=a", "-c", "user.email=a@example.com"]
    for words in (["init", "-q"], ["add", "."], ["commit", "-qm", "x"]):
        subprocess.run([*git, *words], cwd=tmp_path, check=True)
    code, said = gold("diff", "--against", "HEAD", manifests=GOLD.replace("gold", "silver") + MEMO)
    assert 0 == code
    assert "colour   gold → silver" in said
    assert "memo" not in said


def test_a_kind_without_a_side_at_the_api_is_checked_and_never_sent(gold: Reconciler, shop: Any) -> None:
    """It needs no endpoint; its references are, its picture is, and a plan does not speak of it."""
    code, said = gold("validate", manifests=GOLD + MEMO.replace("Client", "Nobody"))
    assert (1, True) == (code, "memo/Ask Ada refers to definition/Nobody" in said)
    assert 0 == gold("validate", manifests=GOLD + MEMO)[0]
    assert "Ask Ada" in gold("graph", "--format", "dot")[1]
    assert "in sync: 2 unchanged" in gold("plan")[1]
    assert 0 == gold("apply", "--auto-approve")[0]
    assert 0 == gold("drift")[0]
    assert [] == shop.writes()


def test_a_key_that_may_not_read_badges_can_manage_the_rest(reconciler: Reconciler, shop: Any) -> None:
    """Nothing is read that no manifest names."""
    assert 0 == reconciler("plan", manifests=TABLE)[0]
    assert [] == [line for line in shop.log if "badges" in line]


def test_nothing_else_knows_the_toys() -> None:
    """Two files and a line in each of two registries: that is all of the badge, and one of each is all of the memo."""
    root = Path(__file__).parent.parent.parent
    product = [*root.glob("reconciler/**/*.py")]
    assert [] == [file for file in product if "badge" in file.read_text() or "memo" in file.read_text().lower().split()]
