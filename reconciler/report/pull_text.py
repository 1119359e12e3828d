"""A pull as a person reads it in a terminal."""

from collections.abc import Iterator
from shlex import quote

from reconciler.form.words import counted
from reconciler.model.pulled import NotWritten, Pulled, PulledFile
from reconciler.report.escape import brief
from reconciler.report.plan_text import columns
from reconciler.report.terminal import Paint, plain

MARKS = {"created": ("+", "green"), "changed": ("~", "yellow")}
_MOST_FILES = 60


def pull_text(pulled: Pulled, paint: Paint = plain) -> str:
    """Head line, files, what could not be written, and how it ended."""
    blocks = [[_head(pulled)], list(_files(pulled, paint))]
    blocks += [list(_not_written(pulled, paint)), list(_silenced(pulled))]
    blocks += [list(_others(pulled)), list(_findings(pulled, paint))]
    blocks += [list(_warnings(pulled, paint)), list(_sum(pulled)), list(_next(pulled))]
    return "\n\n".join("\n".join(block) for block in blocks if block) + "\n"


def _head(pulled: Pulled) -> str:
    target = pulled.target
    return " · ".join(map(brief, [target.name, target.base_url, pulled.folder]))


def _files(pulled: Pulled, paint: Paint) -> Iterator[str]:
    for each in pulled.files[:_MOST_FILES]:
        mark, colour = MARKS[each.action]
        line = columns(f"{mark} {brief(each.file)}", brief(_what(each)))
        yield paint(line, colour)
    more = len(pulled.files) - _MOST_FILES
    if more > 0:
        yield f"  and {counted(more, 'more file')}"


def _what(each: PulledFile) -> str:
    if each.rows is not None:
        return counted(each.rows, "row")
    return ", ".join(map(str, each.addresses))


def _not_written(pulled: Pulled, paint: Paint) -> Iterator[str]:
    if not pulled.not_written:
        return
    yield paint("Not written:", "magenta")
    for each in pulled.not_written:
        yield f"  {_place(each)}: {brief(each.reason)}"


def _place(each: NotWritten) -> str:
    named = brief(each.address)
    if each.path:
        named += f" {brief(each.path)}"
    return f"{named} ({brief(each.source)})" if each.source else named


def _silenced(pulled: Pulled) -> Iterator[str]:
    if not pulled.silenced:
        return
    yield "Written with a comment that silences a rule, because it lives so:"
    for each in pulled.silenced:
        yield f"  {brief(each.file)}:{each.line} {brief(each.message)} [{each.rule}]"


def _others(pulled: Pulled) -> Iterator[str]:
    if not pulled.others:
        return
    yield "More than one lives under these names; the one that commands use is described:"
    for each in pulled.others:
        yield f"  {brief(each.address)}: not {brief(', '.join(each.others))}"


def _findings(pulled: Pulled, paint: Paint) -> Iterator[str]:
    for each in pulled.findings:
        colour = "red" if each.severity == "error" else "magenta"
        place = f"{brief(each.file)}:{each.line}:{each.column}"
        told = paint(f"{each.severity}:", colour)
        yield f"{place}: {told} {brief(each.message)} [{each.rule}]"


def _warnings(pulled: Pulled, paint: Paint) -> Iterator[str]:
    for warning in pulled.warnings:
        yield paint("warning: ", "magenta") + brief(warning)


def _sum(pulled: Pulled) -> Iterator[str]:
    """What became of the files, and what the folder is now."""
    if not (pulled.files or pulled.kept or pulled.not_written):
        yield "Nothing lives in the shop that could be written down."
        return
    described = sum(len(each.addresses) for each in pulled.files if each.rows is None)
    counts = [f"{counted(len(pulled.files), 'file')} {_done(pulled)}"]
    if described:
        counts[0] += f" for {counted(described, 'resource')}"
    if pulled.kept:
        counts.append(f"{len(pulled.kept):,} already up to date")
    if pulled.not_written:
        counts.append(f"{len(pulled.not_written):,} not written")
    yield f"{', '.join(counts)} · {counted(pulled.requests, 'request')}, all of them reads"
    yield _state(pulled)


def _done(pulled: Pulled) -> str:
    return "would be written" if pulled.check else "written"


def _state(pulled: Pulled) -> str:
    """What validate and plan say of the folder."""
    are, is_ = ("would be", "would be") if pulled.check else ("are", "is")
    if any(each.severity == "error" for each in pulled.findings):
        return f"The manifests {are} not valid: see the errors above."
    plan = pulled.plan
    if plan is None:
        return f"The manifests {are} valid, and no plan of them can be made."
    changes = plan.create + plan.update + plan.delete
    left = [counted(changes, "change")] if changes else []
    left += [f"{plan.blocked:,} blocked"] if plan.blocked else []
    if left:
        told = ", ".join(left)
        return f"The manifests {are} valid. A plan of them {is_} not empty: {told}."
    return f"The manifests {are} valid, and a plan of them {is_} empty."


def _next(pulled: Pulled) -> Iterator[str]:
    """What to do with new files."""
    if pulled.files and not pulled.check and pulled.exit.code == 0:
        command = brief(f"reconciler plan {quote(pulled.folder)}")
        yield f"Next: read the files and commit them. From then on `{command}` shows what a change of them means."
