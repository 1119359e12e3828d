"""Drift as the body of an issue."""

import re

import pytest

from reconciler.report.drift_markdown import drift_markdown
from reconciler.report.escape import marker
from reconciler.report.sections import LIMIT
from tests.report.plans import DRIFT, SAME, at, column, part

BODY = """\
<!-- reconciler:drift:shop -->
The shop is not as its files describe it: two things differ, one thing is missing, one thing should be gone, three \
details are in no file and seven things have no file at all.

**2** changed · **1** missing · **1** still there · **3** undeclared · **7** not managed

18 of 22 definitions managed, 4 of 4 events, 1 of 1 price overrides

### Differs in the shop (2)

- `definition/Manager` (`manifests/account-manager.yaml:2`)
  - `description`: in the shop `Sellers`, in the manifest `Managers`
  - `fields.phone`: in the shop nothing, in the manifest `text, required, label text`
- `event/e`
  - `properties.metaData.p`: in the shop `text, required`, in the manifest nothing

### Missing in the shop (1)

- `event/f` (`manifests/events.yaml:9`)

### Still in the shop, and to be absent (1)

- `definition/Old` (`manifests/old.yaml:1`)

### In the shop, and not in its manifest (3)

- `definition/Manager`
  - `fields.fax` is `text, label text`
  - `relationships.fax` is `→ Team.id`
- `event/e`
  - `properties.customData.kept` is `text`

### Not managed by any manifest (7)

- `definition/D0`
- `definition/D1`
- `definition/D2`
- `definition/D3`
- `definition/D4`
- `definition/D5`
- `definition/D6`

### Worth knowing (1)

- two live definitions are called Team

### What to do

- To keep what the shop has: `reconciler --target shop pull` writes it into the manifests; then have that change \
reviewed.
- To put the shop back: `reconciler --target shop plan` says what of it can be put back, and \
`reconciler --target shop apply --allow-destroy` does it.
- What no manifest mentions stays as it is, whatever is applied.

---
Read `2026-01-01T00:00:00Z`
"""


def test_the_issue_reads_from_the_sentence_to_what_to_do() -> None:
    """Every address that differs is in it, with both sides."""
    assert BODY == drift_markdown(DRIFT)


def test_no_drift_asks_for_nothing() -> None:
    """There is no list and nothing to do."""
    text = drift_markdown(SAME)
    assert "<!-- reconciler:drift:shop -->\nThe shop is as its files describe it.\n" in text
    assert "#" not in text
    assert "**0**" not in text


def test_only_what_a_manifest_mentions_can_be_put_back() -> None:
    """Apply has nothing to do for the rest, and deletes only what is to be absent."""
    text = drift_markdown(SAME.model_copy(update={"unmanaged": ("event/e",)}))
    assert "\n\n**1** not managed\n\n" in text
    assert "The shop is not as its files describe it: one thing has no file at all.\n" in text
    assert "apply`" not in text
    missing = drift_markdown(SAME.model_copy(update={"drifted": DRIFT.drifted[-1:]}))
    assert "`reconciler --target shop apply` does it.\n\n---" in missing


def test_no_plan_is_mistaken_for_drift() -> None:
    """Not even that of a target whose name says drift."""
    assert marker("shop", "drift") != marker("drift:shop")
    assert not drift_markdown(DRIFT).startswith(marker("shop"))


@pytest.mark.parametrize("length", [5, 70_000])
def test_the_issue_is_short_enough_whatever_there_is(length: int) -> None:
    """Each list keeps a share, every object is named while that is possible, and what is left out is counted."""
    fields = tuple(part("fields", f"{'n' * length}{n}", new=column("text")) for n in range(30))
    many = [
        DRIFT.drifted[0].model_copy(update={"address": at(f"event/{'`' * length}{n}"), "fields": fields})
        for n in range(500)
    ]
    names = tuple(at(f"event/{'x' * length}{number}") for number in range(5000))
    text = drift_markdown(DRIFT.model_copy(update={"drifted": tuple(many), "unmanaged": names}))
    assert LIMIT > len(text)
    assert "### Differs in the shop (500)\n" in text
    assert "### Not managed by any manifest (5,000)\n" in text
    assert 1 == len(re.findall(r"\*\*and [\d,]+ more", text))
    assert "### What to do" in text
