"""A client of the real Prometheus."""

from collections.abc import Mapping
from typing import Any

import httpx


class Prometheus:
    """Asks a Prometheus.

    Args:
        client: What to reach it with; its base URL is Prometheus'.
    """

    def __init__(self, client: httpx.Client) -> None:
        self._client = client

    def query(self, expression: str) -> list[Mapping[str, Any]]:
        """Returns the series of an instant query."""
        result: list[Mapping[str, Any]] = self._data("query", query=expression)["result"]
        return result

    def query_range(
        self, expression: str, *, start: float, end: float, step: float
    ) -> list[Mapping[str, Any]]:
        """Returns the series of a range query; times are seconds since 1970."""
        times = {"start": str(start), "end": str(end), "step": str(step)}
        data = self._data("query_range", query=expression, **times)
        result: list[Mapping[str, Any]] = data["result"]
        return result

    def value(self, expression: str) -> float | None:
        """Returns the value of a query with one series; None where there is none."""
        result = self.query(expression)
        assert len(result) <= 1, f"{expression} has {len(result)} series"
        return float(result[0]["value"][1]) if result else None

    def targets(self) -> list[Mapping[str, Any]]:
        """Returns the active targets."""
        targets: list[Mapping[str, Any]] = self._data("targets", state="active")["activeTargets"]
        return targets

    def groups(self) -> list[Mapping[str, Any]]:
        """Returns the rule groups."""
        groups: list[Mapping[str, Any]] = self._data("rules")["groups"]
        return groups

    def firing(self) -> set[str]:
        """Returns the names of the alerts that fire."""
        alerts = self._data("alerts")["alerts"]
        return {alert["labels"]["alertname"] for alert in alerts if alert["state"] == "firing"}

    def label_values(self, label: str, *selectors: str) -> list[str]:
        """Returns the values of a label."""
        values: list[str] = self._data(f"label/{label}/values", **{"match[]": list(selectors)})
        return values

    def configuration(self) -> str:
        """Returns the configuration that it has loaded."""
        configuration: str = self._data("status/config")["yaml"]
        return configuration

    def ready(self) -> bool:
        """Tells whether it answers queries."""
        try:
            return self._client.get("-/ready").is_success
        except httpx.TransportError:
            return False

    def _data(self, path: str, **parameters: str | list[str]) -> Any:  # noqa: ANN401 - JSON
        response = self._client.get(f"api/v1/{path}", params=parameters)
        assert response.is_success, f"{path} {parameters}: {response.status_code} {response.text}"
        return response.json()["data"]
