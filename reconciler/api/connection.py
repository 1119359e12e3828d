"""One shop over HTTP: limits, retries and error translation. Reading commands hold a
type that cannot write.

Redirects are not followed, answers are capped and limited in time, and the key leaves
its secret type only in the header of a request (contract §1: `spm-api-key`).
"""

import random
import re
import threading
import time
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from ipaddress import ip_address
from typing import Any, Self

import httpx
from pydantic import SecretStr

from reconciler.api.answers import json_of, message_of, seconds_to_wait, unpacked
from reconciler.api.deadline import Deadline, tls_until
from reconciler.api.limiter import Limiter
from reconciler.errors import (
    ApiError,
    NeverSent,
    NotUnderstood,
    Rejected,
    ServerFailure,
    SettingsError,
    TooManyRequests,
    Unauthorized,
    Unreachable,
)

Params = Mapping[str, str]
LARGEST_ANSWER = 25 * 1024 * 1024
LONGEST_MESSAGE = 500
LEAST_PATIENCE = 1.0
"""What a 429 takes from the patience for limits at least, in seconds: "Retry-After: 0"
must not go on for ever.
"""


@dataclass(frozen=True, slots=True)
class Policy:
    """Patience, in seconds. Back-off doubles from `first_delay`, with jitter, up to
    `longest_delay` (contract §1).
    """

    retries: int = 3
    first_delay: float = 1.0
    longest_delay: float = 10.0
    patience_for_limits: float = 150.0
    connect_timeout: float = 10.0
    read_timeout: float = 30.0
    answer_timeout: float = 60.0

    def delay(self, attempt: int) -> float:
        """How long to wait after the n-th attempt, n from 1."""
        jitter = random.uniform(0, self.first_delay / 2)
        return float(
            min(self.first_delay * 2.0 ** (attempt - 1) + jitter, self.longest_delay)
        )


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where to send and as whom. `key_name` says where the key came from, for
    messages.
    """

    base_url: str
    key: SecretStr
    key_name: str = "the API key"


@dataclass(slots=True)
class Means:
    """What a connection is made with; tests and the sandbox bring their own transport,
    clock and limiter.
    """

    transport: httpx.BaseTransport | None = None
    policy: Policy = field(default_factory=Policy)
    limiter: Limiter = field(default_factory=Limiter)
    sleep: Callable[[float], object] = time.sleep
    trace: Callable[[str], object] = lambda line: None
    stop: Callable[[], bool] = lambda: False
    """Whether nothing new may be written, and nothing be sent again."""
    given_up: Callable[[], bool] = lambda: False
    """Whether nobody waits for answers any more, not even to what would be read."""


class ReadConnection:
    """GET and nothing else: the client under it refuses any other method before it is
    sent.
    """

    methods = frozenset({"GET"})

    def __init__(self, endpoint: Endpoint, means: Means | None = None) -> None:
        self._endpoint = endpoint
        self._means = means or Means()
        self._counting = threading.Lock()
        self._deadline = Deadline()
        self.requests = 0
        policy = self._means.policy
        local = check_base_url(endpoint.base_url)
        _check_key(endpoint)
        self._http = httpx.Client(
            base_url=endpoint.base_url,
            transport=self._means.transport,
            verify=False
            if self._means.transport or local == "http"
            else tls_until(self._deadline),
            trust_env=local == "https",
            follow_redirects=False,
            timeout=httpx.Timeout(
                policy.read_timeout, connect=policy.connect_timeout, pool=None
            ),
            limits=httpx.Limits(max_connections=None, max_keepalive_connections=32),
            headers={
                "accept": "application/json",
                "accept-encoding": "identity",
                "user-agent": "shopimind-reconciler",
            },
            auth=self._signed,
            event_hooks={"request": [self._refuse_other_methods]},
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._http.close()

    def get(self, path: str, params: Params | None = None) -> Any:
        """The JSON answer to a GET, retried. Raises ApiError."""
        return self._retried("GET", path, params=params)

    def _refuse_other_methods(self, request: httpx.Request) -> None:
        if request.method not in self.methods:
            raise RuntimeError(f"a reading command tried to send {request.method}")

    def _signed(self, request: httpx.Request) -> httpx.Request:
        """The one place where the key leaves its type; no frame of ours ever holds it
        in a variable.
        """
        request.headers["spm-api-key"] = self._endpoint.key.get_secret_value()
        return request

    def _retried(self, method: str, path: str, **sending: Any) -> Any:
        """Safe to replay: also when the outcome of an attempt is in doubt."""
        return self._until_answered(
            method, path, (Unreachable, ServerFailure, NotUnderstood), sending
        )

    def _once(self, method: str, path: str, **sending: Any) -> Any:
        """Sent again only when it was certainly not carried out: no connection, or over
        the limit.
        """
        return self._until_answered(method, path, (NeverSent,), sending)

    def _until_answered(
        self,
        method: str,
        path: str,
        retriable: tuple[type[ApiError], ...],
        sending: dict[str, Any],
    ) -> Any:
        policy, waited, limited, failed = self._means.policy, 0.0, 0, 0
        doubt: ApiError | None = None
        while True:
            try:
                return self._sent(method, path, **sending)
            except TooManyRequests as limit:
                latest: ApiError = doubt or limit
                limited += 1
                delay = max(limit.retry_after or 0.0, policy.delay(limited))
                waited += max(delay, LEAST_PATIENCE)
                if waited > policy.patience_for_limits:
                    raise latest from None
            except retriable as failure:
                failed += 1
                delay = policy.delay(failed)
                doubt = doubt if isinstance(failure, NeverSent) else failure
                latest = doubt or failure
                if failed > policy.retries:
                    raise latest from None
            self._means.sleep(delay)
            if self._means.stop():
                raise latest

    def _sent(self, method: str, path: str, **sending: Any) -> Any:
        request = f"{method} {path}"
        with self._means.limiter.slot():
            self._check_going_on(method, request)
            with self._counting:
                self.requests += 1
            began = time.monotonic()
            self._deadline.at = began + self._means.policy.answer_timeout
            try:
                with self._http.stream(method, path, **sending) as answer:
                    body = self._body(answer, request)
                self._means.trace(
                    f"{request} → {answer.status_code} ({time.monotonic() - began:.3f} s)"
                )
            except (httpx.ConnectError, httpx.ConnectTimeout) as lost:
                raise NeverSent(
                    f"{self._place} cannot be reached: {self._cause(lost)}",
                    request=request,
                ) from None
            except httpx.HTTPError as lost:
                raise Unreachable(
                    f"{request} got no answer: {self._cause(lost)}", request=request
                ) from None
        return self._understood(answer, body, request)

    @property
    def _place(self) -> str:
        return self._http.base_url.netloc.decode()

    def _check_going_on(self, method: str, request: str) -> None:
        """Waiting for the limit can take a minute. Once the run is to stop no write is
        sent any more, not even to settle an earlier one, and once nobody waits for
        answers nothing is.
        """
        if self._means.given_up() or (method != "GET" and self._means.stop()):
            raise NeverSent(
                f"{request} was not sent: the run was stopped", request=request
            )

    def _body(self, answer: httpx.Response, request: str) -> bytes:
        """As it came over the wire, since httpx would unpack it without a limit. A
        refusal without readable words is a refusal nevertheless.
        """
        body = bytearray()
        assert isinstance(answer.stream, httpx.SyncByteStream)
        for chunk in answer.stream:
            body += chunk
            if len(body) > LARGEST_ANSWER:
                break
            if time.monotonic() > self._deadline.at:
                raise Unreachable(
                    f"the answer to {request} took too long", request=request
                )
        try:
            return unpacked(
                bytes(body), answer.headers.get("content-encoding", ""), LARGEST_ANSWER
            )
        except ValueError as wrong:
            if answer.is_success:
                raise NotUnderstood(
                    f"{request} was answered with {wrong}", request=request
                ) from None
            return b""

    def _understood(self, answer: httpx.Response, body: bytes, request: str) -> Any:
        if answer.is_success and not body.strip() and not request.startswith("GET "):
            return None  # a write that says no more than "done"
        try:
            parsed = json_of(body)
            said = message_of(parsed)
        except (ValueError, RecursionError):
            if answer.is_success:
                told = f"{request} was answered with something that is not JSON"
                raise NotUnderstood(told, request=request) from None
            said = ""
        if answer.is_success:
            return parsed
        raise self._refusal(answer, self._without_key(said)[:LONGEST_MESSAGE], request)

    def _without_key(self, said: str) -> str:
        """A server, or what stands before it, may repeat what it was sent."""
        return said.replace(self._endpoint.key.get_secret_value(), "***")

    def _cause(self, lost: Exception) -> str:
        return self._without_key(str(lost))[:LONGEST_MESSAGE] or type(lost).__name__

    def _refusal(self, answer: httpx.Response, said: str, request: str) -> ApiError:
        status = answer.status_code
        told = f"{request} was answered {status}" + (f": {said}" if said else "")
        if status == 429:
            return TooManyRequests(
                told,
                request=request,
                retry_after=seconds_to_wait(answer.headers.get("retry-after", "")),
            )
        if status == 401:
            told = f"The API does not accept the key in {self._endpoint.key_name} (401 on {request})."
            return Unauthorized(told, request=request, status=status)
        if status == 403:
            told = f"The key in {self._endpoint.key_name} may not do this (403 on {request})."
            return Unauthorized(told, request=request, status=status)
        if answer.is_redirect:
            told += ": a redirect, and redirects are not followed"
        if status == 408 or status >= 500:
            return ServerFailure(told, request=request, status=status)
        return Rejected(told, request=request, status=status)


class Connection(ReadConnection):
    """All methods, for `apply`."""

    methods = frozenset({"GET", "POST", "PUT", "PATCH", "DELETE"})

    def replay(
        self, method: str, path: str, *, body: Any = None, params: Params | None = None
    ) -> Any:
        """A write that may be repeated (contract §9), retried like a read."""
        return self._retried(method, path, json=body, params=params)

    def write_once(self, method: str, path: str, *, body: Any) -> Any:
        """A write that must not be repeated blindly. The idempotency key is sent and
        never relied on (§13 row 24).
        """
        return self._once(
            method, path, json=body, headers={"idempotency-key": str(uuid.uuid4())}
        )


def check_base_url(base_url: str) -> str:
    """The scheme; raises SettingsError for anything but https, or http on the loopback
    interface.
    """
    try:
        parts = httpx.URL(base_url)
    except (httpx.InvalidURL, ValueError):
        raise SettingsError(
            f"The address of the API cannot be read: {_without_userinfo(base_url)!r}"
        ) from None
    if parts.userinfo:
        raise SettingsError(
            "The address of the API must not contain a user name or a password."
        )
    if parts.host and (
        parts.scheme == "https" or (parts.scheme == "http" and _is_loopback(parts.host))
    ):
        return parts.scheme
    raise SettingsError(
        f"The API must be reached over https (plain http only on this machine), and {base_url!r} is something else."
    )


def _check_key(endpoint: Endpoint) -> None:
    """A key that no header can carry would come back in the words of the HTTP library;
    raises SettingsError.
    """
    if not re.fullmatch(r"[\x21-\x7e]+", endpoint.key.get_secret_value()):
        raise SettingsError(
            f"{endpoint.key_name} does not hold an API key: keys are letters, digits and hyphens."
        )


def _without_userinfo(url: str) -> str:
    return re.sub(r"//.*@", "//", url, flags=re.DOTALL)


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
