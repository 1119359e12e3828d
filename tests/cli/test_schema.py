"""The schemas say what the tool takes and gives."""

import json
from collections.abc import Callable
from pathlib import Path

import jsonschema
import pytest
import yaml


def test_the_shipped_manifests_fit_the_schema(run: Callable, shipped: Path) -> None:
    """Every document, under the schema of any manifest and under that of its kind."""
    documents = [doc for file in sorted(shipped.glob("*.yaml")) for doc in yaml.safe_load_all(file.read_text())]
    assert 23 == len(documents)
    kinds = {(document["kind"],) for document in documents}
    schemas = {kind: json.loads(run("schema", *kind).out) for kind in [(), *kinds]}
    for document in documents:
        jsonschema.validate(document, schemas[()])
        jsonschema.validate(document, schemas[(document["kind"],)])


@pytest.mark.parametrize("spoiled", [{"fields": []}, {"feilds": []}, {"name": 3}])
def test_a_bad_manifest_does_not_fit(run: Callable, spoiled: dict[str, object]) -> None:
    """Unknown keys, wrong types and empty lists are seen by an editor too."""
    schema = json.loads(run("schema", "definition").out)
    good = {"kind": "definition", "name": "A", "fields": [{"name": "x", "type": "text"}]}
    jsonschema.validate(good, schema)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({**good, **spoiled}, schema)


def test_a_plan_fits_its_schema(run: Callable, shipped: Path) -> None:
    """With changes in it, and in sync."""
    schema = json.loads(run("schema", "plan").out)
    for _ in range(2):
        plan = json.loads(run("--target", "sandbox", "plan", str(shipped), "--format", "json").out)
        jsonschema.validate(plan, schema)
        run("--target", "sandbox", "apply", str(shipped), "--auto-approve")
