"""What reconciler.toml says, and which target follows from it: its address, the name
of its key and the rules that plans for it are judged by.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Any

from reconciler.errors import SettingsError, WrongUsage
from reconciler.form.spelling import did_you_mean
from reconciler.model.target import Guards, Target

HOST_VARIABLE = "SHOPIMIND_CORE_API_BASE"
"""Overrides the host of the real API, as it does for the official SDK (contract §1);
`/v1` is appended.
"""
DEFAULT_HOST = "https://core.shopimind.com"
DEFAULT_KEY_VARIABLE = "SHOPIMIND_API_KEY"
BUILT_IN = ("shopimind", "sandbox")


@dataclass(frozen=True, slots=True)
class TargetSettings:
    """What the file says of one target."""

    api_key_env: str | None = None
    base_url: str | None = None
    vars: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Settings:
    """What reconciler.toml says; without the file, nothing but the built-in targets.
    `file` is named in messages.
    """

    default_target: str = "shopimind"
    targets: Mapping[str, TargetSettings] = field(default_factory=dict)
    guards: Guards = field(default_factory=Guards)
    env: tuple[str, ...] = ()
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

    def rule_changes(self, before: "Settings") -> Iterator[str]:
        """Which rules are not as they were, one line each. Variables are no rules: what
        they change shows in the manifests.
        """
        old, new = before._rules(), self._rules()
        for name in sorted({*old, *new}):
            if old.get(name) != new.get(name):
                yield f"{name}: {_words(old.get(name))} → {_words(new.get(name))}"

    def _rules(self) -> dict[str, Any]:
        rules: dict[str, Any] = {}
        rules["default_target"] = self.default_target
        rules["templating.env"] = self.env
        for guard in fields(self.guards):
            rules[f"guards.{guard.name}"] = getattr(self.guards, guard.name)
        for name, target in self.targets.items():
            rules[f"targets.{name}.base_url"] = target.base_url
            rules[f"targets.{name}.api_key_env"] = target.api_key_env
        return rules

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
                raise WrongUsage(f"There is no target {name!r}{hint}")
            default = f"{self.file}: default_target is {wanted!r}"
            raise SettingsError(f"{default}, and there is no such target{hint}")
        return self._target(wanted, environment)

    def _target(self, name: str, environment: Mapping[str, str]) -> Target:
        chosen = self.targets.get(name, TargetSettings())
        target = Target(name, guards=self.guards, vars=chosen.vars, env=self.env)
        if name == "sandbox":
            return target  # it has no address and no key
        if chosen.base_url is None:
            chosen = replace(chosen, base_url=base_url(environment))
        if chosen.api_key_env is None:
            chosen = replace(chosen, api_key_env=DEFAULT_KEY_VARIABLE)
        return replace(target, base_url=chosen.base_url, api_key_env=chosen.api_key_env)


def _words(value: Any) -> str:
    if value is None or value == ():
        return "nothing"
    if isinstance(value, tuple):
        return ", ".join(str(item) for item in value)
    return str(value)


def base_url(environment: Mapping[str, str]) -> str:
    """The API's address: the host from the environment or the real one, and `/v1`."""
    host = (environment.get(HOST_VARIABLE) or DEFAULT_HOST).rstrip("/")
    return host if host.endswith("/v1") else f"{host}/v1"
