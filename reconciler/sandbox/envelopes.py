"""The shapes of answers (contract §1): single, listing, bulk and error."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http import HTTPStatus


@dataclass(frozen=True)
class Answer:
    """A status, a JSON body and headers."""

    status: int
    body: Mapping[str, object]
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Page:
    """The place of a page in its listing."""

    total: int
    limit: int
    offset: int


class Refusal(Exception):
    """The request is refused; ``message`` is one text or, for validation, a list of
    them.
    """

    def __init__(self, status: int, message: str | list[str]) -> None:
        super().__init__(message)
        self.status = status
        self.message = message


def iso(moment: float) -> str:
    """Format an epoch time as ISO-8601 with milliseconds and Z, as JavaScript does."""
    return (
        datetime.fromtimestamp(moment, UTC).strftime("%Y-%m-%dT%H:%M:%S.")
        + f"{int(moment % 1 * 1000):03d}Z"
    )


def single(data: object) -> Answer:
    """Answer one resource."""
    return Answer(200, {"statusCode": 200, "data": data})


def listing(rows: Sequence[object], page: Page, now: float) -> Answer:
    """Answer a page; page numbers are 1-based."""
    current = page.offset // page.limit + 1
    more = page.offset + page.limit < page.total
    pagination = {
        "total_items": page.total,
        "items_per_page": page.limit,
        "total_pages": -(-page.total // page.limit),
        "current_page": current,
        "offset": page.offset,
        "has_previous_page": page.offset > 0,
        "has_next_page": more,
        "next_page": current + 1 if more else None,
        # An offset inside the first page still has something before it, and it is page 1.
        "previous_page": max(current - 1, 1) if page.offset > 0 else None,
    }
    return Answer(
        200,
        {
            "statusCode": 200,
            "data": rows,
            "meta": {"pagination": pagination, "generated_at": iso(now)},
        },
    )


def bulk(accepted: int, rejected: Sequence[Mapping[str, object]] = ()) -> Answer:
    """Answer a bulk write: 200, or 400 with the same counters when nothing was valid
    (contract §5, §13 row 4).

    The keys of a rejected item are undocumented; contract §13 row 20 settles on index,
    item and errors.
    """
    counters = {
        "sent_count": accepted,
        "rejected_count": len(rejected),
        "rejected_items": list(rejected),
    }
    if rejected and not accepted:
        return Answer(
            400,
            {
                "statusCode": 400,
                "message": "All items are invalid",
                "error": "Bad Request",
                **counters,
            },
        )
    return Answer(200, {"statusCode": 200, **counters})


def rejected(index: int, item: object, errors: Sequence[str]) -> dict[str, object]:
    """Describe one item that a bulk write refused."""
    return {"index": index, "item": item, "errors": list(errors)}


def failure(status: int, message: str | list[str]) -> Answer:
    """Answer an error in the NestJS style (contract §1)."""
    return Answer(
        status,
        {"statusCode": status, "message": message, "error": HTTPStatus(status).phrase},
    )
