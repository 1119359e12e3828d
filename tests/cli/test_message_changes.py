"""A change that breaks declared messages, segments, scenarios or samples names them, and a rename lists what is
left to edit in the dashboard.
"""

import json
import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from reconciler.model.plan import Plan
from reconciler.report.formats import FORMATS, PlanView

SANDBOX = ("--target", "sandbox")


@pytest.fixture
def repository(tmp_path: Path, shipped: Path) -> Path:
    """A work tree with the shipped manifests committed, on the branch main."""
    shutil.copytree(shipped, tmp_path / "manifests")
    names = ["-c", "user.name=a", "-c", "user.email=a@b.c"]
    for command in (["init", "-q", "-b", "main"], ["add", "--all"], [*names, "commit", "-qm", "first"]):
        subprocess.run(["git", *command], cwd=tmp_path, check=True)
    return tmp_path


def edit(repository: Path, file: str, *pairs: tuple[str, str]) -> None:
    """Every old text becomes the new one."""
    path = repository / "manifests" / file
    text = path.read_text(encoding="utf-8")
    for old, new in pairs:
        assert old in text
        text = text.replace(old, new)
    path.write_text(text, encoding="utf-8")


def shown(document: dict[str, Any]) -> dict[str, str]:
    """A plan in every format that shows plans."""
    view = PlanView(Plan.read(document))
    return {form.name: form.render(view) for form in FORMATS if form.shows("plan")}


NO_NEW_TIER = ("    - {name: new_tier, type: text, required: true, options: [Bronze, Silver, Gold, Platinum]}\n", "")
RENAMED = (
    ("name: Attribution\n", "name: Assignment\nrenamed_from: Attribution\n"),
    ("{Attribution.responsable_id: COM-001}", "{Assignment.responsable_id: COM-001}"),
)


def test_a_removed_property_names_the_message_and_its_line(run: Callable, repository: Path, figure: Callable) -> None:
    """M3: in every format."""
    edit(repository, "loyalty.yaml", NO_NEW_TIER)
    document = json.loads(run("diff", "--against", "main", "--format", "json").out)
    (change,) = [each for each in document["changes"] if each["address"] == "event/loyalty.tier_upgraded"]
    expected = {
        "change": "properties.metaData.new_tier",
        "by": "template/gold-upgrade",
        "source": "manifests/messages/gold-upgrade.txt:2",
        "how": "{var=metaData.new_tier}",
    }
    assert ("breaking", [expected]) == (change["impact"], change["used_by"])
    for form, text in shown(document).items():
        assert "manifests/messages/gold-upgrade.txt:2" in text, form
    figure("M3", f"a removed property names manifests/messages/gold-upgrade.txt:2, in {len(shown(document))} formats")


def test_another_revision_is_judged_by_its_own_messages(run: Callable, repository: Path) -> None:
    """Which are no longer there when the plan is made."""
    edit(repository, "loyalty.yaml", NO_NEW_TIER)
    names = ["-c", "user.name=a", "-c", "user.email=a@b.c"]
    subprocess.run(["git", *names, "commit", "-qam", "second"], cwd=repository, check=True)
    (repository / "manifests" / "messages" / "gold-upgrade.txt").write_text("Nothing.", encoding="utf-8")
    ended = run("diff", "--against", "main^", "--head", "main")
    assert (
        "used by template/gold-upgrade at manifests/messages/gold-upgrade.txt:2: {var=metaData.new_tier}" in ended.out
    )
    assert "gold-upgrade.txt" not in run("diff", "--against", "main^").out


def test_apply_refuses_and_names_them(run: Callable, repository: Path) -> None:
    """Until it is allowed."""
    assert 0 == run(*SANDBOX, "apply", "--auto-approve", "-q").code
    edit(repository, "loyalty.yaml", NO_NEW_TIER)
    refused = run(*SANDBOX, "apply", "--auto-approve", "--format", "json")
    assert 3 == refused.code
    sources = [user["source"] for item in json.loads(refused.out)["breaking"] for user in item["used_by"]]
    assert ["manifests/messages/tier-downgraded.txt:2", "manifests/messages/gold-upgrade.txt:2"] == sources
    assert 0 == run(*SANDBOX, "apply", "--auto-approve", "--allow", "breaking").code


def test_a_plan_names_the_sample_that_the_shop_would_refuse(run: Callable, repository: Path) -> None:
    """It takes it now."""
    samples = repository / "manifests" / "samples"
    samples.mkdir()
    payload = '{\n  "contact": {"id": 1},\n  "metaData": {"previous_tier": "Silver", "new_tier": "Gold"}\n}\n'
    (samples / "loyalty.tier_upgraded.json").write_text(payload)
    run(*SANDBOX, "apply", "--auto-approve", "-q")
    head = "code_name: loyalty.tier_upgraded\nproperties:\n  metaData:\n"
    edit(repository, "loyalty.yaml", (head, f"{head}    - {{name: since, type: date, required: true}}\n"))
    ended = run(*SANDBOX, "plan")
    assert "used by manifests/samples/loyalty.tier_upgraded.json:3: " in ended.out


@pytest.fixture
def renamed(run: Callable, repository: Path) -> list[str]:
    """Attribution lives and is to be renamed; every place that has the old name, as grep finds it."""
    run(*SANDBOX, "apply", "--auto-approve", "-q")
    edit(repository, "account-manager.yaml", *RENAMED)
    found = []
    for file in sorted((repository / "manifests" / "messages").iterdir()):
        for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1):
            found += [f"manifests/messages/{file.name}:{number}"] * len(re.findall(r"\{var=Attribution\.", line))
    return found


def test_a_rename_lists_the_edits_to_make_in_the_dashboard(run: Callable, renamed: list[str], figure: Callable) -> None:
    """M5: as many as grep finds, in each format."""
    document = json.loads(run(*SANDBOX, "plan", "--format", "json").out)
    assert sorted(renamed) == sorted(each["source"] for each in document["edits"])
    first = document["edits"][0]
    assert ("{var=Attribution.responsable.first_name}", "{var=Assignment.responsable.first_name}") == (
        first["old"],
        first["new"],
    )
    pages = shown(document)
    text = pages["text"]
    assert f"\nTo edit in the dashboard ({len(renamed)}):\n" in text
    assert len(renamed) == len(re.findall(r"\{var=Attribution\.\S+ → \{var=Assignment\.", text))
    assert len(renamed) == len(re.findall(r"`\{var=Attribution\.\S+` → `\{var=Assignment\.", pages["markdown"]))
    page = pages["html"].partition("To edit in the dashboard")[2]
    assert len(renamed) == page.count("<code>{var=Assignment.")
    offline = json.loads(run("diff", "--against", "main", "--format", "json").out)
    assert document["edits"] == offline["edits"]
    figure("M5", f"a rename lists {len(renamed)} edits, grep finds {len(renamed)}; in text, JSON, Markdown and HTML")


def test_the_old_name_is_a_warning_until_the_dashboard_has_the_new_one(
    run: Callable, repository: Path, renamed: list[str]
) -> None:
    """Then the copy follows, and nothing is left to edit."""
    ended = run("validate", "--format", "json")
    found = [each for each in json.loads(ended.out)["findings"] if each["severity"] != "info"]
    assert (0, {"message-old-name"}) == (ended.code, {each["rule"] for each in found})
    assert len(renamed) == len(found)
    edit(repository, "messages/account-manager.txt", ("{var=Attribution.", "{var=Assignment."))
    assert "edits" not in json.loads(run(*SANDBOX, "plan", "--format", "json").out)


def test_scenarios_listen_to_the_old_name_of_an_event(run: Callable, repository: Path) -> None:
    """Their copies have to say the new one; the dashboard has the old one."""
    edit(
        repository,
        "loyalty.yaml",
        ("code_name: loyalty.tier_upgraded\n", "code_name: loyalty.rose\nrenamed_from: loyalty.tier_upgraded\n"),
        ("event: loyalty.tier_upgraded", "event: loyalty.rose"),
    )
    (found,) = json.loads(run("diff", "--against", "main", "--format", "json").out)["edits"]
    assert ("scenario/Gold upgrade", "loyalty.tier_upgraded", "loyalty.rose") == (
        found["by"],
        found["old"],
        found["new"],
    )


def test_the_target_of_a_relationship_is_renamed_without_an_edit(run: Callable, repository: Path) -> None:
    """Messages go there by the field that points at it."""
    edit(
        repository,
        "account-manager.yaml",
        ("name: ResponsableCommercial\n", "name: Manager\nrenamed_from: ResponsableCommercial\n"),
        ("targetSchema: ResponsableCommercial", "targetSchema: Manager"),
    )
    document = json.loads(run("diff", "--against", "main", "--format", "json").out)
    (change,) = [each for each in document["changes"] if each["address"] == "definition/Manager"]
    assert "breaking" == change["impact"]
    assert "used_by" not in change
    assert "edits" not in document
