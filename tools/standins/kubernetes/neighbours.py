"""Looks up the objects around the one that is waited for."""

from collections.abc import Mapping, Sequence
from typing import Final

from tools.standins.kubernetes.api_client import ApiClient
from tools.standins.kubernetes.api_errors import ApiError
from tools.standins.kubernetes.kind import Object

_EVENTS_SHOWN: Final = 3


class Neighbours:
    """Reads pods, endpoints, storage classes and events.

    Args:
        client: The API server.
    """

    def __init__(self, client: ApiClient) -> None:
        self._client = client

    def pods(self, namespace: str, selector: Mapping[str, str]) -> Sequence[Object]:
        """List the pods with these labels."""
        labels = ",".join(f"{key}={value}" for key, value in selector.items())
        return self._list(f"/api/v1/namespaces/{namespace}/pods", labelSelector=labels)

    def endpoint_slices(self, namespace: str, service: str) -> Sequence[Object]:
        """List a Service's endpoint slices."""
        path = f"/apis/discovery.k8s.io/v1/namespaces/{namespace}/endpointslices"
        return self._list(path, labelSelector=f"kubernetes.io/service-name={service}")

    def storage_class(self, name: str) -> Object | None:
        """Return a storage class, None when there is none."""
        try:
            return self._client.get(f"/apis/storage.k8s.io/v1/storageclasses/{name}")
        except ApiError as error:
            if error.missing or error.forbidden:
                return None
            raise

    def warnings(self, namespace: str, names: Sequence[str]) -> Sequence[str]:
        """Return the latest warning events about objects of these names, oldest first."""
        events = self._list(f"/api/v1/namespaces/{namespace}/events", fieldSelector="type=Warning")
        about = [
            event for event in events if (event.get("involvedObject") or {}).get("name") in names
        ]
        about.sort(key=lambda event: str(event.get("lastTimestamp") or event.get("eventTime")))
        return [_describe(event) for event in about[-_EVENTS_SHOWN:]]

    def _list(self, path: str, **query: str) -> Sequence[Object]:
        try:
            return self._client.get(path, **query).get("items") or []
        except ApiError as error:
            if error.missing or error.forbidden:
                return []
            raise


def _describe(event: Object) -> str:
    involved = event.get("involvedObject") or {}
    return (
        f"[{involved.get('kind')} {involved.get('name')}]: "
        f"{event.get('reason')}: {event.get('message')}"
    )
