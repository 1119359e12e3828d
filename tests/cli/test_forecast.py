"""After an apply, what the plan foresaw stands beside what it took."""

import re

from tests.cli.desk import Desk

MANIFEST = "kind: definition\nname: Pet\nunique_keys: [code]\nfields: [{name: code, type: text}]\n"
SAID = r"Foreseen: (\d+) requests?, about \d+ s · sent: (\d+) requests?, \d+\.\d s"


def test_forecast_and_fact_are_told_with_v(desk: Desk) -> None:
    """The requests of the plan itself are not counted; nobody has to read that all went as foreseen."""
    (desk.folder / "manifests").mkdir()
    manifest = desk.folder / "manifests/shop.yaml"
    manifest.write_text(MANIFEST)
    before = len(desk.store.requests())
    ended = desk.run("apply", "--auto-approve", "-v")
    found = re.search(SAID, ended.err)
    assert found, ended.err
    foreseen, sent = map(int, found.groups())
    every = [asked.method for asked in desk.store.requests()][before:]
    assert sent == len(every) - every.index("POST")
    assert abs(foreseen - sent) <= 5
    manifest.write_text(MANIFEST.replace("[{", "[{name: age, type: number}, {"))
    assert "Foreseen" not in desk.run("apply", "--auto-approve").err
    assert "Foreseen" not in desk.run("apply", "--auto-approve", "-v").err
