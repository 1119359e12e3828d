"""Rules about the variables of messages, and about copies of what the dashboard has.

What the declared schema proves wrong is an error; what rests on one example or on none is
a warning; a value that may be missing is good to know (contract §8).
"""

from reconciler.model.rule import Example, Rule, RuleSeverity

_DEFINITIONS = """
kind: definition
name: Manager
unique_keys: [code]
fields:
  - {name: code, type: text, required: true}
  - {name: first_name, type: text, required: true}
---
kind: definition
name: Attribution
unique_keys: [contact_id]
fields:
  - {name: contact_id, type: number, required: true}
  - {name: manager_id, type: text, required: true}
  - {name: details, type: json}
relationships:
  - sourceField: contact_id
    targetSchemaType: system
    targetSchema: contacts
  - sourceField: manager_id
    targetSchemaType: custom
    targetSchema: Manager
    targetField: code
---
"""
_VISITS = """
kind: definition
name: Visit
fields:
  - {name: contact_id, type: number, required: true}
  - {name: place, type: text, required: true}
relationships:
  - sourceField: contact_id
    targetSchemaType: system
    targetSchema: contacts
---
"""
_EVENT = """
kind: event
code_name: visit
name: Visit
properties:
  metaData:
    - {name: place, type: text, required: true}
---
"""
_TEMPLATE = "kind: template\nname: hello\n"
_MANAGER = "{var=Attribution.manager.first_name}"


def _body(text: str, declared: str = _DEFINITIONS, more: str = "") -> str:
    """What is declared, and a template with this text."""
    return f'{declared}{_TEMPLATE}{more}body: "{text}"\n'


def _rule(
    rule: str,
    about: str,
    ways: tuple[str, ...],
    before: str,
    after: str,
    severity: RuleSeverity = "error",
) -> Rule:
    example = Example(before=before, after=after)
    return Rule(rule, about, ways, example, severity, silenceable=True)


MESSAGE_RULES = (
    Rule(
        "message-file",
        "The text of a template cannot be read.",
        ("put a .txt or .html file beside the manifest and name it in `file`",),
        Example(
            before=f"{_TEMPLATE}file: no-such-file.txt\n",
            after=f"{_TEMPLATE}body: Hello!\n",
        ),
    ),
    _rule(
        "message-unknown-root",
        "A variable begins with a name that is no definition.",
        (
            "begin with the name of a definition, with contact or with metaData",
            "if the definition lives in the shop without a manifest, silence the line",
        ),
        _body("Hi {var=Atribution.manager.first_name}!"),
        _body(f"Hi {_MANAGER}!"),
    ),
    _rule(
        "message-unknown-field",
        "A variable ends with a field that there is not.",
        ("write a field of the definition, the contact or the product before it",),
        _body("Hi {var=contact.frist_name}!"),
        _body("Hi {var=contact.first_name}!"),
    ),
    _rule(
        "message-unknown-hop",
        "A variable goes over a relationship that there is not.",
        ("write the source field of a relationship, without the _id at its end",),
        _body("Hi {var=Attribution.boss.first_name}!"),
        _body(f"Hi {_MANAGER}!"),
    ),
    _rule(
        "message-unknown-property",
        "A variable names a property that the event's payload does not have.",
        (
            "write a property that each event has which may start the message",
            "add it to the event",
        ),
        _body("At {var=metaData.plaec}", _EVENT, "event: visit\n"),
        _body("At {var=metaData.place}", _EVENT, "event: visit\n"),
    ),
    _rule(
        "message-no-event",
        "A variable is about the payload of an event, and no event is known to start the "
        "message.",
        ("write `event:`", "declare the scenario that sends it"),
        _body("At {var=metaData.place}", _EVENT),
        _body("At {var=metaData.place}", _EVENT, "event: visit\n"),
        "warning",
    ),
    _rule(
        "message-unreachable",
        "A variable begins with a definition that has no relationship to contacts.",
        ("begin with the definition from which relationships lead to it",),
        _body("Hi {var=Manager.first_name}!"),
        _body(f"Hi {_MANAGER}!"),
    ),
    _rule(
        "message-many-rows",
        "A contact may have several rows there, and which one is shown is not known.",
        ("make the contact's field the unique key", "take another definition"),
        _body("At {var=Visit.place}", _VISITS),
        _body(
            "At {var=Visit.place}",
            _VISITS.replace("fields:", "unique_keys: [contact_id]\nfields:"),
        ),
        "warning",
    ),
    _rule(
        "message-hop-spelling",
        "A relationship is written in a way that no source shows.",
        (
            "write the source field without the _id at its end",
            "say how it is written under [messages.hops] in the settings",
        ),
        _body("Hi {var=Attribution.manager_id.first_name}!"),
        _body(f"Hi {_MANAGER}!"),
        "warning",
    ),
    _rule(
        "message-case",
        "A name is declared with other capitals.",
        ("write it as it is declared",),
        _body("Hi {var=attribution.manager.first_name}!"),
        _body(f"Hi {_MANAGER}!"),
        "warning",
    ),
    _rule(
        "message-old-name",
        "A message uses the name that a definition is renamed from.",
        ("write the new name in the dashboard when the change is applied",),
        _body(
            "Hi {var=Assigned.manager.first_name}!",
            _DEFINITIONS.replace(
                "name: Attribution\n", "name: Attribution\nrenamed_from: Assigned\n"
            ),
        ),
        _body(f"Hi {_MANAGER}!"),
        "warning",
    ),
    _rule(
        "message-unproven",
        "A variable has a form that no source shows.",
        ("try it in the dashboard, and silence the line when it works",),
        _body("For {var=product.price}"),
        _body(f"Hi {_MANAGER}!"),
        "warning",
    ),
    _rule(
        "message-may-be-empty",
        "A value may be missing, and the message has nothing to put in its place. It is a "
        "warning where the variable stands alone in its line, in an address, or in a "
        "subject.",
        ("write a text that can be read without it",),
        _body(_MANAGER),
        _body("Hi {var=contact.first_name}!"),
        "info",
    ),
    _rule(
        "message-format-unknown",
        "How messages print a value of this type is not known. It is a warning for json "
        "and geolocation.",
        ("look at a message that was sent",),
        _body("You know: {var=Attribution.details}."),
        _body("Hi {var=contact.first_name}!"),
        "info",
    ),
    _rule(
        "message-encoded",
        "An editor has hidden a variable behind entities, tags or blanks.",
        ("write it plainly: {var=contact.first_name}",),
        _body("Hi &#123;var=contact.first_name}!"),
        _body("Hi {var=contact.first_name}!"),
        "warning",
    ),
    _rule(
        "message-near-miss",
        "Something was meant as a variable, and is printed as it stands.",
        ("write it as {var=contact.first_name}",),
        _body("Hi {var = contact.first_name}!"),
        _body("Hi {var=contact.first_name}!"),
    ),
    _rule(
        "message-unknown-namespace",
        "A text holds variables of a namespace that the platform is not known to have.",
        ('name them under [messages] in the settings: known = ["promo.*"]',),
        _body("Your code: {promo.code}"),
        _body("Your code: {widget.code}"),
        "warning",
    ),
    _rule(
        "message-copy-old",
        "A copy of what the dashboard has is older than `[messages] review_after_days` of "
        "the settings.",
        ("compare it with the dashboard, and write today's date into `copied_on`",),
        f"{_TEMPLATE}copied_on: 2020-01-31\nbody: Hello!\n",
        f"{_TEMPLATE}body: Hello!\n",
        "warning",
    ),
)
