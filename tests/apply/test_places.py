"""How many write at once: who waits gives its place away, and gets it back before anything new begins."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor

from reconciler.apply.places import MOST_WAITING, Places


def test_a_place_is_taken_and_given_back() -> None:
    """No more than there are."""
    places = Places(2)
    assert [True, True, False] == [places.take() for _ in range(3)]
    places.give_back()
    assert [True, False] == [places.take() for _ in range(2)]


class Waiting:
    """Threads that wait until they are let go."""

    def __init__(self, places: Places, count: int, pool: ThreadPoolExecutor) -> None:
        self.all_wait = threading.Barrier(count + 1)
        self.go_on = threading.Event()
        self.ended = [pool.submit(places.while_waiting(self.rest), 1.0) for _ in range(count)]
        self.all_wait.wait(10)

    def rest(self, seconds: float) -> None:
        self.all_wait.wait(10)
        assert self.go_on.wait(10)


def test_who_waits_leaves_its_place_and_comes_back_first() -> None:
    """Whoever hands out tasks hears of a free place; it is not given to another new task once it is wanted back."""
    places = Places(1)
    assert places.take()
    told: list[str] = []
    places.on_vacancy = lambda: told.append("a place is free")
    with ThreadPoolExecutor(1) as pool:
        waiting = Waiting(places, 1, pool)
        assert (["a place is free"], True) == (told, places.take())
        waiting.go_on.set()
        (ended,) = waiting.ended
        time.sleep(0.05)  # so that it is back before there is a place for it
        assert not ended.done()
        places.give_back()
        ended.result(10)
    assert not places.take()


def test_of_many_that_wait_the_last_ones_keep_their_place() -> None:
    """Where everything is in doubt, sending more of it makes it worse."""
    count = MOST_WAITING + 2
    places = Places(count)
    taken = [places.take() for _ in range(count)]
    with ThreadPoolExecutor(count) as pool:
        waiting = Waiting(places, count, pool)
        more = [places.take() for _ in range(count)]
        for _ in filter(None, more):
            places.give_back()
        waiting.go_on.set()
    assert [True] * count == taken
    assert MOST_WAITING == more.count(True)
    assert not places.take()
