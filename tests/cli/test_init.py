"""`reconciler init`: a beginning with nothing left to fill in, and nothing replaced."""

import json
import os
import re
import subprocess
import sys
import tomllib
from collections.abc import Callable
from pathlib import Path

import jsonschema
import pytest
import yaml

from reconciler.__main__ import EmbeddedSandbox
from reconciler.cli.main import run as run_command
from reconciler.cli.origin import Origin, origin_of_tool, web_address
from reconciler.published import REPOSITORY
from tests.conftest import Ran

Init = Callable[..., Ran]
WRITTEN = {
    "--github": {
        ".github/workflows/shop.yml", "manifests/reconciler.toml", "manifests/shop.yaml", "reconciler.schema.json"
    },
    "--gitlab": {".gitlab-ci.yml", "manifests/reconciler.toml", "manifests/shop.yaml", "reconciler.schema.json"},
}  # fmt: skip


@pytest.fixture
def reconciler(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Init:
    """Runs a command in this process, in an empty folder."""
    monkeypatch.chdir(tmp_path)

    def run(*arguments: str) -> Ran:
        capsys.readouterr()
        code = run_command(arguments, EmbeddedSandbox())
        printed = capsys.readouterr()
        return Ran(code, printed.out, printed.err)

    return run


def files_in(folder: Path) -> set[str]:
    """Every file, from the folder, but those of git."""
    found = {str(file.relative_to(folder)) for file in folder.rglob("*") if file.is_file()}
    return {name for name in found if not name.startswith(".git/")}


@pytest.mark.parametrize("forge", WRITTEN)
def test_a_beginning_is_written_and_valid(reconciler: Init, tmp_path: Path, forge: str) -> None:
    """Every file is named; no placeholder is left in any of them."""
    ended = reconciler("init", forge)
    assert 0 == ended.code, ended.err
    assert WRITTEN[forge] == set(ended.out.splitlines()) == files_in(tmp_path)
    texts = [(tmp_path / name).read_text(encoding="utf-8") for name in WRITTEN[forge]]
    assert [] == re.findall(r"\b(TOOL_\w+|MANIFESTS|DEFAULT_BRANCH|OWNER|HASH)\b", "".join(texts))
    assert (0, "2 manifests, all valid\n") == (reconciler("validate").code, reconciler("validate").out)
    assert "Next: change manifests/shop.yaml, which is an example, and check it: `reconciler validate`." in ended.err
    assert "SHOPIMIND_API_KEY" in ended.err


def test_without_a_choice_it_is_for_github(reconciler: Init, tmp_path: Path) -> None:
    """Which one can say; both is wrong usage."""
    assert 64 == reconciler("init", "--github", "--gitlab").code
    assert set() == files_in(tmp_path)
    reconciler("init")
    assert WRITTEN["--github"] == files_in(tmp_path)


def test_what_is_begun_can_be_tried_at_once(reconciler: Init) -> None:
    """On the sandbox, and it is in sync then."""
    reconciler("init", "-q")
    assert 0 == reconciler("--target", "sandbox", "apply", "--auto-approve", "-q").code
    assert "in sync: 2 unchanged" in reconciler("--target", "sandbox", "plan").out
    assert "* shopimind" in reconciler("targets").out


def test_nothing_that_is_there_is_replaced(reconciler: Init, tmp_path: Path) -> None:
    """Each is named, a link too, and nothing else is written either."""
    (tmp_path / "manifests").mkdir()
    (tmp_path / "manifests/reconciler.toml").write_text("# mine\n")
    (tmp_path / "reconciler.schema.json").symlink_to("nowhere")
    ended = reconciler("init")
    told = (
        "Error: manifests/reconciler.toml, reconciler.schema.json are there already. Nothing was written. "
        "Move what is there, or begin in an empty folder and take from it what you need.\n"
    )
    assert (3, "", told) == (ended.code, ended.out, ended.err)
    assert {"manifests/reconciler.toml"} == files_in(tmp_path)
    assert "# mine\n" == (tmp_path / "manifests/reconciler.toml").read_text()


def test_nothing_is_left_behind_when_a_file_cannot_be_written(reconciler: Init, tmp_path: Path) -> None:
    """A beginning in part would be refused the next time."""
    (tmp_path / ".github").write_text("a file where a folder should be")
    ended = reconciler("init")
    assert (1, "") == (ended.code, ended.out)
    assert "Could not write the file '.github/workflows/shop.yml'" in ended.err
    assert {".github"} == files_in(tmp_path)


def test_nothing_is_written_through_a_link(reconciler: Init, tmp_path: Path) -> None:
    """A branch may have brought it."""
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "manifests").symlink_to("elsewhere")
    ended = reconciler("init")
    assert (1, set()) == (ended.code, files_in(tmp_path / "elsewhere"))
    assert "is a link" in ended.err


def test_a_shop_in_a_folder_of_a_repository_is_named_from_its_top(reconciler: Init, tmp_path: Path) -> None:
    """Pipelines are read there and nowhere else; the branch is the remote's own."""
    git = ["git", "-C", str(tmp_path)]
    subprocess.run([*git, "init", "-q", "-b", "develop"], check=True)
    subprocess.run([*git, "symbolic-ref", "refs/remotes/origin/HEAD", "refs/remotes/origin/release/2"], check=True)
    ended = reconciler("init", "apps/shop")
    assert 0 == ended.code, ended.err
    assert {".github/workflows/shop.yml", "apps/shop/manifests/shop.yaml"} < files_in(tmp_path)
    workflow = yaml.safe_load((tmp_path / ".github/workflows/shop.yml").read_text())
    assert ["apps/shop/manifests/**", "**/reconciler.toml"] == workflow[True]["push"]["paths"]
    assert ["release/2"] == workflow[True]["push"]["branches"]
    assert {"apps/shop/manifests"} == {job["with"]["paths"] for job in workflow["jobs"].values()}
    assert "`cd apps/shop && reconciler validate`" in ended.err
    refused = reconciler("init", "apps/a shop")
    assert (64, True) == (refused.code, "cannot name the folder 'apps/a shop/manifests'" in refused.err), refused.err


def test_who_has_a_shop_begins_with_what_lives_there(reconciler: Init, tmp_path: Path) -> None:
    """Instead of the example, and a plan is empty then; its key is asked for before anything is written."""
    reconciler("init", "first", "-q")
    assert 0 == reconciler("--target", "sandbox", "apply", "first/manifests", "--auto-approve", "-q").code
    assert (1, False) == (reconciler("init", "mine", "--from-shop").code, (tmp_path / "mine").exists())
    ended = reconciler("--target", "sandbox", "init", "mine", "--from-shop")
    assert 0 == ended.code, ended.err
    names = files_in(tmp_path / "mine")
    assert {".github/workflows/shop.yml", "manifests/reconciler.toml", "reconciler.schema.json"} < names
    assert ("manifests/shop.yaml" in names, "LoyaltyCard" in ended.out) == (False, True), ended.out
    assert "in sync: 2 unchanged, 0 unmanaged" in reconciler("--target", "sandbox", "plan", "mine/manifests").out
    assert "example" not in ended.err
    for file in (tmp_path / "mine/manifests").rglob("*.yaml"):
        line, _, rest = file.read_text(encoding="utf-8").partition("\n")
        assert line.startswith("# yaml-language-server: $schema=")
        assert (file.parent / line.partition("=")[2]).samefile(tmp_path / "mine/reconciler.schema.json")
        assert rest.startswith("kind: ")
    assert 0 == reconciler("--target", "sandbox", "pull", "mine/manifests", "--check").code
    refused = reconciler("--target", "sandbox", "init", "mine", "--from-shop")
    assert (3, "") == (refused.code, refused.out)
    assert "mine/manifests/reconciler.toml, mine/reconciler.schema.json" in refused.err


@pytest.mark.parametrize(("branch", "expected"), [("master", "master"), ("my-feature", "main")])
def test_without_a_remote_the_branch_is_a_usual_one(
    reconciler: Init, tmp_path: Path, branch: str, expected: str
) -> None:
    """Whoever begins on a branch of their own does not apply that branch."""
    subprocess.run(["git", "-C", str(tmp_path), "init", "-q", "-b", branch], check=True)
    reconciler("init")
    workflow = yaml.safe_load((tmp_path / ".github/workflows/shop.yml").read_text())
    assert [expected] == workflow[True]["push"]["branches"]


def test_editors_find_the_schema(reconciler: Init, tmp_path: Path) -> None:
    """The line at the top names it from the manifest, and the manifest fits."""
    reconciler("init")
    text = (tmp_path / "manifests/shop.yaml").read_text(encoding="utf-8")
    place = re.match(r"# yaml-language-server: \$schema=(\S+)\n", text)
    assert place
    schema = json.loads((tmp_path / "manifests" / place[1]).read_text(encoding="utf-8"))
    for document in yaml.safe_load_all(text):
        jsonschema.validate(document, schema)


def test_one_place_says_what_the_repository_is_called() -> None:
    """The package's pages and the README name the same one, and nothing is left to fill in."""
    root = Path(__file__).parents[2]
    urls = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]["urls"]
    assert {REPOSITORY} == {re.split("#|/blob|/issues", url)[0] for url in urls.values()}
    readme = (root / "README.md").read_text(encoding="utf-8")
    named = re.findall(r"(?:uses|tool-repository): ([\w-]+/[\w-]+)", readme)
    assert {REPOSITORY.removeprefix("https://github.com/")} == set(named)
    assert not re.search(r"\b(OWNER|HASH)\b", readme)


def test_the_pipeline_runs_the_tool_that_wrote_it() -> None:
    """Here that is the commit of this work tree."""
    head = subprocess.run(["git", "rev-parse", "HEAD"], cwd=Path(__file__).parent, capture_output=True, text=True)
    assert head.stdout.strip() == origin_of_tool().ref
    assert origin_of_tool().is_commit


@pytest.mark.parametrize(
    ("remote", "address"),
    [
        ("https://github.com/a/b.git", "https://github.com/a/b"),
        ("https://user:secret@github.com/a/b", "https://github.com/a/b"),
        ("git@github.com:a/b.git", "https://github.com/a/b"),
        ("ssh://git@gitlab.example:2222/group/sub/b.git", "https://gitlab.example/group/sub/b"),
        ("/srv/git/b.git", None),
        ("file:///srv/git/b.git", None),
        ("https://github.com/a/b c", None),
        ("", None),
    ],
)
def test_a_remote_is_named_by_its_page(remote: str, address: str | None) -> None:
    """Without who may read it: that may be a token. A folder of this machine has no page."""
    assert address == web_address(remote)


def test_where_files_of_the_tool_are_fetched() -> None:
    """On GitHub and on GitLab; a nested group is no name that GitHub knows."""
    github, gitlab = Origin("https://github.com/a/b", "f" * 40), Origin("https://g.example/a/b/c", "v0.1.0")
    assert f"https://raw.githubusercontent.com/a/b/{'f' * 40}" == github.raw
    assert "https://g.example/a/b/c/-/raw/v0.1.0" == gitlab.raw
    assert ("a/b", True) == (github.name, github.is_commit)
    assert (REPOSITORY, False) == (f"https://github.com/{gitlab.name}", gitlab.is_commit)


def test_an_installed_tool_names_the_commit_that_it_was_installed_from(tmp_path: Path) -> None:
    """As pip, pipx and uv note it; without a note it names the tag of its version, and says so."""
    package = tmp_path / "site" / "reconciler"
    package.parent.mkdir()
    package.symlink_to(Path(__file__).parents[2] / "reconciler")
    info = tmp_path / "site" / "shopimind_reconciler-0.1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: shopimind-reconciler\nVersion: 0.1.0\n")
    note = {"url": "ssh://git@github.com/a/b.git", "vcs_info": {"vcs": "git", "commit_id": "e" * 40}}
    script = "from reconciler.cli.origin import origin_of_tool as o; print(o().url, o().ref)"
    environment = {**os.environ, "PYTHONPATH": str(package.parent)}
    told = []
    for text in (json.dumps(note), json.dumps({"url": "file:///nowhere", "dir_info": {}})):
        (info / "direct_url.json").write_text(text)
        done = subprocess.run(
            [sys.executable, "-c", script], cwd=tmp_path, env=environment, capture_output=True, text=True
        )
        told.append(done.stdout.strip() or done.stderr)
    assert [f"https://github.com/a/b {'e' * 40}", f"{REPOSITORY} v0.1.0"] == told
