"""Every way in which a command can fail: one class for each reaction that somebody has
to a failure, with the exit code it ends in.

ReconcilerError                 1
├── InvalidManifests            1   findings, each with its place
├── SettingsError               1   reconciler.toml cannot be used
├── GitFailed                   1   git cannot be used, or cannot read the repository
├── HostNotAllowed              1   the key would go to a host that only a file names
├── MissingKey                  1   the target's key is not in the environment
├── WrongUsage                 64   a name or path on the command line that is not there
├── ApiError                    1   the API or the way to it
│   ├── Unreachable             1   no answer: the request may or may not have been carried out
│   │   └── NeverSent           1   no connection: the request was certainly not carried out
│   │       ├── Hopeless        1   trying again would change nothing: a certificate, a name
│   │       └── Stopped         1   it waited for its turn when the run was stopped
│   ├── Rejected                1   an answer that says no (4xx)
│   │   ├── Unauthorized        1   401, 403
│   │   └── TooManyRequests     1   429
│   ├── OutOfTime               1   the shop was not read to its end in the time there is
│   ├── ServerFailure           1   an answer that says "not now" (5xx, 408)
│   └── NotUnderstood           1   an answer outside the contract
├── Refused                     3   blocked change, guard, approval or permission missing
│   └── Interrupted           130   a signal while a person was asked
└── Stale                       4   a saved plan that does not fit what is there now
"""

from collections.abc import Iterable
from enum import IntEnum


class ExitCode(IntEnum):
    """What the process returns; the same number stands in every JSON document. The words
    below each are those of the reference.
    """

    DONE = 0
    """Done or in sync; for `plan` also "changes pending"."""
    FAILED = 1
    """Failed: invalid manifests, no key, API or network failure; `fmt --check`: files have
    another layout.
    """
    PENDING = 2
    """Changes pending (`plan --detailed-exitcode`), drift found, two shops differ, more rows
    to come (`records apply --first`).
    """
    REFUSED = 3
    """Refused: something is blocked, breaking, against a guard or not approved; `--fail-on`
    met; `generate --check`: out of date; `pull`: files would change, or are not committed.
    """
    STALE = 4
    """Stale: the plan that was saved, or that you were asked about, no longer fits the shop
    or the manifests.
    """
    PARTIAL = 5
    """Applied in part, not all written (`pull`), or unknown (`events send`); the report says
    what.
    """
    USAGE = 64
    """Wrong usage."""
    INTERRUPTED = 130
    """Interrupted."""


DONE_WELL = (ExitCode.DONE, ExitCode.PENDING)
"""What no CI server should count as a failure of the command."""


class ReconcilerError(Exception):
    """The base: str() is one clear sentence for the person who ran the command."""

    exit_code = ExitCode.FAILED
    reason = "failed"


class InvalidManifests(ReconcilerError):
    """The manifests have findings of severity error; `findings` holds all of them,
    warnings included.
    """

    reason = "invalid-manifests"

    def __init__(self, findings: Iterable[object]) -> None:
        self.findings = tuple(findings)
        super().__init__("\n".join(str(finding) for finding in self.findings))


class SettingsError(ReconcilerError):
    """reconciler.toml cannot be read or says something that has no meaning."""

    reason = "invalid-settings"


class GitFailed(ReconcilerError):
    """git could not do what it always can in a sound repository; the message says what
    to do.
    """

    reason = "git-failed"


class HostNotAllowed(ReconcilerError):
    """The key would go to a host that nobody but a file of the repository names."""

    reason = "host-not-allowed"


class MissingKey(ReconcilerError):
    """The environment variable that should hold the target's API key is empty or
    absent.
    """

    reason = "missing-key"


class WrongUsage(ReconcilerError):
    """Something named on the command line does not exist."""

    exit_code = ExitCode.USAGE
    reason = "usage"


class ApiError(ReconcilerError):
    """A request did not end well. `request` is `METHOD path`, never with a header or a
    key.
    """

    reason = "api-error"
    retry_after: float | None = None
    """Seconds to wait before it is tried again, when the API named a time."""

    def __init__(
        self, message: str, *, request: str = "", status: int | None = None
    ) -> None:
        super().__init__(message)
        self.request = request
        self.status = status


class Unreachable(ApiError):
    """No usable answer came back: the request may or may not have been carried out."""

    reason = "unreachable"


class NeverSent(Unreachable):
    """No connection could be made: the request was certainly not carried out."""


class Hopeless(NeverSent):
    """No connection can be made, and trying again would change nothing: the certificate
    is not accepted, or the name of the host is not known.
    """


class Stopped(NeverSent):
    """It was not sent because the run was stopped while it waited for its turn."""


class OutOfTime(ApiError):
    """Reading the shop takes longer than it may: nothing more is asked."""

    reason = "timeout"


class Rejected(ApiError):
    """The API answered that it will not do this (4xx). `content` is the JSON of the
    answer, which may name items of a batch; it is for programs, and never shown.
    """

    reason = "rejected"
    content: object = None


class Unauthorized(Rejected):
    """The key is missing, wrong, or may not do this (401, 403)."""

    reason = "unauthorized"


class TooManyRequests(Rejected):
    """429: later. Nothing proves that a write was not carried out all the same."""

    reason = "rate-limited"

    def __init__(
        self, message: str, *, request: str = "", retry_after: float | None = None
    ) -> None:
        super().__init__(message, request=request, status=429)
        self.retry_after = retry_after


class ServerFailure(ApiError):
    """5xx or 408: like no answer, the request may or may not have been carried out."""

    reason = "server-failure"

    def __init__(
        self,
        message: str,
        *,
        request: str = "",
        status: int | None = None,
        retry_after: float | None = None,
    ) -> None:
        super().__init__(message, request=request, status=status)
        self.retry_after = retry_after


class NotUnderstood(ApiError):
    """A 2xx answer outside the contract: the request may have been carried out, its
    result is not known.
    """

    reason = "not-understood"


class Refused(ReconcilerError):
    """The tool will not do this as asked; the message holds the numbers and the way
    out, and `items` what exactly is refused.
    """

    exit_code = ExitCode.REFUSED

    def __init__(
        self, message: str, *, reason: str, items: Iterable[object] = ()
    ) -> None:
        super().__init__(message)
        self.reason = reason
        self.items = tuple(items)


class Interrupted(Refused):
    """Somebody stopped it before anything was sent."""

    exit_code = ExitCode.INTERRUPTED

    def __init__(self) -> None:
        super().__init__("Interrupted. Nothing was sent.", reason="interrupted")


class Stale(ReconcilerError):
    """A saved plan cannot be applied: something moved, or it is not the plan that was
    reviewed. `moved` holds a sentence for each thing that moved.
    """

    exit_code = ExitCode.STALE

    def __init__(
        self, message: str, *, reason: str = "stale", moved: Iterable[str] = ()
    ) -> None:
        super().__init__(message)
        self.reason = reason
        self.moved = tuple(moved)
