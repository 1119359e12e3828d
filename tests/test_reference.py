"""The reference of the README is what the code says."""

import re
from pathlib import Path

from reconciler.cli.options import OF_EVERY_COMMAND
from tests import reference

ROOT = Path(__file__).parent.parent
READS = re.compile(r"environ(?:ment)?(?:\.get\(|\[)\s*\"([A-Z_]+)\"")
BY_CONSTANT = {"SHOPIMIND_API_KEY", "SHOPIMIND_CORE_API_BASE", "RECONCILER_ALLOWED_HOSTS"}
BY_LIBRARY = {"HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"}
OF_OPTIONS = {"RECONCILER_FORMAT", "RECONCILER_LOG_FORMAT"}


def test_the_reference_is_what_the_code_says() -> None:
    """Otherwise: python -m tests.reference."""
    readme = reference.README.read_text(encoding="utf-8")
    assert reference.with_reference(readme) == readme


def test_every_option_of_every_command_is_in_it() -> None:
    """Those that all commands have are told once; no option is without words."""
    rows = reference.options()
    everywhere = {re.sub(r"`.*--([a-z-]+).*", r"\1", row[0]) for row in rows if row[2] == "all"}
    assert set(OF_EVERY_COMMAND) == everywhere
    assert [] == [row for row in rows if not row[1]]


def test_every_variable_that_is_read_is_in_it() -> None:
    """By its name in the code; those that only tell git and the system where things are say nothing to a user."""
    read = {name for file in (ROOT / "reconciler").rglob("*.py") for name in READS.findall(file.read_text())}
    told = {name for names in reference.VARIABLES for name in names.split(", ")}
    assert told == read - {"PATH"} - OF_OPTIONS | BY_CONSTANT | BY_LIBRARY
