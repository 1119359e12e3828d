"""The pull-request comment."""

import re
import time
from collections.abc import Callable

import pytest

from reconciler.model.change import Blocked, Update
from reconciler.model.plan import Git, Plan
from reconciler.report.markdown import plan_markdown
from reconciler.report.sections import LIMIT
from tests.report.plans import (
    ACCEPTED,
    AGREED,
    BLOCKED,
    BREAKING,
    CREATE,
    DELETE,
    DELETED,
    ORDINARY,
    REPOSITORY,
    UPDATE,
    at,
    part,
    plan_of,
)


def test_the_comment_reads_from_the_sentence_to_the_footer() -> None:
    """Marker, verdict, sentence, table, blocked, breaking, picture, details, counts, footer, in this order."""
    text = plan_markdown(ORDINARY, link=REPOSITORY)
    order = [
        "<!-- reconciler:shop -->\n## ⛔ Shop `shop`: this cannot be applied yet – 1 of 4 changes is not possible, "
        "1 breaks what works today\n\nIn the shop, this change adds",
        f"| ⛔ | [`definition/Manager`]({REPOSITORY}/manifests/account-manager.yaml#L2) "
        "| `fields.phone.type: text → number` "
        f"| [`account-manager.yaml:2`]({REPOSITORY}/manifests/account-manager.yaml#L2) |\n",
        "### ⛔ Blocked (1)",
        "- `definition/Manager` "
        f"([`manifests/account-manager.yaml:2`]({REPOSITORY}/manifests/account-manager.yaml#L2)): "
        "a field's type cannot change in place",
        "  - wanted: `fields.phone.type: text → number`",
        "  - ways out: keep text · add `phone_number` beside it",
        "### ⚠️ Breaking (1)",
        f"- `event/loyalty.points_earned` ([`manifests/loyalty.yaml:17`]({REPOSITORY}/manifests/loyalty.yaml#L17)): "
        "senders and messages lose `metaData.reason`",
        "<details><summary>Picture of what is touched (3), and what is around it (1)</summary>\n\n```mermaid\n%%{init",
        "<details><summary>➕ <code>definition/Attribution</code> – new, 5 differences</summary>",
        "```diff\n+ unique_keys: contact_id\n+ fields.contact_id: number, required, label number\n",
        "---\n\n**1** to create · **2** to update · **1** blocked · **1** breaking · **1** unchanged",
        "Commit `1a2b3c4` · digest `0f0f0f0f0f0f`",
    ]
    places = [text.find(piece) for piece in order]
    assert -1 not in places, order[places.index(-1)]
    assert places == sorted(places)


def test_the_footer_says_how_to_apply_what_was_reviewed() -> None:
    """The plan is made again into a file and applied only if it still has this digest."""
    text = plan_markdown(plan_of((BREAKING,)))
    expected = (
        "To apply exactly this: `reconciler --target shop plan --out plan.json`, and then "
        f"`reconciler --target shop apply plan.json --digest sha256:{'0f' * 32} --allow breaking`\n"
    )
    assert text.endswith(expected)


def test_an_acceptance_stands_below_its_item() -> None:
    """The item is still listed as breaking, and how many are accepted is in the heading."""
    text = plan_markdown(DELETED)
    accepted = (
        "### ⚠️ Breaking (4, of which accepted: 1)",
        "  - accepted: no message uses it (until `2026-12-31`)\n",
        "  - accepted `properties.metaData.reason`: no message uses it (until `2026-12-31`)\n"
        "  - not accepted: `code_name`\n",
        "- `definition/Old` (`manifests/old.yaml:1`): its records can no longer be reached, and there is no way back "
        "(`breaking-delete`)\n  - ways out: keep it · say under `accept` that it is meant, in a reviewed change\n",
        "| ⚠️ | `definition/Old` | deleted | `old.yaml:1` |\n",
        "| ⚠️ | `event/loyalty.points_earned` | `− properties.metaData.reason`, accepted | `loyalty.yaml:17` |\n",
    )
    assert [] == [piece for piece in accepted if piece not in text]
    # The lists have all of what breaks, so that it has no fold.
    assert ["✏️ <code>definition/Vet</code> – caution, 1 difference"] == re.findall(
        r"<summary>(✏️.*|➖.*)</summary>", text
    )


@pytest.mark.parametrize("count", [1, 150])
def test_what_is_not_accepted_is_not_lost_among_acceptances(count: int) -> None:
    """Seven of eight are, and the list says which one is not, also where it has to be short."""
    removed = tuple(part("properties", "metaData", f"p{n}", old={"type": "text"}, op="removed") for n in range(8))
    agreed = tuple(AGREED.model_copy(update={"change": ".".join(each.path)}) for each in removed[:7])
    change = BREAKING.model_copy(update={"fields": removed, "accepted": agreed, "reason": "because " * 40})
    text = plan_markdown(plan_of(tuple(change.model_copy(update={"address": at(f"event/e{n}")}) for n in range(count))))
    assert count == text.count("not accepted: `properties.metaData.p7`")


@pytest.mark.parametrize("count", [100, 400, 1000])
def test_what_is_accepted_is_known_in_every_form_of_the_list(count: int) -> None:
    """However short the line has to be."""
    reason = AGREED.model_copy(update={"reason": "because " * 100})
    accepted = ACCEPTED.model_copy(update={"accepted": (reason,)})
    changes = tuple(accepted.model_copy(update={"address": at(f"event/e{n}")}) for n in range(count))
    lines = re.findall(r"(?m)^- `event/.*(?:\n  - .*)*", plan_markdown(plan_of(changes)))
    assert count == len(lines)
    assert [] == [line for line in lines if "accepted" not in line]


@pytest.mark.parametrize(("count", "length"), [(500, 10), (500, 250), (300, 70_000), (500, 5)])
def test_every_blocked_and_breaking_item_is_listed_under_the_limit(count: int, length: int) -> None:
    """Whatever the names are, the list is whole and the comment is short enough."""
    text = plan_markdown(_many(count, length), link=REPOSITORY)
    assert LIMIT > len(text)
    assert count == len(re.findall(r"(?m)^- `(?:definition|event)/.*", text))


def test_an_absurd_number_of_items_ends_with_a_number() -> None:
    """Beyond what a name each can hold, every list says how many it does not show."""
    text = plan_markdown(_many(20_000, 50))
    shown = len(re.findall(r"`n+…?n*\d+`", text))
    missing = [int(count.replace(",", "")) for count in re.findall(r"\*\*and ([\d,]+) more", text)]
    assert LIMIT > len(text)
    assert 2 == len(missing)
    assert 20_000 == shown + sum(missing)
    assert 3_000 < shown


def test_details_give_way_before_the_picture_and_the_items() -> None:
    """With 500 creates and one blocked item the picture stays, and of the details at least the names."""
    creates = tuple(CREATE.model_copy(update={"address": at(f"definition/Table{n}")}) for n in range(500))
    text = plan_markdown(plan_of(creates, (BLOCKED,)))
    assert LIMIT > len(text)
    assert "```mermaid" in text
    assert "  - ways out:" in text
    assert [] == [str(change.address) for change in creates if f"`{change.address}`" not in text]


def relabelled(objects: int, fields: int) -> tuple[Blocked, ...]:
    """As many blocked labels in each of so many definitions."""
    return tuple(
        BLOCKED.model_copy(
            update={
                "address": at(f"definition/Table{number:03}"),
                "path": ("fields", f"field_{field:02}", "label"),
                "rule": "field-label-frozen",
                "message": "a field's label cannot change in place",
                "old": f"Old label {field}",
                "new": f"New label {field}",
                "ways_out": ("keep the label",),
                "source": f"manifests/table{number:03}.yaml:2",
            }
        )
        for number in range(objects)
        for field in range(fields)
    )


def changed_everywhere(objects: int, fields: int) -> tuple[Update, ...]:
    """As many changed labels in each of so many definitions."""
    label = "A label that is as long as labels are "
    return tuple(
        Update(
            address=f"definition/Table{number:03}",
            impact="safe",
            reason="only words",
            source=f"manifests/table{number:03}.yaml:2",
            fields=tuple(
                part(
                    "fields", f"field_{field:02}", "label", old=f"{label}{field}", new=f"{label}{field}!", op="changed"
                )
                for field in range(fields)
            ),
        )
        for number in range(objects)
    )


def parts_of_list(text: str) -> list[str]:
    """The lines of the lists, without those of the picture and of the footer."""
    return re.findall(r"(?m)^ *- .*", text)


def test_a_line_an_object_and_then_its_fields() -> None:
    """Twenty definitions with fifteen blocked labels each: every one is named with its field, and no line is twice."""
    text = plan_markdown(plan_of(blocked=relabelled(20, 15)))
    lines = parts_of_list(text)
    assert LIMIT > len(text)
    assert 20 == len([line for line in lines if line.startswith("- `definition/Table")])
    assert 300 == len([line for line in lines if line.startswith("  - wanted: `fields.field_")])
    expected = (
        "- `definition/Table007` (`manifests/table007.yaml:2`): a field's label cannot change in place "
        "(`field-label-frozen`)\n"
        "  - wanted: `fields.field_00.label: Old label 0 → New label 0`\n"
        "  - wanted: `fields.field_01.label: Old label 1 → New label 1`\n"
    )
    assert expected in text
    assert 20 == text.count("  - ways out: keep the label\n")
    assert "⛔ Blocked (20)" in text


@pytest.mark.parametrize(("objects", "fields"), [(60, 39), (300, 39), (300, 100), (1, 2000)])
def test_what_is_blocked_is_shortened_fairly(objects: int, fields: int) -> None:
    """Every object keeps its line and as many fields as the others; how many there are is said."""
    text = plan_markdown(plan_of(blocked=relabelled(objects, fields)))
    blocks = re.findall(r"(?m)^- `definition/Table\d+`.*(?:\n  - .*)*", text)
    shown = {block.count("\n  - wanted") for block in blocks}
    assert LIMIT > len(text)
    assert objects == len(blocks)
    assert 1 >= max(shown) - min(shown)
    assert [] == [block for block in blocks if f" of {fields:,} shown)" not in block]
    heads = [line for line in parts_of_list(text) if line.startswith("- ")]
    assert len(heads) == len(set(heads))


@pytest.mark.parametrize(("objects", "fields"), [(20, 15), (300, 39), (700, 39), (2500, 2)])
def test_every_change_is_named(objects: int, fields: int) -> None:
    """With its fields, as many as for the others, as long as there is room for any."""
    text = plan_markdown(plan_of(changed_everywhere(objects, fields)))
    assert LIMIT > len(text)
    assert objects == len({*re.findall(r"Table\d+", text)})
    folds = re.findall(r"<details><summary>✏️.*\n(?:.*\n)*?</details>", text)
    shown = {fold.count("\n+ fields.field_") for fold in folds}
    assert objects in (len(folds), 700, 2500)
    assert not shown or 1 >= max(shown) - min(shown)
    assert {15} == shown or objects > 20


def stuck_and_breaking(objects: int, fields: int) -> Plan:
    """As many definitions with blocked labels and types as events that lose eight properties."""
    labels = relabelled(objects, fields)
    types = (item.model_copy(update={"path": (*item.path[:2], "type"), "rule": "field-type-frozen"}) for item in labels)
    lost = tuple(part("properties", "metaData", f"prop_{n:02}", old={"type": "text"}, op="removed") for n in range(8))
    reason = "; ".join(f"senders and messages lose metaData.prop_{n:02}" for n in range(8))
    event = BREAKING.model_copy(update={"fields": lost, "reason": reason})
    events = (event.model_copy(update={"address": at(f"event/shop.event_{n:03}")}) for n in range(objects))
    return plan_of(tuple(events), (*labels, *types))


@pytest.mark.parametrize(("objects", "fields"), [(2, 2), (30, 8), (100, 8), (220, 3), (260, 3), (300, 39), (400, 2)])
def test_every_line_names_every_rule(objects: int, fields: int) -> None:
    """Of how many things each is the reason too; most of the room is used when there is too much to say."""
    text = plan_markdown(stuck_and_breaking(objects, fields), link=REPOSITORY)
    rules = f"`field-label-frozen` × {fields}, `field-type-frozen` × {fields}"
    assert LIMIT > len(text)
    assert objects < 30 or len(text) > LIMIT * 2 // 3
    assert objects == len(re.findall(rf"(?m)^- `definition/Table\d+`.*{rules}", text))
    assert objects == len(re.findall(r"(?m)^- `event/shop.event_\d+`.*`breaking-update`", text))


@pytest.mark.parametrize(("objects", "has_places"), [(500, True), (700, False)])
def test_names_without_room_for_rules_stand_below_them(objects: int, has_places: bool) -> None:
    """With their places as long as those fit."""
    text = plan_markdown(stuck_and_breaking(objects, 1), link=REPOSITORY)
    heading = f"\n### ⛔ Blocked: `field-label-frozen`, `field-type-frozen` ({objects})\n\n- `definition/Table000`"
    assert (LIMIT > len(text), True) == (heading in text, heading in text)
    assert f"\n### ⚠️ Breaking: `breaking-update` ({objects})\n\n- `event/shop.event_000`" in text
    assert 2 * objects == len(re.findall(r"(?m)^- `(?:definition|event)/", text))
    assert has_places == ("(`manifests/table000.yaml:2`)" in text)


def test_rules_in_too_many_combinations_are_no_headings() -> None:
    """There would be more headings than names."""
    items = (
        item.model_copy(
            update={"rule": f"rule-{number % 30}-{'x' * 30}", "address": at(f"definition/{'n' * 20}{number}")}
        )
        for number, item in enumerate(relabelled(1900, 1))
    )
    text = plan_markdown(plan_of(blocked=tuple(items)))
    assert "### ⛔ Blocked (1,900)" in text
    assert LIMIT > len(text)


@pytest.mark.parametrize("objects", [1, 60, 150])
def test_names_are_whole_in_reasons_and_differences(objects: int) -> None:
    """What has no room is counted."""
    text = plan_markdown(stuck_and_breaking(objects, 1), link=REPOSITORY)
    assert set() == {*re.findall(r"\S*…\S*|prop_(?!\d\d\b)\S*", text)}
    assert (objects == 60) == bool(re.search(r"; and \d more \(`breaking-update`\)", text))


def test_ways_out_say_what_they_are_of_when_they_differ() -> None:
    """Those of one field are none of another one."""
    one, other = (item.model_copy(update={"ways_out": (f"keep {item.old}",)}) for item in relabelled(1, 2))
    text = plan_markdown(plan_of(blocked=(one, other)))
    for item, field in ((one, "field_00"), (other, "field_01")):
        assert f"  - ways out of `fields.{field}.label`: keep {item.old}\n" in text


def test_every_object_is_named_beside_what_is_blocked_and_breaks() -> None:
    """Three hundred of each kind, with thirty-nine fields each."""
    breaking = tuple(
        BREAKING.model_copy(update={"address": at(f"event/e{n:03}"), "fields": BREAKING.fields * 39})
        for n in range(300)
    )
    updates = tuple(
        change.model_copy(update={"address": at(str(change.address).replace("Table", "Other"))})
        for change in changed_everywhere(300, 39)
    )
    text = plan_markdown(plan_of((*breaking, *updates), relabelled(300, 39)), link=REPOSITORY)
    assert LIMIT > len(text)
    for names in ("definition/Table", "event/e", "definition/Other"):
        assert 300 == len({*re.findall(rf"{names}\d+", text)})


def test_two_long_values_do_not_look_alike_when_they_are_not() -> None:
    """What both begin and end with is left out where it would hide what differs."""
    old, new = "same " * 100 + "old" + " same" * 100, "same " * 100 + "new" + " same" * 100
    change = UPDATE.model_copy(update={"fields": (part("description", old=old, new=new, op="changed"),)})
    text = plan_markdown(plan_of((change,)))
    before, after = re.findall(r"(?m)^[-+] description: (….*)", text)
    assert ("old" in before, "new" in after) == (True, True)


def test_500_changes_fit_a_comment(figure: Callable[[str, str], None]) -> None:
    """500 breaking changes with long names; the time is a figure."""
    plan = _many(500, 300)
    start = time.perf_counter()
    text = plan_markdown(plan, link=REPOSITORY)
    taken = time.perf_counter() - start
    assert 60_000 >= len(text)
    figure("Markdown of 500 changes", f"{taken * 1000:.0f} ms")


def _many(count: int, length: int) -> Plan:
    """Half of them blocked, half of them breaking."""
    half = count // 2
    blocked = tuple(BLOCKED.model_copy(update={"address": at(f"definition/{'n' * length}{n}")}) for n in range(half))
    breaking = tuple(
        BREAKING.model_copy(update={"address": at(f"event/{'n' * length}{n}"), "reason": "y" * length})
        for n in range(count - half)
    )
    return plan_of(breaking, blocked)


def test_a_fold_without_differences_has_no_block() -> None:
    """Its summary says how bad it is, and its line why."""
    gone = DELETE.model_copy(update={"impact": "safe", "reason": "nobody uses it"})
    text = plan_markdown(plan_of((gone,)))
    expected = (
        "<details><summary>➖ <code>definition/Old</code> – safe</summary>\n\n"
        "Nobody uses it (`manifests/old.yaml:1`)\n\n\n</details>\n"
    )
    assert expected in text
    assert "```diff" not in text


def test_a_new_thing_that_has_to_be_looked_at_says_both() -> None:
    """That it is new is not all there is to say."""
    made = CREATE.model_copy(update={"impact": "caution", "reason": "rows come later"})
    assert "<code>definition/Attribution</code> – new, caution, 5 differences</summary>" in plan_markdown(
        plan_of((made,))
    )


def test_a_plan_from_no_repository_is_told_by_its_digest() -> None:
    """There is no commit; a digest that is no hash is shown as it is."""
    assert "\nDigest `0f0f0f0f0f0f` · planned " in plan_markdown(plan_of((CREATE,), git=Git()))
    assert "\nDigest `unknown` · planned " in plan_markdown(plan_of((CREATE,), git=Git(), digest="unknown"))
