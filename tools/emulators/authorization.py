"""Who may scrape an Endpoint Picker: those whose token the API server knows and lets read `/metrics`.

The real one asks the same two questions, see `filters.WithAuthenticationAndAuthorization` of controller-runtime.
"""

import asyncio
from collections.abc import Mapping
from typing import Any, Final

import httpx

_OK: Final = 200
_UNAUTHORIZED: Final = 401
_FORBIDDEN: Final = 403
_ERROR: Final = 500
_REVIEWS: Final = "apis/authentication.k8s.io/v1/tokenreviews"
_ACCESS_REVIEWS: Final = "apis/authorization.k8s.io/v1/subjectaccessreviews"


async def anyone_with_a_token(token: str, _: str) -> int:
    """Lets every token in; for fleets without a cluster."""
    return _OK if token else _UNAUTHORIZED


class ApiServer:
    """Asks an API server about each token, as a user who has to be allowed to ask.

    Args:
        client: The client of an administrator, who may impersonate.
    """

    def __init__(self, client: httpx.Client) -> None:
        self._client = client

    async def __call__(self, token: str, user: str) -> int:
        """Returns the HTTP status for a scrape with this token, asked for by a user."""
        return await asyncio.to_thread(self._ask, token, user) if token else _UNAUTHORIZED

    def _ask(self, token: str, asking: str) -> int:
        try:
            return self._review(token, asking)
        except httpx.HTTPStatusError:
            return _ERROR

    def _review(self, token: str, asking: str) -> int:
        spec: dict[str, Any] = {"token": token}
        review = self._create(_REVIEWS, "authentication.k8s.io/v1", "TokenReview", spec, asking)
        if not review.get("authenticated"):
            return _UNAUTHORIZED
        user: Mapping[str, Any] = review["user"]
        access = self._create(
            _ACCESS_REVIEWS,
            "authorization.k8s.io/v1",
            "SubjectAccessReview",
            {
                "user": user["username"],
                "groups": user.get("groups", []),
                "nonResourceAttributes": {"path": "/metrics", "verb": "get"},
            },
            asking,
        )
        return _OK if access.get("allowed") else _FORBIDDEN

    def _create(
        self, path: str, version: str, kind: str, spec: Mapping[str, Any], asking: str
    ) -> Mapping[str, Any]:
        body = {"apiVersion": version, "kind": kind, "spec": spec}
        response = self._client.post(path, json=body, headers={"Impersonate-User": asking})
        response.raise_for_status()
        status: Mapping[str, Any] = response.json()["status"]
        return status
