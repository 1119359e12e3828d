"""The time by which an answer must have come, its headers included.

httpx limits each wait for the next bytes, so a server that sends one byte of a header
now and then keeps a request alive for ever. Nothing of ours runs in between; but Python
lets a TLS context say which class its sockets are of, and that class can look at the
clock. Plain http goes to this machine only and has no such limit before the body.
"""

import math
import ssl
import threading
import time


class Deadline(threading.local):
    """When the request that this thread sends must be answered, on the monotonic
    clock.
    """

    at = math.inf

    def left(self) -> float:
        """Seconds. Raises TimeoutError when there are none."""
        seconds = self.at - time.monotonic()
        if seconds <= 0:
            raise TimeoutError("the answer took too long")
        return seconds


def tls_until(deadline: Deadline) -> ssl.SSLContext:
    """The usual checks of certificates, and no read that goes on past the deadline of
    its thread.
    """

    class Punctual(ssl.SSLSocket):
        def recv(self, buflen: int = 1024, flags: int = 0) -> bytes:
            # No timeout of its own (None) is an endless one.
            self.settimeout(min(deadline.left(), self.gettimeout() or math.inf))
            return super().recv(buflen, flags)

    context = ssl.create_default_context()
    context.sslsocket_class = Punctual
    return context
