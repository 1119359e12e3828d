"""Making due things visible: queued writes, and definitions that leave ``creating`` or
``editing``.

Nothing runs in the background: each request first settles what has become due, so a
sandbox that was closed with writes in its queue finishes them when it is opened again.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Mapping, Sequence

from reconciler.sandbox import people, rows
from reconciler.sandbox.dashboard.reactions import Reactions
from reconciler.sandbox.envelopes import iso
from reconciler.sandbox.happenings import Happening

_Write = Callable[[sqlite3.Connection, rows.Accepted], Sequence[Happening] | None]
_APPLY: Mapping[str, _Write] = {
    "record_save": rows.save,
    "record_change": rows.change,
    "record_delete": rows.delete,
    "customer_save": people.save,
    "customer_change": people.change,
    "customer_delete": people.delete,
    "product_save": rows.save_product,
    "product_change": rows.change_product,
    "product_delete": rows.delete_product,
    "history": rows.remember,
}


def is_due(db: sqlite3.Connection, now: float) -> bool:
    """Tell whether ``settle`` has anything to do."""
    row = db.execute(
        "SELECT EXISTS (SELECT 1 FROM pending WHERE due <= ?1)"
        " OR EXISTS (SELECT 1 FROM definition WHERE settles_at <= ?1)",
        (now,),
    ).fetchone()
    return bool(row[0])


def settle(db: sqlite3.Connection, now: float) -> None:
    """Apply, in order of acceptance, what is due, and let scenarios act after each; call
    inside a write transaction.
    """
    db.execute(
        "UPDATE definition SET status = settles_as, settles_at = NULL, settles_as = NULL WHERE settles_at <= ?",
        (now,),
    )
    reactions: dict[int, Reactions] = {}
    for pending in db.execute(
        "SELECT * FROM pending WHERE due <= ? ORDER BY id", (now,)
    ).fetchall():
        accepted = rows.Accepted(
            pending["shop_id"], iso(pending["due"]), json.loads(pending["payload"])
        )
        happenings = _APPLY[pending["kind"]](db, accepted) or ()
        shop = reactions.setdefault(accepted.shop, Reactions(db, accepted.shop))
        shop.after(happenings, accepted.at)
    db.execute("DELETE FROM pending WHERE due <= ?", (now,))
