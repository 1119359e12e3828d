"""Which files a record set may name: beside its manifest or below. What is not so is a finding where the manifest
names it, in plain words.
"""

import gzip
import io
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest

from reconciler.manifest.row_files import NoRowFile, row_files

MANIFEST = """kind: definition
name: T
unique_keys: [code]
fields:
  - {name: code, type: text, required: true}
---
kind: records
definition: T
file: FILE
"""
PLACE = "shop/m.yaml:9:7"
ROWS = "code\nA\n"


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    """A folder with manifests, and a file of rows in it, below it, beside it."""
    folder = tmp_path / "shop"
    (folder / "below").mkdir(parents=True)
    for name in ("shop/rows.csv", "shop/below/more.csv", "outside.csv", "shop/table.xlsx", "shop/rows.csv.gz"):
        (tmp_path / name).write_text(ROWS)
    (folder / "link.csv").symlink_to(tmp_path / "outside.csv")
    (folder / ".linked").symlink_to(tmp_path)
    (folder / "nowhere.csv").symlink_to("gone.csv")
    (folder / "folder.csv").mkdir()
    os.mkfifo(folder / "pipe.csv")
    return folder


WORDS = {
    "gone.csv": "there is no file shop/gone.csv",
    "row.csv": "there is no file shop/row.csv – did you mean 'rows.csv'?",
    "../outside.csv": "../outside.csv leads out of the manifest's folder: put the file beside the manifest, or name it "
    "with --file",
    "below/../../outside.csv": "below/../../outside.csv leads out of the manifest's folder: put the file beside the "
    "manifest, or name it with --file",
    "/etc/passwd.csv": "/etc/passwd.csv leads out of the manifest's folder: put the file beside the manifest, or name "
    "it with --file",
    "'C:\\rows.csv'": "C:\\rows.csv leads out of the manifest's folder: put the file beside the manifest, or name it "
    "with --file",
    "link.csv": "the link shop/link.csv leads out of the manifest's folder",
    ".linked/outside.csv": "the link shop/.linked/outside.csv leads out of the manifest's folder",
    "l*.csv": "the link shop/link.csv leads out of the manifest's folder",
    "nowhere.csv": "shop/nowhere.csv is a link to a file that is not there",
    "x*.csv": "no file is called x*.csv",
    "below": "shop/below is a folder: name the files in it, as in below/*.csv",
    "folder.csv": "shop/folder.csv is a folder: name the files in it, as in folder.csv/*.csv",
    "pipe.csv": "shop/pipe.csv is no file, but a pipe or a device",
    "table.xlsx": "shop/table.xlsx ends with none of .csv, .tsv, .txt, .json, .jsonl, .ndjson, .yaml, .yml: save the "
    "sheet as CSV in UTF-8",
    "rows.csv.gz": "shop/rows.csv.gz ends with none of .csv, .tsv, .txt, .json, .jsonl, .ndjson, .yaml, .yml: unpack "
    "it first",
}


@pytest.mark.parametrize("command", [("validate",), ("records", "check", "T")], ids=["validate", "check"])
@pytest.mark.parametrize("name", WORDS)
def test_a_file_that_cannot_be_meant_is_a_finding(
    name: str, command: tuple[str, ...], shop: Path, ask: Callable
) -> None:
    """At the place where the manifest names it, and nothing else."""
    (shop / "m.yaml").write_text(MANIFEST.replace("FILE", name))
    ran = ask(*command, "shop", "--format", "github")
    printed = ran.out + ran.err
    assert 1 == ran.code
    assert "Traceback" not in printed
    assert WORDS[name].replace("%", "%25") in printed


def test_its_place_is_that_of_the_name(shop: Path, ask: Callable) -> None:
    """Also in a list of several."""
    (shop / "m.yaml").write_text(MANIFEST.replace("FILE", "gone.csv"))
    assert ask("validate", "shop").out.startswith(f"{PLACE}: error: there is no file")
    (shop / "m.yaml").write_text(MANIFEST.replace("FILE", "[gone.csv, rows.csv, away.csv]"))
    out = ask("validate", "shop").out
    assert out.startswith("shop/m.yaml:9:8: error: there is no file shop/gone.csv")
    assert "shop/m.yaml:9:28: error: there is no file shop/away.csv" in out
    assert 2 == out.count("record-file")


def test_a_file_without_permission_is_a_finding() -> None:
    """For whoever may not read it, which root may."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        file = Path(folder) / "rows.csv"
        file.touch(0o000)
        if os.getuid() == 0:
            os.seteuid(4321)
        try:
            with pytest.raises(NoRowFile, match=r"rows\.csv cannot be read: Permission denied"):
                list(row_files("rows.csv", f"{folder}/m.yaml"))
        finally:
            os.seteuid(os.getuid())


@pytest.mark.parametrize(
    ("named", "expected"),
    [
        ("rows.csv", ["rows.csv"]),
        ("below/more.csv", ["below/more.csv"]),
        ("**/*.csv", ["below/more.csv", "rows.csv"]),
        ("*/more.csv", ["below/more.csv"]),
        ("r*.csv", ["rows.csv"]),
    ],
)
def test_a_pattern_means_the_files_below_the_manifest(named: str, expected: list[str], tmp_path: Path) -> None:
    """In the order of their names; brackets in the folder's own name are no pattern."""
    folder = tmp_path / "[shop]"
    (folder / "below").mkdir(parents=True)
    for name in ("rows.csv", "below/more.csv"):
        (folder / name).write_text(ROWS)
    found = [os.path.relpath(file.place, folder) for file in row_files(named, str(folder / "m.yaml"))]
    assert expected == found


def test_a_file_that_is_called_like_a_pattern_is_that_file(tmp_path: Path) -> None:
    """`rows[1].csv` is how browsers name a second download."""
    (tmp_path / "rows[1].csv").write_text(ROWS)
    (found,) = row_files("rows[1].csv", str(tmp_path / "m.yaml"))
    assert str(tmp_path / "rows[1].csv") == found.place
    with pytest.raises(NoRowFile):
        list(row_files("rows[2].csv", str(tmp_path / "m.yaml")))


def test_a_file_that_is_named_twice_is_read_once(shop: Path, ask: Callable) -> None:
    """By its name and by a pattern: its rows are no duplicates of themselves."""
    (shop / "m.yaml").write_text(MANIFEST.replace("FILE", '[rows.csv, "r*.csv", below/more.csv]'))
    ran = ask("validate", "shop")
    assert 1 == ran.out.count("record-duplicate")
    assert "shop/below/more.csv:2:1: error: two rows have the same unique key (code 'A'): keep one of them." in ran.out
    assert "The other one is at shop/rows.csv:2" in ran.out


@pytest.mark.parametrize("name", ["rows.json", "rows.yaml"])
def test_a_file_of_rows_is_no_manifest(name: str, shop: Path, ask: Callable) -> None:
    """JSON is YAML too, and both stand beside the manifests."""
    (shop / name).write_text('[{"code": "A"}]')
    (shop / "m.yaml").write_text(MANIFEST.replace("FILE", name))
    assert (0, "2 manifests, all valid\n") == (ask("validate", "shop").code, ask("validate", "shop").out)
    (shop / "m.yaml").write_text(MANIFEST.replace("FILE", f"{name}\nmode: replace"))
    ran = ask("validate", "shop")
    assert (1, 1) == (ran.code, ran.out.count(": error: "))
    (shop / "m.yaml").write_text(MANIFEST.replace("FILE", "rows.csv"))
    assert "not-a-manifest" in ask("validate", "shop").out


def test_a_list_that_no_record_set_names_is_a_finding_as_before(shop: Path, ask: Callable) -> None:
    """It may be a manifest that was written wrong."""
    (shop / "m.yaml").write_text(MANIFEST.replace("FILE", "rows.csv"))
    (shop / "list.yaml").write_text("# rows\n---\n- a\n")
    assert "shop/list.yaml:3:1: error: a manifest is a mapping" in ask("validate", "shop").out


def test_a_named_file_takes_the_place_of_the_manifests(shop: Path, ask: Callable) -> None:
    """From anywhere."""
    (shop / "m.yaml").write_text(MANIFEST.replace("FILE", "gone.csv"))
    ran = ask("records", "check", "T", "shop", "--file", "outside.csv")
    assert (0, "1 row read, 1 of them can be sent.\n") == (ran.code, ran.err)


@pytest.mark.parametrize(
    ("file", "words"),
    [
        ("outsid.csv", "There is no file outsid.csv – did you mean 'outside.csv'?"),
        ("shop", "shop is a folder"),
        ("shop/table.xlsx", "shop/table.xlsx ends with none of"),
        ("shop/nowhere.csv", "is a link to a file that is not there"),
        ("", "--file"),
    ],
)
def test_a_file_that_is_named_wrongly_is_wrong_usage(file: str, words: str, shop: Path, ask: Callable) -> None:
    """As every option that names what is not there."""
    (shop / "m.yaml").write_text(MANIFEST.replace("FILE", "rows.csv"))
    ran = ask("records", "check", "T", "shop", "--file", file)
    assert 64 == ran.code
    assert words in ran.err
    assert "" == ran.out


def _with_stdin(given: bytes, shop: Path, how: str = "") -> subprocess.CompletedProcess[bytes]:
    (shop / "m.yaml").write_text(MANIFEST.replace("FILE", "rows.csv"))
    command = f'"{sys.executable}" -m reconciler records check T shop --file - {how}'
    return subprocess.run(command, shell=True, input=given, cwd=shop.parent, capture_output=True, check=False)


@pytest.mark.parametrize(
    ("given", "code", "words"),
    [
        (b"code\nA\nA\n", 1, b"stdin.csv:3:1: error: two rows have the same unique key"),
        (b' [{"code": "A"}]', 0, b"1 row read"),
        (b'\xef\xbb\xbf{"code": "A"}\n{"code": "B"}\n', 0, b"2 rows read"),
    ],
)
def test_rows_come_over_stdin(given: bytes, code: int, words: bytes, shop: Path) -> None:
    """JSON and JSON lines are told by how they begin."""
    ran = _with_stdin(given, shop)
    assert code == ran.returncode
    assert words in ran.stdout + ran.stderr
    assert b"Traceback" not in ran.stderr


def test_a_closed_stdin_is_told(shop: Path) -> None:
    """As a scheduler may start it."""
    ran = _with_stdin(b"", shop, "<&-")
    assert 1 == ran.returncode
    assert b"stdin.csv:1:1: error: the file is empty [record-file]" in ran.stdout


def test_a_cell_over_its_bound_is_a_finding(shop: Path, ask: Callable) -> None:
    """1 MiB; 200,000 characters, more than the library's own bound, are fine. An open quote is what it mostly is."""
    (shop / "m.yaml").write_text(MANIFEST.replace("FILE", "rows.csv"))
    (shop / "rows.csv").write_text(f"code\n{'x' * 200_000}\n")
    assert 0 == ask("validate", "shop").code
    (shop / "rows.csv").write_text(f"code\nA\n{'x' * (2**20 + 1)}\nB\n")
    assert "shop/rows.csv:3:1: error: a cell is longer than 1 MiB" in ask("validate", "shop").out
    (shop / "rows.csv").write_text('code\nA\n"B\n' + "rows that follow\n" * 100_000)
    assert "shop/rows.csv:3:1: error: a cell is longer than 1 MiB; perhaps a quote is never closed" in (
        ask("validate", "shop").out
    )


def test_a_line_over_its_bound_ends_the_reading(shop: Path, ask: Callable) -> None:
    """A file of another kind may have no line ends at all."""
    (shop / "m.yaml").write_text(MANIFEST.replace("FILE", "rows.csv"))
    (shop / "rows.csv").write_text("code\nA\n" + "x" * (8 * 2**20 + 1))
    assert "shop/rows.csv:3:1: error: the line is longer than 8 MiB [record-cell]" in ask("validate", "shop").out


def test_so_many_findings_are_enough(shop: Path, ask: Callable) -> None:
    """1,000 of one file, and where the reading stopped."""
    (shop / "m.yaml").write_text(MANIFEST.replace("FILE", "rows.csv"))
    (shop / "rows.csv").write_text("code\n" + "A\n" * 2_000)
    out = ask("validate", "shop").out
    assert 1_000 == out.count("record-duplicate")
    assert "there are more than 1,000 findings: what comes after this line was not read [record-file]" in out


def test_a_packed_file_says_so_whatever_its_name(shop: Path, ask: Callable) -> None:
    """Also over stdin and as JSON lines."""
    packed = io.BytesIO(gzip.compress(b"{}")).getvalue()
    for name in ("rows.csv", "rows.json", "rows.jsonl"):
        (shop / name).write_bytes(packed)
        (shop / "m.yaml").write_text(MANIFEST.replace("FILE", name))
        assert f"shop/{name}:1:1: error: the file is compressed (gzip)" in ask("validate", "shop").out
