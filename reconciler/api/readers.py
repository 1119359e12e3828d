"""The threads that read listings. Whoever has no use for their answers any more does not
wait for them: an answer can take half a minute, or never come.
"""

from collections.abc import Iterator
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import contextmanager


@contextmanager
def readers(most: int) -> Iterator[Executor]:
    """Up to `most` threads, which are waited for unless an exception ends the block."""
    pool = ThreadPoolExecutor(most)
    try:
        yield pool
    except BaseException:
        pool.shutdown(wait=False, cancel_futures=True)
        raise
    pool.shutdown()
