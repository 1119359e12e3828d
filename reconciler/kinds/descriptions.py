"""What every key of a manifest means, in one sentence, and how it is written: what the JSON
Schema tells an editor and what `explain` prints.

A module of its own, because a run that only reads manifests need not pay for the words.
"""

from collections.abc import Mapping
from typing import NamedTuple

from pydantic import BaseModel

from reconciler.kinds.models import keys_of


class About(NamedTuple):
    """A sentence or two, and the key as it stands in a manifest."""

    means: str
    example: str


_WHERE = (
    "All have to hold. A key is DEFINITION.FIELD, contact.FIELD, or for the existence "
    "of rows the definition alone; its value is a value, a list (one of them), "
    "{operator: …, value: …} or {rows: {since: 1y, at_least: 1}}."
)
_COPIED = (
    "The day on which this was copied from the dashboard, which the API cannot show."
)

DESCRIPTIONS: Mapping[str, Mapping[str, About]] = {
    "Resource": {
        "kind": About("What the manifest describes.", "kind: definition"),
        "accept": About(
            "Reviewed acceptances of breaking changes, each used once.",
            "accept:\n"
            "  - change: properties.metaData.reason\n"
            "    reason: No sender uses it\n"
            "    until: 2026-12-31",
        ),
    },
    "Lasting": {
        "renamed_from": About(
            "The name it had before: it keeps its id and its rows under the new one.",
            "renamed_from: Atribution",
        ),
        "ensure": About(
            "`absent` deletes it. Not written, it is present and its status is left alone.",
            "ensure: absent",
        ),
    },
    "Acceptance": {
        "change": About(
            "The dotted path of the change, as a plan shows it, or `delete`.",
            "change: properties.metaData.reason",
        ),
        "reason": About("Why it is accepted.", "reason: No sender uses it"),
        "until": About(
            "The last day on which it holds; afterwards it is a finding.",
            "until: 2026-12-31",
        ),
    },
    "Definition": {
        "name": About(
            "What the dashboard shows, and what messages begin with; unique in a shop "
            "whatever its case and accents.",
            "name: LoyaltyAccount",
        ),
        "ensure": About(
            "`active` and `inactive` (read-only) switch it, `absent` deletes it with its "
            "rows. Not written, it is present and its status is left alone.",
            "ensure: inactive",
        ),
        "description": About(
            "Words for people. Not written, it is not managed.",
            "description: Current state of the loyalty program",
        ),
        "unique_keys": About(
            "The fields that tell one row from another, together: a row that is sent "
            "again updates. They can never be changed; without them, repeated rows "
            "double.",
            "unique_keys: [contact_id]",
        ),
        "fields": About(
            "The columns of its rows. They can be added, and never changed or removed.",
            "fields: [{name: tier, type: text, required: true}]",
        ),
        "relationships": About(
            "Fields that point at contacts, at products or at rows of another definition.",
            "relationships:\n"
            "  - sourceField: contact_id\n"
            "    targetSchemaType: system\n"
            "    targetSchema: contacts",
        ),
    },
    "DefinitionField": {
        "name": About("What the field is called in rows and messages.", "name: tier"),
        "label": About(
            "What the dashboard shows; without it, the name.", "label: Loyalty tier"
        ),
        "type": About(
            "What its values are; `string` and `boolean` are taken for text and bool.",
            "type: decimal",
        ),
        "required": About("Whether every row must have a value.", "required: true"),
        "description": About(
            "Words for people. Not written, it is not managed.",
            "description: Bronze, Silver, Gold or Platinum",
        ),
        "default": About(
            "The value of rows that send none, as a value of the field's type.",
            "default: Bronze",
        ),
        "options": About(
            "The values that a field of type list may have.",
            "options: [Bronze, Silver, Gold]",
        ),
    },
    "Relationship": {
        "sourceField": About(
            "The field of this definition that points.", "sourceField: contact_id"
        ),
        "targetSchemaType": About(
            "`system` for contacts and products, `custom` for another definition.",
            "targetSchemaType: custom",
        ),
        "targetSchema": About(
            "`contacts`, `products`, or the name of a definition; never its id.",
            "targetSchema: ResponsableCommercial",
        ),
        "targetField": About(
            "The field there. Not written, the server takes id_contact, product_id or "
            "the number of the row (id).",
            "targetField: responsable_id",
        ),
    },
    "Event": {
        "code_name": About(
            "What senders trigger and scenarios listen to; Resource.Action is the usual "
            "form.",
            "code_name: loyalty.tier_upgraded",
        ),
        "name": About(
            "What the dashboard shows: a text, or one by language.",
            "name: {fr: Nouveau palier, en: New tier}",
        ),
        "properties": About(
            "What a payload carries, by slot. A slot that is written is managed whole.",
            "properties: {metaData: [{name: new_tier, type: text, required: true}]}",
        ),
    },
    "EventProperties": {
        "metaData": About(
            "What the event itself tells; messages read it as {var=metaData.…}.",
            "metaData: [{name: new_tier, type: text, required: true}]",
        ),
        "customData": About(
            "Further data of the event.", "customData: [{name: till, type: number}]"
        ),
        "contact.customData": About(
            "Data about the contact that the event is for.",
            "contact.customData: [{name: card, type: text}]",
        ),
        "visitor.customData": About(
            "Data about the visitor that the event is for.",
            "visitor.customData: [{name: page, type: text}]",
        ),
    },
    "EventProperty": {
        "name": About("The key in the payload.", "name: new_tier"),
        "type": About(
            "What its values are; `string` and `boolean` are taken for text and bool.",
            "type: text",
        ),
        "required": About("Whether a payload without it is refused.", "required: true"),
        "description": About(
            "Words for people. Not written, it is not managed.",
            "description: The tier after the change",
        ),
        "options": About(
            "The values that it may have: payloads are checked against them here, and "
            "the API is not told.",
            "options: [Bronze, Silver, Gold, Platinum]",
        ),
    },
    "Override": {
        "target": About(
            "The native field whose value is replaced for a contact.",
            "target: products.price",
        ),
        "sources": About(
            "Where the value comes from, at most three; the list is managed whole, and "
            "an empty one clears it.",
            "sources: [{definition: VetPricing, field: price, priority: 1}]",
        ),
    },
    "OverrideSource": {
        "definition": About(
            "The definition with the values, which points at products.",
            "definition: VetPricing",
        ),
        "field": About("Its field, a number or a decimal.", "field: price"),
        "priority": About("1 wins over 2 and 3.", "priority: 1"),
    },
    "RecordSet": {
        "definition": About(
            "The definition whose rows these are.", "definition: Attribution"
        ),
        "mode": About(
            "upsert creates and updates; update never creates; mirror also deletes what "
            "`scope` holds and the file does not; insert-once is for definitions without "
            "unique keys.",
            "mode: upsert",
        ),
        "file": About(
            "One file beside the manifest or below, a list of them, or a pattern.",
            "file: attributions.csv",
        ),
        "rows": About(
            "The rows themselves, for a few.",
            "rows: [{responsable_id: COM-001, first_name: Alice}]",
        ),
        "columns": About(
            "Which column of the file holds a field, where their names differ, and the "
            "key by which it names what it points at.",
            "columns: {contact_id: {column: N° client, by: id_customer}}",
        ),
        "ignore_columns": About(
            "Columns of the file that are no fields.", "ignore_columns: [Comment]"
        ),
        "ignore_differences": About(
            "Fields that the server stores in another form: they are sent with a row, "
            "and make no difference by themselves.",
            "ignore_differences: [place]",
        ),
        "csv": About(
            "How the file is written, as far as it does not say it itself.",
            'csv: {delimiter: ";", decimal: ","}',
        ),
        "scope": About(
            "The part of the table that a mirror owns; rows elsewhere are never deleted.",
            "scope: {responsable_id: [COM-001]}",
        ),
        "show": About(
            "What reports tell of rows. Without it, values, but nothing when the "
            "definition is related to contacts.",
            "show: keys",
        ),
    },
    "CsvOptions": {
        "delimiter": About("What stands between cells.", 'delimiter: ";"'),
        "encoding": About("How letters are stored.", "encoding: cp1252"),
        "decimal": About("The sign before decimals.", 'decimal: ","'),
        "dates": About(
            "How days are written, as for strftime with digits only, or `excel`.",
            'dates: "%d/%m/%Y"',
        ),
        "timezone": About(
            "Where moments without an offset are meant.", "timezone: Europe/Paris"
        ),
        "empty": About(
            "What an empty cell does: null clears the field, keep does not send it, "
            "text sends the empty text.",
            "empty: keep",
        ),
    },
    "FileColumn": {
        "column": About("The column of the file.", "column: N° client"),
        "by": About(
            "The key by which its values name a contact or a row of a definition.",
            "by: id_customer",
        ),
    },
    "Template": {
        "name": About("What the dashboard calls the message.", "name: gold-upgrade"),
        "event": About(
            "The event whose payload {var=metaData.…} is.",
            "event: loyalty.tier_upgraded",
        ),
        "subject": About(
            "The subject of an e-mail.", "subject: You are {var=metaData.new_tier} now"
        ),
        "file": About(
            "The file with the text, beside the manifest or below.",
            "file: messages/gold-upgrade.txt",
        ),
        "body": About("The text itself, as it is written.", "body: Welcome!"),
        "copied_on": About(_COPIED, "copied_on: 2026-11-25"),
    },
    "Segment": {
        "name": About("What the dashboard calls it.", "name: Alice's portfolio"),
        "where": About(
            f"What holds for its contacts. {_WHERE}",
            "where: {Attribution.responsable_id: COM-001}",
        ),
        "copied_on": About(_COPIED, "copied_on: 2026-11-25"),
    },
    "Condition": {
        "operator": About("How the value is compared.", "operator: GREATER_THAN"),
        "value": About("What it is compared with.", "value: 100"),
        "rows": About(
            "How many rows the contact has.", "rows: {since: 1y, at_least: 1}"
        ),
    },
    "Rows": {
        "since": About(
            "Only rows of this time: a number and h, d, w, m or y.", "since: 1y"
        ),
        "at_least": About("The smallest number of rows.", "at_least: 1"),
    },
    "Scenario": {
        "name": About("What the dashboard calls it.", "name: Gold upgrade"),
        "trigger": About(
            "What starts it: one of event, record and segment.",
            "trigger: {event: loyalty.tier_upgraded}",
        ),
        "filters": About(
            f"For which contacts it goes on. {_WHERE}",
            "filters: {LoyaltyAccount.tier: [Gold, Platinum]}",
        ),
        "template": About("The message that it sends.", "template: gold-upgrade"),
        "status": About(
            "Whether the dashboard runs it. Rows that would start an active one need "
            "--allow scenarios.",
            "status: active",
        ),
        "copied_on": About(_COPIED, "copied_on: 2026-11-25"),
    },
    "Trigger": {
        "event": About("The code name of an event.", "event: loyalty.tier_upgraded"),
        "record": About("A definition whose rows start it.", "record: Attribution"),
        "segment": About("A segment that a contact enters.", "segment: Gold members"),
        "on": About("Which changes of rows count; without it both.", "on: [created]"),
    },
}
"""By model and key; a key of a base model is described there."""


def about(model: type[BaseModel], key: str) -> About:
    """What the key of a model means; of a kind that is not described here, what its own
    field says.
    """
    for each in model.__mro__:
        described = DESCRIPTIONS.get(each.__name__, {})
        if key in described:
            return described[key]
    return About(keys_of(model)[key].description or "", f"{key}: …")
