"""What rows point at: contacts by three keys, and rows of other tables by a name."""

from collections.abc import Callable

from reconciler.records.options import PushOptions
from tests.records.pushing import ASSIGNMENT, RowShop, new_shop, table

CLINIC = {
    "name": "Vet",
    "unique_keys": ["code"],
    "fields": [
        {"name": "code", "label": "c", "type": "text", "required": True},
        {"name": "nom", "label": "n", "type": "text"},
    ],
}
PRICE = {
    "name": "VetPricing",
    "unique_keys": ["veto_id", "product"],
    "fields": [
        {"name": "veto_id", "label": "v", "type": "number", "required": True},
        {"name": "product", "label": "p", "type": "text", "required": True},
        {"name": "price", "label": "x", "type": "decimal"},
    ],
    "relationships": [{"sourceField": "veto_id", "targetSchemaType": "custom", "targetSchema": "Vet"}],
}


def test_contacts_of_three_kinds_in_one_file(figure: Callable[[str, str], None]) -> None:
    """R10: by number, by e-mail and by customer id; each is the contact that is meant."""
    with new_shop(definition=ASSIGNMENT) as shop:
        shop.customers(range(1, 5))
        header = "contact_id,contact_id.email,contact_id.id_customer,code"
        rows = ((1, "", "", "A"), ("", "P2@Example.com", "", "B"), ("", "", "C3", "C"), ("", "", "C4", "D"))
        pushed = shop.push(table(header, *rows))
        assert (4, 0) == (pushed.outcome.created, pushed.outcome.exit.code)
        assert [("1", "A"), ("2", "B"), ("3", "C"), ("4", "D")] == [
            (row["contact_id"], row["code"]) for row in shop.live()
        ]
        shop.store.clear_requests()
        assert 0 == shop.push(table(header, *rows)).outcome.stored
        assert [] == shop.writes()
        figure(
            "R10 contacts of three kinds", f"{pushed.outcome.created} rows stored; again: {len(shop.writes())} writes"
        )


def test_a_contact_is_asked_for_once_for_a_hundred() -> None:
    """250 e-mails: three requests, one for the table, and none for customers."""
    with new_shop(definition=ASSIGNMENT) as shop:
        shop.customers(range(250))
        shop.store.clear_requests()
        found = shop.compare(table("contact_id.email,code", *((f"p{i}@example.com", "A") for i in range(250))))
        assert (250, 4) == (found.create, found.requests)
        assert 3 == len([said for said in shop.asked() if "contacts/all" in said])


def test_an_unknown_contact_is_refused_with_its_line() -> None:
    """And the others are stored."""
    with new_shop(definition=ASSIGNMENT) as shop:
        shop.customers([1])
        text = table("contact_id.email,code", ("nobody@example.com", "A"), ("p1@example.com", "B"))
        pushed = shop.push(text)
        assert (1, 1, 5) == (pushed.outcome.created, pushed.outcome.refused, pushed.outcome.exit.code)
        (why,) = pushed.compared.why_refused
        assert (2, "record-contact-unknown") == (why.line, why.problem.rule)


def _clinics(shop: RowShop, *names: str) -> None:
    shop.use(CLINIC)
    shop.save(*({"code": f"V{i}", "nom": name} for i, name in enumerate(names)))
    shop.use(PRICE)


def test_rows_of_another_table_are_named() -> None:
    """R11: `veto_id.nom`: the number of the clinic is sent, and a second push sends nothing."""
    with new_shop() as shop:
        _clinics(shop, "Clinique du Parc", "Véto Lyon")
        text = table("veto_id.nom,product,price", ("clinique du parc", "p1", "64.00"), ("Veto Lyon", "p1", "71"))
        pushed = shop.push(text)
        assert (2, 0) == (pushed.outcome.created, pushed.outcome.exit.code)
        assert ["1", "2"] == [row["veto_id"] for row in shop.live()]
        assert 2 == shop.push(text).outcome.unchanged
        changed = shop.compare(text.replace("64.00", "65"))
        assert (1, {"price": 1}) == (changed.update, dict(changed.columns))


def test_what_a_field_of_another_table_holds_is_found_by_another_field() -> None:
    """Where a relationship goes to a field, its value is stored, and never the number of the row."""
    with new_shop() as shop:
        _clinics(shop, "Parc", "Lyon")
        names = ("veto_id", "product", "price")
        end = {"sourceField": "veto_id", "targetSchemaType": "custom", "targetSchema": "Vet", "targetField": "code"}
        fields = [{"name": name, "label": name, "type": "text"} for name in names]
        shop.use({"name": "ByCode", "unique_keys": names[:2], "fields": fields, "relationships": [end]})
        text = table("veto_id.nom,product,price", ("Lyon", "p1", "x"))
        assert 1 == shop.push(text).outcome.created
        assert ["V1"] == [row["veto_id"] for row in shop.live()]
        assert 1 == shop.push(text).outcome.unchanged


def test_a_row_is_named_by_its_number_too() -> None:
    """As `veto_id.id`."""
    with new_shop() as shop:
        _clinics(shop, "Parc", "Lyon")
        assert 1 == shop.push(table("veto_id.id,product,price", ("2", "p1", "1"))).outcome.created
        assert ["2"] == [row["veto_id"] for row in shop.live()]


def test_a_name_that_no_row_or_several_have_is_refused() -> None:
    """Which one is meant is not guessed."""
    with new_shop() as shop:
        _clinics(shop, "Parc", "Lyon", "Lyon")
        text = table("veto_id.nom,product,price", ("Parc", "p", 1), ("Lyon", "p", 2), ("Nantes", "p", 3))
        pushed = shop.push(text)
        assert (1, 2, 5) == (pushed.outcome.created, pushed.outcome.refused, pushed.outcome.exit.code)
        assert [3, 4] == [why.line for why in pushed.compared.why_refused]


def test_contacts_that_come_later_are_waited_for(figure: Callable[[str, str], None]) -> None:
    """R10: sent again after 5, 15 and 45 seconds; the customer comes before the second time."""
    with new_shop(definition=ASSIGNMENT) as shop:
        shop.customers(range(1, 10))
        text = table("contact_id.id_customer,code", *((f"C{i}", "A") for i in range(1, 12)))
        waits: list[float] = []

        def rest(seconds: float) -> None:
            waits.append(seconds)
            shop.clock.rest(seconds)
            if seconds == 5.0:
                shop.customers([10])

        pushed = shop.push(text, rest=rest, read="none", options=PushOptions(wait=120))
        assert (10, 1) == (pushed.outcome.created, pushed.outcome.rejected)
        assert [5.0, 15.0, 45.0] == [wait for wait in waits if wait in (5.0, 15.0, 45.0)]
        (left,) = pushed.outcome.not_stored
        assert 12 == left.line
        assert "was its customer pushed before?" in left.reason
        figure(
            "R10 contacts that come later",
            f"{pushed.outcome.created} of 11 rows stored, looked for after 5, 15 and 45 s",
        )


def test_contacts_that_cannot_be_read_any_more_leave_rows_unknown() -> None:
    """Between the push and reading back the shop stops answering questions about contacts."""
    with new_shop(definition=ASSIGNMENT) as shop:
        shop.customers(range(1, 4))
        text = table("contact_id.email,code", *((f"p{i}@example.com", "A") for i in range(1, 4)))
        shop.fail(action="lose_before", method="GET", skip=2, count=10_000)
        pushed = shop.push(text, options=PushOptions(wait=3))
        assert (3, 5) == (pushed.outcome.unknown, pushed.outcome.exit.code)
        assert "could not be read back" in pushed.outcome.notes[0]
