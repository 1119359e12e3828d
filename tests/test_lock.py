"""The lock files hold all that pyproject.toml asks for, and everything that installs takes its versions from them."""

import re
import tomllib
from pathlib import Path

from packaging.requirements import Requirement

ROOT = Path(__file__).parent.parent
WHOLE = ROOT / "requirements.lock"
ACTION = ROOT / ".github/actions/reconcile/requirements.lock"
PIN = re.compile(
    r"^(?P<name>[a-z0-9-]+)==(?P<version>\S+)(?: ; [^\\]+)?(?P<hashes>(?: \\\n    --hash=sha256:[0-9a-f]{64})+)$", re.M
)


def test_every_requirement_is_locked_with_a_version_that_fits() -> None:
    """A requirement that is added without `.ci/lock` would be refused by --require-hashes on every machine."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    tool = [*project["project"]["dependencies"], *project["build-system"]["requires"]]
    extras = [asked for extra in project["project"]["optional-dependencies"].values() for asked in extra]
    for file, asked in [(ACTION, tool), (WHOLE, [*tool, *extras])]:
        versions = {name: version for name, (version, _) in pins(file).items()}
        for requirement in map(Requirement, asked):
            assert requirement.specifier.contains(versions[requirement.name]), requirement


def test_every_line_of_a_lock_file_is_a_version_with_its_hashes() -> None:
    """A line that pip reads otherwise, an address for example, would not be compared with anything."""
    for file in (WHOLE, ACTION):
        left = PIN.sub("", file.read_text(encoding="utf-8"))
        assert [] == [line for line in left.splitlines() if line and not line.startswith("#")]


def test_the_action_installs_what_the_tests_ran_with() -> None:
    """Version and hashes of each package are those of the whole lock file."""
    assert pins(ACTION).items() <= pins(WHOLE).items()
    assert "pytest" not in pins(ACTION)


def test_tests_and_the_action_install_from_the_lock_files() -> None:
    """With hashes, and from wheels alone: no foreign build script runs."""
    whole = "--require-hashes --only-binary :all: --requirement "
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    gitlab = (ROOT / ".ci/gitlab/shop.yml").read_text(encoding="utf-8")
    action = (ACTION.parent / "action.yml").read_text(encoding="utf-8")
    assert f"{whole}requirements.lock" in readme
    assert '/reconcile/requirements.lock"\n    - pip install --quiet --no-deps --no-build-isolation "$TOOL"' in gitlab
    assert f'{whole}"$GITHUB_ACTION_PATH/requirements.lock"' in action


def pins(file: Path) -> dict[str, tuple[str, str]]:
    """Version and hashes of each package."""
    found = PIN.finditer(file.read_text(encoding="utf-8"))
    return {pin["name"]: (pin["version"], pin["hashes"]) for pin in found}
