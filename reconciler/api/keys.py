"""The key of a target: where it is taken from, which host it may go to, and how it is told
from another one.
"""

import hashlib
from collections.abc import Mapping

from reconciler.api.access import Access
from reconciler.api.hosts import check_host, host_in
from reconciler.errors import MissingKey, SettingsError
from reconciler.form.spelling import in_quotes
from reconciler.model.plan import TargetInfo
from reconciler.model.target import DEFAULT_HOST, HOST_VARIABLE, Target

ALLOWED_HOSTS = "RECONCILER_ALLOWED_HOSTS"
"""Names the hosts that may have a key besides the platform's own, separated by
commas.
"""


def access_of(target: Target, environment: Mapping[str, str]) -> Access:
    """Where the shop is, with the key of the environment. Raises HostNotAllowed,
    MissingKey, SettingsError.
    """
    key = key_of(target, environment)
    return Access.of(str(target.base_url), key, str(target.api_key_env))


def info_of(target: Target, environment: Mapping[str, str]) -> TargetInfo:
    """Which shop that is, as plans say it. Raises the same."""
    key = key_of(target, environment)
    return TargetInfo(
        name=target.name,
        base_url=str(target.base_url),
        key_fingerprint=fingerprint(str(target.base_url), key),
    )


def key_of(target: Target, environment: Mapping[str, str]) -> str:
    """Raises HostNotAllowed before the key is looked at, MissingKey, and SettingsError
    for the embedded sandbox, which has neither an address nor a key.
    """
    if target.base_url is None:
        raise SettingsError(
            f"The target {in_quotes(target.name)} has no address: it is the sandbox inside the command. "
            f"Start it with `reconciler sandbox serve`, and put the address that it prints into {HOST_VARIABLE}."
        )
    _check_host(target.base_url, environment)
    name = str(target.api_key_env)
    # A secret that was pasted into a form often ends with a line end.
    key = environment.get(name, "").strip()
    if not key:
        raise MissingKey(
            f"There is no API key in {name}. Put the key of the shop there to use target {in_quotes(target.name)}, "
            "or try everything without a key on the embedded sandbox: reconciler --target sandbox …"
        )
    if not key.isascii() or not key.isprintable() or " " in key:
        raise MissingKey(
            f"{name} does not hold an API key: keys are letters, digits and hyphens."
        )
    return key


def fingerprint(base_url: str, key: str) -> str:
    """Tells two keys apart and nothing about either: a salted hash, cut short."""
    salted = f"reconciler key fingerprint\0{base_url}\0{key}"
    return hashlib.sha256(salted.encode()).hexdigest()[:12]


def _check_host(base_url: str, environment: Mapping[str, str]) -> None:
    allowed = [host_in(DEFAULT_HOST, "")]
    for variable in (HOST_VARIABLE, ALLOWED_HOSTS):
        entries = environment.get(variable, "").split(",")
        allowed += [host_in(entry, variable) for entry in entries if entry.strip()]
    check_host(base_url, allowed, ALLOWED_HOSTS)
