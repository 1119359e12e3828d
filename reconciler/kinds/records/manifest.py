"""What a manifest may say of a record set: where its rows are, how the file is written,
and what may be done with the rows of the shop.
"""

import codecs
from collections.abc import Mapping
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, BeforeValidator, Field
from pydantic_core import PydanticCustomError

from reconciler.kinds.definition_name import DefinitionName
from reconciler.model.resource import (
    IN_QUOTES,
    MAY_BE_UNREADABLE,
    Name,
    Optional,
    Part,
    Resource,
    Text,
)

MOST_INLINE = 2_000
"""Rows that may stand in the manifest itself."""
EXCEL = "excel"
"""Stands for dates that are written as Excel numbers days."""
_DAY_PARTS = ("%d", "%m", "%Y")
_DIRECTIVES = frozenset("dmYHMSy%")

Path = Annotated[Text, Field(min_length=1)]
ColumnName = Annotated[Text, Field(min_length=1)]
Mode = Literal["upsert", "update", "mirror", "insert-once"]
Show = Literal["values", "keys", "none"]
Delimiter = Literal[",", ";", "\t", "|"]
Empty = Literal["null", "keep", "text"]


def _check_encoding(value: str) -> str:
    try:
        # Some codecs of Python turn text into text, or pack bytes.
        if codecs.lookup(value)._is_text_encoding:
            return value
    except LookupError:
        pass
    told = "must be an encoding, such as utf-8 or cp1252"
    raise PydanticCustomError("encoding", told)


def _check_dates(value: str) -> str:
    """As for strftime, with digits only: names of months depend on a language."""
    used = {value[i + 1 : i + 2] for i, sign in enumerate(value) if sign == "%"}
    missing = [part for part in _DAY_PARTS if part not in value.replace("%y", "%Y")]
    if value == EXCEL or (not missing and used <= _DIRECTIVES):
        return value
    told = "must be excel, or say where day, month and year stand, such as %d/%m/%Y"
    raise PydanticCustomError("dates", told)


def _check_timezone(value: str) -> str:
    try:
        ZoneInfo(value)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        told = "must be a time zone, such as Europe/Paris"
        raise PydanticCustomError("timezone", told) from None
    return value


def _as_list(value: object) -> object:
    return (value,) if isinstance(value, str) else value


def _column_of(value: object) -> object:
    return {"column": value} if isinstance(value, str) else value


class CsvOptions(Part):
    """How a CSV file is written, as far as the file does not say it."""

    delimiter: Optional[Delimiter] = None
    encoding: Annotated[Text, AfterValidator(_check_encoding)] = "utf-8"
    decimal: Annotated[Literal[".", ","], IN_QUOTES] = "."
    dates: Optional[Annotated[Text, AfterValidator(_check_dates)]] = None
    timezone: Optional[Annotated[Text, AfterValidator(_check_timezone)]] = None
    empty: Empty = "null"


class FileColumn(Part):
    """The column of a file that holds a field, and the key by which its values name what
    the field points at.
    """

    column: ColumnName
    by: Optional[Name] = None


class RecordSet(Resource):
    """The rows of one definition."""

    kind: Literal["records"] = "records"
    definition: Annotated[DefinitionName, MAY_BE_UNREADABLE]
    mode: Mode = "upsert"
    file: Annotated[
        tuple[Path, ...],
        BeforeValidator(_as_list, json_schema_input_type=Path | list[Path]),
    ] = ()
    rows: Optional[Annotated[tuple[dict[str, Any], ...], Field(max_length=MOST_INLINE)]] = None  # fmt: skip
    columns: Mapping[
        str,
        Annotated[
            FileColumn,
            BeforeValidator(_column_of, json_schema_input_type=ColumnName | FileColumn),
        ],
    ] = Field(default_factory=dict)
    ignore_columns: tuple[Text, ...] = ()
    ignore_differences: tuple[Name, ...] = ()
    csv: CsvOptions = CsvOptions()
    scope: Mapping[str, tuple[Any, ...]] = Field(default_factory=dict)
    show: Optional[Show] = None

    @property
    def data_files(self) -> tuple[str, ...]:
        return self.file
