"""Which kind of failure an exception of the HTTP client is."""

import errno
import ssl
from typing import Final

import aiohttp
from aiohttp import http_exceptions

from tools.load.measuring import outcome
from tools.load.sending.events import GarbageError, StreamError

_AWAY: Final = (ConnectionResetError, ConnectionAbortedError, BrokenPipeError)


def failure(error: BaseException, *, replying: bool) -> str:
    """The result that reports count a failure as.

    Args:
        error: What was raised.
        replying: Whether the reply's header had come already.
    """
    if isinstance(error, GarbageError):
        return outcome.GARBAGE
    if isinstance(error, StreamError):
        return outcome.STREAM_ERROR
    if isinstance(error, TimeoutError):
        return outcome.TIMEOUT
    if isinstance(error, aiohttp.ClientConnectorCertificateError | aiohttp.ClientSSLError):
        return outcome.TLS
    if isinstance(error, aiohttp.ClientOSError | OSError):
        return _of_system(error, replying=replying)
    if isinstance(error, aiohttp.ServerDisconnectedError):
        return outcome.TRUNCATED if replying else outcome.RESET
    if isinstance(error, aiohttp.ClientPayloadError):
        return _of_payload(error)
    if isinstance(error, aiohttp.ClientResponseError | http_exceptions.HttpProcessingError):
        return outcome.GARBAGE
    if isinstance(error, aiohttp.ClientConnectionError):
        # "Connection closed": the transport went while the request was being written.
        return outcome.TRUNCATED if replying else outcome.RESET
    return outcome.BROKEN


def _of_system(error: OSError, *, replying: bool) -> str:
    if isinstance(error, ssl.SSLError):
        return outcome.TLS
    if replying:
        return outcome.TRUNCATED
    if error.errno == errno.ECONNREFUSED:
        return outcome.REFUSED
    if isinstance(error, aiohttp.ClientConnectorError):
        return outcome.UNREACHABLE
    if isinstance(error, _AWAY) or error.errno in {errno.ECONNRESET, errno.EPIPE, errno.ECONNABORTED}:
        return outcome.RESET
    return outcome.UNREACHABLE


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
