"""Plans to be shown: one as it may be on an ordinary day, and one in which a stranger has written every word."""

from typing import Any

from reconciler.errors import Refused, Stale
from reconciler.model.address import Address
from reconciler.model.change import Accepted, Blocked, Change, Create, Delete, FieldChange, Op, Update, UsedBy
from reconciler.model.drift import Coverage, Drift, Drifted, Undeclared
from reconciler.model.event import Failed, Moved, Skipped, Unknown
from reconciler.model.outcome import Outcome
from reconciler.model.plan import (
    Asked,
    DashboardEdit,
    Exit,
    Forecast,
    Git,
    Plan,
    SettingChange,
    Summary,
    TargetInfo,
    Tool,
)
from reconciler.model.source import Excerpt, Finding, Source

TOOL = Tool(name="shopimind-reconciler", version="0.1.0")
REPOSITORY = "https://github.com/shop/schema/blob/1a2b3c4"
at = Address.parse
"""An address from its text, for values that do not make one themselves."""


def part(*path: str, old: Any = None, new: Any = None, op: Op = "added") -> FieldChange:
    """One field change."""
    return FieldChange(path=path, op=op, old=old, new=new)


def column(kind: str, **more: Any) -> dict[str, Any]:
    """A definition's field as plans hold it."""
    return {"label": kind, "type": kind, "required": False, **more}


def relation(target: str, field: str = "id", kind: str = "custom") -> dict[str, Any]:
    """A relationship as plans hold it."""
    return {"targetSchemaType": kind, "targetSchema": target, "targetField": field}


def plan_of(changes: tuple[Change, ...] = (), blocked: tuple[Blocked, ...] = (), **more: Any) -> Plan:
    """A plan with the counts that belong to it."""
    counts = {action: sum(change.action == action for change in changes) for action in ("create", "update", "delete")}
    stuck = len({item.address for item in blocked})
    summary = Summary(**counts, blocked=stuck, unchanged=len(more.get("unchanged", ())))
    ordinary: dict[str, Any] = {
        "tool": TOOL,
        "target": TargetInfo(name="shop", base_url="https://core.shopimind.com/v1", key_fingerprint="ab"),
        "created_at": "2026-01-01T00:00:00Z",
        "expires_at": "2026-01-02T00:00:00Z",
        "git": Git(head="1a2b3c4d5e6f"),
        "summary": summary,
        "forecast": Forecast(requests=3, seconds=0.6),
        "digest": "sha256:" + "0f" * 32,
        "exit": Exit(code=0, reason="changes"),
    }
    return Plan(changes=changes, blocked=blocked, **(ordinary | more))


CREATE = Create(
    address="definition/Attribution",
    impact="safe",
    reason="not live",
    source="manifests/attribution.yaml:1",
    fields=(
        part("unique_keys", new=["contact_id"]),
        part("fields", "contact_id", new=column("number", required=True)),
        part("fields", "responsable_id", new=column("text", required=True)),
        part("relationships", "contact_id", new=relation("contacts", "id_contact", "system")),
        part("relationships", "responsable_id", new=relation("definition/Manager", "responsable_id")),
    ),
)
UPDATE = Update(
    address="definition/LoyaltyAccount",
    impact="caution",
    reason="existing rows read null in the required field tier_since",
    source="manifests/loyalty.yaml:2",
    fields=(part("fields", "tier_since", new=column("date", required=True)),),
)
BREAKING = Update(
    address="event/loyalty.points_earned",
    impact="breaking",
    reason="senders and messages lose metaData.reason",
    source="manifests/loyalty.yaml:17",
    fields=(part("properties", "metaData", "reason", old={"type": "text", "required": True}, op="removed"),),
)
BLOCKED = Blocked(
    address="definition/Manager",
    rule="field-type-frozen",
    path=("fields", "phone", "type"),
    old="text",
    new="number",
    message="a field's type cannot change in place",
    ways_out=("keep text", "add phone_number beside it"),
    source="manifests/account-manager.yaml:2",
)
ORDINARY = plan_of((CREATE, UPDATE, BREAKING), (BLOCKED,), unchanged=("definition/Vet",), unmanaged=("event/x",))

DELETE = Delete(
    address="definition/Old",
    impact="breaking",
    reason="its records can no longer be reached, and there is no way back",
    source="manifests/old.yaml:1",
)
RENAME = Update(
    address="definition/AccountManager",
    impact="breaking",
    reason="messages and segments that say Seller find nothing any more",
    source="manifests/account-manager.yaml:2",
    fields=(part("name", old="Seller", new="AccountManager", op="changed"),),
)
SWITCH = Update(
    address="definition/Vet",
    impact="caution",
    reason="its records become read-only",
    source="manifests/vet.yaml:1",
    fields=(part("status", old="active", new="inactive", op="changed"),),
)
AGREED = Accepted(change="properties.metaData.reason", reason="no message uses it", until="2026-12-31")
ACCEPTED = BREAKING.model_copy(update={"accepted": (AGREED,)})
PARTLY = ACCEPTED.model_copy(
    update={
        "address": at("event/loyalty.credited"),
        "fields": (
            part("code_name", old="loyalty.points_earned", new="loyalty.credited", op="changed"),
            *BREAKING.fields,
        ),
    }
)
DELETED = plan_of((RENAME, SWITCH, ACCEPTED, PARTLY, DELETE))
DRIFT_PARTS: dict[str, Any] = {
    "tool": TOOL,
    "target": TargetInfo(name="shop", base_url="https://core.shopimind.com/v1", key_fingerprint="ab"),
    "created_at": "2026-01-01T00:00:00Z",
    "coverage": {
        "definition": Coverage(managed=18, live=22),
        "event": Coverage(managed=4, live=4),
        "override": Coverage(managed=1, live=1),
    },
}
SAME = Drift(**DRIFT_PARTS, exit=Exit(code=0, reason="in-sync"))
DRIFT = Drift(
    **DRIFT_PARTS,
    drifted=(
        Drifted(
            address="definition/Manager",
            state="changed",
            source="manifests/account-manager.yaml:2",
            fields=(
                part("description", old="Sellers", new="Managers", op="changed"),
                part("fields", "phone", new=column("text", required=True)),
            ),
        ),
        Drifted(address="definition/Old", state="still-there", source="manifests/old.yaml:1"),
        Drifted(
            address="event/e",
            state="changed",
            fields=(part("properties", "metaData", "p", old={"type": "text", "required": True}, op="removed"),),
        ),
        Drifted(address="event/f", state="missing", source="manifests/events.yaml:9"),
    ),
    undeclared=(
        Undeclared(address="definition/Manager", path=("fields", "fax"), value=column("text")),
        Undeclared(address="definition/Manager", path=("relationships", "fax"), value=relation("definition/Team")),
        Undeclared(address="event/e", path=("properties", "customData", "kept"), value={"type": "text"}),
    ),
    unmanaged=tuple(f"definition/D{number}" for number in range(7)),
    warnings=("two live definitions are called Team",),
    exit=Exit(code=2, reason="drift"),
)


def hostile_drift(text: str) -> Drift:
    """Every text in it is `text`."""
    word = text.encode(errors="replace").decode()
    differing = (part("fields", word, new=column(text, label=text)), part(word, old=text, new=[text], op="changed"))
    return Drift(
        tool=Tool(name=word, version=word),
        target=TargetInfo(name=word, base_url=word, key_fingerprint=word),
        created_at=word,
        drifted=(
            Drifted(address=f"definition/{word}", state="changed", source=f"{word}:7", fields=differing),
            Drifted(address=f"event/{word}", state="missing", source=word),
            Drifted(address=f"event/{word} b", state="still-there"),
        ),
        undeclared=(
            Undeclared(address=f"definition/{word}", path=("fields", word), value=column(text, options=[text])),
            Undeclared(address=f"event/{word}", path=(word,), value=text),
        ),
        unmanaged=(f"definition/{word} c", f"event/{word} c"),
        coverage={"definition": Coverage(managed=1, live=2), "event": Coverage(managed=1, live=1)},
        warnings=(word,),
        exit=Exit(code=2, reason="drift"),
    )


def hostile_outcome(text: str) -> Outcome:
    """Every text in it is `text`."""
    return Outcome(
        applied=(at(f"definition/{text}"), at(f"event/{text} a")),
        failed=(Failed(at(f"event/{text}"), text, text),),
        skipped=(Skipped(at(f"event/{text} s"), text), Moved(at(f"event/{text} m"), text)),
        unknown=(Unknown(at(f"event/{text} u"), text, text),),
        warnings=(text,),
        defects=(text,),
    )


def hostile_refusals(text: str) -> tuple[Refused | Stale, ...]:
    """Every text in them is `text`."""
    plan = hostile_plan(text)
    return (
        Refused(text, reason="blocked", items=plan.blocked),
        Refused(text, reason="approval"),
        Stale(text, reason="moved", moved=[text, text]),
    )


def hostile_plan(text: str) -> Plan:
    """Every text in it is `text`; pydantic refuses lone surrogates everywhere but in values."""
    word = text.encode(errors="replace").decode()
    made = Create(
        address=f"definition/{word}",
        impact="safe",
        reason=word,
        source=f"{word}:7",
        fields=(
            part("description", new=text),
            part("unique_keys", new=[word]),
            part("status", new=text),
            part("fields", word, new=column(text, description=text, options=[text])),
            part("relationships", word, new=relation(f"definition/{word} b", text)),
            part("relationships", f"{word} c", new=relation(f"definition/{word}", text)),
        ),
    )
    changed = Update(
        address=f"event/{word}",
        impact="breaking",
        reason=word,
        source=word,
        fields=(
            part("properties", "metaData", word, old={"type": text, "required": True}, op="removed"),
            part("properties", "metaData", word, "description", old=text, new=[text, {text: text}], op="changed"),
        ),
        depends_on=(f"definition/{word}",),
        accepted=(Accepted(change=word, reason=word, until=word),),
        used_by=(
            UsedBy(change=word, by=word, source=f"{word}:8", how=word),
            UsedBy(change=word, by=word, source=f"{word}:9", how=word),
        ),
    )
    renamed = Update(
        address=f"definition/{word} r",
        impact="breaking",
        reason=word,
        fields=(part("name", old=text, new=word, op="changed"), part("status", old=text, new=text, op="changed")),
        accepted=(Accepted(change="name", reason=word, until=word),),
    )
    event = Update(
        address=f"event/{word} r",
        impact="breaking",
        reason=word,
        fields=(part("code_name", old=text, new=word, op="changed"), part("name", old=text, new=text, op="changed")),
    )
    gone = Delete(
        address=f"definition/{word} g",
        impact="breaking",
        reason=word,
        source=f"{word}:9",
        depends_on=(f"event/{word}",),
        accepted=(Accepted(change="delete", reason=word, until=word),),
    )
    removed = Delete(address=f"override/{word} g", impact="breaking", reason=word)
    priced = Update(
        address=f"override/{word}",
        impact="caution",
        reason=word,
        fields=(part("sources", word, new={"definition": f"definition/{word} b", "field": text, "priority": text}),),
    )
    stuck = Blocked(
        address=f"definition/{word} b",
        rule=word,
        path=("fields", word, "type"),
        old=text,
        new=text,
        message=word,
        ways_out=(word, word),
        source=f"{word}:1",
    )
    return plan_of(
        (made, changed, priced, renamed, event, gone, removed),
        (stuck,),
        unchanged=(f"definition/{word} e",),
        unmanaged=(f"event/{word} f",),
        warnings=(word,),
        tool=Tool(name=word, version=word),
        settings=(SettingChange(name=word, old=word, new=word),),
        edits=(DashboardEdit(by=word, source=f"{word}:4", old=word, new=word),),
        target=TargetInfo(name=word, base_url=word, key_fingerprint=word),
        git=Git(head=word),
        asked=Asked(paths=(word,), only=word, prune=True),
        digest=word,
        created_at=word,
        expires_at=word,
    )


def hostile_findings(text: str) -> list[Finding]:
    """An error and a warning whose every text is `text`."""
    excerpt = Excerpt(3, text, 1, len(text))
    return [
        Finding(Source(text, 3, 4), text, text, excerpt=excerpt),
        Finding(Source(text, 5, 6), text, text, "warning"),
    ]
