"""Where manifests and saved plans stand is no part of what they mean, and neither comes in the other's way."""

import json
import os
import shutil
from collections.abc import Callable

import pytest

from reconciler.model.plan import Asked
from tests.cli.test_saved_plans import Place, new_place, place, resealed, saved
from tests.plan.test_document import text_of

__all__ = ["new_place", "place"]


def test_a_mistyped_plan_file_is_told_as_one(place: Place) -> None:
    """And not as a folder of manifests; what was probably meant is named."""
    code, _, err = place.command("apply", "pla.json")
    expected = "Error: There is no such file: pla.json. `apply` takes a plan that `plan --out` wrote, or manifests.\n"
    assert (64, expected) == (code, err)
    saved(place)
    for mistyped in (["pla.json"], ["pla.json", "manifests"]):
        code, _, err = place.command("apply", *mistyped)
        assert (64, True) == (code, "There is no such file: pla.json. Did you mean plan.json?" in err)
    for mistyped in (["manifest"], ["plan.json", "manifest"]):
        code, _, err = place.command("apply", *mistyped)
        assert (64, True) == (code, "There is no file or folder 'manifest'. Name the folder that holds" in err)


def comment_above(place: Place) -> None:
    place.edit("kind: definition\nname: Assignment", "# who\n# looks after whom\nkind: definition\nname: Assignment")


def renamed_file(place: Place) -> None:
    (place.folder / "manifests/shop.yaml").rename(place.folder / "manifests/a shop.yml")


def moved_into_a_folder(place: Place) -> None:
    (place.folder / "manifests/more").mkdir()
    (place.folder / "manifests/shop.yaml").rename(place.folder / "manifests/more/shop.yaml")


def split_into_files(place: Place) -> None:
    text = (place.folder / "manifests/shop.yaml").read_text(encoding="utf-8")
    for number, manifest in enumerate(reversed(text.split("---\n"))):
        place.write(f"manifests/{number}.yaml", manifest)
    (place.folder / "manifests/shop.yaml").unlink()


@pytest.mark.parametrize("move", [comment_above, renamed_file, moved_into_a_folder, split_into_files])
def test_where_a_manifest_stands_is_no_part_of_what_it_means(place: Place, move: Callable[[Place], None]) -> None:
    """Neither for a saved plan, what is blocked in it included, nor for the digest that a reviewer saw."""
    place.edit("fields: [{name: code, type: text}]", "fields: [{name: code, type: longtext}]")
    assert 3 == place.command("plan", "--out", "plan.json")[0]
    digest = json.loads((place.folder / "plan.json").read_text(encoding="utf-8"))["digest"]
    move(place)
    place.command("plan", "--out", "again.json")
    assert digest == json.loads((place.folder / "again.json").read_text(encoding="utf-8"))["digest"]
    code, _, err = place.command("apply", "plan.json", "--digest", digest, "--keep-going", "--allow-destroy")
    assert 5 == code, err


def test_the_manifests_of_a_plan_may_be_somewhere_else(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    """Named behind the plan: another folder, an absolute path, a single file."""
    saved(place)
    (place.folder / "manifests").rename(place.folder / "shop")
    code, _, err = place.command("apply", "plan.json")
    expected = (
        "Error: The manifests that the plan was made from have moved: there is no 'manifests' here or beside the plan. "
        "Nothing was sent. Say where they are: reconciler apply plan.json PATHS\n"
    )
    assert (4, expected) == (code, err)
    for where in ("shop", str(place.folder / "shop"), "shop/shop.yaml"):
        code, _, err = place.command("apply", "plan.json", where)
        assert (3, True) == (code, "1 to delete: definition/Doomed" in err), err
    (place.folder / "elsewhere").mkdir()
    shutil.copytree(place.folder / ".reconciler", place.folder / "elsewhere/.reconciler")
    monkeypatch.chdir(place.folder / "elsewhere")
    code, _, err = place.command("apply", "../plan.json", "../shop", "--allow-destroy")
    assert 0 == code, err


def test_a_plan_with_an_absolute_path_works_on_another_machine(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    """As much of the end of the path as is there is taken, and that is said."""
    absolute = str(place.folder / "manifests")
    assert 0 == place.command("plan", absolute, "--out", "plan.json")[0]
    place.folder.rename(place.folder.with_name("machine"))
    monkeypatch.chdir(place.folder.with_name("machine"))
    code, _, err = place.command("apply", "plan.json")
    assert f"The plan was made from {absolute}; its manifests are taken from manifests.\n" in err
    assert (3, True) == (code, "1 to delete: definition/Doomed" in err)
    code, _, err = place.command("apply", "plan.json", "manifests", "--allow-destroy")
    assert (0, False) == (code, "was made from" in err), err


def test_a_plan_is_applied_from_another_folder(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its manifests are found beside it when they are not where the command runs."""
    saved(place)
    (place.folder / "sub").mkdir()
    shutil.copytree(place.folder / ".reconciler", place.folder / "sub/.reconciler")
    monkeypatch.chdir(place.folder / "sub")
    code, _, err = place.command("apply", "../plan.json", "--allow-destroy")
    assert 0 == code, err
    assert "The plan was made from manifests; its manifests are taken from ../manifests.\n" in err


def test_a_plan_that_names_no_manifests_asks_for_them(place: Place) -> None:
    """One that was made by a program may name none."""
    saved(place)
    resealed(place, asked=Asked())
    code, _, err = place.command("apply", "plan.json", "--allow-destroy")
    assert (4, True) == (code, "plan.json does not say where its manifests are. Nothing was sent. Say where" in err)
    assert 0 == place.command("apply", "plan.json", "manifests", "--allow-destroy")[0]


def test_a_plan_below_the_manifests_does_not_spoil_the_next_run(place: Place) -> None:
    """It is left out with a sentence, as are reports, however large they are or whatever a formatter made of them."""
    saved(place)
    out = ["--out", "manifests/plan.json", "--report", "json=manifests/deep/report.json"]
    assert 0 == place.command("plan", *out)[0]
    plan = json.loads((place.folder / "manifests/plan.json").read_text(encoding="utf-8"))
    place.write("manifests/sorted.json", json.dumps(plan, sort_keys=True))
    place.write("manifests/cut.yaml", (place.folder / "manifests/plan.json").read_text(encoding="utf-8")[:300])
    place.write("manifests/large.json", text_of({**plan, "warnings": ["w" * 9_000_000]}))
    sentences = [
        f"manifests/{name}: this is a document that reconciler wrote, not a manifest: it is left out.\n"
        for name in ("cut.yaml", "deep/report.json", "large.json", "plan.json", "sorted.json")
    ]
    for command in (["plan"], ["drift"]):
        code, _, err = place.command(*command)
        assert (True, "".join(sentences)) == (code in (0, 2), err)
    code, out, _ = place.command("validate", "--format", "json")
    rules = {found["rule"] for found in json.loads(out)["findings"]}
    assert (0, {"own-document", "definition-without-keys"}) == (code, rules)
    assert 0 == place.command("apply", "plan.json", "--allow-destroy")[0]


@pytest.mark.parametrize("command", ["plan", "apply", "validate", "drift", "graph"])
def test_a_plan_among_the_paths_is_told_as_one(place: Place, command: str) -> None:
    """Nobody who names a saved plan means to plan anew."""
    saved(place)
    code, _, err = place.command(command, "manifests", "plan.json")
    assert (64, True) == (code, "plan.json is a document that reconciler wrote, not a manifest. To apply" in err)
    assert [] == place.writes()


@pytest.mark.parametrize("option", ["--out={}", "--report=json={}", "--report=markdown={}"])
def test_no_output_replaces_a_manifest_or_the_settings(place: Place, option: str) -> None:
    """Neither one of these manifests nor another one; nothing is sent then."""
    saved(place)
    place.write("one.json", '{"name": "M", "kind": "event", "code_name": "more"}')
    (place.folder / "link.json").symlink_to("one.json")
    for file in ("manifests/shop.yaml", "one.json", "link.json", "manifests/reconciler.toml"):
        before = (place.folder / file).read_bytes()
        for command in ["plan"] if option.startswith("--out") else ["plan", "apply", "drift"]:
            code, _, err = place.command(command, option.format(file))
            told = f"{file} holds a manifest or the settings and was not replaced."
            assert (64, True) == (code, told in err), command
        assert before == (place.folder / file).read_bytes()
    assert [] == place.writes()


@pytest.mark.parametrize("name", ["x.plan", "plan", "plan.json.txt", "plan.yaml", "new/plan.toml", "manifests"])
def test_a_plan_is_saved_only_where_apply_takes_it_from(place: Place, name: str) -> None:
    """Known before the shop is read, with the name to take."""
    asked = len(place.store.requests())
    code, _, err = place.command("plan", "--out", name)
    assert (64, True) == (code, "`apply` takes a plan only from a file whose name ends in .json." in err)
    assert f"Name it {name.rpartition('.')[0] or name}.json.\n" in err
    assert asked == len(place.store.requests())
    assert ["manifests"] == sorted(each.name for each in place.folder.iterdir() if not each.name.startswith("."))


@pytest.mark.parametrize("name", ["/dev/stdout", "/dev/null", "pipe"])
def test_a_plan_for_whoever_reads_it_has_any_name(place: Place, name: str) -> None:
    """No command is shown that cannot work: whoever saves it names the file."""
    os.mkfifo(place.folder / "pipe")
    reader = os.open(place.folder / "pipe", os.O_RDONLY | os.O_NONBLOCK)
    try:
        code, out, err = place.command("plan", "--out", name)
        piped = os.read(reader, 100_000) if name == "pipe" else b""
    finally:
        os.close(reader)
    told = f"The plan was written to {name}. `apply` takes it from a file whose name ends in .json.\n"
    assert (0, told) == (code, err)
    assert (name == "/dev/stdout", name == "pipe") == ('"checksum"' in out, b'"checksum"' in piped)


@pytest.mark.parametrize("option", ["--out", "--report=json", "--report=markdown"])
@pytest.mark.parametrize(
    "name",
    [
        "new/reconciler.toml",
        "Reconciler.TOML",
        ".git/config",
        ".git/HEAD",
        "sub/.git/x.json",
        ".GIT/x.json",
        "in/x.json",
    ],
)
def test_no_output_becomes_settings_or_a_part_of_git(place: Place, option: str, name: str) -> None:
    """Also where nothing stands yet: every later command would read it."""
    (place.folder / ".git").mkdir()
    (place.folder / "in").symlink_to(".git")
    asked = len(place.store.requests())
    arguments = [option, name] if option == "--out" else [f"{option}={name}"]
    for command in ["plan"] if option == "--out" else ["plan", "apply"]:
        code, _, err = place.command(command, *arguments)
        assert (64, True) == (code, f"{name} would be read as the settings" in err or f"{name} is in a .git" in err)
    assert asked == len(place.store.requests())
    assert [] == list((place.folder / ".git").iterdir())
    assert not (place.folder / name).exists()


def test_outputs_replace_outputs(place: Place) -> None:
    """And what is empty, or no input of this tool."""
    (place.folder / "empty.json").touch()
    place.write("other.json", "[]")
    for file in ("empty.json", "other.json"):
        for _ in range(2):
            assert 0 == place.command("plan", "--out", file, "--report", "sarif=sarif.json")[0]


@pytest.mark.parametrize(
    ("file", "more"),
    [
        ("manifests/a.json", []),
        ("manifests/a.json", ["manifests/shop.yaml"]),
        ("./Manifests/deep/a.json", ["manifests"]),
        ("shop/a.json", ["shop/shop.yaml"]),
        ("shop/a.json", ["shop"]),
        ("shop/deep/a.json", ["shop/shop.yaml"]),
        ("a.json", ["one.yaml", "manifests"]),
        ("a.json", ["."]),
    ],
)
def test_a_plan_among_the_manifests_is_never_applied(place: Place, file: str, more: list[str]) -> None:
    """The shell puts it first for `apply manifests/*`, and nobody has named it."""
    saved(place)
    shutil.copytree(place.folder / "manifests", place.folder / "shop")
    place.write("one.yaml", "kind: event\nname: M\ncode_name: more\n")
    (place.folder / file).parent.mkdir(parents=True, exist_ok=True)
    (place.folder / "plan.json").rename(place.folder / file)
    code, _, err = place.command("apply", file, *more, "--allow-destroy", "--auto-approve")
    assert (64, True) == (code, "is a saved plan and lies where the manifests are. Move it out" in err), err
    assert () == place.store.requests()


def test_a_plan_behind_a_link_is_never_applied(place: Place) -> None:
    """A branch can hold the link; in a linked folder it lies where that is called so, and where it leads."""
    saved(place)
    (place.folder / "link.json").symlink_to("plan.json")
    code, _, err = place.command("apply", "link.json", "manifests", "--allow-destroy")
    assert (64, True) == (code, "is a saved plan and is a link. Name the file that it leads to" in err), err
    (place.folder / "manifests").rename(place.folder / "shop")
    (place.folder / "manifests").symlink_to("shop")
    shutil.copy(place.folder / "plan.json", place.folder / "shop/plan.json")
    for arguments in (["manifests/plan.json"], ["shop/plan.json", "manifests"]):
        code, _, err = place.command("apply", *arguments, "--allow-destroy")
        assert (64, True) == (code, "lies where the manifests are" in err), err
    assert () == place.store.requests()
