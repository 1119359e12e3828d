"""Variables in texts: found where they stand, however they are written."""

from reconciler.messages.tokens import find_tokens


def test_a_token_is_found_with_its_path_and_offsets() -> None:
    """Offsets count characters of the whole text."""
    text = "Hi {var=contact.first_name}, you are {var=LoyaltyAccount.tier}."
    token = find_tokens(text).tokens[1]
    assert ["LoyaltyAccount", "tier"] == [segment.text for segment in token.path]
    assert ["LoyaltyAccount", "tier"] == [text[segment.start : segment.end] for segment in token.path]
    assert "{var=LoyaltyAccount.tier}" == token.written == text[token.start : token.end]
