"""Which kind of failure an exception of the HTTP client is."""

import errno
import ssl
from typing import Final

import aiohttp
from aiohttp import http_exceptions

from tools.load.measuring import outcome
from tools.load.sending.events import GarbageError, StreamError

_AWAY: Final = frozenset({errno.ECONNRESET, errno.ECONNABORTED, errno.EPIPE})

_PLAIN: Final[tuple[tuple[type[BaseException], str], ...]] = (
    (GarbageError, outcome.GARBAGE),
    (StreamError, outcome.STREAM_ERROR),
    # Before OSError, which both of them are too.
    (TimeoutError, outcome.TIMEOUT),
    (ssl.SSLError, outcome.TLS),
    (aiohttp.ClientConnectorCertificateError, outcome.TLS),
    (aiohttp.ClientSSLError, outcome.TLS),
    (aiohttp.ClientResponseError, outcome.GARBAGE),
    (http_exceptions.HttpProcessingError, outcome.GARBAGE),
)
"""Exceptions that mean one thing whenever they come."""


def failure(error: BaseException, *, replying: bool) -> str:
    """The result that reports count a failure as.

    Args:
        error: What was raised.
        replying: Whether the reply's header had come already.
    """
    for kind, result in _PLAIN:
        if isinstance(error, kind):
            return result
    if isinstance(error, aiohttp.ClientPayloadError):
        return _of_payload(error)
    if not isinstance(error, OSError | aiohttp.ClientConnectionError):
        return outcome.BROKEN
    if replying:
        return outcome.TRUNCATED
    return _of_system(error) if isinstance(error, OSError) else outcome.RESET


def _of_system(error: OSError) -> str:
    cause = error.os_error if isinstance(error, aiohttp.ClientConnectorError) else error
    if isinstance(cause, ConnectionRefusedError) or error.errno == errno.ECONNREFUSED:
        return outcome.REFUSED
    # The client raises errors of its own that keep the number only.
    away = isinstance(cause, ConnectionError) or error.errno in _AWAY
    return outcome.RESET if away else outcome.UNREACHABLE


def _of_payload(error: aiohttp.ClientPayloadError) -> str:
    """A body that ends early is truncated; one whose framing makes no sense is garbage."""
    cause = error.__cause__
    incomplete = isinstance(
        cause, http_exceptions.ContentLengthError | ConnectionError | aiohttp.ClientConnectionError
    )
    framing = isinstance(cause, http_exceptions.TransferEncodingError)
    if incomplete or (framing and "Not enough data" in str(cause)):
        return outcome.TRUNCATED
    return outcome.GARBAGE
