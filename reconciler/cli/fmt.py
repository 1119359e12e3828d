"""`reconciler fmt`"""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import click

from reconciler.cli.app import App
from reconciler.cli.help import Command
from reconciler.cli.options import FLAG, PATHS, Option, options
from reconciler.cli.writing import write_input
from reconciler.errors import ExitCode
from reconciler.form.words import counted
from reconciler.report.terminal import printable

if TYPE_CHECKING:
    from reconciler.model.source import Finding

FORMATTED = (".yaml", ".yml")


@click.command(
    cls=Command,
    epilog="\b\nExamples:\n  reconciler fmt\n  reconciler fmt --check manifests",
)
@options(PATHS, Option("check", "Change nothing; 1 when something would be.", FLAG))
@click.pass_obj
def fmt(app: App, paths: tuple[str, ...], check: bool) -> int:
    """Give manifests one layout: indentation, and blanks in lists and mappings.

    Comments, order, quotes and values stay; what cannot be read is left alone. With
    --check the exit code is 1 when a file has another layout.
    """
    others, unread = [], False
    for file in _files(app, paths):
        new = _new_text(app, file)
        unread = unread or new is None
        if new:
            others.append(file)
            if not check:
                write_input(file, new.encode())
            word = "would be formatted" if check else "formatted"
            app.result(f"{printable(file)}: {word}\n")
    app.result(_sum(len(others), check=check))
    if unread or (check and others):
        return ExitCode.FAILED
    return ExitCode.DONE


def _files(app: App, paths: tuple[str, ...]) -> Iterator[str]:
    """Those that are YAML. What cannot be read on the way is said."""
    from reconciler.manifest.files import files_in

    findings: list[Finding] = []
    there = files_in(paths, findings)
    for finding in findings:
        app.complain(f"{printable(finding.source)}: {printable(finding.message)}")
    for file in sorted(there.manifests):
        if file.lower().endswith(FORMATTED):
            yield file


def _new_text(app: App, file: str) -> str | None:
    """The text that the file should have, empty when it has it; None for a file that
    cannot be read, after saying why.
    """
    from reconciler.manifest.dump.canonical import NotFormatted, formatted
    from reconciler.manifest.files import text_of
    from reconciler.manifest.yaml import YamlProblem

    try:
        text = text_of(file)
        new = formatted(text)
    except YamlProblem as problem:
        place = ":".join(map(str, (file, *problem.place)))
        app.complain(f"{printable(place)}: {printable(problem)}")
        return None
    except OSError as problem:
        app.complain(f"{printable(file)}: {problem.strerror or problem}")
        return None
    except NotFormatted as why:
        app.talk(f"{printable(file)}: left as it is, for {printable(why)}.")
        return ""
    return "" if new == text else new


def _sum(count: int, *, check: bool) -> str:
    if not count:
        return "everything is formatted\n"
    return f"{counted(count, 'file')} {'to format' if check else 'formatted'}\n"
