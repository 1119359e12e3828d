"""Words out of a few: which one was meant."""

import pytest

from reconciler.__main__ import EmbeddedSandbox
from reconciler.cli.main import run


@pytest.mark.parametrize(
    ("expected", "arguments"),
    [
        ("'never' – did you mean 'blocked'? Try", ("plan", "--fail-on", "blockd")),
        ("'codequality' – did you mean 'markdown'? Try", ("plan", "--format", "markdwn")),
        ("codequality – did you mean 'markdown'? Try", ("plan", "--report", "markdwn=x.md")),
        ("codequality. Try", ("plan", "--report", "x.md")),
        ("'svg' – did you mean 'svg'? Try", ("graph", "--format", "svgg")),
        ("'fish' – did you mean 'bash'? Try", ("completion", "bahs")),
        ("'fish'. Try", ("completion", "powershell")),
        ("Missing argument '{bash|zsh|fish}'. It is one of bash, zsh, fish. Try", ("completion",)),
        ("'plan' – did you mean 'definition'? Try", ("schema", "definiton")),
    ],
)
def test_the_word_that_was_meant_is_named(
    capsys: pytest.CaptureFixture[str], expected: str, arguments: tuple[str, ...]
) -> None:
    """After those that there are, in one line."""
    assert 64 == run(arguments, EmbeddedSandbox())
    err = capsys.readouterr().err
    assert expected in err
    assert "\\x" not in err
