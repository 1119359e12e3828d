"""Plans to be shown: one as it may be on an ordinary day, and one in which a stranger has written every word."""

from typing import Any

from reconciler.model.change import Blocked, Change, Create, FieldChange, Op, Update
from reconciler.model.plan import Exit, Forecast, Git, Plan, Summary, TargetInfo, Tool
from reconciler.model.source import Finding, Source

TOOL = Tool(name="shopimind-reconciler", version="0.1.0")
REPOSITORY = "https://github.com/shop/schema/blob/1a2b3c4"


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
            part(word, old=text, new=[text, {text: text}], op="changed"),
        ),
        depends_on=(f"definition/{word}",),
    )
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
        (made, changed, priced),
        (stuck,),
        unchanged=(f"definition/{word} e",),
        unmanaged=(f"event/{word} f",),
        warnings=(word,),
        tool=Tool(name=word, version=word),
        target=TargetInfo(name=word, base_url=word, key_fingerprint=word),
        git=Git(head=word),
        digest=word,
        created_at=word,
        expires_at=word,
    )


def hostile_findings(text: str) -> list[Finding]:
    """An error and a warning whose every text is `text`."""
    return [Finding(Source(text, 3, 4), text, text), Finding(Source(text, 5, 6), text, text, "warning")]
