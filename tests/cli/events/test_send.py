"""`events send`: what is shown, what is asked, and how it ends."""

import json

import pytest

from tests.cli.events.conftest import CODE, EVENT, GOLD, MARIE, SCENARIO, TEMPLATE, Desk

TO_MARIE = ("send", CODE, "--contact", f"email={MARIE}", *GOLD)


@pytest.fixture
def shop(desk: Desk) -> Desk:
    """A shop with the event type and one contact."""
    desk.make_live(EVENT)
    desk.customer()
    return desk


def test_the_request_is_shown_and_the_event_sent_once(shop: Desk) -> None:
    """With where it stands in the history."""
    ran = shop.events(*TO_MARIE, "--auto-approve")
    assert 0 == ran.code, ran.err
    assert ran.out.startswith(f"POST /events/trigger/{CODE}\n{{\n")
    assert "Landed, and the target was resolved (history row 1, " in ran.out
    assert 1 == len(shop.histories())


def test_without_a_terminal_it_is_not_approved(shop: Desk) -> None:
    """Exit 3, and nothing was sent."""
    ran = shop.events(*TO_MARIE)
    assert 3 == ran.code
    assert "Nothing was sent" in ran.err
    assert [] == shop.histories()


def test_json_is_one_document(shop: Desk) -> None:
    """With the body that was sent, and the row of the history as the API shows it."""
    ran = shop.events(*TO_MARIE, "--auto-approve", "--format", "json")
    document = json.loads(ran.out)
    assert {"code": 0, "reason": "landed"} == document["exit"]
    assert {"contact": {"email": MARIE}, "metaData": {"previous_tier": "silver", "new_tier": "gold"}} == document[
        "body"
    ]
    assert shop.histories()[0] == document["history"]


def test_a_payload_that_is_wrong_is_not_sent(shop: Desk) -> None:
    """It is checked against the manifest before anything is asked."""
    before = len(shop.store.requests())
    ran = shop.events("send", CODE, "--contact", f"email={MARIE}", "--meta", "new_tear=gold", "--auto-approve")
    assert 1 == ran.code
    assert "new_tear" in ran.err
    assert "Nothing was sent." in ran.err
    assert before == len(shop.store.requests())


def test_meta_has_the_type_of_its_property(shop: Desk) -> None:
    """A number is sent as a JSON number."""
    ran = shop.events(*TO_MARIE, "--meta", "bonus=40", "--auto-approve", "--format", "json")
    assert 40 == json.loads(ran.out)["body"]["metaData"]["bonus"]
    for wrong in ("many", "NaN", "1e400", "-Infinity"):
        ran = shop.events(*TO_MARIE, "--meta", f"bonus={wrong}", "--auto-approve")
        assert 64 == ran.code
        assert f"'{wrong}' is not a number" in ran.err


@pytest.mark.parametrize("text", ['{"code_name": "%s", "contact": {"email": "%s"}, "metaData": %s}', "[%.0s{%s, %s}]"])
def test_a_file_holds_the_payload(shop: Desk, text: str) -> None:
    """Alone, or as the only one of a list; with its code name or without."""
    meta = '{"previous_tier": "silver", "new_tier": "gold"}'
    if text.startswith("["):
        text = '[{"contact": {"email": "%.0s%s"}, "metaData": %s}]'
    shop.write("gold.json", text % (CODE, MARIE, meta))
    ran = shop.events("send", CODE, "gold.json", "--auto-approve")
    assert 0 == ran.code, ran.err


def test_two_payloads_are_not_sent_at_once(shop: Desk) -> None:
    """Each send is asked for and settled by itself."""
    shop.write("two.jsonl", '{"contact": {"id": 1}}\n{"contact": {"id": 2}}\n')
    ran = shop.events("send", CODE, "two.jsonl", "--auto-approve")
    assert 64 == ran.code
    assert "two.jsonl holds 2 payloads, and one is sent at a time." in ran.err


def test_a_file_of_another_event_is_refused(shop: Desk) -> None:
    """The code name in it says what it is."""
    shop.write("other.json", '{"code_name": "pos_sale", "contact": {"id": 1}}')
    ran = shop.events("send", CODE, "other.json", "--auto-approve")
    assert 64 == ran.code
    assert "other.json is a payload of 'pos_sale', not of 'loyalty.tier_upgraded'." in ran.err


@pytest.mark.parametrize("wrong", ["id_customer=C1", "email=marie", "id=0", "marie@example.com"])
def test_a_contact_is_named_by_what_triggers_know(shop: Desk, wrong: str) -> None:
    """An id of a customer is for rows, and the most likely mistake."""
    ran = shop.events("send", CODE, "--contact", wrong, *GOLD, "--auto-approve")
    assert 64 == ran.code
    assert [] == shop.histories()


def test_an_unknown_contact_is_told_before_anything_is_sent(shop: Desk) -> None:
    """The event would be logged, and nobody would get a message; personal data is cut short."""
    ran = shop.events("send", CODE, "--contact", "email=jean.petit@example.com", *GOLD)
    assert 3 == ran.code
    assert "Warning: there is no contact jean.…@example.com now" in ran.err


def test_an_event_that_no_manifest_describes_is_not_sent(shop: Desk) -> None:
    """With the name that was meant."""
    ran = shop.events("send", "loyalty.tier_upgrade", "--contact", "id=1", "--auto-approve")
    assert 64 == ran.code
    assert "did you mean 'loyalty.tier_upgraded'?" in ran.err


def test_the_question_names_who_listens(desk: Desk) -> None:
    """In the words of the specification, for one scenario, several and none."""
    assert "1 declared scenario listens, Gold upgrade. Send?" in _question(desk)
    desk.manifests(EVENT, SCENARIO, SCENARIO.replace("Gold upgrade", "Second"), TEMPLATE)
    assert "2 declared scenarios listen, Gold upgrade and Second. Send?" in _question(desk)
    desk.manifests(EVENT, SCENARIO.replace("status: active", "status: inactive"), TEMPLATE)
    asked = _question(desk)
    assert "This may start scenarios for marie.…@example.com: no declared scenario listens. Send?" == asked


def _question(desk: Desk) -> str:
    import reconciler
    from reconciler.cli.events.declared import declared_in
    from reconciler.cli.events.send import question
    from reconciler.events.send import Event
    from reconciler.events.shop import Target
    from reconciler.model.target import Target as Shop

    resolved = reconciler.load([str(desk.folder / "manifests")], Shop("test"), {})
    return question(Event(CODE, {}, Target(email=MARIE)), declared_in(resolved, CODE))


def test_a_key_that_stands_twice_is_not_sent(shop: Desk) -> None:
    """Two contacts in one payload: `check` refuses it, and so does `send`, with the place."""
    meta = '"metaData": {"previous_tier": "silver", "new_tier": "gold"}'
    shop.write("two.json", f'{{"contact": {{"id": 1}},\n "contact": {{"email": "{MARIE}"}}, {meta}}}')
    ran = shop.events("send", CODE, "two.json", "--auto-approve", "--format", "json")
    document = json.loads(ran.out)
    assert {"code": 1, "reason": "invalid-payload"} == document["exit"]
    assert document["error"].startswith("two.json:2:2: the key 'contact' stands twice in one object")
    assert [] == shop.histories()


def test_a_file_that_cannot_be_read_is_told_with_the_place(shop: Desk) -> None:
    """Line and column, as `check` tells them."""
    shop.write("cut.json", '{"contact": {"id": 1},\n "metaData": }')
    ran = shop.events("send", CODE, "cut.json", "--auto-approve")
    assert 64 == ran.code
    assert ran.err.startswith("Error: cut.json:2:14: this is not JSON")


def test_a_code_name_in_another_case_takes_the_file_of_the_event(shop: Desk) -> None:
    """The manifest has the right case, and the file is compared with that."""
    meta = '{"previous_tier": "silver", "new_tier": "gold"}'
    shop.write("gold.json", f'{{"code_name": "{CODE}", "contact": {{"email": "{MARIE}"}}, "metaData": {meta}}}')
    ran = shop.events("send", CODE.upper(), "gold.json", "--auto-approve")
    assert 0 == ran.code, ran.err


@pytest.mark.parametrize("seconds", ["nan", "inf", "1e400", "soon"])
def test_a_wait_ends_some_day(desk: Desk, seconds: str) -> None:
    """`nan` would never be over, and the history be looked at for ever."""
    ran = desk.events(*TO_MARIE, "--wait", seconds, "--auto-approve")
    assert 64 == ran.code
    assert f"'{seconds}' is no number of seconds." in ran.err


def test_an_unknown_event_is_told_with_those_that_are_known(desk: Desk) -> None:
    """By each command that goes by the manifests, also where no name is close."""
    for command in (("sample", "zzz"), ("send", "zzz", "--contact", "id=1"), ("check", "--code", "zzz", "-")):
        ran = desk.events(*command)
        told = f"Error: No manifest describes an event type 'zzz'. The manifests describe {CODE}.\n"
        assert (64, told) == (ran.code, ran.err)


def test_a_property_is_asked_for_as_the_help_calls_it(desk: Desk) -> None:
    """`--meta NAME=VALUE`."""
    ran = desk.events("send", CODE, "--contact", "id=1", "--meta", "new_tier")
    assert 64 == ran.code
    assert "'new_tier' is not NAME=VALUE." in ran.err
