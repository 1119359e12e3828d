"""Two shops side by side: what one has that the other has not, and what differs."""

import json
from collections.abc import Callable
from pathlib import Path

FIRST = """
kind: definition
name: ResponsableCommercial
unique_keys: [responsable_id]
fields:
  - {name: responsable_id, type: text, required: true}
  - {name: phone, type: text}
---
kind: definition
name: Attribution
unique_keys: [contact_id]
fields:
  - {name: contact_id, type: number, required: true}
  - {name: responsable_id, type: text, required: true}
relationships:
  - {sourceField: contact_id, targetSchemaType: system, targetSchema: contacts}
  - sourceField: responsable_id
    targetSchemaType: custom
    targetSchema: ResponsableCommercial
    targetField: responsable_id
---
kind: event
code_name: visit
name: Visit
"""
SECOND = """
kind: definition
name: First come
unique_keys: [code]
fields: [{name: code, type: text, required: true}]
---
kind: definition
name: ResponsableCommercial
unique_keys: [responsable_id]
fields:
  - {name: responsable_id, type: text, required: true}
  - {name: phone, type: number}
---
kind: definition
name: Attribution
unique_keys: [contact_id]
fields:
  - {name: contact_id, type: number, required: true}
  - {name: responsable_id, type: text, required: true}
relationships:
  - {sourceField: contact_id, targetSchemaType: system, targetSchema: contacts}
  - sourceField: responsable_id
    targetSchemaType: custom
    targetSchema: ResponsableCommercial
    targetField: responsable_id
"""
EXPECTED = """\
+ definition/First come                                    only in production
~ definition/ResponsableCommercial                         differs
    fields.phone.type   staging: text · production: number
- event/visit                                              only in staging

1 differs, 1 only in production, 1 only in staging, 1 alike
"""


def test_two_shops_are_compared_without_their_ids(
    run: Callable, serve: Callable, tmp_path: Path, figure: Callable
) -> None:
    """L11: definitions of other ids and relations between them are alike."""
    shops = [serve(file=f"{name}.db") for name in ("one", "two")]
    folder = tmp_path / "manifests"
    folder.mkdir()
    for shop, text in zip(shops, (FIRST, SECOND), strict=True):
        (folder / "shop.yaml").write_text(text)
        assert 0 == run("apply", "--auto-approve", **shop.environment).code
    names = ("staging", "production")
    (folder / "reconciler.toml").write_text(
        "".join(
            f'[targets.{name}]\nbase_url = "{shop.url}/v1"\napi_key_env = "{name.upper()}"\n'
            for name, shop in zip(names, shops, strict=True)
        )
    )
    keys = {name.upper(): shop.key for name, shop in zip(names, shops, strict=True)}
    done = run("compare", *names, **keys)
    assert (2, "") == (done.code, done.err)
    head = " · ".join(f"{name} ({shop.url}/v1)" for name, shop in zip(names, shops, strict=True))
    assert f"{head}\n\n{EXPECTED}" == done.out
    document = json.loads(run("compare", *names, "--format", "json", **keys).out)
    assert {"code": 2, "reason": "different"} == document["exit"]
    assert ["definition/Attribution"] == document["alike"]
    assert "only in staging" in run("compare", *names, "--format", "markdown", **keys).out
    same = run("compare", "staging", "shopimind", **keys, **shops[0].environment)
    assert 1 == same.code
    assert "use one key" in same.err
    figure("L11", "compare: 1 differs, 2 alone, 1 alike; exit 2; two targets with one key refused")


def test_a_target_that_there_is_not_is_named(run: Callable) -> None:
    """With the known ones, and nothing is read."""
    done = run("compare", "shopimind", "stagin")
    assert 64 == done.code
    assert "There is no target 'stagin'" in done.err
    assert 64 == run("compare", "sandbox", "sandbox").code


def test_a_shop_is_changed_only_after_another_one(run: Callable, serve: Callable, tmp_path: Path) -> None:
    """L10: `apply --require staging` is refused until staging has the same manifests."""
    shops = [serve(file=f"{name}.db") for name in ("one", "two")]
    folder = tmp_path / "manifests"
    folder.mkdir()
    (folder / "shop.yaml").write_text(FIRST)
    (folder / "reconciler.toml").write_text(
        f'default_target = "production"\n'
        f'[targets.staging]\nbase_url = "{shops[0].url}/v1"\napi_key_env = "STAGING"\n'
        f'[targets.production]\nbase_url = "{shops[1].url}/v1"\napi_key_env = "PRODUCTION"\n'
        "guards = {max_creates = 1}\n"
    )
    keys = {"STAGING": shops[0].key, "PRODUCTION": shops[1].key}
    promote = ("apply", "--auto-approve", "--require", "staging")
    guarded = run(*promote, **keys)
    assert 3 == guarded.code
    assert "max_creates" in guarded.err
    (folder / "reconciler.toml").write_text(
        (folder / "reconciler.toml").read_text().replace("max_creates = 1", "max_creates = 10")
    )
    refused = run(*promote, **keys)
    assert 3 == refused.code
    assert "these manifests are not applied there, 3 changes would be left" in refused.err
    assert [] == [each for each in shops[1].control("GET", "requests") if each["method"] != "GET"]
    assert 0 == run("--target", "staging", "apply", "--auto-approve", **keys).code
    assert 0 == run(*promote, **keys).code
    assert 0 == run("compare", "staging", "production", **keys).code
    for name in ("production", "stagin"):
        unknown = run("apply", "--require", name, **keys)
        assert (64, "") == (unknown.code, unknown.out), "nothing is read and shown before that is said"
