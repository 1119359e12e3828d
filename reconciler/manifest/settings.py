"""reconciler.toml, and the targets it names. Raises SettingsError, and WrongUsage for a target nobody knows."""

import os
import tomllib
from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, StrictInt, StrictStr, ValidationError

from reconciler.errors import SettingsError, WrongUsage
from reconciler.manifest.problem import did_you_mean
from reconciler.model.target import Guards, Target

FILE = "reconciler.toml"
HOST_VARIABLE = "SHOPIMIND_CORE_API_BASE"
"""Overrides the host of the real API, as it does for the official SDK (contract §1); `/v1` is appended."""
DEFAULT_HOST = "https://core.shopimind.com"
DEFAULT_KEY_VARIABLE = "SHOPIMIND_API_KEY"
BUILT_IN = ("shopimind", "sandbox")
LARGEST_FILE = 1024 * 1024

Limit = Annotated[StrictInt, Field(ge=0)]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


class _TargetSettings(_Part):
    api_key_env: Annotated[StrictStr, Field(pattern=r"^[A-Za-z_][A-Za-z0-9_]*$")] | None = None
    base_url: StrictStr | None = None
    vars: dict[str, Any] = {}


class _GuardSettings(_Part):
    max_creates: Limit | None = None
    max_updates: Limit | None = None
    max_deletes: Limit | None = None
    max_record_deletes: Limit | None = None
    protected: tuple[StrictStr, ...] = ()


class _TemplatingSettings(_Part):
    env: tuple[StrictStr, ...] = ()


class Settings(_Part):
    """What reconciler.toml says; without the file, nothing but the built-in targets."""

    default_target: StrictStr = "shopimind"
    targets: dict[str, _TargetSettings] = {}
    guards: _GuardSettings = _GuardSettings()
    templating: _TemplatingSettings = _TemplatingSettings()

    def target(self, name: str | None, environment: Mapping[str, str]) -> Target:
        """The target of that name, or the default one."""
        wanted = name or self.default_target
        known = self.targets.get(wanted)
        if known is None and wanted not in BUILT_IN:
            names = ", ".join(sorted({*self.targets, *BUILT_IN}))
            hint = did_you_mean(wanted, {*self.targets, *BUILT_IN})
            raise WrongUsage(f"There is no target {wanted!r}{hint or '.'} Known targets: {names}.")
        said = known or _TargetSettings()
        embedded = wanted == "sandbox"
        return Target(
            name=wanted,
            base_url=None if embedded else said.base_url or base_url(environment),
            api_key_env=None if embedded else said.api_key_env or DEFAULT_KEY_VARIABLE,
            guards=Guards(**self.guards.model_dump()),
            vars=said.vars,
            env=self.templating.env,
        )


def base_url(environment: Mapping[str, str]) -> str:
    """The API's address: the host from the environment or the real one, and `/v1`."""
    host = (environment.get(HOST_VARIABLE) or DEFAULT_HOST).rstrip("/")
    return host if host.endswith("/v1") else f"{host}/v1"


def find_settings(path: str) -> str | None:
    """The nearest reconciler.toml, from `path` upwards."""
    folder = os.path.abspath(path if os.path.isdir(path) else os.path.dirname(os.path.abspath(path)))
    while True:
        candidate = os.path.join(folder, FILE)
        if os.path.isfile(candidate):
            return candidate
        parent = os.path.dirname(folder)
        if parent == folder:
            return None
        folder = parent


def load_settings(path: str) -> Settings:
    """The settings that hold for manifests at `path`."""
    file = find_settings(path)
    if file is None:
        return Settings()
    shown = os.path.relpath(file)
    try:
        with open(file, "rb") as stream:
            raw = stream.read(LARGEST_FILE + 1)
        if len(raw) > LARGEST_FILE:
            raise SettingsError(f"{shown} is larger than {LARGEST_FILE // 2**20} MiB.")
        return Settings.model_validate(tomllib.loads(raw.decode("utf-8-sig")))
    except OSError as broken:
        raise SettingsError(f"{shown} cannot be read: {broken.strerror}.") from None
    except ValidationError as invalid:
        raise SettingsError(f"{shown}: {'; '.join(_words(dict(error)) for error in invalid.errors())}.") from None
    except (ValueError, RecursionError) as broken:  # tomllib lets int()'s and Python's own limits through
        raise SettingsError(f"{shown} is not TOML: {broken}.") from None


_PARTS: dict[str, type[_Part]] = {
    "targets": _TargetSettings,
    "guards": _GuardSettings,
    "templating": _TemplatingSettings,
}


def _words(error: dict[str, Any]) -> str:
    place = ".".join(str(part) for part in error["loc"])
    if error["type"] == "extra_forbidden":
        part = _PARTS.get(str(error["loc"][0]), Settings) if len(error["loc"]) > 1 else Settings
        return f"{place} has no meaning here{did_you_mean(str(error['loc'][-1]), part.model_fields)}"
    return f"{place}: {error['msg'][:1].lower()}{error['msg'][1:]}"
