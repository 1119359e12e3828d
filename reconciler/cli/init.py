"""`reconciler init`"""

import os
import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING

import click

from reconciler import __version__
from reconciler.cli.app import App
from reconciler.cli.help import Command
from reconciler.cli.options import DEFAULT_PATH, FLAG, Option, options
from reconciler.errors import WrongUsage
from reconciler.form.spelling import in_quotes
from reconciler.report.terminal import printable

if TYPE_CHECKING:
    from reconciler.cli.git.repository import Repository
    from reconciler.cli.origin import Origin

EXAMPLE = f"{DEFAULT_PATH}/shop.yaml"
SCHEMA = "reconciler.schema.json"
"""Beside the folder of the manifests, in which it would be read."""
_PLAIN = re.compile(r"[A-Za-z0-9_][\w./-]*", re.ASCII)
"""What a pipeline may name without quotes or a second meaning."""
_USUAL_BRANCHES = ("main", "master", "trunk")


@dataclass(frozen=True, slots=True)
class Forge:
    """Where a repository is kept and pipelines run: the starter of its pipeline, the
    file from the top of the repository that is read there, and what is left to do by
    hand.
    """

    starter: str
    file: str
    left_to_do: str


GITHUB = Forge(
    "github.yml",
    ".github/workflows/shop.yml",
    "put the key of the shop into the secret SHOPIMIND_API_KEY (Settings → Secrets and variables → Actions), "
    "and name reviewers for the environment `production` (Settings → Environments).",
)
GITLAB = Forge(
    "gitlab-ci.yml",
    ".gitlab-ci.yml",
    "put the key of the shop into the variable SHOPIMIND_API_KEY, masked and protected "
    "(Settings → CI/CD → Variables), and say who may apply to the environment `production`.",
)


@click.command(
    cls=Command,
    epilog="\b\nExamples:\n  reconciler init\n  reconciler init shop --gitlab --from-shop",
)
@click.argument("folder", metavar="[DIR]", default=os.curdir)
@options(
    Option("github", "With a workflow of GitHub Actions, which is the default.", FLAG),
    Option("gitlab", "With a pipeline of GitLab.", FLAG),
    Option(
        "from-shop",
        "With what lives in the shop as `pull` writes it, in place of the example.",
        FLAG,
    ),
)
@click.pass_context
def init(
    context: click.Context, folder: str, github: bool, gitlab: bool, from_shop: bool
) -> int:
    """Begin in DIR, or here: a commented manifest, the settings, the JSON Schema for
    editors, and a pipeline that reviews, applies and looks for drift.

    Nothing that is there is replaced: exit code 3 then, and nothing is written. With
    --from-shop the exit code is that of `pull`.
    """
    from reconciler.cli.origin import origin_of_tool
    from reconciler.cli.writing import check_new, write_new

    app: App = context.obj
    if not folder:
        raise click.BadParameter("it is the empty text, which names no folder.")
    if github and gitlab:
        raise click.UsageError("--github and --gitlab: choose one of them.")
    forge = GITLAB if gitlab else GITHUB
    origin, place = origin_of_tool(), _place_of(folder)
    files = {_path(folder, name): text for name, text in _starter_files()}
    files[_path(place.top, forge.file)] = pipeline_of(forge, origin, place)
    example = _path(folder, EXAMPLE)
    code = 0
    if from_shop:
        del files[example]
        check_new(files)
        code = _pull(context, folder)
    write_new(files)
    for file in files:
        app.result(f"{printable(file)}\n")
    app.talk(_told_of_tool(origin))
    if not from_shop:
        app.talk(_how_to_try(folder))
    app.talk(f"Next: {forge.left_to_do}")
    return code


def _pull(context: click.Context, folder: str) -> int:
    """The exit code of `pull` into the folder of the manifests, as if it had been called;
    the files that are new then name the schema.
    """
    from reconciler.cli.pull import pull

    place = _path(folder, DEFAULT_PATH)
    before = set(Path(place).rglob("*.yaml"))
    with pull.make_context("pull", ["--", place], parent=context) as within:
        code = int(pull.invoke(within))
    for file in set(Path(place).rglob("*.yaml")) - before:
        _name_schema(file, _path(folder, SCHEMA))
    return code


def _name_schema(file: Path, schema: str) -> None:
    """Puts the line above the manifest by which editors find the schema."""
    from reconciler.cli.writing import write_input

    relative = os.path.relpath(schema, file.parent)
    text = f"# yaml-language-server: $schema={relative}\n{file.read_text(encoding='utf-8')}"
    write_input(str(file), text.encode())


def _path(*parts: str) -> str:
    return os.path.normpath(os.path.join(*parts))


@dataclass(frozen=True, slots=True)
class Place:
    """Where pipelines are read from, the folder of the manifests from there, and the
    branch that is applied.
    """

    top: str
    manifests: str
    branch: str


def _place_of(folder: str) -> Place:
    """Raises WrongUsage for a folder that a pipeline cannot name."""
    from reconciler.cli.git.repository import nearest_repository

    repository = nearest_repository(folder)
    if repository is None:
        return Place(folder, DEFAULT_PATH, "main")
    manifests = repository.place_of(os.path.join(folder, DEFAULT_PATH))
    if not _PLAIN.fullmatch(manifests):
        raise WrongUsage(
            f"A pipeline cannot name the folder {in_quotes(manifests)} safely. "
            "Name a folder of letters, digits, dots, hyphens and underscores."
        )
    top = os.path.relpath(repository.top)
    return Place(top, manifests, _branch_of(repository))


def _branch_of(repository: "Repository") -> str:
    """The default branch of the remote, or the current one where that is a usual name
    for it.
    """
    from reconciler.errors import GitFailed

    found = {}
    for name in ("refs/remotes/origin/HEAD", "HEAD"):
        try:
            told = repository.run("symbolic-ref", "--quiet", name).decode().strip()
        except GitFailed:
            continue  # there is no remote, or no branch is checked out
        found[name] = re.sub("^refs/(heads|remotes/origin)/", "", told)
    remote, current = found.get("refs/remotes/origin/HEAD", ""), found.get("HEAD", "")
    if _PLAIN.fullmatch(remote):
        return remote
    return current if current in _USUAL_BRANCHES else "main"


def _starter_files() -> Iterator[tuple[str, str]]:
    """(file, text) of all but the pipeline."""
    from reconciler.kinds.schemas import schema_of
    from reconciler.report.documents import as_json

    for name in (EXAMPLE, f"{DEFAULT_PATH}/reconciler.toml"):
        yield name, _starter(name)
    yield SCHEMA, as_json(schema_of(None))


def _starter(name: str) -> str:
    """A text that ships with the tool."""
    place = resources.files("reconciler.cli") / "starter" / name
    return place.read_text(encoding="utf-8")


def pipeline_of(forge: Forge, origin: "Origin", place: Place) -> str:
    """The text of the pipeline, which runs the tool of this origin."""
    text = _starter(forge.starter)
    known = {
        "TOOL_REPOSITORY": origin.name,
        "TOOL_URL": origin.url,
        "TOOL_RAW": origin.raw,
        "TOOL_REF": origin.ref,
        "MANIFESTS": place.manifests,
        "DEFAULT_BRANCH": place.branch,
    }
    return re.sub(rf"\b({'|'.join(known)})\b", lambda found: known[found[0]], text)


def _told_of_tool(origin: "Origin") -> str:
    """Which tool the pipeline runs."""
    told = f"\nThe pipeline runs reconciler {__version__} of {origin.url} at {origin.ref[:12]}."
    if origin.is_commit:
        return told
    return f"{told} That is a tag: the commit of this copy is not known. Write its hash in place of the tag."


def _how_to_try(folder: str) -> str:
    here = "" if folder == os.curdir else f"cd {printable(shlex.quote(folder))} && "
    return (
        f"Next: change {printable(_path(folder, EXAMPLE))}, which is an example, and check it: "
        f"`{here}reconciler validate`. To try it without a shop: `reconciler --target sandbox apply`."
    )
