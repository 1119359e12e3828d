"""From the chosen target to a connection: settings, key, transport."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import PurePath
from typing import TYPE_CHECKING, TypeVar

import click

from reconciler import __version__
from reconciler.cli.app import SANDBOX_FILE, App
from reconciler.errors import MissingKey, SettingsError, WrongUsage
from reconciler.manifest.settings import BUILT_IN
from reconciler.model.target import Target

if TYPE_CHECKING:
    from reconciler.api.connection import ReadConnection
    from reconciler.manifest.settings import Settings
    from reconciler.model.plan import Asked, TargetInfo
    from reconciler.plan.build import Provenance

    C = TypeVar("C", bound=ReadConnection)

EMBEDDED_URL = "http://localhost/v1"


def target_for(app: App, paths: tuple[str, ...]) -> Target:
    """The chosen target with the settings that hold for these manifests."""
    from reconciler.manifest.settings_file import load_settings

    settings = _judge(app, load_settings(paths[0]), paths)
    return settings.target(app.target, app.environment)


def target_at(app: App, revision: str, paths: tuple[str, ...], now: Target) -> Target:
    """The target as it was at a git revision, for the manifests of that time; as it is
    `now` when it is new.
    """
    settings = _settings_before(revision, paths[0])
    if settings is None:
        return now
    if now.name not in settings.targets and now.name not in BUILT_IN:
        return now
    return _judge(app, settings, paths).target(now.name, app.environment)


def settings_changes(
    paths: tuple[str, ...], before: str, after: str | None
) -> tuple[str, ...]:
    """What the rules become from one revision to another, or to the work tree."""
    from reconciler.manifest.settings_file import load_settings

    now = _settings_at(after, paths[0]) if after else load_settings(paths[0])
    then = _settings_before(before, paths[0])
    if then is None:
        return ("it could not be read before",)
    return tuple(now.changes(then))


def _settings_before(revision: str, path: str) -> "Settings | None":
    """None when they were wrong: a change that mends them has to be reviewed too."""
    try:
        return _settings_at(revision, path)
    except SettingsError:
        return None


def _judge(app: App, settings: "Settings", paths: tuple[str, ...]) -> "Settings":
    """The settings with the rules of `--settings-from`, when it was given."""
    if not app.settings_from:
        return settings
    return settings.judged_by(_settings_at(app.settings_from, paths[0]))


def _settings_at(revision: str, path: str) -> "Settings":
    """The settings that held for `path` at a git revision; those above the work tree
    hold at every one.
    """
    from reconciler.cli.git import commit_of, file_at
    from reconciler.manifest.settings_file import load_settings
    from reconciler.manifest.settings_schema import settings_in

    commit = commit_of(revision)
    for file in _settings_files(_place_in_work_tree(path)):
        raw = file_at(commit, file)
        if raw is not None:
            return settings_in(raw, f"{file} at {revision}")
    return load_settings(_folder_above_work_tree())


def _place_in_work_tree(path: str) -> str:
    """The path from the top, as it is written: a link in the work tree must not lead to
    other settings, or to none. Raises WrongUsage.
    """
    from reconciler.cli.git import prefix_in_work_tree

    here = os.path.relpath(os.path.abspath(path))
    place = os.path.normpath(os.path.join(prefix_in_work_tree(), here))
    straight = os.path.normpath(os.path.join(os.path.realpath("."), here))
    if place.startswith(os.pardir) or os.path.realpath(here) != straight:
        raise WrongUsage(
            f"{path!r} is a link or outside of this work tree, so no revision knows its settings."
        )
    return place


def _settings_files(place: str) -> Iterator[str]:
    """Where the settings of a place may be, the nearest first."""
    from reconciler.manifest.settings_file import FILE

    # The place itself counts as a folder, whatever it is now: a file in the way of a
    # folder must not hide the rules that were in it.
    for folder in (PurePath(place), *PurePath(place).parents):
        yield str(folder / FILE)


def _folder_above_work_tree() -> str:
    from reconciler.cli.git import prefix_in_work_tree

    way_to_top = os.path.relpath(os.curdir, prefix_in_work_tree() or os.curdir)
    top = os.path.join(os.path.realpath("."), way_to_top)
    return os.path.dirname(os.path.normpath(top))


@contextmanager
def open_connection(app: App, target: Target, connection: "type[C]") -> "Iterator[C]":
    """An open connection of the type asked for. Raises MissingKey, SettingsError."""
    from pydantic import SecretStr

    from reconciler.api.connection import Endpoint, Means
    from reconciler.cli.signals import interruptible

    means = Means(sleep=app.rest, stop=app.stopped, given_up=lambda: app.given_up)
    if app.verbosity > 0:
        means.trace = lambda line: click.echo(line, err=True)
    if target.base_url is None:
        means.transport, key = app.sandbox.embedded(SANDBOX_FILE)
        endpoint = Endpoint(EMBEDDED_URL, SecretStr(key), "the sandbox")
    else:
        key = _key(app, target)
        endpoint = Endpoint(target.base_url, SecretStr(key), str(target.api_key_env))
    with connection(endpoint, means) as opened, interruptible(app):
        yield opened


def _key(app: App, target: Target) -> str:
    name = str(target.api_key_env)
    key = app.environment.get(name, "").strip()
    if not key:
        raise MissingKey(
            f"There is no API key in {name}. Put the key of the shop there to use target {target.name!r}, "
            "or try everything without a key on the embedded sandbox: reconciler --target sandbox …"
        )
    if not key.isascii() or not key.isprintable() or " " in key:
        raise MissingKey(
            f"{name} does not hold an API key: keys are letters, digits and hyphens."
        )
    return key


def provenance_of(
    app: App, target: Target, asked: "Asked", *, with_git: bool, saved: bool = False
) -> "Provenance":
    """Who plans what, where and when. The state of git is only looked up for documents
    that show it; `saved` plans also hold what a later apply has to check.
    """
    from reconciler.cli.git import git_state
    from reconciler.model.plan import Git, Tool
    from reconciler.plan.build import Provenance

    return Provenance(
        tool=Tool(name="shopimind-reconciler", version=__version__),
        target=_target_info(app, target),
        git=git_state(asked.paths) if with_git else Git(),
        now=datetime.now(UTC),
        asked=asked,
        saved=saved,
    )


def _target_info(app: App, target: Target) -> "TargetInfo":
    from reconciler.model.plan import TargetInfo

    if target.base_url is None:
        place = str(SANDBOX_FILE)
        return TargetInfo(name=target.name, base_url=place, key_fingerprint="")
    return TargetInfo(
        name=target.name,
        base_url=target.base_url,
        key_fingerprint=fingerprint(target.base_url, _key(app, target)),
    )


def fingerprint(base_url: str, key: str) -> str:
    """Tells two keys apart and nothing about either: a salted hash, cut short."""
    import hashlib

    salted = f"reconciler key fingerprint\0{base_url}\0{key}"
    return hashlib.sha256(salted.encode()).hexdigest()[:12]
