"""What reconciler.toml says, and which target follows from it: its address, the name
of its key and the rules that plans for it are judged by.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Any

from reconciler.errors import SettingsError, WrongUsage
from reconciler.form.spelling import did_you_mean, in_quotes
from reconciler.model.plan import SettingChange
from reconciler.model.target import (
    DEFAULT_HOST,
    HOST_VARIABLE,
    Guards,
    MessageSettings,
    Target,
)

DEFAULT_KEY_VARIABLE = "SHOPIMIND_API_KEY"
BUILT_IN = ("shopimind", "sandbox")


@dataclass(frozen=True, slots=True)
class TargetSettings:
    """What the file says of one target; `guards` are those that differ from the shared
    ones, by name.
    """

    api_key_env: str | None = None
    base_url: str | None = None
    vars: Mapping[str, Any] = field(default_factory=dict)
    rate: int | None = None
    records_batch: int | None = None
    guards: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Settings:
    """What reconciler.toml says; without the file, nothing but the built-in targets.
    `file` is named in messages.
    """

    default_target: str = "shopimind"
    targets: Mapping[str, TargetSettings] = field(default_factory=dict)
    guards: Guards = field(default_factory=Guards)
    env: tuple[str, ...] = ()
    messages: MessageSettings = field(default_factory=MessageSettings)
    file: str = "reconciler.toml"

    def with_rules_of(self, base: "Settings") -> "Settings":
        """The settings of `base`; only the variables that manifests are filled with
        come from here, because a pull request must not relax the rules that it is
        judged by.
        """
        targets = dict(base.targets)
        for name, proposed in self.targets.items():
            if name in targets:
                targets[name] = replace(targets[name], vars=proposed.vars)
            elif name in BUILT_IN:
                targets[name] = TargetSettings(vars=proposed.vars)
        return replace(base, targets=targets)

    def rule_changes(self, before: "Settings") -> list[SettingChange]:
        """Which rules are not as they were: where the keys go, then guards and lists as
        they were before, then what is new, so that many new ones hide nothing. Variables
        are no rules: what they change shows in the manifests.
        """
        guards = [*_guard_changes(before, self), *_own_guard_changes(before, self)]
        others = sorted(guards, key=lambda rule: rule.old is None)
        return [*_key_changes(before, self), *others]

    def target(self, name: str | None, environment: Mapping[str, str]) -> Target:
        """The target of that name, or the default one. Raises WrongUsage or
        SettingsError, whichever named it wrong.
        """
        wanted = self.default_target if name is None else name
        known = {*self.targets, *BUILT_IN}
        if wanted not in known:
            hint = did_you_mean(wanted, known) or "."
            hint += f" Known targets: {', '.join(sorted(known))}."
            if name is not None:
                raise WrongUsage(f"There is no target {in_quotes(name)}{hint}")
            default = f"{self.file}: default_target is {in_quotes(wanted)}"
            raise SettingsError(f"{default}, and there is no such target{hint}")
        return self._target(wanted, environment)

    def _target(self, name: str, environment: Mapping[str, str]) -> Target:
        chosen = self.targets.get(name, TargetSettings())
        target = Target(
            name,
            guards=replace(self.guards, **chosen.guards),
            vars=chosen.vars,
            env=self.env,
            rate=chosen.rate,
            records_batch=chosen.records_batch,
            messages=self.messages,
        )
        if name == "sandbox":
            return target  # it has no address and no key
        if chosen.base_url is None:
            chosen = replace(chosen, base_url=base_url(environment))
        if chosen.api_key_env is None:
            chosen = replace(chosen, api_key_env=DEFAULT_KEY_VARIABLE)
        return replace(target, base_url=chosen.base_url, api_key_env=chosen.api_key_env)


def _key_changes(before: Settings, after: Settings) -> Iterator[SettingChange]:
    """What becomes of where the keys go."""
    yield from _change("default_target", before.default_target, after.default_target)
    for name in sorted({*before.targets, *after.targets}):
        old = before.targets.get(name, TargetSettings())
        new = after.targets.get(name, TargetSettings())
        here = f"targets.{name}"
        yield from _change(f"{here}.base_url", old.base_url, new.base_url)
        yield from _change(f"{here}.api_key_env", old.api_key_env, new.api_key_env)
        # A key that is shared with the shop's connector must not be starved.
        yield from _change(f"{here}.rate", old.rate, new.rate)


def _guard_changes(before: Settings, after: Settings) -> Iterator[SettingChange]:
    for guard in fields(Guards):
        here = f"guards.{guard.name}"
        old, new = getattr(before.guards, guard.name), getattr(after.guards, guard.name)
        if isinstance(new, tuple):
            yield from _list_changes(here, old, new)
        else:
            yield from _change(here, old, new)
    yield from _list_changes("templating.env", before.env, after.env)


def _own_guard_changes(before: Settings, after: Settings) -> Iterator[SettingChange]:
    """Of the guards that single targets have."""
    for name in sorted({*before.targets, *after.targets}):
        old = before.targets.get(name, TargetSettings()).guards
        new = after.targets.get(name, TargetSettings()).guards
        for guard in sorted({*old, *new}):
            here = f"targets.{name}.guards.{guard}"
            yield from _change(here, old.get(guard), new.get(guard))


def _list_changes(
    name: str, old: Iterable[str], new: Iterable[str]
) -> Iterator[SettingChange]:
    """One for each item that comes or goes: a long list would hide it."""
    gone = [SettingChange(name=name, old=item) for item in sorted({*old} - {*new})]
    come = [SettingChange(name=name, new=item) for item in sorted({*new} - {*old})]
    yield from (*gone, *come)


def _change(name: str, old: object, new: object) -> Iterator[SettingChange]:
    if old != new:
        yield SettingChange(name=name, old=_text(old), new=_text(new))


def _text(value: object) -> str | None:
    return None if value is None else str(value)


def base_url(environment: Mapping[str, str]) -> str:
    """The API's address: the host from the environment or the real one, and `/v1`."""
    host = (environment.get(HOST_VARIABLE) or DEFAULT_HOST).rstrip("/")
    return host if host.endswith("/v1") else f"{host}/v1"
