"""What reconciler.toml may say. A module of its own: most runs have no such file, and
need not pay for its models.
"""

import tomllib
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, StrictInt, StrictStr, ValidationError

from reconciler.errors import SettingsError
from reconciler.manifest.problem import did_you_mean
from reconciler.manifest.settings import DEFAULT_KEY_VARIABLE, Settings, TargetSettings
from reconciler.model.target import Guards

Limit = Annotated[StrictInt, Field(ge=0)]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


class _Target(_Part):
    api_key_env: (
        Annotated[StrictStr, Field(pattern=r"^[A-Za-z_][A-Za-z0-9_]*$")] | None
    ) = None
    base_url: StrictStr | None = None
    vars: dict[str, Any] = {}


class _Guards(_Part):
    max_creates: Limit | None = None
    max_updates: Limit | None = None
    max_deletes: Limit | None = None
    max_record_deletes: Limit | None = None
    protected: tuple[Annotated[StrictStr, Field(pattern=r"^[a-z*?]+/.+$")], ...] = ()


class _Templating(_Part):
    env: tuple[StrictStr, ...] = ()


class _File(_Part):
    default_target: StrictStr = "shopimind"
    targets: dict[str, _Target] = {}
    guards: _Guards = _Guards()
    templating: _Templating = _Templating()


_PARTS: dict[str, type[_Part]] = {
    "targets": _Target,
    "guards": _Guards,
    "templating": _Templating,
}


def settings_in(raw: bytes, shown: str) -> Settings:
    """The settings in the bytes of the file that is called `shown`. Raises
    SettingsError.
    """
    try:
        file = _File.model_validate(tomllib.loads(raw.decode("utf-8-sig")))
    except ValidationError as invalid:
        told = "; ".join(_words(dict(error)) for error in invalid.errors())
        raise SettingsError(
            f"{shown}: {told}{'' if told.endswith('?') else '.'}"
        ) from None
    except (
        ValueError,
        RecursionError,
    ) as broken:  # tomllib lets int()'s and Python's own limits through
        raise SettingsError(f"{shown} is not TOML: {broken}.") from None
    _check_sandbox(file, shown)
    keys = {
        DEFAULT_KEY_VARIABLE,
        *(target.api_key_env for target in file.targets.values()),
    }
    shared = [name for name in file.templating.env if name in keys]
    if shared:
        told = f"{shown}: templating.env: {shared[0]} holds the key of a shop, which must not get into a manifest."
        raise SettingsError(told)
    targets = {
        name: TargetSettings(**target.model_dump())
        for name, target in file.targets.items()
    }
    return Settings(
        file.default_target,
        targets,
        Guards(**file.guards.model_dump()),
        file.templating.env,
        shown,
    )


def _check_sandbox(file: _File, shown: str) -> None:
    """The target of that name is built in: only its variables can be set. Raises
    SettingsError.
    """
    said = file.targets.get("sandbox", _Target())
    for key in ("base_url", "api_key_env"):
        if getattr(said, key) is not None:
            raise SettingsError(
                f"{shown}: targets.sandbox.{key} has no meaning, for the built-in sandbox has no address and no key. "
                "Use another target name."
            )


def _words(error: dict[str, Any]) -> str:
    place = ".".join(str(part) for part in error["loc"])
    if error["type"] == "extra_forbidden":
        part = (
            _PARTS.get(str(error["loc"][0]), _File) if len(error["loc"]) > 1 else _File
        )
        return f"{place} has no meaning here{did_you_mean(str(error['loc'][-1]), part.model_fields)}"
    if error["type"] == "string_pattern_mismatch" and error["loc"][0] == "guards":
        return f"{place} is no address; write it like definition/NAME or event/*"
    return f"{place}: {error['msg'][:1].lower()}{error['msg'][1:]}"
