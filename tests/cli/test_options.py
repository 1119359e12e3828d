"""The options that commands share, and those of their own: each with help and a variable."""

import json
import os
import re
import tomllib
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result

from reconciler.__main__ import EmbeddedSandbox
from reconciler.cli.app import App
from reconciler.cli.help import DOCUMENTATION, GROUPS
from reconciler.cli.main import reconciler
from reconciler.cli.options import OF_EVERY_COMMAND, PATHS, SHARED, Option, options
from reconciler.cli.reports import Reports, show
from reconciler.cli.validate import validate
from reconciler.report.formats import FORMATS, FindingsView, Format, PlanView
from tests.report.plans import ORDINARY

WRONG = "kind: nonsense\n"
TOY = Format(
    name="toy",
    about="A format of this test.",
    plan=lambda view: f"toy: {len(view.plan.changes)} changes\n",
    findings=lambda view: f"toy: {[finding.rule for finding in view.findings]}\n",
    step_summary=True,
)


def _commands(command: click.Command, path: str) -> Iterator[tuple[str, click.Command]]:
    yield path, command
    if isinstance(command, click.Group):
        context = click.Context(command)
        for name in command.list_commands(context):
            inner = command.get_command(context, name)
            assert inner is not None
            yield from _commands(inner, f"{path} {name}")


def _arguments(command: click.Command) -> list[click.Parameter]:
    return [each for each in command.params if isinstance(each, click.Argument)]


COMMANDS = dict(_commands(reconciler, "reconciler"))
OPTIONS = {
    f"{path} {option.opts[-1]}": option
    for path, command in COMMANDS.items()
    for option in command.params
    if isinstance(option, click.Option) and option.name != "version"
}


def _name(option: click.Option) -> str:
    return option.opts[-1].removeprefix("--")


@pytest.mark.parametrize("option", OPTIONS.values(), ids=list(OPTIONS))
def test_every_option_has_help_and_the_variable_of_its_name(option: click.Option) -> None:
    """Of every command, whether it shares the option or not."""
    assert "RECONCILER_" + _name(option).upper().replace("-", "_") == option.envvar
    assert option.help
    assert option.help.endswith(".")


@pytest.mark.parametrize("name", SHARED)
def test_a_shared_option_is_the_same_in_every_command(name: str) -> None:
    """Same spelling, same parameter, same arity; choices and help may be a command's own."""
    said = {
        (tuple(option.opts), option.name, option.is_flag, option.multiple, option.expose_value, type(option.type))
        for option in OPTIONS.values()
        if _name(option) == name
    }
    assert 1 == len(said)


@pytest.mark.parametrize("name", SHARED)
def test_a_shared_option_says_what_it_is_for(name: str) -> None:
    """The table's entry alone gives its variable and its help."""
    option = SHARED[name]
    assert name == option.name
    assert "RECONCILER_" in option.variable
    assert option.help.endswith(".")


@pytest.mark.parametrize("path", COMMANDS)
def test_every_command_can_choose_a_shop_and_how_much_is_said(path: str) -> None:
    """Also the groups: these may stand before the command's name."""
    known = {_name(option) for option in COMMANDS[path].params if isinstance(option, click.Option)}
    assert set(OF_EVERY_COMMAND) <= known


def test_a_command_lists_its_options_in_the_order_in_which_it_takes_them() -> None:
    """Those of every command come last."""

    @click.command()
    @options("prune", Option("own", "Something else."), "only")
    def toy() -> None:
        pass

    names = ["prune", "own", "only", "target", "quiet", "verbose", "log_format"]
    assert names == [option.name for option in toy.params]


def test_an_option_of_one_command_has_its_variable_too() -> None:
    """Nobody has to write it down."""

    @click.command()
    @options(Option("toy-size", "How large."))
    def toy(toy_size: str) -> None:
        click.echo(toy_size)

    assert "3\n" == CliRunner().invoke(toy, [], env={"RECONCILER_TOY_SIZE": "3"}).stdout


def _run(command: click.Command, arguments: Sequence[str], **environment: str) -> Result:
    clean = {name: None for name in os.environ if name.startswith("RECONCILER")}
    app = App(sandbox=EmbeddedSandbox(), environment=environment)
    return CliRunner().invoke(command, arguments, obj=app, env=clean, catch_exceptions=False)


def _validate_with(formats: Sequence[Format]) -> click.Command:
    """`reconciler validate`, which offers these formats."""
    given = options(PATHS, "format", "report", result="findings", formats=formats)
    assert validate.callback is not None
    return click.command("validate")(given(validate.callback))


def test_a_new_format_is_one_entry(tmp_path: Path) -> None:
    """A real command offers it, prints it, and writes it to a file and to the step summary."""
    toy_validate = _validate_with((*FORMATS, TOY))
    (tmp_path / "a.yaml").write_text(WRONG)
    file, summary = tmp_path / "out" / "toy.txt", tmp_path / "summary.md"
    arguments = [str(tmp_path / "a.yaml"), "--format", "toy", "--report", f"toy={file}"]

    ended = _run(toy_validate, arguments, GITHUB_STEP_SUMMARY=str(summary))

    expected = "toy: ['unknown-kind']\n"
    assert (expected, expected, expected) == (ended.stdout, file.read_text(), summary.read_text())
    assert "|toy]" in _run(toy_validate, ["--help"]).stdout
    assert "codequality, toy." in _run(toy_validate, ["--help"]).stdout


def test_a_format_that_is_not_in_the_table_is_not_offered(tmp_path: Path) -> None:
    """The toy is gone with the table that held it."""
    (tmp_path / "a.yaml").write_text(WRONG)
    ended = _run(_validate_with(FORMATS), [str(tmp_path / "a.yaml"), "--format", "toy"])
    assert 2 == ended.exit_code
    assert "'toy' is not one of 'text', 'json', 'github', 'junit', 'sarif'" in ended.stderr


@pytest.mark.parametrize(("kind", "offers"), [("plan", True), ("findings", True), ("drift", False), ("graph", False)])
def test_a_format_is_offered_for_the_results_that_it_shows(kind: str, offers: bool) -> None:
    """And for no other."""

    @click.command()
    @options("format", "report", result=kind, formats=(*FORMATS, TOY))
    def toy(form: Format, reports: Reports) -> None:
        pass

    assert offers == ("toy" in _run(toy, ["--help"]).stdout.partition("Options:")[2])


def test_the_first_format_of_a_result_is_the_default() -> None:
    """Nobody has to say it for a kind of result that has no text."""

    @click.command()
    @options("format", "report", result="plan", formats=(TOY, *FORMATS))
    @click.pass_obj
    def toy(app: App, form: Format, reports: Reports) -> None:
        show(app, PlanView(ORDINARY), form, reports)

    assert "toy: 3 changes\n" == _run(toy, []).stdout


def test_no_step_summary_is_written_of_a_result_without_a_format_for_it(tmp_path: Path) -> None:
    """Findings are not shown as Markdown."""
    summary = tmp_path / "summary.md"

    @click.command()
    @options("format", "report", result="findings")
    @click.pass_obj
    def toy(app: App, form: Format, reports: Reports) -> None:
        show(app, FindingsView((), 3, 0, "valid", "0.1.0"), form, reports)

    _run(toy, [], GITHUB_STEP_SUMMARY=str(summary))
    assert not summary.exists()


def test_options_may_be_set_by_their_variables(run: Callable, tmp_path: Path) -> None:
    """RECONCILER_REPORT and RECONCILER_QUIET, of the table, in a real process."""
    (tmp_path / "a.yaml").write_text(WRONG)
    run("validate", "a.yaml", RECONCILER_REPORT="json=found.json", RECONCILER_QUIET="1")
    assert "unknown-kind" in (tmp_path / "found.json").read_text()


TEXTS = {name: option for name, option in OPTIONS.items() if not option.is_flag and option.opts[-1] != "--help"}


@pytest.mark.parametrize("path", TEXTS)
def test_the_empty_text_is_no_value(path: str) -> None:
    """A variable that is not set must not make a digest unchecked, or the guards those of the pull request."""
    command, _, option = path.rpartition(" ")
    for arguments in ([option, ""], [f"{option}="]):
        ended = _run(COMMANDS[command], arguments)
        assert (2, True) == (ended.exit_code, "it is given the empty text" in ended.stderr), ended.output


def test_a_variable_that_is_empty_is_not_set(run: Callable, tmp_path: Path) -> None:
    """That is what CI makes of one that nobody has set."""
    (tmp_path / "a.yaml").write_text(WRONG)
    names = ("SETTINGS_FROM", "TARGET", "REPORT", "FORMAT", "QUIET", "VERBOSE")
    ended = run("validate", "a.yaml", **{f"RECONCILER_{name}": "" for name in names})
    assert (1, True) == (ended.code, "unknown-kind" in ended.out), ended.err
    assert 64 == run("validate", "a.yaml", "--settings-from", "").code


WITH_ARGUMENTS = [path for path, command in COMMANDS.items() if _arguments(command)]


@pytest.mark.parametrize("path", WITH_ARGUMENTS)
@pytest.mark.parametrize("more", [[], ["manifests"]])
def test_the_empty_text_is_no_path(run: Callable, path: str, more: list[str]) -> None:
    """A variable that is not set must not stand for the folder that we are in."""
    against = ["--against", "HEAD"] if path.endswith((" diff", " graph")) else []
    ended = run(*path.split()[1:], *more, "", *against)
    assert 64 == ended.code, ended


def test_help_shows_options_in_groups_and_where_to_read_more(run: Callable) -> None:
    """What is of the command alone comes first; each option stands once; lines fit 80 columns."""
    page = run("apply", "--help").out
    titles = re.findall(r"^(\w+):$", page, re.MULTILINE)
    assert ["Options", "Selection", "Safety", "Output", "General", "More"] == titles
    parts = dict(zip(titles, re.split(r"^\w+:$", page, flags=re.MULTILINE)[1:], strict=True))
    assert "--parallelism" in parts["Options"]
    assert "--only GLOB" in parts["Selection"]
    assert "--auto-approve" in parts["Safety"]
    assert "--report FORMAT=FILE" in parts["Output"]
    assert "Every option has a variable: --format is RECONCILER_FORMAT." in parts["More"]
    assert DOCUMENTATION in parts["More"]
    assert DOCUMENTATION in run("--help").out
    assert 80 >= max(map(len, page.splitlines()))
    options = re.findall(r"^  (?:-\w, )?(--[\w-]+)", page, re.MULTILINE)
    assert len(options) == len(set(options))


def test_every_option_of_a_group_exists() -> None:
    """None of them is a spelling of yesterday."""
    known = {
        name.removeprefix("--") for _, each in _commands(reconciler, "") for param in each.params for name in param.opts
    }
    assert set() == {name for names in GROUPS.values() for name in names} - known


def test_the_documentation_is_where_the_package_says() -> None:
    """One address, in the page of help and in the metadata."""
    project = tomllib.loads((Path(__file__).parents[2] / "pyproject.toml").read_text(encoding="utf-8"))
    assert DOCUMENTATION == project["project"]["urls"]["Documentation"]


def test_what_is_said_can_be_a_line_of_json(run: Callable, serve: Callable, shipped: Path) -> None:
    """Warnings, requests and errors, each with its time and level; the result stays what it is."""
    served = serve()
    ended = run("plan", str(shipped), "-v", "--log-format", "json", **served.environment)
    plain = run("plan", str(shipped), **served.environment)
    assert plain.out == ended.out
    lines = [json.loads(line) for line in ended.err.splitlines()]
    assert {"debug"} == {line["level"] for line in lines}
    assert any(line["message"].startswith("GET /events") for line in lines)
    assert all({"time", "level", "message"} == set(line) for line in lines)
    wrong = run("plan", str(shipped), RECONCILER_LOG_FORMAT="json")
    (error,) = map(json.loads, wrong.err.splitlines())
    assert (1, "error") == (wrong.code, error["level"])
    assert error["message"].startswith("Error: There is no API key in SHOPIMIND_API_KEY.")
    (usage,) = map(json.loads, run("plan", "--nonsense", RECONCILER_LOG_FORMAT="json").err.splitlines())
    assert "error" == usage["level"]


def test_a_second_pattern_is_refused(run: Callable) -> None:
    """The first one would be left out in silence."""
    ended = run("--target", "sandbox", "apply", "--only", "definition/Vet*", "--only=definition/A", "--auto-approve")
    assert 64 == ended.code
    assert "'--only': it is given twice" in ended.err
