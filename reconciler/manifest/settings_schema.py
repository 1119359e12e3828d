"""What reconciler.toml may say, and the words for what it may not.

A module of its own, because most runs have no such file and need not pay for its
models.
"""

import tomllib
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, StrictInt, StrictStr, ValidationError

from reconciler.errors import SettingsError
from reconciler.form.spelling import cut, did_you_mean
from reconciler.manifest.encoding import NotUtf8, decode
from reconciler.manifest.settings import DEFAULT_KEY_VARIABLE, Settings, TargetSettings
from reconciler.manifest.toml_bounds import check_bounds
from reconciler.manifest.yaml_scalars import LARGEST_INTEGER
from reconciler.model.target import Guards, MessageSettings

MOST_TARGETS = 50
MOST_ERRORS = 10
"""Named in a message; of the others only the number is given."""
Limit = Annotated[StrictInt, Field(ge=0)]


class _Part(BaseModel):
    # Somebody may have written a key where its variable belongs: no input is quoted.
    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


# The words below a key are those of the reference in the README.


class _Guards(_Part):
    max_creates: Limit | None = None
    """How many resources one plan may create."""
    max_updates: Limit | None = None
    """How many it may update."""
    max_deletes: Limit | None = None
    """How many it may delete."""
    max_record_creates: Limit | None = None
    """How many rows of one record set it may create."""
    max_record_updates: Limit | None = None
    """How many rows of one record set it may update."""
    max_record_deletes: Limit | None = None
    """How many rows of one record set it may delete."""
    max_record_delete_share: Annotated[float, Field(ge=0, le=1)] | None = None
    """The same as a share of the rows that live in the table."""
    max_requests: Limit | None = None
    """How many requests the push of one record set may take."""
    protected: tuple[Annotated[StrictStr, Field(pattern=r"^[a-z*?]+/.+$")], ...] = ()
    """Addresses that no plan may break or delete, such as `definition/Loyalty*`."""


class _Target(_Part):
    api_key_env: (
        Annotated[StrictStr, Field(pattern=r"^[A-Za-z_][A-Za-z0-9_]*$")] | None
    ) = None
    """The environment variable that holds the key; `SHOPIMIND_API_KEY` when not
    written.
    """
    base_url: Annotated[StrictStr, Field(min_length=1)] | None = None
    """Another address than ShopiMind's own; its host has to be allowed in the
    environment.
    """
    vars: dict[str, Any] = {}
    """What expressions in manifests see as `vars`."""
    rate: Annotated[StrictInt, Field(ge=1, le=600)] | None = None
    """How many requests a minute are used of the shop's 600; the rest is left to its
    connector.
    """
    records_batch: Annotated[StrictInt, Field(ge=1, le=50)] | None = None
    """With how many rows in one request a push begins; 50 when not written."""
    guards: _Guards = _Guards()
    """Guards of this target, which replace the shared ones."""


class _Templating(_Part):
    env: tuple[StrictStr, ...] = ()
    """The environment variables that expressions in manifests see as `env`; never one
    that holds a key.
    """


class _Messages(_Part):
    known: tuple[Annotated[StrictStr, Field(min_length=1)], ...] = ()
    """Patterns of variables that another tool fills in, such as `promo.*`."""
    review_after_days: Annotated[StrictInt, Field(ge=1)] | None = None
    """After how many days a copy from the dashboard has to be looked at again."""
    hops: dict[
        Annotated[str, Field(pattern=r"^.+\..+$")],
        Annotated[StrictStr, Field(pattern=r"^[^.{}]+$")],
    ] = {}
    """How messages name a relationship, by DEFINITION.FIELD, where it is not the field
    without `_id`.
    """


class _File(_Part):
    default_target: StrictStr = "shopimind"
    """The target of a command that names none; `shopimind` when not written."""
    targets: Annotated[dict[str, _Target], Field(max_length=MOST_TARGETS)] = {}
    """The shops by name."""
    guards: _Guards = _Guards()
    """What no plan for any shop may exceed."""
    templating: _Templating = _Templating()
    """What expressions in manifests may see."""
    messages: _Messages = _Messages()
    """What is known of the shop's messages."""


_PARTS: dict[str, type[_Part]] = {
    "targets": _Target,
    "guards": _Guards,
    "templating": _Templating,
    "messages": _Messages,
}


def parse_settings(raw: bytes, name: str) -> Settings:
    """The settings in the bytes of the file that messages call `name`. Raises
    SettingsError.
    """
    file = _parse(raw, name)
    _check_sandbox(file, name)
    _check_no_key_is_shared(file, name)
    return Settings(
        default_target=file.default_target,
        targets={
            target: TargetSettings(
                **said.model_dump(exclude={"guards"}),
                guards=said.guards.model_dump(exclude_unset=True),
            )
            for target, said in file.targets.items()
        },
        guards=Guards(**file.guards.model_dump()),
        env=file.templating.env,
        messages=MessageSettings(**file.messages.model_dump()),
        file=name,
    )


def _parse(raw: bytes, name: str) -> _File:
    check_bounds(raw, name)
    try:
        said = tomllib.loads(decode(raw))
        _check_numbers(said)
        return _File.model_validate(said)
    except ValidationError as invalid:
        errors = invalid.errors()
        words = "; ".join(_words(dict(error)) for error in errors[:MOST_ERRORS])
        if len(errors) > MOST_ERRORS:
            words += f"; and {len(errors) - MOST_ERRORS} more"
        end = "" if words.endswith("?") else "."
        raise SettingsError(f"{name}: {words}{end}") from None
    except NotUtf8 as broken:
        line = broken.before.count("\n") + 1
        raise SettingsError(f"{name}, line {line}: {broken}.") from None
    except tomllib.TOMLDecodeError as broken:
        raise SettingsError(f"{name} is not TOML: {str(broken)[:200]}.") from None
    # tomllib lets through what int() and Python's own recursion limit raise.
    except ValueError:
        raise SettingsError(
            f"{name} is not read: a number in it has more digits than any that can be meant."
        ) from None
    except RecursionError:
        raise SettingsError(
            f"{name} is not read: values are nested too deep."
        ) from None


def _check_numbers(said: object) -> None:
    """Raises ValueError for a number that Python cannot turn into text: it reads one of
    any length when it is hexadecimal.
    """
    if isinstance(said, dict | list):
        for inner in said.values() if isinstance(said, dict) else said:
            _check_numbers(inner)
    elif isinstance(said, int) and abs(said) >= LARGEST_INTEGER:
        raise ValueError


def _check_sandbox(file: _File, name: str) -> None:
    """The target of that name is built in: only its variables can be set."""
    sandbox = file.targets.get("sandbox", _Target())
    for key in ("base_url", "api_key_env"):
        if getattr(sandbox, key) is not None:
            raise SettingsError(
                f"{name}: targets.sandbox.{key} has no meaning, for the built-in sandbox has no address and no key. "
                "Use another target name."
            )


def _check_no_key_is_shared(file: _File, name: str) -> None:
    # A template could print the variable into a name that everybody may read.
    keys = {target.api_key_env for target in file.targets.values()}
    keys.add(DEFAULT_KEY_VARIABLE)
    for variable in file.templating.env:
        if variable in keys:
            raise SettingsError(
                f"{name}: templating.env: {variable} holds the key of a shop, which must not get into a manifest."
            )


def _words(error: dict[str, Any]) -> str:
    """One error of pydantic, as a sentence without its full stop."""
    path, reason = [str(part) for part in error["loc"]], error["type"]
    place = ".".join(map(cut, path))
    if reason == "extra_forbidden":
        return f"{place} has no meaning here{_key_hint(path)}"
    if reason == "string_pattern_mismatch" and path[0] == "guards":
        return f"{place} is no address; write it like definition/NAME or event/*"
    if reason == "string_pattern_mismatch" and path[:2] == ["messages", "hops"]:
        example = '"Attribution.responsable_id" = "responsable"'
        return f"{cut('.'.join(path[:3]))} is no relationship with its name; write it like {example}"
    if reason == "model_type":
        return f"{place} must be a table, such as [{place}]"
    said = error["msg"]
    return f"{place}: {said[:1].lower()}{said[1:]}"


def _key_hint(path: list[str]) -> str:
    """Which key may have been meant by the last one of the path."""
    *above, key = path
    part = _PARTS.get(above[0], _File) if above else _File
    return did_you_mean(key, part.model_fields)
