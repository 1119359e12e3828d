"""What types are called: readable for usual names, distinct for all, and the same whatever else is declared."""

import keyword
import re
from collections.abc import Callable
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reconciler.errors import ReconcilerError
from reconciler.generate.describe import describe
from reconciler.generate.names import ROLES, ROW, definition_stem, event_stem
from reconciler.generate.python import render_python
from tests.generate.shops import NAMES, shop

EVENT_ROLES = [role for role in ROLES if role != ROW]
WORDS = st.text("abAB12_. éÉ🎉-", min_size=1, max_size=6)
ANY_NAME = WORDS | st.text(min_size=1, max_size=20) | st.sampled_from(NAMES)
AGREEING = ("é-僡丙", "é-勅业")
"""Found by trying a hundred thousand of them."""
IDENTIFIER = re.compile(r"[A-Za-z][A-Za-z0-9_]*")

EVENTS = {
    "sale": "Sale",
    "pos_sale": "Pos_Sale",
    "pos.sale": "PosSale",
    "loyalty.tier_upgraded": "LoyaltyTierUpgraded",
    "loyalty_tier.upgraded": "Loyalty_Tier_Upgraded",
    "loyalty.tier.upgraded": "LoyaltyTier_Upgraded",
    "loyalty_tier_upgraded": "Loyalty_TierUpgraded",
    "Loyalty.TierUpgraded": "LoyaltyTierUpgraded_1997602902",
    "loyalty.tier__upgraded": "LoyaltyTierUpgraded_1031569071",
    "2024.sale": "Name2024Sale_7498835123",
    "été": "Ete_6493622588",
    "🎉": "Name_8856620652",
}
DEFINITIONS = {
    "LoyaltyAccount": "LoyaltyAccount",
    "loyalty": "loyalty",
    "POS profile": "POS_profile",
    "pos_profile": "pos__profile",
    "class": "class",
    "POS  profile": "POSProfile_5695153561",
    "Été": "Ete_2402298888",
    "Ete": "Ete",
}


@pytest.mark.parametrize("code_name", EVENTS)
def test_an_event_is_called_by_its_words(code_name: str) -> None:
    """Separators show where they are not the usual ones."""
    assert EVENTS[code_name] == event_stem(code_name)


@pytest.mark.parametrize("name", DEFINITIONS)
def test_a_definition_keeps_its_name(name: str) -> None:
    """Blanks and underscores stay apart."""
    assert DEFINITIONS[name] == definition_stem(name)


def test_two_code_names_with_the_same_words_have_two_types() -> None:
    """Neither is called otherwise when the other one, or anything else, is declared."""
    events = [{"kind": "event", "code_name": code, "name": "x"} for code in EVENTS]
    alone = {code: name for each in events for code, name in describe(shop([each])).payloads.items()}
    together = describe(shop(events)).payloads
    assert alone == together
    assert len(events) == len(set(together.values()))


@settings(max_examples=60)
@given(st.sets(ANY_NAME), st.sets(ANY_NAME))
def test_any_names_give_distinct_identifiers(events: set[str], definitions: set[str]) -> None:
    """Of every role; none is a keyword, a builtin or a type that every file has."""
    found = [event_stem(each) + role for each in events for role in EVENT_ROLES]
    found += [definition_stem(each) + ROW for each in definitions]
    assert len(found) == len(set(found))
    assert all(map(IDENTIFIER.fullmatch, found))
    assert [] == [each for each in found if keyword.iskeyword(each) or each in _common()]


def test_no_role_is_the_end_of_another() -> None:
    """What makes the identifier of a name and a role unlike that of any other name and role."""
    assert [] == [(one, other) for one in ROLES for other in ROLES if one != other and one.endswith(other)]


def test_names_whose_numbers_were_made_to_agree_are_refused() -> None:
    """Both are named, with the ways out."""
    events = [{"kind": "event", "code_name": code, "name": "x"} for code in AGREEING]
    assert 1 == len(set(map(event_stem, AGREEING)))
    with pytest.raises(ReconcilerError, match="would both be called") as refused:
        describe(shop(events))
    assert all(code in str(refused.value) for code in AGREEING)


def test_the_figure(figure: Callable[[str, str], None]) -> None:
    """How many of the harmful names are told apart."""
    stems = {event_stem(each) for each in NAMES} | {definition_stem(each) + ROW for each in NAMES}
    assert 2 * len(NAMES) == len(stems)
    figure("V8 names never collide", f"{2 * len(NAMES)} harmful names: {len(stems)} identifiers")


@cache
def _common() -> set[str]:
    """The identifiers of a file of nothing, and the builtins that it uses."""
    return set(re.findall(r"[A-Za-z_]\w*", render_python(describe(shop([])), "0")))
