"""What an apply says that it waits for."""

from reconciler.cli.waits import Waits

LIMITED = "waiting for definition/{} to appear, since POST /x was answered 429, up to {} seconds more"


def test_waits_for_one_reason_are_told_together() -> None:
    """The first two of each round, and that there are others; ids do not make a reason another one."""
    said: list[str] = []
    waits = Waits(said.append)
    for seconds in (68, 16):
        for name in "ABCDE":
            waits(LIMITED.format(name, seconds))
    others = "waiting for other changes for the same reason"
    assert [f"{LIMITED.format(*each)}" for each in (("A", 68), ("B", 68))] == said[:2]
    assert [others, LIMITED.format("A", 16), LIMITED.format("B", 16), others] == said[2:]
    said.clear()
    for number in range(5):
        waits(f"waiting for event/e{number} to show what was sent, since PUT /events/{number} was answered 503")
    assert 3 == len(said)


def test_a_wait_of_another_kind_is_always_told() -> None:
    """That for everything in doubt together, at the end, names no reason."""
    said: list[str] = []
    waits = Waits(said.append)
    for _ in range(3):
        waits("waiting for the shop to show what became of 12 changes, up to 70 seconds more")
    assert 3 == len(said)
