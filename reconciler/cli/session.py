"""From the chosen target to a connection: which settings hold for it, where its key is,
and what the connection is made with.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, TypeVar

import reconciler
from reconciler.cli.app import SANDBOX_FILE, App
from reconciler.cli.progress import Requests
from reconciler.errors import SettingsError
from reconciler.manifest.settings import BUILT_IN
from reconciler.model.target import Target
from reconciler.report.terminal import printable

if TYPE_CHECKING:
    from reconciler.api.connection import ReadConnection
    from reconciler.manifest.resolve import Resolved
    from reconciler.manifest.settings import Settings
    from reconciler.model.plan import Asked, SettingChange, TargetInfo
    from reconciler.plan.build import Provenance

    C = TypeVar("C", bound=ReadConnection)

EMBEDDED_URL = "http://localhost/v1"


def target_for(app: App, paths: tuple[str, ...]) -> Target:
    """The chosen target with the settings that hold for these manifests."""
    return settings_for(app, paths).target(app.target, app.environment)


def settings_for(app: App, paths: tuple[str, ...]) -> "Settings":
    """The settings that hold for these manifests, under the rules of --settings-from."""
    from reconciler.manifest.settings_file import load_settings

    return _with_rules(app, load_settings(paths[0]), paths)


def load_manifests(app: App, paths: tuple[str, ...], target: Target) -> "Resolved":
    """The manifests in these paths with all that was found in them. What was left out
    is told on stderr. Raises WrongUsage.
    """
    resolved = reconciler.load(paths, target, app.environment)
    for finding in resolved.findings:
        if finding.rule == "own-document":
            app.talk(f"{printable(finding.source.file)}: {finding.message}.")
    return resolved


def target_at(app: App, revision: str, paths: tuple[str, ...], now: Target) -> Target:
    """The target as it was at a git revision, for the manifests of that time; as it is
    `now` when it is new.
    """
    settings = _readable_settings_at(revision, paths[0])
    if settings is None:
        return now
    if now.name not in settings.targets and now.name not in BUILT_IN:
        return now
    return _with_rules(app, settings, paths).target(now.name, app.environment)


def settings_changes(
    paths: tuple[str, ...], before: str, after: str | None
) -> "tuple[SettingChange, ...]":
    """What the rules become from one revision to another, or to the work tree."""
    from reconciler.model.plan import SettingChange

    now = _settings_of(after, paths[0])
    then = _readable_settings_at(before, paths[0])
    if then is None:
        unknown = "what could not be read"
        return (
            SettingChange(name="the whole file", old=unknown, new="what it says now"),
        )
    return tuple(now.rule_changes(then))


def _settings_of(revision: str | None, path: str) -> "Settings":
    """Of the revision, or of the work tree."""
    from reconciler.cli.git.settings import settings_at
    from reconciler.manifest.settings_file import load_settings

    if revision is None:
        return load_settings(path)
    return settings_at(revision, path)


def _readable_settings_at(revision: str, path: str) -> "Settings | None":
    """None when they were wrong: a change that mends them has to be reviewed too."""
    from reconciler.cli.git.settings import settings_at

    try:
        return settings_at(revision, path)
    except SettingsError:
        return None


def _with_rules(app: App, settings: "Settings", paths: tuple[str, ...]) -> "Settings":
    """The settings under the rules of --settings-from, if that is given."""
    if app.settings_from is None:
        return settings
    from reconciler.cli.git.settings import settings_at

    return settings.with_rules_of(settings_at(app.settings_from, paths[0]))


@contextmanager
def open_connection(
    app: App, target: Target, connection: "type[C]", timeout: float | None = None
) -> "Iterator[C]":
    """An open connection of the type asked for, over which the shop is read in no more
    than `timeout` seconds, or in the usual time. Raises MissingKey, SettingsError.
    """
    from reconciler.api.connection import Access, ConnectionOptions, Policy
    from reconciler.api.limiter import LIMIT, Limiter
    from reconciler.cli.signals import interruptible

    if target.base_url is None:
        transport, key = app.sandbox.embedded(SANDBOX_FILE)
        app.secrets.append(key)
        access = Access.of(EMBEDDED_URL, key, "the sandbox")
    else:
        transport, key = None, _key(app, target)
        access = Access.of(target.base_url, key, str(target.api_key_env))
    policy = Policy()
    if timeout is not None:
        longest = min(timeout, policy.reading_timeout)
        policy = replace(policy, reading_timeout=longest)
    options = ConnectionOptions(
        transport,
        policy,
        limiter=Limiter(target.rate or LIMIT, sleep=app.rest),
        sleep=app.rest,
        trace=app.trace,
        stop=app.stopped,
        given_up=lambda: app.given_up,
        hurried=app.stopped,
        progress=Requests(app.progress, app.talk),
    )
    with connection(access, options) as opened, interruptible(app):
        yield opened


@contextmanager
def reading(app: App) -> Iterator[None]:
    """While a shop is read, it is shown how far that is."""
    app.begin("Reading the shop", "requests")
    try:
        yield
    finally:
        app.progress.end()


def _key(app: App, target: Target) -> str:
    """Raises HostNotAllowed, MissingKey, SettingsError. From here on no output shows it."""
    from reconciler.api.keys import key_of

    key = key_of(target, app.environment)
    app.secrets.append(key)
    return key


def provenance_of(
    app: App, target: Target, asked: "Asked", *, with_git: bool, saved: bool = False
) -> "Provenance":
    """Who plans what, where and when. The state of git is only looked up for documents
    that show it; `saved` plans also hold what a later apply has to check.
    """
    from reconciler.cli.git.state import git_state
    from reconciler.model.plan import Git

    return replace(
        reconciler.provenance_of(target_info(app, target), asked),
        git=git_state(asked.paths, app.talk) if with_git else Git(),
        saved=saved,
        speed=target.speed,
    )


def target_info(app: App, target: Target) -> "TargetInfo":
    """Which shop that is. Raises MissingKey, SettingsError."""
    from reconciler.model.plan import TargetInfo

    if target.base_url is None:
        place = str(SANDBOX_FILE)
        return TargetInfo(name=target.name, base_url=place, key_fingerprint="")
    _key(app, target)
    return reconciler.info_of(target, app.environment)
