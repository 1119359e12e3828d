"""From the chosen target to a connection: settings, key, transport."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
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
    from reconciler.model.plan import Asked
    from reconciler.plan.build import Occasion

    C = TypeVar("C", bound=ReadConnection)

EMBEDDED_URL = "http://localhost/v1"


def target_for(app: App, paths: tuple[str, ...]) -> Target:
    """The chosen target with the settings that hold for these manifests."""
    from reconciler.manifest.settings_file import load_settings

    return _judged(app, load_settings(paths[0]), paths).target(
        app.target, app.environment
    )


def target_at(app: App, revision: str, paths: tuple[str, ...], now: Target) -> Target:
    """The target as it was at a git revision, for the manifests of that time; as it is
    `now` when it is new.
    """
    settings = _settings_before(revision, paths[0])
    if settings is None:
        return now
    known = now.name in settings.targets or now.name in BUILT_IN
    return (
        _judged(app, settings, paths).target(now.name, app.environment)
        if known
        else now
    )


def settings_changes(
    paths: tuple[str, ...], before: str, after: str | None
) -> tuple[str, ...]:
    """What the rules become from one revision to another, or to the work tree."""
    from reconciler.manifest.settings_file import load_settings

    now = _settings_at(after, paths[0]) if after else load_settings(paths[0])
    then = _settings_before(before, paths[0])
    return (
        ("it could not be read before",) if then is None else tuple(now.changes(then))
    )


def _settings_before(revision: str, path: str) -> "Settings | None":
    """None when they were wrong: a change that mends them has to be reviewed too."""
    try:
        return _settings_at(revision, path)
    except SettingsError:
        return None


def _judged(app: App, settings: "Settings", paths: tuple[str, ...]) -> "Settings":
    return (
        settings.judged_by(_settings_at(app.settings_from, paths[0]))
        if app.settings_from
        else settings
    )


def _settings_at(revision: str, path: str) -> "Settings":
    """The settings that held for `path` at a git revision; those above the work tree
    hold at every one.

    The path is taken as it is written: a link in the work tree must not lead to other
    settings, or to none.
    """
    from reconciler.cli.git import commit_of, file_at, prefix_in_work_tree
    from reconciler.manifest.settings_file import FILE, load_settings
    from reconciler.manifest.settings_schema import settings_in

    commit = commit_of(revision)
    here = os.path.relpath(os.path.abspath(path))
    place = os.path.normpath(os.path.join(prefix_in_work_tree(), here))
    straight = os.path.normpath(os.path.join(os.path.realpath("."), here))
    if place.startswith(os.pardir) or os.path.realpath(here) != straight:
        raise WrongUsage(
            f"{path!r} is a link or outside of this work tree, so no revision knows its settings."
        )
    folder = place  # whatever it is now: a file in the way of a folder must not hide the rules that lie in it
    while True:
        file = os.path.normpath(os.path.join(folder, FILE))
        raw = file_at(commit, file)
        if raw is not None:
            return settings_in(raw, f"{file} at {revision}")
        if folder in ("", os.curdir):
            break
        folder = os.path.dirname(folder)
    top = os.path.join(
        os.path.realpath("."),
        os.path.relpath(os.curdir, prefix_in_work_tree() or os.curdir),
    )
    return load_settings(os.path.dirname(os.path.normpath(top)))


@contextmanager
def connected(app: App, target: Target, connection: "type[C]") -> "Iterator[C]":
    """An open connection of the type asked for. Raises MissingKey, SettingsError."""
    from pydantic import SecretStr

    from reconciler.api.connection import Access, ConnectionOptions
    from reconciler.cli.signals import interruptible

    def trace(line: str) -> None:
        if app.verbosity > 0:
            click.echo(line, err=True)

    if target.base_url is None:
        transport, key = app.sandbox.embedded(SANDBOX_FILE)
        access = Access(EMBEDDED_URL, SecretStr(key), "the sandbox")
    else:
        transport, key = None, _key(app, target)
        access = Access(target.base_url, SecretStr(key), str(target.api_key_env))
    options = ConnectionOptions(
        transport,
        sleep=app.rest,
        trace=trace,
        stop=app.stopped,
        given_up=lambda: app.given_up,
    )
    with connection(access, options) as opened, interruptible(app):
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


def occasion(app: App, target: Target, asked: "Asked", *, with_git: bool) -> "Occasion":
    """Who plans what, where and when. The state of git is only looked up for documents
    that show it.
    """
    from reconciler.cli.git import git_state
    from reconciler.model.plan import Git, TargetInfo, Tool
    from reconciler.plan.build import Occasion

    embedded = target.base_url is None
    info = TargetInfo(
        name=target.name,
        base_url=str(SANDBOX_FILE) if embedded else str(target.base_url),
        key_fingerprint=""
        if embedded
        else fingerprint(str(target.base_url), _key(app, target)),
    )
    tool = Tool(name="shopimind-reconciler", version=__version__)
    return Occasion(
        tool,
        info,
        git_state(asked.paths) if with_git else Git(),
        datetime.now(UTC),
        asked,
    )


def fingerprint(base_url: str, key: str) -> str:
    """Tells two keys apart and nothing about either: a salted hash, cut short."""
    import hashlib

    return hashlib.sha256(
        f"reconciler key fingerprint\0{base_url}\0{key}".encode()
    ).hexdigest()[:12]
