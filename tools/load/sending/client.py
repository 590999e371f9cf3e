"""Sends one planned request and sees how it ends."""

import asyncio
import json
import ssl
import time
from collections.abc import AsyncIterator
from typing import Final

import aiohttp
from yarl import URL

from tools.load.measuring import outcome
from tools.load.measuring.outcome import Outcome
from tools.load.planning.planned import GOOD_KINDS, Manner, Planned
from tools.load.sending.events import Events, GarbageError, holds_token, usage
from tools.load.sending.failures import failure

_OK: Final = 200
_SLOW_PIECES: Final = 10
_IDLE_SECONDS: Final = 4.0
"""Shorter than the 5 s after which vLLM's server closes an idle connection: a request sent at that very moment
would fail by no fault of the server's."""

_LEAVE_SECONDS: Final = 0.05
"""After so long a client that goes away early is gone; its request has arrived by then."""

_CONNECT_SECONDS: Final = 10.0


class _Left(Exception):  # noqa: N818 - not an error
    """The client goes away, as planned."""


class Client:
    """A session with one target.

    Args:
        base: The target's base URL, without `/v1` and without a trailing slash.
        timeout: Seconds after which a request is given up.
        headers: Header fields of every request, such as the authorization.
        tls: How an HTTPS target is verified; None: by the public authorities.
    """

    def __init__(
        self,
        base: str,
        *,
        timeout: float,
        headers: dict[str, str] | None = None,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self._base = URL(base)
        self._urls: dict[str, URL] = {}
        connector = aiohttp.TCPConnector(
            limit=0,
            keepalive_timeout=_IDLE_SECONDS,
            ttl_dns_cache=30,
            ssl=True if tls is None else tls,
        )
        self._session = aiohttp.ClientSession(
            connector=connector,
            timeout=aiohttp.ClientTimeout(
                total=timeout, sock_connect=min(timeout, _CONNECT_SECONDS)
            ),
            headers=headers,
            auto_decompress=False,
            cookie_jar=aiohttp.DummyCookieJar(),
        )

    async def close(self) -> None:
        """Closes all connections."""
        await self._session.close()

    def _url(self, path: str) -> URL:
        found = self._urls.get(path)
        if found is None:
            found = self._urls[path] = self._base.with_path(self._base.path.rstrip("/") + path)
        return found

    async def send(self, planned: Planned, due: float) -> Outcome:
        """Sends a request and waits for its end; whatever happens is an outcome.

        Args:
            planned: The request.
            due: When it had to be sent, on the monotonic clock.

        Raises:
            asyncio.CancelledError: The caller gave up waiting.
        """
        sent = time.monotonic()
        ended = Outcome(
            kind=planned.kind,
            good=planned.kind in GOOD_KINDS,
            result=outcome.BROKEN,
            due=due,
            sent=sent,
            end=sent,
        )
        exchange = _Exchange(ended, planned)
        url = self._url(planned.path)
        try:
            if planned.manner is Manner.LEAVE_EARLY:
                async with asyncio.timeout(_LEAVE_SECONDS):
                    await exchange.run(self._session, url)
            else:
                await exchange.run(self._session, url)
        except _Left:
            ended.result = outcome.LEFT
        except Exception as error:  # noqa: BLE001 - each failure is counted by its kind
            ended.result = _result(error, planned, replying=exchange.replying)
        ended.end = time.monotonic()
        return ended


def _result(error: Exception, planned: Planned, *, replying: bool) -> str:
    kind = failure(error, replying=replying)
    if planned.manner is Manner.LEAVE_EARLY and kind == outcome.TIMEOUT:
        return outcome.LEFT
    # The client's own break of the connection comes back as a failure to write the body.
    if planned.manner is Manner.BROKEN_BODY and kind in {outcome.RESET, outcome.BROKEN}:
        return outcome.LEFT
    return kind


class _Exchange:
    """One request and its reply."""

    def __init__(self, ended: Outcome, planned: Planned) -> None:
        self.replying = False
        self._ended = ended
        self._planned = planned

    async def run(self, session: aiohttp.ClientSession, url: URL) -> None:
        planned = self._planned
        skipped = () if "content-type" in planned.headers else ("Content-Type",)
        async with session.request(
            planned.method,
            url,
            data=self._body() if planned.body else None,
            headers=self._headers(),
            skip_auto_headers=skipped,
            allow_redirects=False,
        ) as reply:
            self.replying = True
            if reply.status != _OK:
                await reply.read()
                self._ended.result = outcome.status_result(reply.status)
            elif reply.content_type == "text/event-stream":
                await self._stream(reply)
            else:
                self._whole(await reply.read())

    def _headers(self) -> dict[str, str]:
        headers = dict(self._planned.headers)
        if self._planned.manner in {Manner.SLOW_BODY, Manner.BROKEN_BODY}:
            headers["content-length"] = str(len(self._planned.body))
        return headers

    def _body(self) -> bytes | AsyncIterator[bytes]:
        if self._planned.manner is Manner.SLOW_BODY:
            return _slowly(self._planned.body, self._planned.body_seconds)
        if self._planned.manner is Manner.BROKEN_BODY:
            return _half(self._planned.body)
        return self._planned.body

    def _whole(self, body: bytes) -> None:
        ended = self._ended
        try:
            content = json.loads(body)
        except ValueError:
            raise GarbageError from None
        if not isinstance(content, dict) or not isinstance(content.get("choices"), list):
            raise GarbageError
        ended.prompt_tokens, ended.output_tokens = usage(content) or (0, 0)
        ended.result = outcome.OK

    async def _stream(self, reply: aiohttp.ClientResponse) -> None:
        ended, events = self._ended, Events()
        last = 0.0
        counted: tuple[int, int] | None = None
        async for piece in reply.content.iter_any():
            now = time.monotonic()
            for event in events.feed(piece):
                counted = usage(event) or counted
                if not holds_token(event):
                    continue
                ended.output_tokens += 1
                if ended.first is None:
                    ended.first = now
                    if self._planned.manner is Manner.LEAVE_STREAM:
                        raise _Left
                else:
                    ended.gaps.append(now - last)
                last = now
        if not events.done:
            raise aiohttp.ServerDisconnectedError
        if counted is not None:
            ended.prompt_tokens, ended.output_tokens = counted
        ended.result = outcome.OK


async def _slowly(body: bytes, seconds: float) -> AsyncIterator[bytes]:
    size = -(-len(body) // _SLOW_PIECES)
    for start in range(0, len(body), size):
        if start:
            await asyncio.sleep(seconds / (_SLOW_PIECES - 1))
        yield body[start : start + size]


async def _half(body: bytes) -> AsyncIterator[bytes]:
    yield body[: len(body) // 2]
    await asyncio.sleep(0)
    raise _Left
