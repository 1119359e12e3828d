"""Where a command runs in a folder of a repository, reports name files from its top, and the terminal from here."""

import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from urllib.parse import unquote, urlparse
from xml.etree import ElementTree

import pytest

from reconciler.cli.repository import address_of_files, from_top
from reconciler.model.plan import Git

BAD = "kind: definition\nname: A\nfields:\n  - {name: x, type: txt}\n"
EVENT = "kind: event\nname: A\ncode_name: a\nproperties:\n  metaData:\n    - {name: x, type: text}\n"
BLOCKED = "kind: definition\nname: A\nfields:\n  - {name: x, type: text}\n"
DRIFT = ("drift", "--report", "markdown=../r.md")
STRANGE = "100% #1: é,x ?.yaml"


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    """A folder of a repository in which other things stand as well."""
    folder = tmp_path / "apps/shop"
    (folder / "manifests").mkdir(parents=True)
    (folder / "manifests/a.yaml").write_text(EVENT)
    commit(tmp_path)
    return folder


def commit(top: Path) -> str:
    """Commits everything; the hash."""
    for arguments in (
        ["init", "-q", "-b", "main"],
        ["add", "-A"],
        ["-c", "user.name=a", "-c", "user.email=a@b.c", "commit", "-qm", "a"],
    ):
        subprocess.run(["git", *arguments], cwd=top, check=True)
    return subprocess.run(["git", "rev-parse", "HEAD"], cwd=top, check=True, capture_output=True, text=True).stdout[:40]


def test_findings_are_named_from_the_top_where_their_reader_is_there(run: Callable, shop: Path) -> None:
    """Annotations, code scanning and test results; text and JSON stay as they were asked for."""
    (shop / "manifests" / STRANGE).write_text(BAD)
    reports = {form: f"{form}.out" for form in ("text", "json", "github", "junit", "sarif")}
    given = [part for form, file in reports.items() for part in ("--report", f"{form}={file}")]
    ended = run("validate", *given, folder=shop)
    assert 1 == ended.code
    text = {form: (shop / file).read_text(encoding="utf-8") for form, file in reports.items()}
    here, top = f"manifests/{STRANGE}", f"apps/shop/manifests/{STRANGE}"
    assert (ended.out, True) == (text["text"], ended.out.startswith(f"{here}:4:21: error: "))
    assert here == json.loads(text["json"])["findings"][0]["file"]
    assert text["github"].startswith("::error file=apps/shop/manifests/100%25 #1%3A é%2Cx ?.yaml,line=4,col=21,")
    suite = ElementTree.fromstring(text["junit"].encode())
    assert [top] == [case.get("classname") for case in suite.iter("testcase")]
    (result,) = json.loads(text["sarif"])["runs"][0]["results"]
    uri = result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
    parts = urlparse(uri)
    assert ("", "", "", "") == (parts.scheme, parts.netloc, parts.query, parts.fragment)
    assert (top, True) == (unquote(parts.path), uri.isascii())


def test_a_plan_links_its_files_from_the_top(run: Callable, shop: Path) -> None:
    """In the comment and on the page, with the commit; the document keeps what was asked for."""
    (shop / "manifests/a.yaml").write_text(EVENT.replace("type: text", "type: number"))
    head = commit(shop.parent.parent)
    forms = ("markdown", "html", "json", "github")
    reports = [part for form in forms for part in ("--report", f"{form}=../{form}.out")]
    ended = run("diff", "--against", "HEAD~1", "--fail-on", "never", *reports, folder=shop, **GITHUB)
    assert 0 == ended.code, ended.err
    written = {form: (shop.parent / f"{form}.out").read_text(encoding="utf-8") for form in forms}
    for form, sign in (("markdown", "("), ("html", '"')):
        assert f"{sign}https://github.com/o/r/blob/{head}/apps/shop/manifests/a.yaml#L6" in written[form]
        assert "apps/shop/manifests/a.yaml:6" in written[form]
    assert ["manifests/a.yaml:6"] == [change["source"] for change in json.loads(written["json"])["changes"]]
    assert "::warning file=apps/shop/manifests/a.yaml,line=6,title=breaking-update::" in written["github"]
    before = run("diff", "--against", "HEAD~1", "--head", "HEAD", "--format", "markdown", folder=shop, **GITHUB).out
    assert ("apps/shop/manifests/a.yaml:6" in before, "https://" in before) == (True, False)


def test_a_place_in_a_message_is_named_from_the_top_too(run: Callable, shop: Path) -> None:
    """A name that is described twice says where else."""
    (shop / "manifests/b.yaml").write_text(EVENT)
    annotated = run("validate", "--format", "github", folder=shop).out
    assert "event/a stands at apps/shop/manifests/a.yaml:1\n" in annotated
    assert "event/a stands at manifests/a.yaml:1 " in run("validate", folder=shop).out


GITHUB = {"GITHUB_SERVER_URL": "https://github.com", "GITHUB_REPOSITORY": "o/r"}
GITLAB = {"CI_PROJECT_URL": "https://gitlab.com/g/r"}
SANDBOX = ("--target", "sandbox")


@pytest.mark.parametrize(
    ("site", "base"), [(GITHUB, "https://github.com/o/r/blob"), (GITLAB, "https://gitlab.com/g/r/-/blob"), ({}, "")]
)
def test_every_command_links_its_files_in_a_pipeline(
    run: Callable, shop: Path, site: dict[str, str], base: str
) -> None:
    """Plan, drift and what an apply refuses, on both forges; at home there is nothing to link to."""
    retyped = EVENT + "---\n" + BLOCKED.replace("text", "number")
    (shop / "manifests/a.yaml").write_text(EVENT + "---\n" + BLOCKED)
    assert 0 == run(*SANDBOX, "apply", "--auto-approve", "-q", folder=shop).code
    (shop / "manifests/a.yaml").write_text(retyped)
    head = commit(shop.parent.parent)
    place = "apps/shop/manifests/a.yaml"
    reports = ("--report", "markdown=../r.md", "--report", "html=../r.html")
    for command, code in ((("plan", *reports), 3), (("apply", "--auto-approve", *reports), 3), (DRIFT, 2)):
        (shop.parent / "r.html").unlink(missing_ok=True)
        ended = run(*SANDBOX, *command, folder=shop, **site)
        assert code == ended.code, ended.err
        for file in filter(Path.exists, (shop.parent / "r.md", shop.parent / "r.html")):
            written = file.read_text(encoding="utf-8")
            assert f"{place}:" in written, command
            linked = f"{base}/{head}/{place}#L" in written
            assert (bool(site), bool(site)) == (linked, "https://git" in written), command


def test_the_step_summary_links_its_files(run: Callable, shop: Path) -> None:
    """Also of a plan that is printed for a person and saved nowhere."""
    ended = run(*SANDBOX, "plan", folder=shop, GITHUB_STEP_SUMMARY="../summary.md", **GITHUB)
    assert 0 == ended.code, ended.err
    summary = (shop.parent / "summary.md").read_text(encoding="utf-8")
    assert "(https://github.com/o/r/blob/" in summary
    assert "/apps/shop/manifests/a.yaml#L1)" in summary


@pytest.fixture
def tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A work tree with a folder that is the current one."""
    top = tmp_path / "tree"
    (top / ".git").mkdir(parents=True)
    (top / "apps/shop").mkdir(parents=True)
    monkeypatch.chdir(top / "apps/shop")
    return top


def test_every_way_to_write_a_path_leads_to_the_same_name(tree: Path) -> None:
    """Absolute, with `..`, through a link within the repository, of a file that is not there any more."""
    Path("manifests").mkdir()
    Path("manifests/a.yaml").touch()
    (tree / "link").symlink_to("apps/shop/manifests")
    named = from_top()
    ways = ("manifests/a.yaml", "./manifests/a.yaml", "../shop/manifests/a.yaml", "../../link/a.yaml")
    absolute = (f"{tree}/apps/shop/manifests/a.yaml", f"{tree}/link/a.yaml")
    assert {"apps/shop/manifests/a.yaml"} == set(map(named, (*ways, *absolute)))
    assert ["apps/shop/gone.yaml", "shared/a.yaml"] == [named("gone.yaml"), named("../../shared/a.yaml")]


def test_a_link_out_of_the_repository_is_named_by_itself(tree: Path) -> None:
    """What it leads to is in no commit."""
    (tree.parent / "elsewhere.yaml").touch()
    Path("a.yaml").symlink_to(tree.parent / "elsewhere.yaml")
    assert "apps/shop/a.yaml" == from_top()("a.yaml")


def test_a_file_of_another_repository_is_named_from_its_top(tree: Path) -> None:
    """As one that is checked out beside this one."""
    (tree.parent / "other/.git").mkdir(parents=True)
    assert "a.yaml" == from_top()("../../../other/a.yaml")


def test_a_file_in_no_repository_is_named_as_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """But for one out of this folder, where no reader could find it by the way from here."""
    here = tmp_path / "here"
    here.mkdir()
    monkeypatch.chdir(here)
    named = from_top()
    assert ["manifests/a.yaml", "a.yaml", f"{tmp_path}/b.yaml", "/x/y.yaml"] == [
        named(file) for file in ("manifests/a.yaml", "./a.yaml", "../b.yaml", "/x/y.yaml")
    ]


@pytest.mark.parametrize(
    ("environment", "git", "address"),
    [
        (
            {"GITHUB_SERVER_URL": "https://g", "GITHUB_REPOSITORY": "o/r"},
            Git(head="abc"),
            "https://g/o/r/blob/abc",
        ),
        ({"CI_PROJECT_URL": "https://g/o/r"}, Git(head="abc"), "https://g/o/r/-/blob/abc"),
        ({"CI_PROJECT_URL": "https://g/o/r"}, Git(head="abc", dirty=True), None),
        ({"CI_PROJECT_URL": "https://g/o/r"}, Git(), None),
        ({}, Git(head="abc"), None),
    ],
)
def test_where_files_are_shown(environment: dict[str, str], git: Git, address: str | None) -> None:
    """Only what is in a commit can be."""
    assert address == address_of_files(environment, git)
