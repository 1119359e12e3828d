"""Files as they were at a commit: read whole and unconverted, or said why not."""

import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from reconciler.cli.git.repository import Repository
from reconciler.cli.git.tree import MOST_BYTES, Tree, manifests_at
from reconciler.errors import WrongUsage
from reconciler.manifest.yaml_bounds import LARGEST_FILE
from tests.cli.git.conftest import MANIFEST, RETYPED, commit, git

AGAINST = ("diff", "--against", "HEAD")


def tree_of(folder: Path, revision: str = "HEAD") -> Tree:
    """The tree of a revision."""
    repository = Repository(str(folder))
    return Tree(repository, repository.commit_of(revision))


def test_contents_come_in_the_order_in_which_they_are_asked_for(repository: Path) -> None:
    """Whatever is in them, the same one twice, and nothing."""
    odd = {"manifests/b.yaml": b"", "manifests/c.yaml": b"\n\n", "manifests/d.yaml": b"a\0b\r\n", "m.yaml": b"x y 3\n"}
    for name, content in odd.items():
        (repository / name).write_bytes(content)
    commit(repository)
    tree = tree_of(repository)
    entries = manifests_at(tree, ["m.yaml", "manifests", "manifests/d.yaml"])
    read = dict(zip([entry.name for entry in entries], tree.contents(entries), strict=True))
    assert odd | {"manifests/a.yaml": MANIFEST.encode()} == read
    assert [b"a\0b\r\n"] * 2 == tree.contents([entry for entry in entries if "d" in entry.name[-6:]] * 2)
    assert [] == tree.contents([])


@pytest.mark.parametrize("filtered", ["blob:none", "tree:0"])
def test_a_partial_clone_is_named(ask: Callable, repository: Path, tmp_path: Path, filtered: str) -> None:
    """What it has not fetched was not "not there"; nothing is fetched, and the remedy works."""
    base = git(repository, "rev-parse", "HEAD")
    (repository / "manifests/a.yaml").write_text(RETYPED)
    commit(repository)
    git(repository, "config", "uploadpack.allowFilter", "true")
    git(tmp_path, "clone", "--quiet", f"--filter={filtered}", f"file://{repository}", "part")
    part = tmp_path / "part"
    for command in (("diff", "--against", base, "--fail-on", "breaking"), ("graph", "--against", base)):
        ended = ask(part, *command)
        assert (1, "", True) == (ended.code, ended.out, "this is a partial clone" in ended.err), ended
    assert "git cannot give 'reconciler.toml'" not in ask(part, "plan", "--settings-from", base).out
    git(part, "fetch", "--quiet", "--refetch", "--no-filter")
    assert 3 == ask(part, "diff", "--against", base).code


def test_a_missing_object_is_named(ask: Callable, repository: Path) -> None:
    """In a repository that should be whole."""
    blob = git(repository, "rev-parse", "HEAD:manifests/a.yaml")
    (repository / ".git/objects" / blob[:2] / blob[2:]).unlink()
    ended = ask(repository, *AGAINST)
    assert (1, True) == (ended.code, "git cannot give 'manifests/a.yaml' as it was at" in ended.err)
    assert "an object is missing or damaged" in ended.err


def test_a_file_at_a_revision_is_bounded(repository: Path) -> None:
    """As in the work tree, and before it is read; so are all of them together."""
    (repository / "manifests/b.yaml").write_bytes(b"#" * (LARGEST_FILE + 1))
    commit(repository)
    tree = tree_of(repository)
    with pytest.raises(WrongUsage, match=r"'manifests/b.yaml' .* larger than 8 MiB"):
        tree.contents(tree.below("manifests"))
    (repository / "manifests/b.yaml").write_bytes(b"#" * LARGEST_FILE)
    commit(repository)
    tree = tree_of(repository)
    one = [entry for entry in tree.below("manifests") if entry.name.endswith("b.yaml")]
    with pytest.raises(WrongUsage, match="more than 256 MiB together"):
        tree.contents(one * (MOST_BYTES // LARGEST_FILE + 1))


def test_a_linked_folder_is_compared_when_its_link_stays(ask: Callable, repository: Path) -> None:
    """Otherwise a pull request could choose what stands for the manifests before."""
    (repository / "manifests").rename(repository / "shops")
    (repository / "manifests").symlink_to("shops")
    commit(repository)
    assert "in sync: 1 unchanged" in ask(repository, *AGAINST).out
    (repository / "shops/a.yaml").write_text(RETYPED)
    assert 3 == ask(repository, *AGAINST).code
    told = "'manifests' is a link, or behind one, and it is not the same one at"
    before = ask(repository, "diff", "--against", "HEAD~1")
    assert (64, True) == (before.code, told in before.err)
    shutil.copytree(repository / "shops", repository / "other")
    commit(repository)
    (repository / "manifests").unlink()
    (repository / "manifests").symlink_to("other")
    for head in ([], ["--head", "HEAD"]):
        ended = ask(repository, *AGAINST, *head)
        assert (64, True) == (ended.code, told in ended.err), ended


@pytest.mark.parametrize("target", ["..", "../..", "/etc", "manifests", "manifests/x"])
def test_a_link_that_leads_nowhere_is_refused(ask: Callable, repository: Path, target: str) -> None:
    """Out of the repository, or to itself."""
    (repository / "manifests").rename(repository / "shops")
    (repository / "manifests").symlink_to(target)
    commit(repository)
    (repository / "manifests").unlink()
    (repository / "shops").rename(repository / "manifests")
    ended = ask(repository, *AGAINST)
    assert (64, True) == (ended.code, "leads out of the repository, or to itself" in ended.err), ended


@pytest.mark.parametrize("arguments", [[], ["--fail-on", "breaking"], ["--head", "HEAD"]])
def test_a_revision_without_manifests_is_no_comparison(ask: Callable, repository: Path, arguments: list[str]) -> None:
    """`git mv` and a retyped field would look like something new."""
    git(repository, "mv", "manifests", "shop")
    (repository / "shop/a.yaml").write_text(RETYPED)
    commit(repository)
    asked = ("diff", "--against", "HEAD~1", *arguments)
    ended = ask(repository, *asked, "shop")
    assert (3, True) == (ended.code, "no manifest that can be read in shop at HEAD~1" in ended.out), ended
    assert '"reason": "nothing-compared"' in ask(repository, *asked, "shop", "--format", "json").out
    assert "no manifest that can be read in shop" in ask(repository, "graph", "--against", "HEAD~1", "shop").err
    wanted = ask(repository, *asked, "--fail-on", "never", "shop")
    assert (0, True) == (wanted.code, "no manifest that can be read" in wanted.out)
    both = ask(repository, *asked, "manifests", "shop")
    assert (3, True) == (both.code, "text → number" in both.out)


def test_a_folder_without_manifests_and_one_with_broken_ones_are_no_comparison(ask: Callable, repository: Path) -> None:
    """What failed is not "nothing there"."""
    for content in ("# nothing\n", "kind: [\n"):
        (repository / "manifests/a.yaml").write_text(content)
        commit(repository)
        (repository / "manifests/a.yaml").write_text(RETYPED)
        assert 3 == ask(repository, *AGAINST).code


def test_manifests_that_are_gone_are_wrong_usage(ask: Callable, repository: Path) -> None:
    """At a revision as in the work tree; a slip on one of several paths too."""
    git(repository, "mv", "manifests", "shop")
    commit(repository)
    for head in ([], ["--head", "HEAD"]):
        ended = ask(repository, "diff", "--against", "HEAD~1", *head)
        assert (64, True) == (ended.code, "There is no file or folder 'manifests'" in ended.err)
    ended = ask(repository, *AGAINST, "shop", "nope")
    assert (64, True) == (ended.code, "'nope', neither after nor at HEAD" in ended.err)


def test_the_folder_we_are_in_is_no_way_out(ask: Callable, repository: Path) -> None:
    """A revision may hold a link where there is a folder now."""
    outside = repository.parent / "outside"
    outside.mkdir()
    (repository / "manifests/x.yaml").symlink_to(outside)
    commit(repository)
    (repository / "manifests/x.yaml").unlink()
    (repository / "manifests/x.yaml").mkdir()
    ended = ask(repository / "manifests/x.yaml", *AGAINST, "..")
    assert (64, True) == (ended.code, "is damaged" in ended.err), ended
    assert [] == os.listdir(outside)


@pytest.mark.parametrize("target", ["data.yaml", "deep/data.yml", "another.yaml"])
def test_a_link_to_a_file_is_followed_on_both_sides(ask: Callable, repository: Path, target: str) -> None:
    """To a manifest; what a link to anything else leads to might be shown in a message."""
    folder = repository / "manifests"
    (folder / "deep").mkdir()
    (folder / "a.yaml").rename(folder / ("data.yaml" if target == "another.yaml" else target))
    (folder / "one.yaml").symlink_to(target)
    if target == "another.yaml":
        (folder / "another.yaml").symlink_to("data.yaml")
    commit(repository)
    assert "in sync: 1 unchanged" in ask(repository, *AGAINST).out
    (folder / "one.yaml").resolve().write_text(RETYPED)
    ended = ask(repository, *AGAINST, "--format", "json")
    assert (3, True) == (ended.code, json.loads(ended.out)["git"]["dirty"]), ended
    assert "is compared with nothing" not in ended.out


def test_a_repository_among_the_manifests_is_refused_on_both_sides(ask: Callable, repository: Path) -> None:
    """A commit holds nothing of it; folders that are not read do not matter."""
    for folder in ("node_modules/a", ".hidden/b", "nested"):
        nested = repository / "manifests" / folder
        nested.mkdir(parents=True)
        git(nested, "init", "--quiet")
        (nested / "b.yaml").write_text(RETYPED.replace("A", "B"))
        commit(nested)
        if folder == "nested":
            ended = ask(repository, *AGAINST)
            assert (64, True) == (ended.code, "'manifests/nested' is a repository of its own" in ended.err), ended
            assert 64 == ask(repository, "validate").code
        commit(repository)
        ended = ask(repository, *AGAINST, "--head", "HEAD")
        assert (64 if folder == "nested" else 0) == ended.code, ended


@pytest.mark.parametrize("how", ["sparse", "index"])
def test_what_a_sparse_checkout_leaves_out_is_declared_all_the_same(ask: Callable, repository: Path, how: str) -> None:
    """It is not "no longer declared"."""
    (repository / "manifests/deep").mkdir()
    (repository / "manifests/deep/b.yaml").write_text(MANIFEST.replace("A", "B"))
    (repository / "top.txt").write_text("")
    commit(repository)
    if how == "sparse":
        git(repository, "sparse-checkout", "set", "--no-cone", "/*", "!/manifests/deep/")
    else:
        git(repository, "update-index", "--skip-worktree", "manifests/deep/b.yaml")
        (repository / "manifests/deep/b.yaml").unlink()
    ended = ask(repository, *AGAINST)
    assert (1, True) == (ended.code, "git leaves 'manifests/deep/b.yaml' out of this work tree" in ended.err), ended
    assert 0 == ask(repository, *AGAINST, "--head", "HEAD").code
    assert 0 == ask(repository, *AGAINST, "manifests/a.yaml").code
