"""The reference of the README, made from the code: `python -m tests.reference` writes it anew.

What the words are is said where the thing itself is: in the help of options, in the tables of rules and of keys, and
below the exit codes and the settings.
"""

import ast
import importlib
import inspect
import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import get_args

import click
from pydantic import BaseModel

from reconciler.cli.lazy import LazyGroup
from reconciler.cli.main import reconciler as top
from reconciler.errors import ExitCode
from reconciler.kinds.explained import Key, explained_kind
from reconciler.kinds.registry import KINDS
from reconciler.rules import groups

README = Path(__file__).parent.parent / "README.md"
BEGIN = "<!-- Made by `python -m tests.reference`: change the code instead. -->\n"
END = "<!-- The end of what is made. -->\n"
EXIT_CODES = "<!-- The exit codes, made the same way. -->\n"
VARIABLES = {
    "SHOPIMIND_API_KEY": "The key of the shop, where the settings name no other variable.",
    "SHOPIMIND_CORE_API_BASE": "Another host for the target `shopimind`, such as a served sandbox.",
    "RECONCILER_ALLOWED_HOSTS": "Hosts that may have a key besides ShopiMind's own, separated by commas.",
    "HTTPS_PROXY, ALL_PROXY, NO_PROXY": "The proxy on the way to the shop, and the hosts that are reached without it.",
    "NO_COLOR, FORCE_COLOR, TERM": "No colours; colours for what is no terminal; `dumb`: no colours, no moving line.",
    "CI": "The hint that is given for a git revision that is not there.",
    "GITHUB_ACTIONS": "`render` prints the text of a contact only with `--auto-approve`.",
    "GITHUB_STEP_SUMMARY": "The file that `plan`, `diff`, `apply` and `drift` append their Markdown to.",
    "GITHUB_SERVER_URL, GITHUB_REPOSITORY, CI_PROJECT_URL": "Where links to files in Markdown and HTML lead.",
    "GIT_DIR": "Is not followed: run in the folder that holds `.git`.",
}


def reference() -> str:
    """All of it, folded, one table a topic."""
    parts = [
        ("Commands", ("command", "what it does"), commands()),
        ("Options", ("option", "what it does", "of"), options()),
        ("Environment variables", ("variable", "what it does"), variables()),
        ("Settings (`reconciler.toml`)", ("key", "what it holds", "what it says"), settings()),
        ("Keys of manifests (* has to be written)", ("key", "what it holds", "what it says"), manifest_keys()),
        ("Rules", ("rule", "", "what is wrong"), rules()),
    ]
    return "\n".join(_folded(title, _table(head, rows)) for title, head, rows in parts)


def exit_codes() -> str:
    """The table of exit codes."""
    words = documented(ExitCode)
    return _table(("code", "meaning"), ((str(int(code)), words[code.name]) for code in ExitCode))


def leaves(group: LazyGroup = top, before: tuple[str, ...] = ()) -> Iterator[tuple[str, click.Command]]:
    """Every command that does something, by the words that call it."""
    for name, (module, _) in group.known.items():
        command = getattr(importlib.import_module(module), name)
        if isinstance(command, LazyGroup):
            yield from leaves(command, (*before, name))
        elif isinstance(command, click.Group):
            yield from ((" ".join((*before, name, each)), command.commands[each]) for each in command.commands)
        else:
            yield " ".join((*before, name)), command


def commands() -> Iterator[tuple[str, ...]]:
    """With their arguments, and the first paragraph of their help."""
    for name, command in leaves():
        arguments = [each.make_metavar(click.Context(command)) for each in command.params if not _is_option(each)]
        about = inspect.cleandoc(command.help or "").partition("\n\n")[0]
        yield prose(f"`{' '.join((name, *arguments))}`"), prose(about)


def options() -> list[tuple[str, ...]]:
    """Each option once, with the commands that have it; what means another thing elsewhere stands twice."""
    takers: dict[tuple[str, str], list[str]] = {}
    for name, command in leaves():
        for each in filter(_is_option, command.params):
            assert isinstance(each, click.Option)
            takers.setdefault((_spelling(each, command), prose(_about(each))), []).append(f"`{name}`")
    everywhere = len(dict(leaves()))
    rows = [
        (spelling, about, "all" if len(names) == everywhere else ", ".join(names))
        for (spelling, about), names in takers.items()
    ]
    return sorted(rows, key=lambda row: (row[0].lstrip("`-"), row[2]))


def variables() -> Iterator[tuple[str, ...]]:
    """Those of options follow a rule, and only the others are listed."""
    yield "`RECONCILER_OPTION`", "The option of that name, for example `RECONCILER_FAIL_ON` for `--fail-on`."
    for names, about in VARIABLES.items():
        yield ", ".join(f"`{name}`" for name in names.split(", ")), about


def settings() -> Iterator[tuple[str, ...]]:
    """Every key, tables before what they hold."""
    from reconciler.manifest.settings_schema import _File

    yield from _settings_of(_File, "")


def _settings_of(part: type[BaseModel], before: str) -> Iterator[tuple[str, ...]]:
    words = documented(part)
    schema = part.model_json_schema()["properties"]
    for name, field in part.model_fields.items():
        inner = [each for each in (field.annotation, *get_args(field.annotation)) if _is_model(each)]
        place = f"{before}{name}" + (".NAME" if name == "targets" else "")
        yield f"`{place}`", "" if inner else _holds(schema[name]), prose(words[name])
        # Guards are the same wherever they stand.
        if inner and not (before and name == "guards"):
            yield from _settings_of(inner[0], f"{place}.")


def _holds(schema: dict[str, object]) -> str:
    """In words; what may be left out is not told again."""
    variants = schema.get("anyOf")
    if isinstance(variants, list):
        schema = variants[0]
    words = {"integer": "a whole number", "number": "a number", "string": "a text", "array": "a list of texts"}
    lowest, highest = schema.get("minimum"), schema.get("maximum")
    bounds = f" from {lowest:g}" if isinstance(lowest, int | float) else ""
    bounds += f" to {highest:g}" if isinstance(highest, int | float) else ""
    return words.get(str(schema["type"]), "a table") + bounds


def manifest_keys() -> Iterator[tuple[str, ...]]:
    """Of every kind; what has to be written is marked. What several keys hold alike is told at the first."""
    told: dict[tuple[str, ...], str] = {}
    for name in KINDS:
        yield f"**`kind: {name}`**", "", prose(explained_kind(name).means)
        yield from _keys_below(explained_kind(name).keys, told)


def _keys_below(keys: Iterable[Key], told: dict[tuple[str, ...], str]) -> Iterator[tuple[str, ...]]:
    for key in keys:
        if key.path.endswith(".kind"):
            continue
        inside = tuple(each.path.removeprefix(key.path) + each.allowed + each.about.means for each in key.below)
        before = told.setdefault(inside, key.path)
        holds = prose(key.allowed)
        if inside and before != key.path:
            holds += f" as in `{before}`"
        yield f"`{key.path}`" + " \\*" * key.is_required, holds, prose(key.about.means)
        if before == key.path:
            yield from _keys_below(key.below, told)


def rules() -> Iterator[tuple[str, ...]]:
    """As `explain` groups them, with what each brings about."""
    for found in groups().values():
        for rule in found:
            yield f"`{rule.id}`", rule.severity, prose(rule.about)


def documented(owner: type) -> dict[str, str]:
    """The docstrings of the attributes of a class, by name."""
    source = inspect.getsource(inspect.getmodule(owner) or owner)
    body = next(each.body for each in ast.parse(source).body if getattr(each, "name", "") == owner.__name__)
    words: dict[str, str] = {}
    name = ""
    for each in body:
        if isinstance(each, ast.Assign | ast.AnnAssign):
            target = each.targets[0] if isinstance(each, ast.Assign) else each.target
            name = target.id if isinstance(target, ast.Name) else ""
        elif isinstance(each, ast.Expr) and isinstance(each.value, ast.Constant) and name:
            words[name] = " ".join(str(each.value.value).split())
    return words


def prose(text: str) -> str:
    """One line of Markdown, in which nothing outside of code is markup."""
    parts = re.split(r"(`[^`]*`)", " ".join(text.split()))
    plain = [part if part.startswith("`") else re.sub(r"([*<\[\\])", r"\\\1", part) for part in parts]
    return "".join(plain).replace("|", r"\|")


def _is_model(each: object) -> bool:
    return isinstance(each, type) and issubclass(each, BaseModel)


def _is_option(each: click.Parameter) -> bool:
    return isinstance(each, click.Option)


def _spelling(option: click.Option, command: click.Command) -> str:
    """As `--help` spells it."""
    names = ", ".join(sorted(option.opts, key=len))
    if option.is_flag:
        return f"`{names}`"
    value = option.make_metavar(click.Context(command)).replace("INTEGER RANGE", "N")
    return prose(f"`{names} {value}`")


def _about(option: click.Option) -> str:
    """The formats stand in its values already."""
    about = re.sub(r", as text(, [a-z]+)*\.$", ".", option.help or "")
    default = option.default if isinstance(option.default, str | int) and option.show_default else None
    return about if default is None or option.is_flag else f"{about} Default: {default}."


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [f"| {' | '.join(cells)} |\n".replace("|  |", "| |") for cells in (head, *rows)]
    return "".join([lines[0], "|---" * len(head), "|\n", *lines[1:]])


def _folded(title: str, table: str) -> str:
    return f"<details><summary>{_as_html(title)}</summary>\n\n{table}\n</details>\n"


def _as_html(title: str) -> str:
    return re.sub(r"`(.*?)`", r"<code>\1</code>", title)


def with_reference(readme: str) -> str:
    """The README with both made parts as they should be."""
    for begin, made in ((EXIT_CODES, exit_codes()), (BEGIN, reference())):
        head, _, rest = readme.partition(begin)
        _, ended, tail = rest.partition(END)
        if not ended:
            raise ValueError(f"README.md has no place for what begins with {begin}")
        readme = f"{head}{begin}\n{made}\n{END}{tail}"
    return readme


if __name__ == "__main__":
    README.write_text(with_reference(README.read_text(encoding="utf-8")), encoding="utf-8")
