"""One shop over HTTP: what is sent, within which limits, and what is sent again.

A request that may be repeated is tried again after every failure; a write that must not
be only when it was certainly not sent. Reading commands hold a type that cannot
write. Redirects are not followed, answers are capped and limited in time, and the key
leaves its secret type only in the header of a request (contract §1: `spm-api-key`).
"""

import math
import ssl
import threading
import time
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import lru_cache, partial
from typing import Any, Self

import httpx

from reconciler.api.access import (
    Access,
    ConnectionOptions,
    Policy,
    Progress,
    check_base_url,
    check_key,
)
from reconciler.api.answers import decompress
from reconciler.api.connecting import is_hopeless
from reconciler.api.deadline import Deadline, tls_until
from reconciler.api.proxies import proxy_for
from reconciler.api.retries import Retries
from reconciler.api.translation import Sized, quote_cause, sized_value_of, value_of
from reconciler.errors import (
    ApiError,
    Hopeless,
    NeverSent,
    NotUnderstood,
    OutOfTime,
    ServerFailure,
    Stopped,
    TooManyRequests,
    Unreachable,
)
from reconciler.form.words import counted, plural

__all__ = ["Access", "Connection", "ConnectionOptions", "Policy", "ReadConnection"]

Params = Mapping[str, str]
Failures = tuple[type[ApiError], ...]
LONGEST_TOLD = 160
"""Characters of a failure, when it is told that a request is tried again."""
ADDRESSES = 100
"""That are kept."""
LARGEST_ANSWER = 25 * 1024 * 1024
_HEADERS = {
    "accept": "application/json",
    "accept-encoding": "identity",  # what is packed small can be huge
    "user-agent": "shopimind-reconciler",
}
_EVEN_IN_DOUBT: Failures = (
    TooManyRequests,
    Unreachable,
    ServerFailure,
    NotUnderstood,
)
_NOT_SENT: Failures = (NeverSent,)


class ReadConnection:
    """GET and nothing else: the client under it refuses any other method before it is
    sent.
    """

    methods = frozenset({"GET"})

    def __init__(
        self, access: Access, options: ConnectionOptions | None = None
    ) -> None:
        self._access = access
        self._options = options or ConnectionOptions()
        self._counting = threading.Lock()
        self._deadline = Deadline()
        self._end = math.inf
        self._longest = self._options.policy.reading_timeout
        self.requests = 0
        self.progress: Progress = self._options.progress
        self._was_answered = False
        self._proxy: httpx.Proxy | None = None
        self._http = self._client()
        # httpx puts the address together anew for each request, which takes a third of
        # what a small request takes.
        self._address = lru_cache(maxsize=ADDRESSES)(self._whole_address)

    def _whole_address(self, path: str) -> httpx.URL:
        return self._http.build_request("GET", path).url

    def _client(self) -> httpx.Client:
        scheme = check_base_url(self._access.base_url)
        check_key(self._access)
        # No proxy that the environment names sees what stays on this machine.
        if scheme == "https" and not self._options.transport:
            self._proxy = proxy_for(httpx.URL(self._access.base_url))
        return httpx.Client(
            base_url=self._access.base_url,
            transport=self._options.transport,
            verify=self._certificates(scheme),
            proxy=self._proxy,
            trust_env=False,
            follow_redirects=False,
            timeout=self._timeouts(),
            limits=httpx.Limits(max_connections=None, max_keepalive_connections=32),
            headers=_HEADERS,
            auth=self._sign,
            event_hooks={"request": [self._refuse_other_methods]},
        )

    def _certificates(self, scheme: str) -> ssl.SSLContext | bool:
        """False where no TLS is spoken: to load certificates takes a while."""
        if self._options.transport or scheme == "http":
            return False
        return tls_until(self._deadline)

    def _timeouts(self) -> httpx.Timeout:
        """For one request: none goes on when the time to read is over."""
        policy, left = self._options.policy, self.seconds_to_read()
        # The limiter decides who waits; waiting for a connection never fails.
        return httpx.Timeout(
            min(policy.read_timeout, left),
            connect=min(policy.connect_timeout, left),
            pool=None,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._http.close()

    def get(self, path: str, params: Params | None = None) -> Any:
        """The JSON answer to a GET, retried. Raises ApiError."""
        return self.get_sized(path, params).value

    def get_sized(self, path: str, params: Params | None = None) -> Sized:
        """The same, with the size of the answer."""
        sized = self._send_until_answered(
            "GET", path, _EVEN_IN_DOUBT, params=params, understand=sized_value_of
        )
        assert isinstance(sized, Sized)
        self.progress.advance()
        return sized

    @contextmanager
    def time_to_read(self, seconds: float | None = None) -> Iterator[None]:
        """While entered, all requests together take no longer than the policy gives a
        reading, or than `seconds`. Then they raise OutOfTime.
        """
        usual = self._options.policy.reading_timeout
        self._longest = usual if seconds is None else min(seconds, usual)
        self._end = time.monotonic() + self._longest
        try:
            yield
        finally:
            self._end = math.inf

    def seconds_to_read(self) -> float:
        """What is left of the time to read, 0 at the least."""
        return max(self._end - time.monotonic(), 0.0)

    def out_of_time(self, state: str) -> OutOfTime:
        """What to raise when the time to read is over; `state` goes on after the count
        of requests.
        """
        seconds = self._longest
        return OutOfTime(
            f"The shop was not read to its end within {seconds:g} {plural(seconds, 'second')}: "
            f"{counted(self.requests, 'request')} sent, {state}. Try again later, or read less with --only."
        )

    def _refuse_other_methods(self, request: httpx.Request) -> None:
        if request.method not in self.methods:
            raise RuntimeError(f"a reading command tried to send {request.method}")

    def _sign(self, request: httpx.Request) -> httpx.Request:
        """The one place where the key leaves its type; no frame of ours ever holds it
        in a variable.
        """
        request.headers["spm-api-key"] = self._access.key.get_secret_value()
        return request

    def _send_until_answered(
        self, method: str, path: str, retried: Failures, **content: Any
    ) -> Any:
        """The value of the answer. Sends again after a failure that is among `retried`,
        until patience ends.
        """
        patience = Retries(self._options.policy)
        while True:
            try:
                return self._send(method, path, **content)
            except retried as failure:
                delay = patience.after(failure)
                self._tell_of_retry(failure, delay)
            self._options.sleep(min(delay, self.seconds_to_read()))
            if self._options.stop():
                raise patience.outcome

    def _send(
        self,
        method: str,
        path: str,
        understand: Callable[..., Any] = value_of,
        **content: Any,
    ) -> Any:
        request = f"{method} {path}"
        check = partial(self._check_waiting, request)
        self._let_pass(check)
        # A look that takes more requests than one leaves the write its place.
        kept = 1 if method == "GET" else 0
        with self._options.limiter.slot(check, kept=kept):
            self._check_going_on(method, request)
            try:
                answer, body = self._exchange(method, path, **content)
            except (httpx.ConnectError, httpx.ConnectTimeout, httpx.ProxyError) as lost:
                raise self._not_sent(lost, request) from None
            except httpx.HTTPError as lost:
                if not self.seconds_to_read():
                    raise self.out_of_time(f"and {request} got no answer") from None
                told = f"{request} got no answer: {quote_cause(lost, self._access)}"
                raise Unreachable(told, request=request) from None
        try:
            return understand(answer, body, request, self._access)
        except TooManyRequests as full:
            self._hold_all(full)
            raise

    def _tell_of_retry(self, failure: ApiError, delay: float) -> None:
        if not isinstance(failure, TooManyRequests):
            told = str(failure)[:LONGEST_TOLD].rstrip(".")
            self.progress.wait(f"{told}: trying again in", delay)

    def _hold_all(self, full: TooManyRequests) -> None:
        """What one thread was told holds for all that use the key."""
        if told := self._options.limiter.learn():
            self.progress.note(told)
        policy = self._options.policy
        seconds = full.retry_after or policy.first_delay
        if seconds > policy.patience_for_limits:
            return  # nobody waits so long: the request fails
        self._options.limiter.hold(seconds)
        told = f"{self._options.limiter} is used up (429), trying again in"
        self.progress.wait(told, seconds)

    def _let_pass(self, check: Callable[[float], object]) -> None:
        """Waits for the end of what another thread was told."""
        seconds = min(self._options.limiter.held, self.seconds_to_read())
        if seconds:
            check(seconds)
            self._options.sleep(seconds)

    def _not_sent(self, lost: httpx.TransportError, request: str) -> NeverSent:
        place = self._http.base_url.netloc.decode()
        if self._proxy:
            place += f" (through the proxy {self._proxy.url.netloc.decode()})"
        told = f"{place} cannot be reached: {quote_cause(lost, self._access)}"
        failure = Hopeless if is_hopeless(lost, self._was_answered) else NeverSent
        return failure(told, request=request)

    def _check_waiting(self, request: str, delay: float) -> None:
        """Somebody who has asked for the end does not wait a minute for the limit, and
        everybody else is told of it.
        """
        if self._options.hurried():
            told = f"{request} was not sent: the run was stopped while it waited for the rate limit"
            raise Stopped(told, request=request)
        what = self._options.limiter.waited_for
        self.progress.wait(f"{what} is used up,", delay)

    def _check_going_on(self, method: str, request: str) -> None:
        """Waiting for the limit can take a minute. Once the run is to stop no write is
        sent any more, not even to settle an earlier one, and once nobody waits for
        answers nothing is.
        """
        if not self.seconds_to_read():
            raise self.out_of_time(f"and {request} would have been the next")
        options = self._options
        if options.given_up() or (method != "GET" and options.stop()):
            told = f"{request} was not sent: the run was stopped"
            raise Stopped(told, request=request)

    def _exchange(
        self, method: str, path: str, **content: Any
    ) -> tuple[httpx.Response, bytes]:
        """One request and its answer, whatever it says. Raises httpx.HTTPError,
        Unreachable, NotUnderstood.
        """
        with self._counting:  # += of several threads loses some
            self.requests += 1
        request = f"{method} {path}"
        began = time.monotonic()
        self._deadline.at = min(began + self._options.policy.answer_timeout, self._end)
        patience = self._timeouts()
        address = self._address(path)
        with self._http.stream(method, address, timeout=patience, **content) as answer:
            body = self._plain_body(answer, request)
        self._was_answered = True
        took = time.monotonic() - began
        self._options.trace(f"{request} → {answer.status_code} ({took:.3f} s)")
        return answer, body

    def _plain_body(self, answer: httpx.Response, request: str) -> bytes:
        try:
            body = self._raw_body(answer, request)
        except (httpx.HTTPError, Unreachable) as lost:
            return self._without_body(answer, request, lost)
        encoding = answer.headers.get("content-encoding", "")
        try:
            return decompress(body, encoding, LARGEST_ANSWER)
        except ValueError as wrong:
            if not answer.is_success:
                return b""  # a refusal without readable words is one nevertheless
            told = f"{request} was answered with {wrong}"
            raise NotUnderstood(told, request=request) from None

    def _without_body(
        self, answer: httpx.Response, request: str, lost: Exception
    ) -> bytes:
        """What an answer says whose body never came whole: its status came before."""
        if request.startswith("GET "):
            raise lost
        if not answer.is_success:
            return b""
        told = f"{request} was answered {answer.status_code}, and the answer broke off"
        raise NotUnderstood(
            f"{told}: {quote_cause(lost, self._access)}", request=request
        ) from None

    def _raw_body(self, answer: httpx.Response, request: str) -> bytes:
        """The bytes as they came over the wire, a little more than the cap at most:
        httpx would unpack them without a limit.
        """
        body = bytearray()
        assert isinstance(answer.stream, httpx.SyncByteStream)
        for chunk in answer.stream:
            body += chunk
            if len(body) > LARGEST_ANSWER:
                break
            if time.monotonic() > self._deadline.at:
                told = f"the answer to {request} took too long"
                raise Unreachable(told, request=request)
        return bytes(body)


class Connection(ReadConnection):
    """All methods, for `apply`."""

    methods = frozenset({"GET", "POST", "PUT", "PATCH", "DELETE"})

    @contextmanager
    def in_one_go(self) -> Iterator[None]:
        """While entered, no wait for the rate limit stands between a look of this thread
        and the write that it is for. Raises Stopped.
        """
        check = partial(self._check_waiting, "a change")
        self._let_pass(check)
        with self._options.limiter.in_one_go(check):
            yield

    def write(
        self, method: str, path: str, *, body: Any = None, params: Params | None = None
    ) -> Any:
        """A write that builds on what was read right before. It is sent once, whatever
        happens: before it is sent again, somebody has to look again.
        """
        return self._send(method, path, json=body, params=params)

    def write_once(self, method: str, path: str, *, body: Any) -> Any:
        """A write that builds on nothing and must not be repeated blindly; it is sent
        again only when there was no connection. The idempotency key is sent and never
        relied on (§13 row 24).
        """
        headers = {"idempotency-key": str(uuid.uuid4())}
        return self._send_until_answered(
            method, path, _NOT_SENT, json=body, headers=headers
        )
