"""Rules that a payload can break. Their examples are payloads of the event type that
stands beside them; what is a payload follows the contract, §6.2.
"""

from textwrap import dedent

from reconciler.model.rule import Example, Rule, RuleSeverity

_VISIT = """
    kind: event
    code_name: visit
    name: Visit
    properties:
      metaData:
        - {name: vet, type: text, required: true}
        - {name: reason, type: text, options: [vaccine, check-up]}
        - {name: paid, type: number}
    """


def _payload(meta_data: str, contact: str = '{"email": "marie@example.com"}') -> str:
    """A payload with this text as its slot."""
    return dedent(f"""
        {{
          "contact": {contact},
          "metaData": {meta_data}
        }}
        """)


def _of_payload(rule: str, about: str, way: str, before: str, after: str) -> Rule:
    return Rule(rule, about, (way,), Example(before, after, beside=_VISIT))


def _in_words(
    rule: str,
    about: str,
    way: str,
    before: str,
    after: str,
    severity: RuleSeverity = "error",
) -> Rule:
    """A rule that no payload of the example's event type can show."""
    return Rule(rule, about, (way,), Example(before, after, in_words=True), severity)


PAYLOAD_RULES = (
    _in_words(
        "payload-file",
        "A file of payloads cannot be read, or not to its end.",
        "check what the file is, its permissions and its size; payloads are JSON in UTF-8 (.json, .jsonl)",
        before="a manifest in a folder called samples",
        after="the manifest outside of it, and payloads in .json files within",
    ),
    _of_payload(
        "payload-json",
        "A file of payloads is not JSON, or holds no payload.",
        "mend the place that the message names",
        before=_payload('{"vet": "Rex", "paid": NaN}'),
        after=_payload('{"vet": "Rex", "paid": 64}'),
    ),
    _of_payload(
        "payload-doubled-key",
        "A key stands twice in one object of a payload.",
        "keep one of them",
        before=_payload('{"vet": "Rex", "paid": 64, "paid": 71}'),
        after=_payload('{"vet": "Rex", "paid": 64}'),
    ),
    _of_payload(
        "payload-event",
        "Nothing says of which event type a payload is, or no manifest describes it.",
        "put the code name into the payload, or name the file or its folder by it",
        before=_payload('{"vet": "Rex"},\n          "code_name": "visits"'),
        after=_payload('{"vet": "Rex"},\n          "code_name": "visit"'),
    ),
    _of_payload(
        "payload-missing",
        "A property that the event type requires is not in the payload: the call is rejected.",
        "send it, or let the manifest say `required: false`",
        before=_payload('{"paid": 64}'),
        after=_payload('{"vet": "Rex", "paid": 64}'),
    ),
    _of_payload(
        "payload-unknown",
        "A key of a payload is no property of the event type, and nothing that triggers know.",
        "use the name that the manifest has, or declare the property",
        before=_payload('{"vet": "Rex", "payed": 64}'),
        after=_payload('{"vet": "Rex", "paid": 64}'),
    ),
    _of_payload(
        "payload-type",
        "A value is not of the type that its property, or whom the event is about, has.",
        "send numbers as JSON numbers, booleans as true or false, and days as YYYY-MM-DD",
        before=_payload('{"vet": "Rex", "paid": "64"}'),
        after=_payload('{"vet": "Rex", "paid": 64}'),
    ),
    _of_payload(
        "payload-option",
        "A value is none of the `options` that the manifest lists for its property.",
        "send one of them, or add it to the list",
        before=_payload('{"vet": "Rex", "reason": "vacine"}'),
        after=_payload('{"vet": "Rex", "reason": "vaccine"}'),
    ),
    _of_payload(
        "payload-no-target",
        "A payload names nobody whom the event is about: the call is rejected.",
        "give `contact` with id, email or phone, or `visitor` with id",
        before=_payload('{"vet": "Rex"}', contact="{}"),
        after=_payload('{"vet": "Rex"}'),
    ),
    _of_payload(
        "payload-target-kind",
        "The contact is named by what records accept and triggers do not, such as id_customer.",
        "name the contact by id, email or phone",
        before=_payload('{"vet": "Rex"}', contact='{"id_customer": "C-7"}'),
        after=_payload('{"vet": "Rex"}'),
    ),
    _of_payload(
        "payload-slot",
        "A key stands in another place of the payload than the one that it belongs to.",
        "move it into the slot that the message names",
        before=_payload('{"vet": "Rex"},\n          "paid": 64'),
        after=_payload('{"vet": "Rex", "paid": 64}'),
    ),
)
