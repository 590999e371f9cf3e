"""An administrator's client of the API server inside the namespaces."""

from collections.abc import Mapping
from typing import Any, Final

import httpx

from tools.errors import UserError

Object = dict[str, Any]

_MERGE_PATCH: Final = {"Content-Type": "application/merge-patch+json"}
_APPLY: Final = {"Content-Type": "application/apply-patch+yaml"}


class Kubernetes:
    """Reads and writes objects; paths are those of the API, without a leading slash.

    Args:
        client: What to reach the API server with; its base URL is the server's.
    """

    def __init__(self, client: httpx.Client) -> None:
        self._client = client

    def find(self, path: str) -> Object | None:
        """Returns an object; None where there is none."""
        response = self._client.get(path)
        if response.status_code == httpx.codes.NOT_FOUND:
            return None
        return _answer(response)

    def get(self, path: str) -> Object:
        """Returns an object that must be there.

        Raises:
            UserError: It isn't.
        """
        found = self.find(path)
        if found is None:
            raise UserError(f"The cluster has no {path}.")
        return found

    def list(self, path: str, **query: str) -> list[Object]:
        """Returns the objects of a collection."""
        items: list[Object] = _answer(self._client.get(path, params=query))["items"]
        return items

    def apply(self, path: str, manifest: Mapping[str, Any]) -> Object:
        """Makes an object, or makes the one of that name equal to it; `path` is the collection's."""
        response = self._client.patch(
            f"{path}/{manifest['metadata']['name']}",
            params={"fieldManager": "live", "force": "true"},
            headers=_APPLY,
            json=dict(manifest),
        )
        return _answer(response)

    def patch(self, path: str, change: Mapping[str, Any]) -> Object:
        """Changes an object by a merge patch."""
        return _answer(self._client.patch(path, json=dict(change), headers=_MERGE_PATCH))

    def delete(self, path: str) -> None:
        """Deletes an object."""
        _answer(self._client.delete(path))

    def token(self, namespace: str, account: str) -> str:
        """Returns a fresh token of a ServiceAccount."""
        body = {
            "apiVersion": "authentication.k8s.io/v1",
            "kind": "TokenRequest",
            "spec": {"expirationSeconds": 7200},
        }
        path = f"api/v1/namespaces/{namespace}/serviceaccounts/{account}/token"
        token: str = _answer(self._client.post(path, json=body))["status"]["token"]
        return token


def _answer(response: httpx.Response) -> Object:
    if response.is_error:
        request = response.request
        raise UserError(
            f"The API server answered {request.method} {request.url.path} with"
            f" {response.status_code}: {response.text}"
        )
    answer: Object = response.json()
    return answer
