"""Shops made up from a seed: manifests with cycles, self references, events and overrides, as plain documents."""

import random
from typing import Any

TYPES = ["bool", "text", "longtext", "number", "decimal", "list", "date", "datetime", "json", "geolocation"]
PROPERTY_TYPES = ["bool", "text", "longtext", "number", "decimal", "date", "json"]
DEFAULTS = {"bool": True, "text": "été", "number": 5, "decimal": 1.5, "date": "2026-01-31", "list": "b"}
SLOTS = ["metaData", "customData", "contact.customData", "visitor.customData"]
Document = dict[str, Any]


def documents_of(seed: int, definitions: int = 6, events: int = 4) -> list[Document]:
    """The manifests of one made-up shop; the same for the same seed."""
    chance = random.Random(seed)
    names = [f"{chance.choice(['Été', 'Vet', 'loyalty', 'Point of sale'])} {seed}-{n}" for n in range(definitions)]
    documents = [_definition(chance, name, names) for name in names]
    documents += [_event(chance, f"shop{seed}.event_{n}") for n in range(events)]
    priced = [d["name"] for d in documents if d["kind"] == "definition" and _priced(d)]
    documents += [_override(chance, target, priced) for target in _targets(chance) if priced]
    chance.shuffle(documents)
    return documents


def grown(documents: list[Document], seed: int) -> list[Document]:
    """The same shop after a change that the API can make in place."""
    chance = random.Random(seed)
    for document in (changed := [dict(document) for document in documents]):
        if document["kind"] == "definition" and chance.random() < 0.7:
            document["fields"] = [*document["fields"], {"name": "added_later", "label": "Later", "type": "text"}]
            document["description"] = f"changed {chance.random()}"
        if document["kind"] == "event" and chance.random() < 0.7:
            added = {"name": "added_later", "type": "number", "required": chance.random() < 0.5}
            properties = dict(document.get("properties", {}))
            properties["metaData"] = [*properties.get("metaData", []), added]
            document["properties"] = properties
        if document["kind"] == "override":
            document["sources"] = document["sources"][:1]
    return changed


def left(documents: list[Document], seed: int) -> list[Document]:
    """The same shop after some of it was deleted, some renamed and some switched off."""
    chance = random.Random(seed)
    definitions = [document for document in documents if document["kind"] == "definition"]
    gone = {document["name"] for document in definitions if chance.random() < 0.4}
    while (
        held := {name for document in definitions if document["name"] not in gone for name in _targeted(document)}
        & gone
    ):
        gone -= held
    renamed = {
        d["name"]: f"{d['name']} renamed" for d in definitions if d["name"] not in gone and chance.random() < 0.3
    }
    return [_after_leaving(chance, document, gone, renamed) for document in documents]


def _targeted(document: Document) -> set[str]:
    return {rel["targetSchema"] for rel in document["relationships"] if rel["targetSchemaType"] == "custom"}


def _after_leaving(chance: random.Random, document: Document, gone: set[str], renamed: dict[str, str]) -> Document:
    match document["kind"]:
        case "event":
            leaving = {"ensure": "absent"}
            moving = {"code_name": f"{document['code_name']}.renamed", "renamed_from": document["code_name"]}
            return {**document, **chance.choice([leaving, moving, {}, {}])}
        case "override":
            kept = [source for source in document["sources"] if source["definition"] not in gone]
            return {
                **document,
                "sources": [{**s, "definition": renamed.get(s["definition"], s["definition"])} for s in kept],
            }
    name = document["name"]
    if name in gone:
        return {"kind": "definition", "name": name, "ensure": "absent"}
    status = chance.choice(["active", "inactive", None])
    switched = {} if status is None else {"ensure": status}
    after = {**document, **switched, "relationships": [
        {**rel, "targetSchema": renamed.get(rel["targetSchema"], rel["targetSchema"])}
        for rel in document["relationships"]]}  # fmt: skip
    return {**after, "name": renamed[name], "renamed_from": name} if name in renamed else after


def _definition(chance: random.Random, name: str, names: list[str]) -> Document:
    fields = [{"name": "key", "label": "Key", "type": "number", "required": True}]
    fields += [_field(chance, f"field_{n}") for n in range(chance.randrange(4))]
    relationships: list[Document] = []
    for n, target in enumerate(chance.sample(names, chance.randrange(min(3, len(names)) + 1))):
        fields.append({"name": f"to_{n}", "label": f"To {n}", "type": "number"})
        relationships.append(
            {"sourceField": f"to_{n}", "targetSchemaType": "custom", "targetSchema": target, "targetField": "key"}
        )
    if chance.random() < 0.5:
        fields.append({"name": "product", "label": "Product", "type": "text"})
        fields.append({"name": "price", "label": "Price", "type": "decimal"})
        relationships.append({"sourceField": "product", "targetSchemaType": "system", "targetSchema": "products"})
    document: Document = {"kind": "definition", "name": name, "fields": fields, "relationships": relationships}
    if chance.random() < 0.6:
        document["description"] = f"made of {chance.random()}"
    if chance.random() < 0.6:
        document["unique_keys"] = ["key"]
    return document


def _field(chance: random.Random, name: str) -> Document:
    kind = chance.choice(TYPES)
    field: Document = {"name": name, "label": name.title(), "type": kind, "required": chance.random() < 0.4}
    if kind == "list":
        field["options"] = ["a", "b", 3]
    if kind in DEFAULTS and chance.random() < 0.4:
        field["default"] = DEFAULTS[kind]
    if chance.random() < 0.3:
        field["description"] = "said of it"
    return field


def _event(chance: random.Random, code_name: str) -> Document:
    document: Document = {"kind": "event", "name": f"Event {code_name}", "code_name": code_name}
    properties = {
        slot: [
            {"name": f"p{n}", "type": chance.choice(PROPERTY_TYPES), "required": chance.random() < 0.5}
            for n in range(chance.randrange(3))
        ]
        for slot in SLOTS
        if chance.random() < 0.4
    }
    return {**document, "properties": properties} if properties else document


def _override(chance: random.Random, target: str, priced: list[str]) -> Document:
    chosen = chance.sample(priced, min(len(priced), chance.randrange(1, 4)))
    sources = [{"definition": name, "field": "price", "priority": n + 1} for n, name in enumerate(chosen)]
    return {"kind": "override", "target": target, "sources": sources}


def _targets(chance: random.Random) -> list[str]:
    return [target for target in ("products.price", "products.price_discount") if chance.random() < 0.6]


def _priced(document: Document) -> bool:
    return any(field["name"] == "price" for field in document["fields"])
