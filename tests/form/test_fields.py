"""The differences between two forms, and the way back."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reconciler.form import fields
from reconciler.form.fields import patched
from reconciler.model.change import FieldChange

NAMES = st.text(min_size=1, max_size=4) | st.sampled_from(["__x", "a.b", "a'b]", 'q"]["', "fields", "é", "\x1b"])
SCALARS = st.none() | st.booleans() | st.integers(-2, 2) | st.sampled_from([0.0, 1.0, 2.5]) | st.text(max_size=3)
VALUES = SCALARS | st.lists(SCALARS, max_size=3)
JSON = st.recursive(VALUES, lambda inner: st.dictionaries(st.text(max_size=2), inner, max_size=3), max_leaves=5)
PARTS = st.dictionaries(st.sampled_from(["type", "required", "label", "__z"]), VALUES, max_size=3)
FIELDS = st.builds(lambda part, default: part | default, PARTS, st.just({}) | st.fixed_dictionaries({"default": JSON}))
FORMS: st.SearchStrategy[dict[str, Any]] = st.fixed_dictionaries(
    {},
    optional={
        "description": st.text(max_size=3),
        "unique_keys": st.lists(NAMES, max_size=3),
        "fields": st.dictionaries(NAMES, FIELDS, max_size=4),
        "relationships": st.dictionaries(NAMES, PARTS, max_size=3),
        "sources": st.dictionaries(NAMES, PARTS, max_size=3),
        "properties": st.dictionaries(
            st.sampled_from(["metaData", "contact.customData"]), st.dictionaries(NAMES, PARTS, max_size=3)
        ),
    },
)

DEPTHS = {"fields": 3, "relationships": 3, "sources": 3, "properties": 4}


def field_changes(old: fields.Form, new: fields.Form) -> tuple[FieldChange, ...]:
    return fields.field_changes(old, new, DEPTHS)


def exact(value: Any) -> Any:
    """Comparable with types, so that 1, 1.0 and True are three values."""
    if isinstance(value, dict):
        return {key: exact(inner) for key, inner in value.items()}
    return [exact(item) for item in value] if isinstance(value, list) else (type(value), value)


@settings(deadline=None, max_examples=300)
@given(FORMS, FORMS)
def test_the_changes_turn_the_old_form_into_the_new_one(old: dict[str, Any], new: dict[str, Any]) -> None:
    """Nothing is lost and nothing is made up, with all types."""
    changes = field_changes(old, new)
    assert exact(new) == exact(patched(old, changes))
    assert len(changes) == len({change.path for change in changes})


@settings(deadline=None)
@given(FORMS)
def test_a_form_does_not_differ_from_itself(form: dict[str, Any]) -> None:
    """Not even from a copy in another order."""
    assert () == field_changes(form, form)
    assert () == field_changes(form, dict(reversed(form.items())))


@settings(deadline=None)
@given(FORMS, FORMS)
def test_patching_leaves_the_form_alone(old: dict[str, Any], new: dict[str, Any]) -> None:
    """Forms are values: nobody's copy changes."""
    before, changes = exact(old), field_changes(old, new)
    result = patched(old, changes)
    for part in result.values():
        if isinstance(part, dict | list):
            part.clear()
    assert before == exact(old)


def test_a_whole_field_comes() -> None:
    """One change, with all of the field."""
    old, new = {"fields": {"a": {"type": "text"}}}, {"fields": {"a": {"type": "text"}, "b": {"type": "date"}}}
    assert (FieldChange(path=("fields", "b"), op="added", new={"type": "date"}),) == field_changes(old, new)


def test_a_whole_property_goes() -> None:
    """One change, with what was there."""
    old: dict[str, Any] = {"properties": {"metaData": {"a": {"type": "text"}}}}
    new: dict[str, Any] = {"properties": {"metaData": {}}}
    path = ("properties", "metaData", "a")
    assert (FieldChange(path=path, op="removed", old={"type": "text"}),) == field_changes(old, new)


def test_one_attribute_changes() -> None:
    """Only the leaf is named."""
    old, new = {"fields": {"a": {"type": "text", "label": "A"}}}, {"fields": {"a": {"type": "date", "label": "A"}}}
    expected = FieldChange(path=("fields", "a", "type"), op="changed", old="text", new="date")
    assert (expected,) == field_changes(old, new)


def test_many_attributes_of_one_field_stay_single() -> None:
    """However much of a field differs, it is not reported as another field."""
    old = {"fields": {"a": {"type": "text", "label": "A", "required": True}}}
    new = {"fields": {"a": {"type": "date", "label": "B", "required": False}}}
    got = [(change.op, change.path[-1]) for change in field_changes(old, new)]
    assert [("changed", "type"), ("changed", "label"), ("changed", "required")] == got


def test_keys_with_two_underscores_count() -> None:
    """deepdiff leaves them out unless told not to."""
    change = FieldChange(path=("fields", "__a"), op="added", new={})
    assert (change,) == field_changes({"fields": {}}, {"fields": {"__a": {}}})


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (["a", "a", "b"], ["a", "b"]),
        (["a", "a", "b"], ["a", "b", "b"]),
        (["a", "b"], ["b", "a"]),
        ([], ["a"]),
        (["a"], []),
    ],
)
def test_a_list_is_one_value(old: list[str], new: list[str]) -> None:
    """Duplicates and order count, and the list is named as a whole."""
    forms = ({"fields": {"a": {"options": options}}} for options in (old, new))
    assert (FieldChange(path=("fields", "a", "options"), op="changed", old=old, new=new),) == field_changes(*forms)


@pytest.mark.parametrize(
    ("old", "new"), [(1, True), (1.0, 1), (True, 1.0), (0, False), ("1", 1), (None, ""), ([1], [True])]
)
def test_types_count(old: object, new: object) -> None:
    """For Python some of these are equal, for JSON they are not."""
    got = field_changes({"a": old}, {"a": new})
    assert [("changed", type(old), type(new))] == [(change.op, type(change.old), type(change.new)) for change in got]


def test_what_is_no_collection_is_one_value() -> None:
    """Only the places where things have names are gone into."""
    change = FieldChange(path=("description",), op="changed", old={"a": {"b": 1}}, new={"a": {"b": 2}})
    assert (change,) == field_changes({"description": {"a": {"b": 1}}}, {"description": {"a": {"b": 2}}})


def test_a_list_that_becomes_text_is_a_change() -> None:
    """Both ways."""
    for old, new in ((["a"], "a"), ("a", ["a"])):
        assert (FieldChange(path=("a",), op="changed", old=old, new=new),) == field_changes({"a": old}, {"a": new})


def test_what_is_in_a_json_value_is_one_value_with_it() -> None:
    """A key that comes and a key that goes are one changed default."""
    old = {"fields": {"a": {"default": {"x": 1, "y": {"z": 1}}}}}
    new = {"fields": {"a": {"default": {"x": 1, "y": {"w": 1}}}}}
    change = FieldChange(
        path=("fields", "a", "default"), op="changed", old={"x": 1, "y": {"z": 1}}, new={"x": 1, "y": {"w": 1}}
    )
    assert (change,) == field_changes(old, new)


def test_the_order_is_that_of_the_new_form_and_what_goes_comes_last() -> None:
    """Plans read like the manifest, whatever deepdiff reports first."""
    old = {"fields": {"z": {"type": 1}, "gone": {}, "away": {}, "b": {"type": 1}}, "description": "old"}
    new = {"fields": {"z": {"type": 2}, "new": {}, "b": {"label": 3, "type": 2}}, "description": "new"}
    expected = [
        ("fields", "z", "type"),
        ("fields", "new"),
        ("fields", "b", "label"),
        ("fields", "b", "type"),
        ("description",),
        ("fields", "away"),
        ("fields", "gone"),
    ]
    assert expected == [change.path for change in field_changes(old, new)]


def test_changes_into_nothing_make_the_way_there() -> None:
    """The first request of a create starts from an empty form."""
    changes = (
        FieldChange(path=("fields", "a"), op="added", new={"type": "text"}),
        FieldChange(path=("fields", "a", "label"), op="changed", new="A"),
    )
    assert {"fields": {"a": {"type": "text", "label": "A"}}} == patched({}, changes)


def test_removing_what_is_not_there_is_no_error() -> None:
    """It is as it should be."""
    assert {"fields": {}} == patched({}, [FieldChange(path=("fields", "a"), op="removed")])
