"""`reconciler impact`: who uses a resource or a field of it."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

import reconciler
from reconciler.errors import WrongUsage
from reconciler.manifest.dependents import impact_of
from reconciler.model.address import Address
from reconciler.model.target import Target
from reconciler.model.usage import Impact, User
from reconciler.report.impact import impact_document, impact_mermaid, impact_text

TIER = """definition/LoyaltyAccount.tier

templates (1)
    template/points-earned   {place}messages/points-earned.txt:3   {{var=LoyaltyAccount.tier}}

segments (1)
    segment/Gold members   {place}loyalty.yaml:109   LoyaltyAccount.tier

used in 2 places, by 2 resources
"""


@pytest.fixture
def impact(shipped_with_rows: Path) -> Callable[[str], Impact]:
    """Who uses something of the shipped manifests."""
    resolved = reconciler.load([str(shipped_with_rows)], Target("test"), {})
    return lambda named: impact_of(resolved, named)


@pytest.fixture
def users(impact: Callable[[str], Impact]) -> Callable[[str], dict[str, list[str]]]:
    """`BY FILE:LINE HOW` of everybody who uses it, by sort; sorts without anybody are left out."""

    def read(named: str) -> dict[str, list[str]]:
        found = impact_document(impact(named))["users"]
        return {
            sort: [f"{each['by']} {Path(each['file']).name}:{each['line']} {each['how']}" for each in here]
            for sort, here in found.items()
            if here
        }

    return read


def test_a_field_is_used_by_messages_and_segments(run: Callable, shipped_with_rows: Path, figure: Callable) -> None:
    """M4: each with its line, and what is written there."""
    ended = run("impact", "definition/LoyaltyAccount.tier", str(shipped_with_rows))
    assert (0, TIER.format(place=f"{shipped_with_rows}/")) == (ended.code, ended.out)
    figure("M4", "impact definition/LoyaltyAccount.tier: 1 message and 1 segment, each with its line")


def test_a_source_field_is_used_by_the_messages_that_go_over_it(users: Callable, figure: Callable) -> None:
    """L7: and by the relationship and the segment."""
    path = "{var=Attribution.responsable."
    expected = {
        "relationships": [
            "definition/Attribution account-manager.yaml:25 responsable_id → ResponsableCommercial.responsable_id"
        ],
        "templates": [
            f"template/account-manager account-manager.txt:4 {path}first_name}}",
            f"template/account-manager account-manager.txt:4 {path}last_name}}",
            f"template/account-manager account-manager.txt:5 {path}phone}}",
            f"template/account-manager account-manager.txt:6 {path}email}}",
        ],
        "segments": ["segment/Alice's portfolio account-manager.yaml:39 Attribution.responsable_id"],
    }
    assert expected == users("definition/Attribution.responsable_id")
    figure("L7", "impact definition/Attribution.responsable_id: relationship, 4 places in messages, segment")


def test_a_key_is_used_by_the_rows_that_name_it(users: Callable) -> None:
    """Prices name their clinic by its name."""
    expected = {
        "unique_keys": ["definition/Vet vet-pricing.yaml:5 nom"],
        "record_files": [
            "records/VetPricing vet-prices.csv:1 column clinic, 2 rows, lines 2–3",
            "records/Vet vets.csv:1 column nom, 2 rows, lines 2–3",
        ],
    }
    assert expected == users("definition/Vet.nom")
    assert {"record_files"} == users("definition/LoyaltyTier").keys()
    assert ["records/LoyaltyTier tiers.csv:1 4 rows, lines 2–5"] == users("definition/LoyaltyTier")["record_files"]


def test_a_price_is_used_by_its_override(users: Callable) -> None:
    """With the source that names it."""
    assert ["override/products.price vet-pricing.yaml:41 VetPricing.price"] == users("definition/VetPricing.price")[
        "overrides"
    ]


@pytest.mark.parametrize("field", ["new_tier", "metaData.new_tier", "properties.metaData.new_tier"])
def test_a_name_with_dots_is_followed_by_its_property(users: Callable, field: str) -> None:
    """In the ways in which it may be written."""
    expected = {
        "templates": ["template/gold-upgrade gold-upgrade.txt:2 {var=metaData.new_tier}"],
        "sample_payloads": [f"{SAMPLE} loyalty.tier_upgraded.json:5 metaData.new_tier"],
    }
    assert expected == users(f"event/loyalty.tier_upgraded.{field}")


def test_an_event_is_used_by_what_it_starts(users: Callable) -> None:
    """The scenario, the message that says so itself, and the samples of its payload."""
    found = users("event/loyalty.tier_upgraded")
    assert ["scenario/Gold upgrade loyalty.yaml:94 loyalty.tier_upgraded"] == found["scenarios"]
    assert "template/gold-upgrade loyalty.yaml:74 loyalty.tier_upgraded" in found["templates"]
    assert {"scenarios": ["scenario/Gold upgrade loyalty.yaml:95 gold-upgrade"]} == users("template/gold-upgrade")


def test_an_old_name_has_the_fields_that_somebody_uses(tmp_path: Path) -> None:
    """No manifest describes it any more, and its messages are what somebody wants to know."""
    text = "kind: template\nname: hello\nbody: '{var=Gone.tier}'\n"
    (tmp_path / "shop.yaml").write_text(text, encoding="utf-8")
    resolved = reconciler.load([str(tmp_path)], Target("test"), {})
    assert ["{var=Gone.tier}"] == [each.how for each in impact_of(resolved, "definition/Gone.tier").users]
    with pytest.raises(WrongUsage, match=r"No manifest describes definition/Gone, .* 'tie' – did you mean 'tier'"):
        impact_of(resolved, "definition/Gone.tie")


def test_rows_in_the_manifest_count(tmp_path: Path) -> None:
    """They have no lines of their own."""
    text = (
        "kind: definition\nname: Tier\nunique_keys: [name]\nfields: [{name: name, type: text, required: true}]\n---\n"
        "kind: records\ndefinition: Tier\nrows: [{name: Gold}, {name: Silver}]\n"
    )
    (tmp_path / "shop.yaml").write_text(text, encoding="utf-8")
    resolved = reconciler.load([str(tmp_path)], Target("test"), {})
    (rows,) = impact_of(resolved, "definition/Tier.name").of_sort("record_files")
    assert ("records/Tier", 6, "column name, 2 rows") == (rows.by, rows.source.line, rows.how)


def test_a_picture_has_everybody_once(impact: Callable) -> None:
    """With the number of places."""
    lines = impact_mermaid(impact("definition/Attribution.responsable_id")).splitlines()
    assert "flowchart LR" == lines[0]
    assert 5 == len(lines)
    assert [line for line in lines if "account#45;manager" in line and "templates#44;#32;4#32;places" in line]


@pytest.mark.parametrize(
    ("named", "meant"),
    [
        ("definition/LoyaltyAcount", "did you mean 'definition/LoyaltyAccount'?"),
        ("definition/LoyaltyAcount.tier", "did you mean 'definition/LoyaltyAccount'?"),
        ("definition/LoyaltyAccount.teir", "definition/LoyaltyAccount has no field 'teir' – did you mean 'tier'?"),
        ("override/products.price.x", "has no field 'x'."),
        ("tier", "is described by no manifest."),
        ("loyaltyaccount", "did you mean 'definition/LoyaltyAccount'?"),
        ("LoyaltyAccount.tier", "did you mean 'definition/LoyaltyAccount'?"),
    ],
)
def test_what_there_is_not_is_wrong_usage(impact: Callable, named: str, meant: str) -> None:
    """With what was probably meant."""
    with pytest.raises(WrongUsage) as wrong:
        impact(named)
    assert meant in str(wrong.value)


def test_nobody_may_use_it_as_far_as_is_declared(impact: Callable) -> None:
    """And that is said so."""
    assert impact_text(impact("definition/LoyaltyAccount.tier_since")).endswith(
        "nobody uses it, as far as it is declared\n"
    )


SAMPLE = Path(__file__).parent.parent.parent / "manifests" / "samples" / "loyalty.tier_upgraded.json"
BACKUP = """kind: definition
name: Backup
fields: [{name: who, type: text}]
relationships:
  - {sourceField: who, targetSchemaType: custom, targetSchema: ResponsableCommercial, targetField: responsable_id}
"""


def test_the_shop_adds_rows_and_who_has_no_manifest(run: Callable, shipped_with_rows: Path, tmp_path: Path) -> None:
    """L7: a request for the rows of each definition concerned."""
    (tmp_path / "backup.yaml").write_text(BACKUP, encoding="utf-8")
    sandbox = ("--target", "sandbox")
    run(*sandbox, "apply", str(shipped_with_rows), "backup.yaml", "--auto-approve", "-q")
    named = "definition/ResponsableCommercial.responsable_id"
    ended = run("-v", *sandbox, "impact", named, str(shipped_with_rows), "--live", "--format", "json")
    assert 0 == ended.code, ended.err
    document = json.loads(ended.out)
    rows = {"definition/ResponsableCommercial": 2, "definition/Attribution": 0, "definition/Backup": 0}
    assert rows == document["rows"]
    unmanaged = [each for each in document["users"]["relationships"] if each["by"] == "definition/Backup"]
    assert [(None, "who → responsable_id")] == [(each["source"], each["how"]) for each in unmanaged]
    assert len(rows) == ended.err.count("/custom-data-records/")
    assert "lives without a manifest" in impact_text(Impact(Address.parse("definition/A"), "", (UNMANAGED,), {"a": 2}))


UNMANAGED = User("overrides", "override/products.price", None, "price, priority 1")
