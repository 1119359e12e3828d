"""How to apply exactly what was reviewed."""

import pytest

from reconciler.model.change import Change
from reconciler.model.plan import OFFLINE, Asked, TargetInfo
from reconciler.report.applying import how_to_apply
from tests.report.plans import ACCEPTED, AGREED, BLOCKED, BREAKING, CREATE, DELETE, PARTLY, plan_of

DIGEST = f"sha256:{'0f' * 32}"


def commands(*changes: Change, **more: object) -> list[str]:
    return [step.command for step in how_to_apply(plan_of(changes, **more))]


@pytest.mark.parametrize(
    ("flags", "changes"),
    [
        ("", (CREATE,)),
        (" --allow breaking", (CREATE, BREAKING)),
        ("", (ACCEPTED,)),
        (" --allow breaking", (PARTLY,)),
        (" --allow-destroy", (DELETE,)),
        (" --allow-destroy", (DELETE.model_copy(update={"accepted": (AGREED,)}),)),
        (" --allow breaking --allow-destroy", (BREAKING, DELETE)),
    ],
)
def test_it_names_the_permissions_that_apply_asks_for(flags: str, changes: tuple[Change, ...]) -> None:
    """A delete needs its own; what manifests accept needs none."""
    expected = [
        "reconciler --target shop plan --out plan.json",
        f"reconciler --target shop apply plan.json --digest {DIGEST}{flags}",
    ]
    assert expected == commands(*changes)


def test_the_same_is_asked_for_again() -> None:
    """Other paths or another part of the plan would give another digest; names are quoted for a shell."""
    asked = Asked(paths=("manifests", "more files"), only="definition/*", prune=True)
    target = TargetInfo(name="a b", base_url="https://x/v1", key_fingerprint="")
    expected = "reconciler --target 'a b' plan manifests 'more files' --only 'definition/*' --prune --out plan.json"
    assert expected == commands(CREATE, asked=asked, target=target)[0]
    assert "reconciler --target shop plan --out plan.json" == commands(CREATE, asked=Asked(paths=("manifests",)))[0]


def test_without_a_digest_there_is_one_command() -> None:
    """Nothing ties the plan to the file then."""
    assert ["reconciler --target shop apply --allow breaking"] == commands(BREAKING, digest="")


def test_an_offline_plan_names_no_command() -> None:
    """Its digest is that of a comparison of two revisions, and no shop has that plan."""
    offline = TargetInfo(name="main → work tree", base_url=OFFLINE, key_fingerprint="")
    (step,) = how_to_apply(plan_of((BREAKING,), target=offline))
    assert ("Once this is merged, a plan of the shop says what will be applied.", "") == (step.words, step.command)


def test_what_is_blocked_or_empty_is_not_applied() -> None:
    """One sentence each."""
    assert [""] == [step.command for step in how_to_apply(plan_of((CREATE,), (BLOCKED,)))]
    assert "There is nothing to apply." == how_to_apply(plan_of())[0].words
