"""What all manifests have in common, whatever their kind: strict values and places for
names, days, acceptances and the wish to have something gone or renamed.

A value that is None was not written, and what is not written is not managed. Scalars are
strict: YAML says what is text and what is a number, and a text that some readers of YAML
take for something else has to stand in quotes.
"""

import re
import unicodedata
from collections.abc import Iterable
from datetime import date
from typing import Annotated, Any, Literal, Self, TypeVar

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    GetJsonSchemaHandler,
    PrivateAttr,
    StrictStr,
    ValidationInfo,
    ValidatorFunctionWrapHandler,
    WrapValidator,
)
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, PydanticCustomError, PydanticKnownError

from reconciler.model.letters import as_seen, unseen_in
from reconciler.model.unquoted import check_quoted

T = TypeVar("T")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
DAY_PATTERN = r"^\d{4}-\d\d-\d\d$"
"""Of a day in JSON Schema."""
_CONTROL = ("Cc", "Cs", "Zl", "Zp")
_DIRECTIONS = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
"""Marks that turn the direction of the text after them."""
_BLANKS = {" ": "a blank", "\t": "a tab", "\r": "a line break", "\n": "a line break"}


def _trimmed(value: object) -> object:
    """Blanks around words for people mean nothing. Other blanks than those of the
    keyboard are for `_check_name`.
    """
    return value.strip("".join(_BLANKS)) if isinstance(value, str) else value


def _check_edges(value: str) -> str:
    """Nobody sees a blank at the edge of a name, and the server counts leading ones
    (contract §3.1): without it, the name is that of something else.
    """
    if not value.strip("".join(_BLANKS)):
        raise PydanticKnownError("string_too_short", {"min_length": 1})
    for edge, letter in (("begins", value[:1]), ("ends", value[-1:])):
        if letter and letter in _BLANKS:
            what = _BLANKS[letter]
            told = "{edge} with {what}"
            raise PydanticCustomError("outer_blank", told, {"edge": edge, "what": what})
    return value


def _check_name(value: str) -> str:
    """A name that looks like another one cannot be reviewed."""
    if unseen := unseen_in(value):
        raise _unseen(unseen)
    return value


def _check_readable(value: str) -> str:
    """What lives may have letters that nobody sees, and has to be named all the same; but
    nothing may change how the rest of a file is shown.
    """
    for letter in value:
        if unicodedata.category(letter) in _CONTROL or letter in _DIRECTIONS:
            raise _unseen(letter)
    return value


def _unseen(letter: str) -> PydanticCustomError:
    told = "holds U+{code}, which cannot be seen"
    return PydanticCustomError("unseen_character", told, {"code": f"{ord(letter):04X}"})


def _check_shown(value: str) -> str:
    """Words for people may have the blanks of their language and the parts of an emoji,
    but not consist of what nobody sees.
    """
    unseen = unseen_in(value)
    if unseen and not as_seen(value).strip():
        raise _unseen(unseen)
    return _check_readable(value)


class _WithoutNull:
    """Takes `null` out of the JSON Schema: to leave the key out is to write nothing."""

    def __get_pydantic_json_schema__(
        self, core: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        schema = handler(core)
        others = [each for each in schema["anyOf"] if each != {"type": "null"}]
        return others[0] if len(others) == 1 else {"anyOf": others}


def _check_day(value: object) -> object:
    if isinstance(value, str) and _DAY.fullmatch(value):
        return value
    raise PydanticCustomError("day_type", "must be a day, such as 2026-12-31")


def _check_unless_absent(value: Any, info: ValidationInfo) -> Any:
    # `info.data` only has what is declared before: `ensure` comes from the base class.
    if not value and info.data.get("ensure") != "absent":
        raise PydanticCustomError("needed", "missing")
    return value


class Unreadable(str):
    """Stands in a draft for a required value that could not be read: every check passes
    over it. No two of them are equal, and no manifest can hold one.
    """

    __slots__ = ()

    # Two names that could not be read are not the same name written twice.
    def __eq__(self, other: object) -> bool:
        return self is other

    def __ne__(self, other: object) -> bool:
        return self is not other

    def __hash__(self) -> int:
        return id(self)


def _pass_unreadable(value: Any, validate: ValidatorFunctionWrapHandler) -> Any:
    return value if isinstance(value, Unreadable) else validate(value)


MAY_BE_UNREADABLE = WrapValidator(_pass_unreadable)
"""Marks the type of a required value that a draft may lack."""

IN_QUOTES = BeforeValidator(check_quoted)
"""Marks a place for text. It comes last, so that it is asked first."""

Text = Annotated[StrictStr, IN_QUOTES]
VisibleText = Annotated[
    StrictStr, BeforeValidator(_trimmed), AfterValidator(_check_shown), IN_QUOTES
]


def visible_text(value: Any) -> str:
    """What VisibleText makes of the value, for a validator of another type."""
    text = _trimmed(check_quoted(value))
    if not isinstance(text, str):
        raise PydanticCustomError("string_type", "must be text")
    return _check_shown(text)


Name = Annotated[
    StrictStr,
    Field(min_length=1),
    AfterValidator(_check_edges),
    AfterValidator(_check_name),
    MAY_BE_UNREADABLE,
    IN_QUOTES,
]
LivingName = Annotated[
    StrictStr,
    Field(min_length=1),
    AfterValidator(_check_readable),
    MAY_BE_UNREADABLE,
    IN_QUOTES,
]
"""A name as it lives in the shop, whatever it holds, blanks around included."""
Reason = Annotated[
    StrictStr,
    Field(min_length=1),
    BeforeValidator(_trimmed),
    AfterValidator(_check_readable),
    MAY_BE_UNREADABLE,
    IN_QUOTES,
]
Optional = Annotated[T | None, _WithoutNull()]
"""What need not be written; None says that it was not, and no manifest can say it."""
Day = Annotated[
    date,
    BeforeValidator(
        _check_day,
        json_schema_input_type=Annotated[str, Field(pattern=DAY_PATTERN)],
    ),
    MAY_BE_UNREADABLE,
]
UNLESS_ABSENT = AfterValidator(_check_unless_absent)
"""Marks what only a resource that is to be deleted may leave out or leave empty."""


def unless_absent(key: str, least: str) -> dict[str, Any]:
    """UNLESS_ABSENT in JSON Schema: `key` is required, and its `least` (minLength or
    minItems) is 1.
    """
    return {
        "if": {"properties": {"ensure": {"const": "absent"}}, "required": ["ensure"]},
        "else": {"required": [key], "properties": {key: {least: 1}}},
    }


class Part(BaseModel):
    """The base of everything that is written in a manifest."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", hide_input_in_errors=True, defer_build=True
    )


class Acceptance(Part):
    """A reviewed acceptance of one breaking change: `change` is its dotted path, or
    `delete`.
    """

    change: LivingName
    reason: Reason
    until: Day


class Resource(Part):
    """The base of one manifest's content; each kind has a model of its own."""

    kind: str
    accept: tuple[Acceptance, ...] = ()
    _unread: frozenset[str] = PrivateAttr(default=frozenset())

    @property
    def unread(self) -> frozenset[str]:
        """The keys in which something could not be read: there may be more in them."""
        return self._unread

    def without_reading(self, keys: Iterable[str]) -> Self:
        """The same, saying that something under these keys could not be read."""
        # model_copy(update=…) does not reach private attributes.
        copy = self.model_copy()
        copy._unread = frozenset(keys)
        return copy

    @property
    def data_files(self) -> tuple[str, ...]:
        """The paths of files that it names and that are no manifests."""
        return ()

    @property
    def absent(self) -> bool:
        """Whether it is to be deleted."""
        return False

    @property
    def old_name(self) -> str | None:
        """The name it had before, when it is to keep its id under a new one."""
        return None


class Lasting(Resource):
    """A resource with an id, which can be renamed and has to be deleted explicitly."""

    renamed_from: Optional[LivingName] = None
    ensure: Optional[Literal["absent"]] = None

    @property
    def absent(self) -> bool:
        return self.ensure == "absent"

    @property
    def old_name(self) -> str | None:
        return None if self.absent else self.renamed_from
