"""Whole processes: how long, how much memory; and what they are measured against."""

import os
import re
import resource
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx


@dataclass(frozen=True)
class Measured:
    """Medians of the runs; memory is the largest resident size."""

    seconds: float
    mebibytes: float


def measured(command: Sequence[str], *, runs: int, environment: Mapping[str, str] | None = None) -> Measured:
    """Runs the command; raises when it fails."""
    seconds, memory = [], []
    for _ in range(runs):
        began = time.perf_counter()
        process = subprocess.Popen(
            command,
            env={**os.environ, **(environment or {}), "PYTHONDONTWRITEBYTECODE": ""},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
        )
        assert process.stderr is not None
        said = process.stderr.read()
        _, status, usage = os.wait4(process.pid, 0)
        seconds.append(time.perf_counter() - began)
        memory.append(_mebibytes(usage))
        process.stderr.close()
        if status:
            raise RuntimeError(f"{command}: {said.decode()}")
    return Measured(statistics.median(seconds), statistics.median(memory))


def _mebibytes(usage: resource.struct_rusage) -> float:
    return usage.ru_maxrss / 1024


def python(program: str) -> list[str]:
    """A process that only runs this."""
    return [sys.executable, "-c", program]


def reconciler(*arguments: str) -> list[str]:
    """The installed command."""
    return [str(Path(sys.executable).with_name("reconciler")), *arguments]


@dataclass(frozen=True)
class Sandbox:
    """A shop over HTTP on loopback."""

    url: str
    key: str

    @property
    def environment(self) -> dict[str, str]:
        return {"SHOPIMIND_CORE_API_BASE": self.url, "SHOPIMIND_API_KEY": self.key}

    def fill(self, documents: list[dict[str, Any]]) -> None:
        """Creates the definitions, in the order given."""
        ids: dict[str, str] = {}
        with httpx.Client(base_url=f"{self.url}/v1", headers={"spm-api-key": self.key}, trust_env=False) as client:
            for document in documents:
                body = {key: value for key, value in document.items() if key != "kind"}
                body["relationships"] = [
                    {**rel, "targetSchema": ids[rel["targetSchema"]]} for rel in document["relationships"]
                ]
                data = client.post("/custom-data-definitions", json=body).raise_for_status().json()["data"]
                ids[document["name"]] = str(data["id_definition"])

    def requests_of(self, command: Sequence[str]) -> int:
        """How many requests a command makes, counted by the server."""
        httpx.delete(f"{self.url}/_sandbox/requests", trust_env=False)
        measured(command, runs=1, environment=self.environment)
        log = httpx.get(f"{self.url}/_sandbox/requests", trust_env=False).json()
        return len(log["requests"] if isinstance(log, dict) else log)


@contextmanager
def served(*switches: str) -> Iterator[Sandbox]:
    """A sandbox in a process of its own, without a rate limit."""
    with tempfile.TemporaryDirectory() as place:
        chosen = [part for switch in ("rate_limit=0", *switches) for part in ("--set", switch)]
        command = reconciler("sandbox", "serve", "--port", "0", "--control", "--db", f"{place}/shop.db", *chosen)
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        assert process.stdout is not None
        url = re.search(r"http://\S+", process.stdout.readline())
        assert url is not None
        try:
            yield Sandbox(url[0], process.stdout.readline().removeprefix("key: ").strip())
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait()
            process.stdout.close()


def terraform_folder(folder: Path, size: int) -> Path:
    """`size` terraform_data resources in the shape of our tree, initialised."""
    folder.mkdir(parents=True)
    blocks = []
    for number in range(1, size + 1):
        parent = f"terraform_data.d{number // 2}.id" if number > 1 else '"none"'
        blocks.append(
            f'resource "terraform_data" "d{number}" {{\n  input = {{ n = {number}, parent = {parent} }}\n}}\n'
        )
    (folder / "main.tf").write_text("\n".join(blocks))
    subprocess.run(["terraform", f"-chdir={folder}", "init", "-input=false"], check=True, capture_output=True)
    return folder
