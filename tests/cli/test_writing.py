"""Files are whole or not there, and nothing is written through a link that a stranger may have planted."""

import json
import os
import signal
import stat
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import click
import pytest

from reconciler.cli.writing import append, check_append, check_whole, write_whole

WRITERS = (write_whole, append)


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The current folder, with what must stay as it is beside it."""
    folder = tmp_path / "here"
    folder.mkdir()
    monkeypatch.chdir(folder)
    (tmp_path / "precious").mkdir()
    (tmp_path / "precious/file").write_text("mine")
    return folder


def untouched(here: Path) -> bool:
    """Whether nothing was written outside of the current folder, and nothing half."""
    outside = {path.name: path.read_text() for path in (here.parent / "precious").iterdir()}
    return {"file": "mine"} == outside and [] == list(here.rglob("*.part"))


def refusals(file: str) -> set[str]:
    """What is said of the file, by all who write or look whether they could."""
    said = set()
    for look in (check_whole, check_append, lambda file: write_whole(file, "x"), lambda file: append(file, "x")):
        with pytest.raises(click.FileError) as refused:
            look(file)
        said.add(refused.value.format_message())
    return said


@pytest.mark.parametrize("target", ["../precious/file", "../precious/new", "own", "nowhere/at/all", "/dev/stdout"])
def test_a_link_in_the_place_of_a_file_is_refused(here: Path, target: str) -> None:
    """Wherever it leads: to a file, to none yet, to one in the same folder, to a device."""
    (here / "own").write_text("own")
    (here / "a.json").symlink_to(target)
    told = "it is a link, and nothing is written through links. Remove it, or name another file"
    assert {f"Could not write the file 'a.json': {told}"} == refusals("a.json")
    assert (True, "own") == (untouched(here), (here / "own").read_text())


@pytest.mark.parametrize("file", ["out/file", "./out/new", "out/deeper/new", "sub/../out/file", "sub/out/file"])
def test_a_link_to_a_folder_below_the_current_one_is_refused(here: Path, file: str) -> None:
    """A branch can bring a link to a folder as well; the message names it."""
    (here / "sub").mkdir()
    for place in ("out", "sub/out"):
        (here / place).symlink_to(here.parent / "precious")
    said = refusals(file).pop()
    assert "/out' is a link, and nothing is written through links. Name the folder itself" in said
    assert untouched(here)


def test_a_link_in_a_work_tree_is_refused_from_its_subfolder_and_by_its_whole_path(here: Path) -> None:
    """A branch brings it to any place of the work tree."""
    work_tree = here.parent / "tree"
    (work_tree / ".git").mkdir(parents=True)
    (work_tree / "out").symlink_to(here.parent / "precious")
    (work_tree / "apps").mkdir()
    os.chdir(work_tree / "apps")
    for file in ("../out/new", str(work_tree / "out/new")):
        assert "Name the folder itself" in refusals(file).pop()
    assert untouched(here)


def test_a_link_above_the_work_tree_is_the_machines_own(here: Path) -> None:
    """As /tmp is on some systems."""
    (here.parent / "machine").symlink_to(here.parent / "precious")
    write_whole(str(here.parent / "machine/new"), "x")
    assert "x" == (here.parent / "precious/new").read_text()


def test_what_could_be_guessed_is_not_followed(here: Path) -> None:
    """The part file was called .NAME.PID.part."""
    for number in (os.getpid(), os.getppid()):
        (here / f".a.json.{number}.part").symlink_to("../precious/file")
    write_whole("a.json", "x")
    assert ("x", "mine") == ((here / "a.json").read_text(), (here.parent / "precious/file").read_text())


def test_folders_are_made_and_a_file_is_replaced(here: Path) -> None:
    """A name may be as long as the system allows, and a second name keeps the old text."""
    file = f"a/b/{'x' * 255}"
    write_whole(file, "old")
    os.link(file, "second")
    write_whole(file, "néw")
    assert ("néw", "old") == (Path(file).read_text(encoding="utf-8"), Path("second").read_text())


def test_a_file_keeps_its_permissions(here: Path) -> None:
    """Whoever closed it to others does not find it open after the next run."""
    Path("a").touch(mode=0o600)
    write_whole("a", "x")
    write_whole("b", "x")
    umask = os.umask(0)
    os.umask(umask)
    assert [0o600, 0o666 & ~umask] == [stat.S_IMODE(os.stat(file).st_mode) for file in ("a", "b")]


@pytest.mark.parametrize("file", ["folder", "folder/", ".", "..", "/", ""])
def test_a_folder_is_no_file(here: Path, file: str) -> None:
    """Said before anything is sent."""
    (here / "folder").mkdir()
    assert {f"Could not write the file {file!r}: it is a folder"} == refusals(file)


@pytest.mark.parametrize("write", WRITERS)
def test_a_full_disk_is_a_sentence(here: Path, write: Callable[[str, str], None]) -> None:
    """/dev/full takes nothing."""
    with pytest.raises(click.FileError, match="No space left on device"):
        write("/dev/full", "x")


def test_what_cannot_be_written_whole_leaves_the_old_file(here: Path) -> None:
    """Also when the disk is full in the middle; here the size of a file is limited."""
    script = """
import resource, signal, sys, click
from reconciler.cli.writing import write_whole
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (5_000, 5_000))
try:
    write_whole("a", "x" * 100_000)
except click.FileError as broken:
    sys.exit(broken.format_message())
"""
    Path("a").write_text("old")
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert (1, "Could not write the file 'a': File too large\n") == (done.returncode, done.stderr)
    assert (["a"], "old") == (os.listdir("."), Path("a").read_text())


def test_a_run_that_is_killed_leaves_no_half_file(here: Path) -> None:
    """The old one is there until all of the new one is written."""
    script = """
import os, signal, sys
from reconciler.cli.writing import write_whole
def kill(event, arguments):
    if event == "os.rename":
        os.kill(os.getpid(), signal.SIGKILL)
sys.addaudithook(kill)
write_whole("a.json", "x" * 100_000)
"""
    Path("a.json").write_text("old")
    assert -signal.SIGKILL == subprocess.run([sys.executable, "-c", script]).returncode
    assert "old" == Path("a.json").read_text()
    left = [path.name for path in here.iterdir() if path.name != "a.json"]
    assert [True] == [name.startswith(".") and name.endswith(".part") for name in left]


def test_a_name_that_is_no_text_is_a_sentence(here: Path) -> None:
    """The text holds half of a surrogate pair."""
    with pytest.raises(click.FileError, match="a name in it is no text"):
        write_whole("a", "\ud800")
    assert [] == os.listdir(".")


@pytest.mark.parametrize("write", WRITERS)
def test_a_pipe_and_a_device_are_written_to(here: Path, write: Callable[[str, str], None]) -> None:
    """They were named on purpose, and stay what they are."""
    os.mkfifo("pipe")
    got: list[str] = []
    reader = threading.Thread(target=lambda: got.append(Path("pipe").read_text()))
    reader.start()
    write("pipe", "x")
    reader.join()
    write("/dev/null", "x")
    assert (["x"], True) == (got, stat.S_ISFIFO(os.stat("pipe").st_mode))


def test_devices_and_streams_pass_the_look_before_an_apply(here: Path) -> None:
    """Nobody but root can write into /dev itself."""
    for check in (check_whole, check_append):
        for file in ("/dev/null", "/dev/stdout", "/dev/stderr", "/dev/fd/1", "/proc/self/fd/2"):
            check(file)
        with pytest.raises(click.FileError, match="Bad file descriptor"):
            check("/dev/fd/987654")


def test_a_report_on_the_programs_own_streams_stands_before_the_result(run: Callable, here: Path) -> None:
    """Also when stdout is a file, which is not begun again."""
    Path("manifests").mkdir()
    Path("manifests/a.yaml").write_text("kind: event\nname: A\ncode_name: a\n")
    command = f"{sys.executable} -m reconciler validate"
    script = f"{command} --report json=/dev/stdout >all.txt; {command} --report sarif=>(cat >sarif.json); wait $!"
    done = subprocess.run(["bash", "-c", script], capture_output=True, text=True)
    assert (0, "1 manifest, all valid\n", "") == (done.returncode, done.stdout, done.stderr)
    document, _, rest = Path("all.txt").read_text().partition("\n}\n")
    assert (1, "1 manifest, all valid\n") == (json.loads(document + "}")["summary"]["manifests"], rest)
    assert "2.1.0" == json.loads(Path("sarif.json").read_text())["version"]


@pytest.mark.parametrize(
    ("link", "arguments"),
    [
        ("plan.json", ["plan", "--out", "plan.json"]),
        ("summary.md", ["plan"]),
        ("a.md", ["apply", "--auto-approve", "--report", "markdown=a.md"]),
        (".reconciler", ["apply", "--auto-approve"]),
        (".reconciler/sandbox.db", ["apply", "--auto-approve"]),
    ],
)
def test_no_command_writes_through_a_link(run: Callable, here: Path, link: str, arguments: list[str]) -> None:
    """One sentence, and nothing has been sent or written."""
    Path("manifests").mkdir()
    Path("manifests/a.yaml").write_text("kind: event\nname: A\ncode_name: a\n")
    Path(link).parent.mkdir(exist_ok=True)
    Path(link).symlink_to(here.parent / ("precious" if link == ".reconciler" else "precious/file"))
    summary = {"GITHUB_STEP_SUMMARY": "summary.md"} if link == "summary.md" else {}
    ended = run("--target", "sandbox", *arguments, folder=here, **summary)
    assert ended.code in (1, 64)
    assert "is a link" in ended.err
    assert "Traceback" not in ended.err
    assert untouched(here)
