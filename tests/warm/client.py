"""The side of the warm start that asks: a class for tests, and a program for shell scripts.

The program stands where `python -m reconciler` would stand in a script:

    python -I -S tests/warm/client.py ADDRESS ARGUMENT…

It gives its own folder, environment and standard streams away, passes signals on, and ends as the process ended. It
imports what is built into the interpreter and nothing else, since it is started hundreds of times.
"""

import _signal
import _socket
import marshal
import os
import sys
from collections.abc import Mapping, Sequence

PASSED_ON = (_signal.SIGINT, _signal.SIGTERM, _signal.SIGHUP)
NUMBER = 8
"""Bytes of each number that is sent: the length of a request, a process id, a wait status."""


class Process:
    """A `reconciler` that the server started. Raises RuntimeError when it refuses or is gone.

    When this side ends, or is closed, before the process does, the server kills the process.
    """

    def __init__(
        self, address: str, arguments: Sequence[str], folder: bytes, environment: Mapping[bytes, bytes],
        streams: Sequence[int],
    ) -> None:  # fmt: skip
        request = marshal.dumps((list(arguments), folder, dict(environment), _umask()))
        self._connection = _socket.socket(_socket.AF_UNIX, _socket.SOCK_STREAM)
        self._connection.connect(address)
        descriptors = b"".join(stream.to_bytes(4, sys.byteorder) for stream in streams)
        rights = (_socket.SOL_SOCKET, _socket.SCM_RIGHTS, descriptors)
        self._connection.sendmsg([len(request).to_bytes(NUMBER, "big")], [rights])
        self._connection.sendall(request)
        self.pid = self._number()
        if not self.pid:
            self.close()
            raise RuntimeError("its environment decides how an interpreter starts: start a real one")

    def send_signal(self, number: int) -> None:
        """To the process itself."""
        os.kill(self.pid, number)

    def wait(self) -> int:
        """Its exit code; negative for the signal that ended it, as in `subprocess`."""
        code = os.waitstatus_to_exitcode(self._number())
        self.close()
        return code

    def close(self) -> None:
        """Kills the process if it still runs."""
        self._connection.close()

    def _number(self) -> int:
        told = self._connection.recv(NUMBER, _socket.MSG_WAITALL)
        if len(told) < NUMBER:
            raise RuntimeError("the server of the warm start is gone")
        return int.from_bytes(told, "big")


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def _main(address: str, *arguments: str) -> None:
    _signal.pthread_sigmask(_signal.SIG_BLOCK, PASSED_ON)
    process = Process(address, arguments, os.getcwdb(), os.environb, (0, 1, 2))
    for number in PASSED_ON:
        _signal.signal(number, lambda number, _: process.send_signal(number))
    _signal.pthread_sigmask(_signal.SIG_UNBLOCK, PASSED_ON)
    code = process.wait()
    if code < 0:
        _signal.signal(-code, _signal.SIG_DFL)
        os.kill(os.getpid(), -code)
    os._exit(code)


if __name__ == "__main__":
    _main(*sys.argv[1:])
