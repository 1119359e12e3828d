"""What lives, looked up from all sides."""

from reconciler.kinds.definition.live import LiveDefinition
from reconciler.kinds.event.live import LiveEvent
from reconciler.model.address import Address
from reconciler.model.live import Live, LiveId, Names, not_there

A, EVENT, ELSEWHERE = Address("definition", "A"), Address("event", "e"), Address("definition", "Elsewhere")
DEFINITION = LiveDefinition(7, "A", "active", None, (), (), ())
LIVE = Live(
    {A: DEFINITION, EVENT: LiveEvent(7, "e", "E", {})},
    lost={LiveId("definition", 8): "(deleted) B"},
    referred={LiveId("definition", 9): ELSEWHERE},
)


def test_ids_are_spoken_of_by_address_or_in_words() -> None:
    """Each kind counts for itself."""
    ids = [LiveId("definition", 7), LiveId("event", 7), LiveId("definition", 9), LiveId("definition", 8)]
    assert ["definition/A", "event/e", "definition/Elsewhere", "(deleted) B"] == [LIVE.names.of(each) for each in ids]
    assert [True, True, True, False] == [LIVE.names.knows(each) for each in ids]
    assert "(not there) an event that does not exist" == LIVE.names.of(LiveId("event", 8))
    assert "(not there) a definition that does not exist" == not_there("definition") == Names().of(ids[0])


def test_what_lives_of_one_kind() -> None:
    """And of no other."""
    assert {A: DEFINITION} == LIVE.of_kind("definition")
    assert {} == LIVE.of_kind("override")


def test_without_a_word_everything_was_read() -> None:
    """A shop that was read in part says what."""
    assert LIVE.was_read("event")
    partly = Live(read=frozenset({"definition"}))
    assert (True, False) == (partly.was_read("definition"), partly.was_read("event"))
