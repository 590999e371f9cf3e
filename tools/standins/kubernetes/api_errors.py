"""What an API server answers when it doesn't do what was asked."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from tools.standins.protocol.errors import OutcomeUnknownError, ProviderError


class ApiError(ProviderError):
    """A refusal: `status` is the HTTP code, `reason` and `details` those of Kubernetes' `Status`."""

    def __init__(self, status: int, body: Mapping[str, Any]) -> None:
        self.status = status
        self.reason = str(body.get("reason") or "")
        self.details: Mapping[str, Any] = body.get("details") or {}
        message = str(body.get("message") or HTTPStatus(status).phrase)
        super().__init__(message)

    @property
    def missing(self) -> bool:
        """Whether the object, or something that it needs, doesn't exist."""
        return self.status == HTTPStatus.NOT_FOUND

    @property
    def missing_namespace(self) -> bool:
        """Whether it was the object's namespace that doesn't exist."""
        return self.missing and self.details.get("kind") == "namespaces"

    @property
    def already_exists(self) -> bool:
        """Whether an object of that name exists."""
        return self.reason == "AlreadyExists"

    @property
    def conflict(self) -> bool:
        """Whether another manager owns a field, or the object changed meanwhile."""
        return self.status == HTTPStatus.CONFLICT and not self.already_exists

    @property
    def forbidden(self) -> bool:
        """Whether the user may not do it."""
        return self.status == HTTPStatus.FORBIDDEN

    @property
    def retriable(self) -> bool:
        """Whether the server is overloaded or starting."""
        return self.status in (
            HTTPStatus.TOO_MANY_REQUESTS,
            HTTPStatus.SERVICE_UNAVAILABLE,
        )


class UnreachableError(ProviderError):
    """No connection to the API server; nothing was sent."""


class BrokenConnectionError(OutcomeUnknownError):
    """The connection broke after a change was sent; it may have been made."""
