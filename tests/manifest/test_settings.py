"""reconciler.toml and the targets it names."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from reconciler.errors import SettingsError, WrongUsage
from reconciler.manifest.settings import base_url
from reconciler.manifest.settings_file import find_settings, load_settings
from reconciler.manifest.settings_schema import parse_settings
from reconciler.manifest.toml_bounds import LARGEST_FILE
from reconciler.model.target import Guards, Target

FULL = """
default_target = "production"
[targets.production]
api_key_env = "SHOP_KEY"
vars = { locale = "fr" }
[targets.staging]
base_url = "https://staging.example/v1"
[guards]
max_deletes = 0
max_creates = 5
protected = ["definition/LoyaltyAccount"]
[templating]
env = ["SHOP_NAME"]
"""


@pytest.fixture
def settings(tmp_path: Path) -> Callable[[str | bytes], object]:
    """Writes the text as settings and reads it from a folder below."""

    def write_and_load(text: str | bytes) -> object:
        (tmp_path / "reconciler.toml").write_bytes(text if isinstance(text, bytes) else text.encode())
        (tmp_path / "deep" / "er").mkdir(parents=True, exist_ok=True)
        return load_settings(str(tmp_path / "deep" / "er"))

    return write_and_load


def test_a_target_says_all_that_holds_for_it(settings: Callable) -> None:
    """The default one when none is named."""
    assert Target(
        name="production",
        base_url="https://core.shopimind.com/v1",
        api_key_env="SHOP_KEY",
        guards=Guards(max_creates=5, max_deletes=0, protected=("definition/LoyaltyAccount",)),
        vars={"locale": "fr"},
        env=("SHOP_NAME",),
    ) == settings(FULL).target(None, {})


def test_a_named_target_goes_before_the_default(settings: Callable) -> None:
    """What it does not say is the default."""
    target = settings(FULL).target("staging", {"SHOPIMIND_CORE_API_BASE": "https://other.example"})
    assert ("https://staging.example/v1", "SHOPIMIND_API_KEY", {}) == (target.base_url, target.api_key_env, target.vars)


def test_without_a_file_there_are_the_built_in_targets(tmp_path: Path) -> None:
    """The real API, and the sandbox that needs no key."""
    settings = load_settings(str(tmp_path))
    assert Target("shopimind", "https://core.shopimind.com/v1", "SHOPIMIND_API_KEY") == settings.target(None, {})
    assert Target("sandbox") == settings.target("sandbox", {"SHOPIMIND_CORE_API_BASE": "https://x.example"})


def test_the_sandbox_stays_embedded(settings: Callable) -> None:
    """The file can give it variables."""
    target = settings("[targets.sandbox]\nvars = {a = 1}").target("sandbox", {})
    assert (None, None, {"a": 1}) == (target.base_url, target.api_key_env, target.vars)


@pytest.mark.parametrize("key", ["base_url", "api_key_env"])
def test_the_sandbox_takes_no_address_and_no_key(settings: Callable, key: str) -> None:
    """Whoever writes one means another server, and would plan against the built-in one without noticing."""
    with pytest.raises(SettingsError) as refused:
        settings(f"[targets.sandbox]\n{key} = 'x'")
    assert str(refused.value).endswith(
        f"reconciler.toml: targets.sandbox.{key} has no meaning, for the built-in sandbox has no address and no key. "
        "Use another target name."
    )


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("prodction", "There is no target 'prodction' – did you mean 'production'? Known targets: production, sandbox"),
        ("zzz", "There is no target 'zzz'. Known targets: production, sandbox, shopimind, staging."),
    ],
)
def test_an_unknown_target_is_wrong_usage(settings: Callable, name: str, message: str) -> None:
    """With all the names there are."""
    with pytest.raises(WrongUsage) as refused:
        settings(FULL).target(name, {})
    assert str(refused.value).startswith(message)


def test_the_empty_text_is_no_target(settings: Callable) -> None:
    """It is not "none given"."""
    with pytest.raises(WrongUsage, match="There is no target ''"):
        settings(FULL).target("", {})


def test_the_empty_text_is_no_address(settings: Callable) -> None:
    """The key would go to the real shop instead."""
    with pytest.raises(SettingsError, match=r"targets\.a\.base_url: string should have at least 1 character"):
        settings('[targets.a]\nbase_url = ""')


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody else")
def test_settings_that_may_not_be_looked_for_are_no_freedom(tmp_path: Path) -> None:
    """They may be there."""
    (tmp_path / "closed/manifests").mkdir(parents=True)
    (tmp_path / "closed").chmod(0o000)
    os.seteuid(4321)
    try:
        with pytest.raises(SettingsError, match=r"reconciler\.toml cannot be read: Permission denied"):
            load_settings(str(tmp_path / "closed/manifests"))
    finally:
        os.seteuid(0)


def test_an_unknown_default_target_is_told_when_it_is_used(settings: Callable) -> None:
    """Another one can still be named."""
    loaded = settings('default_target = "sandbx"')
    assert "sandbox" == loaded.target("sandbox", {}).name
    with pytest.raises(SettingsError):
        loaded.target(None, {})


def test_an_unknown_default_target_is_the_mistake_of_the_file(settings: Callable) -> None:
    """The person who runs the command typed nothing wrong, and has to know which line to look at."""
    with pytest.raises(SettingsError) as refused:
        settings('default_target = "sandbx"').target(None, {})
    message = (
        "reconciler.toml: default_target is 'sandbx', and there is no such target – did you mean 'sandbox'? "
        "Known targets: sandbox, shopimind."
    )
    assert str(refused.value).endswith(message)


@pytest.mark.parametrize(
    ("host", "url"),
    [
        (None, "https://core.shopimind.com/v1"),
        ("", "https://core.shopimind.com/v1"),
        ("http://localhost:8080", "http://localhost:8080/v1"),
        ("http://localhost:8080/", "http://localhost:8080/v1"),
        ("http://localhost:8080/v1/", "http://localhost:8080/v1"),
    ],
)
def test_the_host_can_come_from_the_environment(host: str | None, url: str) -> None:
    """As for the official SDK; `/v1` is appended once."""
    assert url == base_url({} if host is None else {"SHOPIMIND_CORE_API_BASE": host})


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("x = ", "reconciler.toml is not TOML: Invalid value"),
        ("a = 1\na = 2", "is not TOML: Cannot overwrite a value"),
        (b"a = 1\nb = '\xff'", "reconciler.toml, line 2: the file is not UTF-8: its byte 12 is 0xFF; it looks like"),
        ("a = 1".encode("utf-16"), "reconciler.toml, line 1: the file is UTF-16"),
        ("a = " + "1" * 5000, "is not read: a number in it has more digits"),
        ("default_target = 0x" + "f" * 5000, "is not read: a number in it has more digits"),
        ("[guards]\nmax_creates = 0x1" + "0" * 5000, "is not read: a number in it has more digits"),
        ("[targets.a]\nvars = {x = [{y = 0o" + "7" * 9000 + "}]}", "is not read: a number in it has more digits"),
        ("a = 0b" + "1" * 20000, "is not read: a number in it has more digits"),
        ("a = " + "[" * 5000, "is not read: values are nested deeper than 16"),
        ("#" * (LARGEST_FILE + 1), "is larger than 128 KiB"),
        ("gaurds = {}", "gaurds has no meaning here – did you mean 'guards'?"),
        ("[guards]\nmax_delets = 1", "guards.max_delets has no meaning here – did you mean 'max_deletes'?"),
        ("[targets.a]\napi_key = 'x'", "targets.a.api_key has no meaning here – did you mean 'api_key_env'?"),
        ("[templating]\nenvs = []", "templating.envs has no meaning here – did you mean 'env'?"),
        ("zzz = 1", "zzz has no meaning here."),
        ("[guards]\nmax_deletes = -1", "guards.max_deletes: input should be greater than or equal to 0"),
        ("[guards]\nmax_deletes = true", "guards.max_deletes: input should be a valid integer"),
        ("messages = 3", "messages must be a table, such as [messages]"),
        ("[messages.hops]\nAttribution = 'x'", "messages.hops.Attribution is no relationship with its name"),
        ("[messages.hops]\n'Attribution.a_id' = 'a.b'", "messages.hops.Attribution.a_id is no relationship"),
        ("[targets.a]\napi_key_env = 'a b'", "targets.a.api_key_env: string should match pattern"),
        (
            "default_target = 1\n[guards]\nprotected = 'x'",
            "default_target: input should be a valid string; guards.prot",
        ),
    ],
)
def test_broken_settings_are_told_in_full(settings: Callable, text: str | bytes, message: str) -> None:
    """In one sentence, with the file and the key."""
    with pytest.raises(SettingsError) as refused:
        settings(text)
    assert message in str(refused.value)


def test_a_value_is_never_shown(settings: Callable) -> None:
    """Somebody may have put the key itself there."""
    with pytest.raises(SettingsError) as refused:
        settings("[targets.a]\napi_key_env = 'sk-secret-4711'")
    assert "4711" not in str(refused.value)


def test_a_byte_order_mark_changes_nothing(settings: Callable) -> None:
    """Some editors write one."""
    assert "a" == settings(b"\xef\xbb\xbfdefault_target = 'a'\r\n").default_target


def test_an_unreadable_file_is_told(tmp_path: Path) -> None:
    """It is not the same as none."""
    (tmp_path / "reconciler.toml").symlink_to("gone.toml")
    with pytest.raises(SettingsError, match="cannot be read: No such file"):
        load_settings(str(tmp_path))


@pytest.mark.parametrize("target", ["/proc/self/mem", "/dev/stdin", "/dev/zero", "../rules.toml"])
@pytest.mark.parametrize("in_repository", [True, False])
def test_a_link_that_leads_out_is_refused(tmp_path: Path, target: str, in_repository: bool) -> None:
    """What it leads to is in no commit, may not be there elsewhere, and may never end."""
    (tmp_path / "rules.toml").write_text("[guards]\nmax_deletes = 99\n")
    folder = tmp_path / "shop"
    folder.mkdir()
    if in_repository:
        (folder / ".git").mkdir()
    (folder / "reconciler.toml").symlink_to(target)
    told = f"link that leads out of {'the repository' if in_repository else 'its folder'}, "
    with pytest.raises(SettingsError, match=told):
        load_settings(str(folder))


def test_a_link_within_the_repository_is_followed(tmp_path: Path) -> None:
    """It may lead out of its folder."""
    (tmp_path / ".git").mkdir()
    (tmp_path / "rules.toml").write_text("[guards]\nmax_deletes = 99\n")
    (tmp_path / "shop").mkdir()
    (tmp_path / "shop/reconciler.toml").symlink_to("../rules.toml")
    assert 99 == load_settings(str(tmp_path / "shop")).guards.max_deletes


def test_what_is_no_file_is_refused_at_once(tmp_path: Path) -> None:
    """A pipe would be waited for for ever."""
    file = tmp_path / "reconciler.toml"
    os.mkfifo(file)
    with pytest.raises(SettingsError, match="cannot be read: it is no file"):
        load_settings(str(tmp_path))
    file.unlink()
    file.mkdir()
    with pytest.raises(SettingsError, match="cannot be read: it is no file"):
        load_settings(str(tmp_path))


def test_settings_are_found_upwards(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """From a folder, a file, or a path that does not exist yet."""
    folder = tmp_path / "a" / "b"
    folder.mkdir(parents=True)
    (folder / "m.yaml").touch()
    file = tmp_path / "reconciler.toml"
    file.touch()
    assert {str(file)} == {
        find_settings(str(path)) for path in (folder, folder / "m.yaml", folder / "no.yaml", tmp_path)
    }
    monkeypatch.chdir(folder)
    assert [str(file)] * 2 == [find_settings("."), find_settings("m.yaml")]


def test_the_nearest_settings_count(tmp_path: Path) -> None:
    """Those further up are not read."""
    (tmp_path / "a").mkdir()
    (tmp_path / "reconciler.toml").write_text("broken")
    (tmp_path / "a" / "reconciler.toml").write_text("default_target = 'near'")
    assert "near" == load_settings(str(tmp_path / "a")).default_target


def test_there_may_be_no_settings_at_all() -> None:
    """The search ends at the root."""
    assert None is find_settings("/")


def test_a_huge_number_is_told_in_words_of_ours(settings: Callable) -> None:
    """Not in those of Python, which speak of its own settings."""
    with pytest.raises(SettingsError, match="a number in it has more digits") as refused:
        settings(f"[guards]\nmax_creates = {'9' * 5_000}\n")
    assert "sys." not in str(refused.value)


def test_a_target_may_have_guards_of_its_own() -> None:
    """They replace the shared ones, one by one, and a change of them is a change of a rule."""
    text = b"[guards]\nmax_creates = 5\nmax_deletes = 0\n[targets.staging]\nguards = {max_deletes = 10}\n"
    settings = parse_settings(text, "reconciler.toml")
    staging = settings.target("staging", {}).guards
    assert (5, 10) == (staging.max_creates, staging.max_deletes)
    assert 0 == settings.target("shopimind", {}).guards.max_deletes
    before = parse_settings(text.replace(b"= 10", b"= 1"), "reconciler.toml")
    assert [("targets.staging.guards.max_deletes", "1", "10")] == [
        (each.name, each.old, each.new) for each in settings.rule_changes(before)
    ]
