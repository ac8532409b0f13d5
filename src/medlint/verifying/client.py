"""Asks a service over HTTP, politely: slowly, with an address to complain to, and not again when it has had enough."""

from __future__ import annotations

import random
import threading
import time
from dataclasses import dataclass, field
from datetime import datetime, timezone
from email.utils import parsedate_to_datetime

import httpx

from medlint import __version__

AT_ONCE = 3
ATTEMPTS = 3
LONGEST_WAIT = 60.0
MOST_BYTES = 5_000_000
MOST_REDIRECTS = 3
GIVES_UP_AFTER = 3
"""So many questions in a row that came to nothing, and a service is left alone for the rest of the run."""
_HOME = "https://github.com/medlint/medlint"


class UnansweredError(Exception):
    """A service did not answer; the message says why, to follow on its name."""


@dataclass
class Service:
    """A catalogue as it is asked: where, how often, and how it has been doing."""

    name: str
    base: str
    per_second: float
    pause_until: float = 0.0
    failed: int = 0
    last_reason: str = ""
    _next: float = 0.0
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def turn(self) -> float:
        """How long to wait before the next request, which then has its turn."""
        with self._lock:
            at = max(time.monotonic(), self._next, self.pause_until)
            self._next = at + 1 / self.per_second
            return at - time.monotonic()

    def went(self, reason: str = "") -> None:
        """Note how a question went: `reason` says why it was not answered."""
        with self._lock:
            self.failed = self.failed + 1 if reason else 0
            self.last_reason = reason


class Client:
    """Sends requests, in their turn, and repeats those that may yet succeed."""

    def __init__(self, contact: str, timeout: float) -> None:
        about = f"{_HOME}; mailto:{contact}" if contact else _HOME
        self._timeout = timeout
        self._stopped = threading.Event()
        self._http = httpx.Client(
            headers={
                "User-Agent": f"medlint/{__version__} ({about})",
                "Accept": "application/json, text/plain",
            },
            timeout=timeout,
            limits=httpx.Limits(max_connections=AT_ONCE, max_keepalive_connections=AT_ONCE),
        )

    def close(self) -> None:
        """Ends waiting requests, too."""
        self._stopped.set()
        self._http.close()

    def get(self, service: Service, path: str, params: dict[str, str]) -> bytes | None:
        """The body of an answer, None when there is no such thing. Raises UnansweredError."""
        if service.failed >= GIVES_UP_AFTER:
            raise UnansweredError(service.last_reason)
        try:
            body = self._get(service, path, params)
        except UnansweredError as error:
            service.went(str(error))
            raise
        service.went()
        return body

    def _get(self, service: Service, path: str, params: dict[str, str]) -> bytes | None:
        reason = ""
        for attempt in range(ATTEMPTS):
            self._wait(service.turn())
            try:
                return self._once(service.base, path, params)
            except _TryAgainError as error:
                reason = str(error)
                if error.wait > LONGEST_WAIT or attempt == ATTEMPTS - 1:
                    break
                # all requests to the service wait, not only this one
                pause = max(error.wait, random.uniform(0.5, 1.0) * 2**attempt)
                service.pause_until = max(service.pause_until, time.monotonic() + pause)
        raise UnansweredError(reason)

    def _wait(self, seconds: float) -> None:
        if self._stopped.wait(max(seconds, 0)):
            raise UnansweredError("was not asked any more")

    def _once(self, base: str, path: str, params: dict[str, str]) -> bytes | None:
        request = self._http.build_request("GET", base.rstrip("/") + path, params=params)
        host = request.url.host
        try:
            for _ in range(MOST_REDIRECTS + 1):
                response = self._http.send(request, stream=True)
                try:
                    if response.next_request is None:
                        return self._body(response)
                    request = response.next_request
                finally:
                    response.close()
                if request.url.host != host:
                    raise UnansweredError(f"sends medlint on to {request.url.host}")
        except httpx.TimeoutException as error:
            raise _TryAgainError("did not answer in time") from error
        except httpx.TransportError as error:
            raise _TryAgainError("cannot be reached") from error
        except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError) as error:
            raise UnansweredError("cannot be asked") from error
        raise UnansweredError("sends medlint round in circles")

    def _body(self, response: httpx.Response) -> bytes | None:
        status = response.status_code
        if status == 404:
            return None
        if status == 429 or status >= 500:
            what = "has had too many requests" if status == 429 else f"is out of order ({status})"
            raise _TryAgainError(what, _seconds(response.headers.get("Retry-After", "")))
        if status != 200:
            raise UnansweredError(f"refused to answer ({status})")
        return self._read(response)

    def _read(self, response: httpx.Response) -> bytes:
        """All of an answer, which may be neither long nor slow without end."""
        until, pieces, size = time.monotonic() + self._timeout, [], 0
        for piece in response.iter_bytes():
            pieces.append(piece)
            size += len(piece)
            if size > MOST_BYTES:
                raise UnansweredError("answered at too great a length")
            if time.monotonic() > until:
                raise _TryAgainError("did not answer in time")
        return b"".join(pieces)


class _TryAgainError(Exception):
    """A request that may succeed in `wait` seconds or later."""

    def __init__(self, reason: str, wait: float = 0.0) -> None:
        super().__init__(reason)
        self.wait = wait


def _seconds(retry_after: str) -> float:
    """What the header Retry-After asks for, as a number of seconds or a date; 0 when it cannot be read."""
    if retry_after.strip().isdecimal():
        return float(retry_after)
    try:
        at = parsedate_to_datetime(retry_after)
    except (ValueError, TypeError):
        return 0.0
    at = at if at.tzinfo else at.replace(tzinfo=timezone.utc)
    return max((at - datetime.now(timezone.utc)).total_seconds(), 0.0)
