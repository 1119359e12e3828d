"""Prints how fast the tool is today, as ratios that mean the same on every machine: `python -m tests.benchmarks`.

Whole processes, medians of several runs. Terraform is measured beside it where it is installed: its
`terraform_data` resources need no network at all. Nothing here is an assertion; absolute seconds are the machine's.
"""

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from math import log10
from pathlib import Path

from tests.benchmarks.measure import measured, python, reconciler, served, terraform_folder
from tests.benchmarks.shops import chain, independent, tree, write

SHIPPED = Path(__file__).parent.parent.parent / "manifests"
NEEDED_TO_VALIDATE = "import click, yaml; from pydantic import BaseModel"
NEEDED_TO_PLAN = "import click, yaml, httpx; from pydantic import BaseModel; from concurrent.futures import thread"
Row = tuple[str, str, str]


def main() -> None:
    """One row per promise, as soon as it is measured."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    parser.add_argument("--runs", type=int, default=7, help="how often each command is measured")
    parser.add_argument("--only", default="", help="only the groups whose name contains this")
    parser.add_argument("--no-10000", action="store_true", help="leave out the sizes that take minutes")
    options = parser.parse_args()
    print(f"{'what'.ljust(58)} {'measured'.ljust(44)} target")
    for group in (small, plans, applies, rows, rows_in_sandbox):
        if options.only in group.__name__:
            for what, value, target in group(options.runs, not options.no_10000):
                print(f"{what.ljust(58)} {value.ljust(44)} {target}", flush=True)


def small(runs: int, _large: bool) -> Iterator[Row]:
    """What a command costs before it does anything."""
    click = measured(python("import click"), runs=runs)
    for option in ("--help", "--version"):
        ours = measured(reconciler(option), runs=runs)
        yield option, f"{ours.seconds:.3f} s, {ours.seconds / click.seconds:.2f} × import click", "≤ 1.5"
    needed = measured(python(NEEDED_TO_VALIDATE), runs=runs)
    ours = measured(reconciler("validate", str(SHIPPED)), runs=runs)
    yield "validate, shipped set", f"{ours.seconds:.3f} s, {ours.seconds / needed.seconds:.2f} × its imports", "≤ 1.5"
    with served() as sandbox:
        measured(reconciler("apply", str(SHIPPED), "--auto-approve"), runs=1, environment=sandbox.environment)
        needed = measured(python(NEEDED_TO_PLAN), runs=runs)
        ours = measured(reconciler("plan", str(SHIPPED)), runs=runs, environment=sandbox.environment)
        yield (
            "plan, shipped set, HTTP on loopback",
            (f"{ours.seconds:.3f} s, {ours.seconds / needed.seconds:.2f} × its imports"),
            "≤ 1.3",
        )


def plans(runs: int, large: bool) -> Iterator[Row]:
    """Nothing changed: validate and plan at growing sizes, over HTTP."""
    sizes = [100, 1_000, 10_000] if large else [100, 1_000]
    found: dict[tuple[str, int], float] = {}
    with tempfile.TemporaryDirectory() as place:
        for size in sizes:
            folder = write(Path(place) / f"tree{size}", tree(size))
            ours = measured(reconciler("validate", str(folder)), runs=runs)
            found["validate", size] = ours.seconds
            yield f"validate, {size:,}", f"{ours.seconds:.2f} s", ""
            with served() as sandbox:
                sandbox.fill(tree(size))
                ours = measured(reconciler("plan", str(folder)), runs=runs, environment=sandbox.environment)
                found["plan", size] = ours.seconds
                asked = sandbox.requests_of(reconciler("plan", str(folder)))
                theirs = _terraform(Path(place), size, runs, "plan")
                ratio = f", {ours.seconds / theirs:.2f} × terraform's {theirs:.1f} s" if theirs else ""
                target = {1_000: "≤ 0.25 ×", 10_000: "≤ 0.15 ×, ≤ 300 MiB"}.get(size, "")
                yield (
                    f"plan, nothing changed, {size:,}",
                    f"{ours.seconds:.2f} s, {ours.mebibytes:.0f} MiB{ratio}",
                    target,
                )
                yield f"  its requests, {size:,}", f"{asked}", f"= {-(-size // 100)}"
        yield from _chain_and_tree(Path(place), runs)
    for what in ("validate", "plan"):
        if (what, 10_000) in found:
            exponent = log10(found[what, 10_000] / found[what, 1_000])
            yield f"growth 1,000 → 10,000, {what}", f"exponent {exponent:.2f}", "≤ 1.1"


def _chain_and_tree(place: Path, runs: int) -> Iterator[Row]:
    seconds = {}
    for name, shop in (("chain", chain(1_000)), ("tree", tree(1_000))):
        folder = write(place / f"compared {name}", shop)
        with served() as sandbox:
            seconds[name] = measured(
                reconciler("plan", str(folder)), runs=runs, environment=sandbox.environment
            ).seconds
    yield "plan, all new, chain of 1,000", f"{seconds['chain'] / seconds['tree']:.2f} × our own tree", "≤ 1.2"


def applies(runs: int, large: bool) -> Iterator[Row]:
    """All new, over HTTP, without our limiter (the server's is off too)."""
    runs = min(runs, 3)
    with tempfile.TemporaryDirectory() as place:
        size = 1_000 if large else 100
        folder = write(Path(place) / "apply", tree(size))
        ours = _applied(folder, runs)
        theirs = _terraform(Path(place), size, 1, "apply")
        ratio = f", {ours / theirs:.2f} × terraform's {theirs:.1f} s" if theirs else ""
        yield f"apply, {size:,} creates, limiter off", f"{ours:.2f} s{ratio}", "≤ 0.2 ×"
        folder = write(Path(place) / "late", independent(200))
        ideal = 200 / 8 * 0.1
        ours = _applied(folder, 1, "latency=0.1")
        yield (
            "apply, 200 creates, 100 ms latency, parallelism 8",
            (f"{ours:.2f} s, {ours / ideal:.2f} × {ideal} s, all reads included"),
            "≤ 1.25 × + reads",
        )


def rows(_runs: int, large: bool) -> Iterator[Row]:
    """A push of rows against a shop that costs next to nothing."""
    sizes = [10_000, 100_000, 1_000_000] if large else [10_000, 100_000]
    seconds: dict[tuple[str, int], float] = {}
    for size in sizes:
        for how in ("bare", "new", "few"):
            took = _pushed(how, size)
            seconds[how, size] = took["seconds"]
            each = took["seconds"] * 10_000 / size
            ratio = "" if how == "bare" else f", {took['seconds'] / seconds['bare', size]:.1f} × bare"
            told = f"{took['requests']:,} requests, {took['mebibytes']:.0f} MiB, {each:.2f} s CPU per 10,000{ratio}"
            yield f"push, {size:,} rows, {how}", told, "≤ 150 MiB, ≤ 1 s"
    for how in ("new", "few"):
        exponent = log10(seconds[how, sizes[-1]] / seconds[how, sizes[0]]) / (len(sizes) - 1)
        yield f"growth {sizes[0]:,} → {sizes[-1]:,}, {how}", f"exponent {exponent:.2f}", "≤ 1.1"


def rows_in_sandbox(_runs: int, _large: bool) -> Iterator[Row]:
    """A push of rows against the sandbox, which works in the same process; then the same again."""
    took = {size: _printed("rows_in_sandbox", str(size)) for size in (2_000, 20_000)}
    for size, found in took.items():
        told = f"{found['wall']:.1f} s wall, {found['requests']:.0f} requests, {found['mebibytes']:.0f} MiB"
        yield f"push, {size:,} rows, sandbox in process", told, "shop included"
        yield "  CPU of the tool, and of the shop", f"{found['seconds']:.2f} s, {found['shop']:.2f} s", ""
        yield "  rows read back equal to the file", f"{found['equal']:,.0f}", f"= {size:,}"
        again = (
            f"{found['writes_again']:.0f} writes, {found['requests_again']:.0f} reads, {found['seconds_again']:.1f} s"
        )
        yield "  pushed again", f"{again} CPU", "0 writes"
    for what, key in (("the tool", "seconds"), ("tool and shop, wall", "wall")):
        exponent = log10(took[20_000][key] / took[2_000][key])
        yield f"growth 2,000 → 20,000, {what}", f"exponent {exponent:.2f}", "≤ 1.1"


def _pushed(how: str, size: int) -> dict[str, float]:
    return _printed("rows", how, str(size))


def _printed(program: str, *arguments: str) -> dict[str, float]:
    command = [sys.executable, "-m", f"tests.benchmarks.{program}", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    found: dict[str, float] = json.loads(done.stdout)
    return found


def _applied(folder: Path, runs: int, *switches: str) -> float:
    seconds = []
    for _ in range(runs):
        with served(*switches) as sandbox:
            command = [sys.executable, "-m", "tests.benchmarks.unlimited", sandbox.url, sandbox.key, str(folder)]
            seconds.append(measured(command, runs=1).seconds)
    return sorted(seconds)[len(seconds) // 2]


def _terraform(place: Path, size: int, runs: int, what: str) -> float | None:
    """Seconds of terraform's plan with nothing changed, or of its first apply; None where it is not installed."""
    if not shutil.which("terraform"):
        return None
    folder = terraform_folder(place / f"terraform {what} {size}", size)
    apply = ["terraform", f"-chdir={folder}", "apply", "-auto-approve", "-input=false", "-no-color"]
    first = measured(apply, runs=1).seconds
    if what == "apply":
        return first
    return measured(["terraform", f"-chdir={folder}", "plan", "-input=false", "-no-color"], runs=min(runs, 3)).seconds


if __name__ == "__main__":
    main()
