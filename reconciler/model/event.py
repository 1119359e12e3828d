"""What happens while a plan is applied. Exactly one ending per change."""

from dataclasses import dataclass

from reconciler.model.address import Address


@dataclass(frozen=True, slots=True)
class Written:
    """The API accepted the write; it is not called applied before it has been read
    back.
    """

    address: Address


@dataclass(frozen=True, slots=True)
class Applied:
    """The change was read back and is as planned; `notes` say what the shop made of its
    texts.
    """

    address: Address
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Failed:
    """The API said no, or holds something else than was planned. `request` is the one
    that failed.
    """

    address: Address
    error: str
    request: str = ""


@dataclass(frozen=True, slots=True)
class Changed(Failed):
    """The same, and the shop has changed all the same: in part, or to something else."""


@dataclass(frozen=True, slots=True)
class Skipped:
    """Nothing was sent, because of what `because` says."""

    address: Address
    because: str


@dataclass(frozen=True, slots=True)
class Moved(Skipped):
    """Somebody else changed it after the plan was made; seen right before writing."""


@dataclass(frozen=True, slots=True)
class Limited(Skipped):
    """The shop had refused others for the limit of the key, again and again."""


@dataclass(frozen=True, slots=True)
class Unanswered(Skipped):
    """The shop had not answered to others."""


@dataclass(frozen=True, slots=True)
class Unknown:
    """The write may or may not have been carried out and reading could not tell."""

    address: Address
    error: str
    request: str = ""


Ending = Applied | Failed | Skipped | Unknown
Progress = Written | Ending
