"""Manifests for generated types: one that has everything, and made-up sets full of names and texts that do harm."""

import random
from collections.abc import Sequence
from typing import Any

from reconciler.kinds.registry import KINDS
from reconciler.model.manifest import Desired
from tests.campaigns.generated import PROPERTY_TYPES, SLOTS, TYPES, documents_of
from tests.manifests import desired

Document = dict[str, Any]

EVERYTHING: list[Document] = [
    {
        "kind": "definition",
        "name": "Everything",
        "fields": [
            *({"name": f"of_{each}", "type": each} for each in TYPES if each != "list"),
            {"name": "of_list", "type": "list", "options": ["a", 1]},
            {"name": "size", "type": "list", "options": [0.5, 1.5, "none"], "required": True},
            {"name": "contact", "type": "number", "required": True},
            {"name": "referrer", "type": "number"},
        ],
        "relationships": [
            {"sourceField": name, "targetSchemaType": "system", "targetSchema": "contacts"}
            for name in ("contact", "referrer")
        ],
    },
    {
        "kind": "event",
        "code_name": "all.types",
        "name": {"fr": "Tout", "en": "All"},
        "properties": {
            "metaData": [
                {"name": "tier", "type": "text", "required": True, "options": ["silver", "gold"]},
                {"name": "times", "type": "number", "options": [1, 2]},
                *({"name": f"of_{each}", "type": each} for each in PROPERTY_TYPES),
            ],
            "customData": [{"name": "shop", "type": "text"}],
            "contact.customData": [{"name": "badge", "type": "text", "required": True}],
            "visitor.customData": [{"name": "cookie", "type": "text"}],
        },
    },
    {"kind": "event", "code_name": "all.without", "name": "Without properties"},
]
_WORDS = """
    class def None True await match type case _ __ __init__ __x self int str float bool list dict object Literal
    TypedDict NotRequired TypeAlias Mapping Json Day DateTime Place ContactRef ByEmail ByCustomer EventCode
    EventPayloads ContactTarget VisitorTarget TargetById keys items get copy total closed name constructor
    __proto__ prototype toString new delete function interface enum readonly never unknown any undefined null this
    import export default 1 2024 1a 9_lives été Été ete ETE naïve straße STRASSE ſ ﬁn 日本 語 🎉 🎉🎉 é́ a-b a.b a_b
    a__b A_B a:b a/b a?b $ $x #x @x x' "x" `x` ${x} \\ \\n */ /* // \"\"\" ''' {} {{x}} %s <b> &amp; ; = ( [
    loyalty.tier_upgraded loyalty_tier.upgraded loyalty.tier.upgraded LoyaltyTierUpgraded Loyalty.TierUpgraded
    loyalty.tier_upgraded_
"""
NAMES = [
    *_WORDS.split(),
    "POS profile",
    "POS_profile",
    "a b",
    "a  b",
    "metaData",
    "customData",
    "contact",
    "visitor",
]
TEXTS = [
    "*/ export const broken = 1; /*",
    '"""\nimport os\n"""',
    '""""""""',
    'ends with "',
    "ends with \\",
    "\\\\\\",
    "\\u202e and \\N{BULLET} and \\x",
    "*",
    "/",
    "**/",
    "*\\/",
    "@ts-ignore",
    "@ts-expect-error",
    "@ts-nocheck",
    "@deprecated",
    "type: ignore",
    "type: int",
    "mypy: ignore-errors",
    "noqa",
    "-*- coding: latin-1 -*-",
    "two\nlines\r\nor\u2028more\u2029\x85\x0b\x0cof them",
    "\u202eright to left\u202c\u2066",
    "zero\u200bwidth \ufeff\u00ad",
    "\x00\x1b[31m",
    "🎉 é 日本",
    "{@link https://example.com}",
    "<script>",
    "${x}`",
    "",
]


def shop(documents: Sequence[Document]) -> Desired:
    """What the documents declare."""
    return desired(*(KINDS[each["kind"]].model.model_validate(each) for each in documents))


def made_up(seed: int) -> Desired:
    """A set of the campaigns for an even number, and one of harmful names for an odd one."""
    if seed % 2 == 0:
        kinds = ("definition", "event")
        return shop([each for each in documents_of(seed) if each["kind"] in kinds])
    return shop(_harmful(random.Random(seed)))


def _harmful(chance: random.Random) -> list[Document]:
    definitions = [_definition(chance, name) for name in chance.sample(NAMES, 4)]
    return definitions + [_event(chance, name) for name in chance.sample(NAMES, 4)]


def _definition(chance: random.Random, name: str) -> Document:
    fields = [_part(chance, each, TYPES) for each in chance.sample(NAMES, 6)]
    contact = chance.choice(fields)
    contact.pop("options", None)
    contact["type"] = "number"
    relation = {"sourceField": contact["name"], "targetSchemaType": "system", "targetSchema": "contacts"}
    return {
        "kind": "definition",
        "name": name,
        "description": chance.choice(TEXTS),
        "fields": fields,
        "relationships": [relation],
    }


def _event(chance: random.Random, name: str) -> Document:
    properties = {
        slot: [_part(chance, each, PROPERTY_TYPES) for each in chance.sample(NAMES, chance.randrange(4))]
        for slot in SLOTS
        if chance.random() < 0.6
    }
    title = {"fr": f"x{chance.choice(NAMES)}", "en": "x"}
    return {"kind": "event", "code_name": name, "name": title, "properties": properties}


def _part(chance: random.Random, name: str, types: Sequence[str]) -> Document:
    kind = chance.choice(types)
    part: Document = {
        "name": name,
        "type": kind,
        "required": chance.random() < 0.5,
        "description": chance.choice(TEXTS),
    }
    if kind == "list" or (types is PROPERTY_TYPES and kind == "text" and chance.random() < 0.5):
        part["options"] = [*chance.sample(NAMES, 3), *chance.sample(TEXTS, 2), chance.choice([1, -2, 2**70])]
        part["options"] += chance.choice([[], [0.5, -1e300]]) if kind == "list" else []
    return part
