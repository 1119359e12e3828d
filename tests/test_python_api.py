"""The Python API: what the README shows runs, everything that goes wrong is a typed error, and nothing is printed."""

import re
import runpy
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

import reconciler
from reconciler.api.connection import Connection, ReadConnection
from reconciler.api.shop import HttpShop
from reconciler.errors import HostNotAllowed, InvalidManifests, MissingKey, Refused, SettingsError, WrongUsage
from reconciler.model.outcome import fold
from reconciler.model.target import Guards, Target
from tests.conftest import OCCASION, Lab

ROOT = Path(__file__).parent.parent
SECTION = re.search(r"^## From Python\n(.*?)(?=^## )", (ROOT / "README.md").read_text(), re.DOTALL | re.MULTILINE)
assert SECTION
EXAMPLES = re.findall(r"```python\n(.*?)```", SECTION[1], re.DOTALL)
PET = "kind: definition\nname: Pet\nunique_keys: [name]\nfields: [{name: name, type: text, required: true}]\n"
SHOP = Target("own", base_url="https://core.shopimind.com/v1", api_key_env="KEY")


def test_the_examples_of_the_readme_run(
    serve: Callable, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Against a served sandbox: one applies the manifests, the other writes down what lives then."""
    for name, value in serve("async_delay=0", file="shop.db").environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.chdir(tmp_path)
    for number, text in enumerate(EXAMPLES):
        (tmp_path / f"example{number}.py").write_text(text)
    with pytest.raises(SystemExit, match="There is no file or folder"):
        runpy.run_path("example0.py")
    (tmp_path / "manifests").mkdir()
    (tmp_path / "manifests/pet.yaml").write_text(PET)
    runpy.run_path("example0.py")
    assert "applied definition/Pet\n" == capsys.readouterr().out
    runpy.run_path("example1.py")
    assert ("", "") == tuple(capsys.readouterr())
    assert [tmp_path / "shop/definitions/pet.yaml"] == list((tmp_path / "shop").rglob("*.yaml"))
    (tmp_path / "manifests/pet.yaml").write_text(PET.replace("text", "number"))
    with pytest.raises(SystemExit, match="1 blocked: definition/Pet"):
        runpy.run_path("example0.py")


def test_the_functions_print_nothing(lab: Lab, capfd: pytest.CaptureFixture[str]) -> None:
    """All that is to be told is in the values that they give."""
    lab.write(PET)
    plan, live = reconciler.build_plan(lab.load(), lab.connect(ReadConnection), OCCASION)
    reconciler.check_plan(plan, Guards())
    outcome = fold(reconciler.run_plan(plan, live, HttpShop(lab.connect(Connection))))
    draft = reconciler.pull(str(lab.folder / "pulled"), lab.connect(ReadConnection), OCCASION, Target("test"), {})
    assert (1, 1) == (len(outcome.applied), len(draft.texts))
    assert ("", "") == tuple(capfd.readouterr())


def test_manifests_that_are_not_valid_are_raised_with_their_findings(lab: Lab) -> None:
    """Each with its place, before anything is asked of the shop."""
    lab.write("kind: definition\nname: Pet\nfields: [{name: a, type: txt}]\n")
    with pytest.raises(InvalidManifests) as caught:
        reconciler.build_plan(lab.load(), lab.connect(ReadConnection), OCCASION)
    assert ["unknown-value"] == [finding.rule for finding in caught.value.findings if finding.severity == "error"]
    assert [] == lab.requests()


def test_a_plan_that_somebody_has_to_decide_about_is_refused(lab: Lab) -> None:
    """With all reasons, and what they are about; permitting it, or leaving it out, says so."""
    lab.write(PET)
    lab.apply()
    lab.write("kind: definition\nname: Pet\nensure: absent\n")
    plan, _ = lab.plan()
    with pytest.raises(Refused, match="1 to delete: definition/Pet") as caught:
        reconciler.check_plan(plan, Guards())
    assert ["definition/Pet"] == [str(item.address) for item in caught.value.items]
    reconciler.check_plan(plan, Guards(), breaking=True, deletes=True)
    with pytest.raises(Refused, match="max_deletes is 0"):
        reconciler.check_plan(plan, Guards(max_deletes=0), breaking=True, deletes=True)
    lab.write(PET.replace("text", "number"))
    plan, _ = lab.plan()
    with pytest.raises(Refused, match="1 blocked"):
        reconciler.check_plan(plan, Guards())
    reconciler.check_plan(plan, Guards(), keep_going=True)


@pytest.mark.parametrize(
    ("target", "environment", "error"),
    [
        (SHOP, {}, MissingKey("There is no API key in KEY")),
        (SHOP, {"KEY": "two words"}, MissingKey("KEY does not hold an API key")),
        (
            Target("own", base_url="https://evil.example/v1", api_key_env="KEY"),
            {"KEY": "k"},
            HostNotAllowed("The key would go to evil.example"),
        ),
        (Target("sandbox"), {}, SettingsError("The target 'sandbox' has no address")),
    ],
)
def test_a_shop_that_cannot_be_reached_says_why(target: Target, environment: dict[str, str], error: Exception) -> None:
    """Before anything is sent, by the rules of the commands."""
    for function in (reconciler.connect, reconciler.connect_to_read, reconciler.info_of):
        with pytest.raises(type(error), match=str(error)):
            function(target, environment)


def test_a_target_has_the_guards_and_the_limit_of_the_settings(tmp_path: Path) -> None:
    """And one that nobody knows is wrong usage."""
    text = '[targets.own]\nrate = 300\napi_key_env = "KEY"\n[guards]\nmax_deletes = 0\n'
    (tmp_path / "reconciler.toml").write_text(text)
    target = reconciler.target_of(str(tmp_path), {}, "own")
    assert ("KEY", 300, 0) == (target.api_key_env, target.rate, target.guards.max_deletes)
    with reconciler.connect(target, {"KEY": "a-key"}) as connection:
        assert 0 == connection.requests
    with pytest.raises(WrongUsage, match="There is no target 'owm' – did you mean 'own'"):
        reconciler.target_of(str(tmp_path), {}, "owm")


def test_importing_the_package_loads_nothing_else() -> None:
    """Not even the errors: whoever asks for the version does not pay for the rest."""
    program = "import sys, reconciler; print(*[name for name in sys.modules if name.startswith('reconciler.')])"
    done = subprocess.run(
        [sys.executable, "-I", "-c", f"import sys; sys.path.insert(0, {str(ROOT)!r}); {program}"],
        capture_output=True,
        text=True,
    )
    assert ("\n", "") == (done.stdout, done.stderr)
