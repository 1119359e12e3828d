"""The composition root: it gives the command line the embedded sandbox, and is the one
place that knows both.
"""

import errno
import gc
import os
import signal
import sys
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from reconciler.form.spelling import in_quotes

if TYPE_CHECKING:
    from httpx import BaseTransport

    from reconciler.sandbox.store import Store

os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
"""No third-party plugin sees what is validated here, and looking for them costs 15
ms.
"""

INTERRUPTED = 130
"""`errors.ExitCode` says the same; Ctrl-C may come before that is imported."""
OBJECTS_BETWEEN_COLLECTIONS = 50_000
"""Values live until the end; looking for dead ones more often costs a tenth of every
start.
"""


class EmbeddedSandbox:
    """The sandbox as the command line wants it; its parts are imported when they are
    used.
    """

    def embedded(self, file: Path) -> "tuple[BaseTransport, str]":
        """A transport into this process, and the key of the default shop."""
        from reconciler.sandbox.app import create_app
        from reconciler.sandbox.transport import SandboxTransport

        store = _store(file)
        return SandboxTransport(create_app(store)), store.ensure_shop().key

    def serve(
        self,
        file: Path,
        port: int,
        settings: Mapping[str, Any],
        announce: Callable[[int, str], None],
    ) -> None:
        """Real HTTP until a signal. Raises ValueError for a switch that does not
        exist.
        """
        from reconciler.sandbox.serve import serve
        from reconciler.sandbox.switches import Switches

        switches = Switches.parse(settings["switches"])
        store = _store(file)
        key = store.ensure_shop().key
        serve(
            store,
            port=port,
            switches=switches,
            control=settings["control"],
            ready=lambda actual: announce(actual, key),
        )

    def reset(self, file: Path) -> None:
        """Empties the shops of the file."""
        _store(file).reset()

    def status(self, file: Path) -> Mapping[str, int]:
        """What the file holds."""
        return _store(file).counts()

    def load(
        self, file: Path, items: Mapping[str, Sequence[Mapping[str, Any]]]
    ) -> Sequence[tuple[str, int]]:
        """Replaces the dashboard of the default shop."""
        from reconciler.sandbox.dashboard.loading import load
        from reconciler.sandbox.dashboard.material import KINDS

        store = _store(file)
        known = {kind: items.get(kind, ()) for kind in KINDS}
        return tuple(load(store, _default_shop(store), known).items())

    def outbox(self, file: Path) -> Callable[[int], Sequence[Mapping[str, Any]]]:
        """What gives the messages after an id."""
        from reconciler.sandbox.dashboard import reports

        store = _store(file)
        return partial(reports.messages, store, _default_shop(store))

    def segments(self, file: Path) -> Sequence[Mapping[str, Any]]:
        """The segments and who is in them."""
        from reconciler.sandbox.dashboard import reports

        store = _store(file)
        return reports.segments(store, _default_shop(store))


def _default_shop(store: "Store") -> int:
    """The shop that everybody uses who names none, by its id."""
    found = store.shop_of(store.ensure_shop().key)
    assert found
    return found[0]


def _store(file: Path) -> "Store":
    """Raises WrongUsage when the file cannot be a sandbox's."""
    import sqlite3

    from reconciler.errors import WrongUsage
    from reconciler.sandbox.store import ForeignFile, Store

    try:
        return Store(_place_of(file))
    except OSError as broken:
        told = f"The sandbox cannot use the file {in_quotes(str(file))}: {broken.strerror}."
        raise WrongUsage(told) from None
    except sqlite3.Error as broken:
        told = f"The sandbox cannot use the file {in_quotes(str(file))}: {broken}. Remove it, or name another."
        raise WrongUsage(told) from None
    except ForeignFile:
        told = f"{in_quotes(str(file))} is a database of another program, and was not changed. Name another file."
        raise WrongUsage(told) from None


def _place_of(file: Path) -> Path:
    """Where the file really is, its folder made. Raises OSError for a link that a
    stranger may have planted.
    """
    from reconciler.cli.writing import writable_place

    is_new = not file.parent.exists()
    place = writable_place(str(file))
    if place is None:
        raise OSError(errno.EINVAL, "it is a stream")
    if is_new and file.parent.name == ".reconciler":
        # Nobody wants a shop of their own in a commit.
        (file.parent / ".gitignore").write_text("*\n")
    return Path(place)


def main() -> int:
    """Runs the command line; returns its exit code."""
    from reconciler.cli.main import run

    return run(sys.argv[1:], EmbeddedSandbox())


def console() -> NoReturn:
    """The console script: `main`, with SIGTERM and SIGHUP as Ctrl-C and an end without
    delay.
    """
    from reconciler.cli import streams

    # Until the command line can answer with a document.
    signal.pthread_sigmask(signal.SIG_BLOCK, streams.STOPPING)
    streams.open_streams()
    gc.set_threshold(OBJECTS_BETWEEN_COLLECTIONS)
    for number in (signal.SIGTERM, signal.SIGHUP):
        # `nohup` ignores SIGHUP, and means it.
        if signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, signal.default_int_handler)
    try:
        code = main()
    except KeyboardInterrupt:
        streams.say("Error: Interrupted.\n")
        code = INTERRUPTED
    # All is closed and flushed by now; tearing down the modules would only take time.
    os._exit(code)


if __name__ == "__main__":
    console()
