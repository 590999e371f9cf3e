"""The emulated server: HTTP/1.1 by hand on asyncio's protocols, because its CPU counts in measurements."""

import asyncio
import json
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Final, cast

from tools.load.emulator.behaviour import Behaviour, Fault
from tools.load.emulator.checking import Accepted, Refusal, check
from tools.load.emulator.measures import Measures
from tools.load.emulator.metrics import exposition
from tools.load.emulator.replies import content, event, role, token, usage

_REASONS: Final = {200: "OK", 400: "Bad Request", 404: "Not Found", 405: "Method Not Allowed"}
_BAD_REQUEST: Final = 400
_INTERNAL: Final = 500
_STREAM_HEAD: Final = (
    b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream; charset=utf-8\r\n"
    b"transfer-encoding: chunked\r\n\r\n"
)
_BACKLOG: Final = 4096


class Emulator:
    """An OpenAI-compatible server of known behaviour, and what it measured.

    Args:
        behaviour: How it answers.
    """

    def __init__(self, behaviour: Behaviour | None = None) -> None:
        self.behaviour = behaviour or Behaviour()
        self.measures = Measures()
        self._good = 0

    def fault(self) -> Fault | None:
        """How the next well-formed request fails, if it does."""
        self._good += 1
        if self.behaviour.fault is None or self._good % self.behaviour.fault_every:
            return None
        return self.behaviour.fault

    @asynccontextmanager
    async def serving(self, port: int = 0) -> AsyncIterator[str]:
        """Serves on loopback; gives the base URL."""
        loop = asyncio.get_running_loop()
        connections: set[Connection] = set()
        server = await loop.create_server(
            lambda: Connection(self, connections), "127.0.0.1", port, backlog=_BACKLOG
        )
        try:
            yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        finally:
            server.close()
            for connection in tuple(connections):
                connection.abort()
            await server.wait_closed()


class Connection(asyncio.Protocol):
    """One client."""

    def __init__(self, emulator: Emulator, connections: set["Connection"]) -> None:
        self._emulator = emulator
        self._measures = emulator.measures
        self._connections = connections
        self._loop = asyncio.get_running_loop()
        self._rest = b""
        self._timer: asyncio.TimerHandle | None = None
        self._answering = ""
        self._began = 0.0
        self._transport: asyncio.Transport | None = None

    @property
    def transport(self) -> asyncio.Transport:
        """The connection's transport."""
        assert self._transport is not None  # noqa: S101 - asyncio calls connection_made first
        return self._transport

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Takes a new client."""
        self._transport = cast("asyncio.Transport", transport)
        self._connections.add(self)

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002
        """Notes what the client didn't wait for, or didn't say to its end."""
        self._connections.discard(self)
        if self._timer is not None:
            self._timer.cancel()
        if self._answering:
            self._measures.lost[self._answering] += 1
        elif self._rest:
            self._measures.lost["broken_body"] += 1

    def abort(self) -> None:
        """Ends it at once."""
        self._answering = ""
        self._rest = b""
        self.transport.abort()

    def data_received(self, data: bytes) -> None:
        """Answers a request once it is whole; pipelining isn't supported."""
        self._rest += data
        if not self._rest[:1].isupper():
            # No method: not HTTP, such as the begin of TLS.
            self._measures.received["garbage"] += 1
            self._rest = b""
            self._error(_BAD_REQUEST, "garbage")
            self.transport.close()
            return
        head, separator, body = self._rest.partition(b"\r\n\r\n")
        if not separator:
            return
        line, *fields = head.decode("latin-1").split("\r\n")
        headers = {
            name.lower(): value.strip()
            for name, _, value in (field.partition(":") for field in fields)
        }
        if len(body) < int(headers.get("content-length", "0")):
            return
        self._rest = b""
        method, path, _ = line.split(" ", 2)
        self._answer(method, path, headers.get("content-type", ""), body)

    def _answer(self, method: str, path: str, content_type: str, body: bytes) -> None:
        self._began = time.monotonic()
        if method == "GET" and path in _PAGES:
            kind, text = _PAGES[path](self._emulator)
            self._reply(200, text, kind)
            return
        behaviour = self._emulator.behaviour
        verdict = check(
            method=method,
            path=path,
            content_type=content_type,
            body=body,
            model=behaviour.model,
            context=behaviour.context,
        )
        if isinstance(verdict, Refusal):
            self._measures.received[verdict.reason] += 1
            self._error(verdict.status, verdict.reason)
            return
        self._measures.received["ok"] += 1
        self._answering = "whole reply"
        fault = self._emulator.fault()
        if fault is not None:
            self._fail(fault, verdict)
        elif verdict.stream:
            self._answering = "stream's begin"
            self._after(behaviour.first_token.next(), lambda: self._first_token(verdict))
        else:
            self._after(behaviour.first_token.next(), lambda: self._whole(verdict))

    def _after(self, seconds: float, act: Callable[[], None]) -> None:
        self._timer = self._loop.call_later(seconds, act)

    def _reply(self, status: int, body: bytes, kind: str = "application/json") -> None:
        self._measures.statuses[status] += 1
        head = (
            f"HTTP/1.1 {status} {_REASONS.get(status, 'Status')}\r\ncontent-type: {kind}\r\n"
            f"content-length: {len(body)}\r\n\r\n"
        )
        self.transport.write(head.encode() + body)

    def _error(self, status: int, reason: str) -> None:
        self._reply(status, json.dumps({"error": {"message": reason, "code": status}}).encode())

    def _whole(self, asked: Accepted) -> None:
        self._reply(200, json.dumps(content(asked)).encode())
        self._ended(asked)

    def _ended(self, asked: Accepted) -> None:
        self._answering = ""
        self._measures.end_to_end.append(time.monotonic() - self._began)
        self._measures.prompt_tokens += asked.prompt_tokens
        self._measures.output_tokens += asked.output_tokens

    def _first_token(self, asked: Accepted) -> None:
        self._measures.statuses[200] += 1
        begin = _chunk(event(role())) if asked.chat else b""
        self.transport.write(_STREAM_HEAD + begin + _chunk(event(token(asked))))
        now = time.monotonic()
        self._measures.first_token.append(now - self._began)
        self._answering = "stream"
        self._next_token(asked, asked.output_tokens - 1, now)

    def _next_token(self, asked: Accepted, left: int, last: float) -> None:
        if not left:
            final = {"choices": [], "usage": usage(asked)}
            self.transport.write(_chunk(event(final) + b"data: [DONE]\n\n") + b"0\r\n\r\n")
            self._ended(asked)
            return

        def send() -> None:
            self.transport.write(_chunk(event(token(asked))))
            now = time.monotonic()
            self._measures.between_tokens.append(now - last)
            self._next_token(asked, left - 1, now)

        self._after(self._emulator.behaviour.between_tokens.next(), send)

    def _fail(self, fault: Fault, asked: Accepted) -> None:
        if fault is Fault.STALL:
            return
        self._answering = ""
        if fault is Fault.INTERNAL:
            self._error(_INTERNAL, "internal")
        elif fault is Fault.RESET:
            self.transport.abort()
        elif fault is Fault.GARBAGE_JSON:
            self._reply(200, b"{broken")
        else:
            self.transport.write(_broken(fault, asked))
            if fault not in {Fault.GARBAGE_STREAM, Fault.STREAM_ERROR}:
                self.transport.close()


def _broken(fault: Fault, asked: Accepted) -> bytes:
    begun = _STREAM_HEAD + _chunk(event(token(asked)))
    return {
        Fault.CLOSE: b"",
        Fault.GARBAGE: b"\x00\x01\x02 this is no HTTP\r\n\r\n",
        Fault.HALF_BODY: b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n"
        b'content-length: 1000\r\n\r\n{"choices":',
        Fault.HALF_STREAM: begun,
        Fault.GARBAGE_STREAM: begun + _chunk(b"data: {broken\n\n") + b"0\r\n\r\n",
        Fault.STREAM_ERROR: begun
        + _chunk(event({"error": {"message": "internal", "code": 500}}))
        + b"0\r\n\r\n",
    }[fault]


def _chunk(data: bytes) -> bytes:
    return b"%x\r\n%b\r\n" % (len(data), data)


def _models(emulator: Emulator) -> tuple[str, bytes]:
    listed = {"object": "list", "data": [{"id": emulator.behaviour.model, "object": "model"}]}
    return "application/json", json.dumps(listed).encode()


def _stats(emulator: Emulator) -> tuple[str, bytes]:
    return "application/json", json.dumps(emulator.measures.as_json()).encode()


def _metrics(emulator: Emulator) -> tuple[str, bytes]:
    text = exposition(emulator.measures, emulator.behaviour.model)
    return "text/plain; version=0.0.4", text.encode()


_PAGES: Final = {"/v1/models": _models, "/stats": _stats, "/metrics": _metrics}
