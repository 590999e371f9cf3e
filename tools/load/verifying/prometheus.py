"""Asks a Prometheus server."""

import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Self

import httpx

from tools.errors import UserError

_TIMEOUT_SECONDS: Final = 30.0

Series = Mapping[str, float]
"""Values by series; a series is told by its labels as text."""


@dataclass(frozen=True, kw_only=True)
class Access:
    """How to reach it.

    Attributes:
        url: Base URL, without `/api`.
        tls: How it is verified; None: by the public authorities.
        token: Bearer token; never shown.
    """

    url: str
    tls: ssl.SSLContext | None = None
    token: str | None = None


class Prometheus:
    """A client of the HTTP API; a context manager.

    Args:
        access: How to reach it.
    """

    def __init__(self, access: Access) -> None:
        self.url = access.url.rstrip("/")
        self._client = httpx.Client(
            verify=True if access.tls is None else access.tls,
            headers={} if access.token is None else {"authorization": f"Bearer {access.token}"},
            timeout=_TIMEOUT_SECONDS,
            trust_env=False,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._client.close()

    def now(self) -> float:
        """The server's own time, in seconds since the epoch.

        Raises:
            UserError: It doesn't answer.
        """
        return float(self._asked("/api/v1/query", query="time()")["result"][0])

    def values(self, expression: str) -> Series:
        """The present value of each series; nothing where there is none.

        Raises:
            UserError: It doesn't answer, or refuses the expression.
        """
        result = self._asked("/api/v1/query", query=expression)["result"]
        return {
            ",".join(f"{name}={value}" for name, value in sorted(series["metric"].items())): float(
                series["value"][1]
            )
            for series in result
        }

    def any_value(self, expression: str, start: float, end: float, step: float) -> bool:
        """Whether the expression has a value anywhere between two times.

        Raises:
            UserError: It doesn't answer, or refuses the expression.
        """
        asked = self._asked(
            "/api/v1/query_range",
            query=expression,
            start=f"{start:.3f}",
            end=f"{end:.3f}",
            step=f"{step:.3f}",
        )
        return bool(asked["result"])

    def _asked(self, path: str, **query: str) -> dict[str, Any]:
        url = f"{self.url}{path}"
        try:
            reply = self._client.post(url, data=query)
        except httpx.HTTPError as error:
            raise UserError(
                f"Prometheus at {self.url} doesn't answer: {error or type(error).__name__}",
                next_step="A certificate of the stack's own CA is verified with --ca FILE; the "
                "ConfigMap prometheus-web-tls-ca holds it.",
            ) from None
        try:
            content = reply.json()
        except ValueError:
            content = {}
        if reply.status_code != httpx.codes.OK or content.get("status") != "success":
            said = content.get("error") or f"status {reply.status_code}"
            raise UserError(f"Prometheus at {self.url} refuses the query {query['query']}: {said}")
        data: dict[str, Any] = content["data"]
        return data
