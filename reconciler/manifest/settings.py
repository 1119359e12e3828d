"""What reconciler.toml says, and the targets that follow from it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Any

from reconciler.errors import SettingsError, WrongUsage
from reconciler.manifest.problem import did_you_mean
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

    def judged_by(self, base: "Settings") -> "Settings":
        """The rules of `base`; only what the manifests are filled with comes from
        here.
        """
        targets = {
            name: replace(said, vars=self.targets[name].vars)
            if name in self.targets
            else said
            for name, said in base.targets.items()
        }
        for name in BUILT_IN:
            if name in self.targets:
                targets.setdefault(name, TargetSettings(vars=self.targets[name].vars))
        return replace(base, targets=targets)

    def changes(self, before: "Settings") -> Iterator[str]:
        """What of the rules is not as it was, one line each; what manifests are filled
        with shows in them.
        """
        old, new = before._flat(), self._flat()
        for key in sorted({*old, *new}):
            if old.get(key) != new.get(key):
                yield f"{key}: {_told(old.get(key))} → {_told(new.get(key))}"

    def _flat(self) -> dict[str, Any]:
        flat: dict[str, Any] = {
            "default_target": self.default_target,
            "templating.env": self.env,
        }
        flat |= {
            f"guards.{each.name}": getattr(self.guards, each.name)
            for each in fields(self.guards)
        }
        for name, said in self.targets.items():
            flat |= {
                f"targets.{name}.{key}": getattr(said, key)
                for key in ("base_url", "api_key_env")
            }
        return flat

    def target(self, name: str | None, environment: Mapping[str, str]) -> Target:
        """The target of that name, or the default one. Raises WrongUsage or
        SettingsError, whichever named it wrong.
        """
        wanted = name or self.default_target
        known = self.targets.get(wanted)
        if known is None and wanted not in BUILT_IN:
            names = ", ".join(sorted({*self.targets, *BUILT_IN}))
            hint = f"{did_you_mean(wanted, {*self.targets, *BUILT_IN}) or '.'} Known targets: {names}."
            if name:
                raise WrongUsage(f"There is no target {wanted!r}{hint}")
            raise SettingsError(
                f"{self.file}: default_target is {wanted!r}, and there is no such target{hint}"
            )
        said = known or TargetSettings()
        embedded = wanted == "sandbox"
        return Target(
            name=wanted,
            base_url=None if embedded else said.base_url or base_url(environment),
            api_key_env=None if embedded else said.api_key_env or DEFAULT_KEY_VARIABLE,
            guards=self.guards,
            vars=said.vars,
            env=self.env,
        )


def _told(value: Any) -> str:
    if isinstance(value, tuple):
        return ", ".join(map(str, value)) or "nothing"
    return "nothing" if value is None else str(value)


def base_url(environment: Mapping[str, str]) -> str:
    """The API's address: the host from the environment or the real one, and `/v1`."""
    host = (environment.get(HOST_VARIABLE) or DEFAULT_HOST).rstrip("/")
    return host if host.endswith("/v1") else f"{host}/v1"
