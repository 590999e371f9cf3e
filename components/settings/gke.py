"""GKE: Google Managed Prometheus, and how Grafana queries it."""

import re
from typing import Annotated, Final

from pydantic import Field

from components.settings.closed import Closed
from components.settings.models import ModelSettings
from components.settings.values import matching, shown_as

_PROJECT: Final = re.compile(r"[a-z][-a-z0-9]{4,28}[a-z0-9]")
_SERVICE_ACCOUNT: Final = re.compile(
    r"[a-z][-a-z0-9]{4,28}[a-z0-9]@[a-z][-a-z0-9]{4,28}[a-z0-9]\.iam\.gserviceaccount\.com"
)

ProjectId = Annotated[
    str,
    matching(_PROJECT, "a Google Cloud project id: 6 to 30 lower-case letters, digits and hyphens"),
    shown_as("Google Cloud project id"),
]
GoogleServiceAccount = Annotated[
    str,
    matching(_SERVICE_ACCOUNT, "name@project.iam.gserviceaccount.com"),
    shown_as("e-mail address of a Google service account"),
]


class FrontendSettings(Closed):
    """Google's proxy that queries Managed Prometheus for Grafana."""

    image: Annotated[str, Field(min_length=1)] = (
        "gke.gcr.io/prometheus-engine/frontend:v0.15.3-gke.0"
    )
    """Image of the proxy."""

    replicas: Annotated[int, Field(ge=1, le=10)] = 2
    """Pods of the proxy."""

    service_account: GoogleServiceAccount | None = None
    """Google service account that queries as, with the role `roles/monitoring.viewer`; unset: the proxy's own
    Kubernetes account has that role, by workload identity federation."""


class GkeSettings(Closed):
    """Google Managed Prometheus, which GKE runs, and how Grafana queries it."""

    project_id: ProjectId | None = None
    """Google Cloud project whose metrics are queried; required on this platform."""

    autopilot: bool = False
    """The cluster is in Autopilot mode, where Google's collector has another namespace."""

    automatic_monitoring: bool = False
    """The cluster's automatic application monitoring is on (`--auto-monitoring-scope=ALL`): GKE scrapes vLLM by
    itself, so no monitors are made for vLLM's pods, only for EPPs and SGLang."""

    target_status: bool = True
    """Have Google's operator write onto each monitor how its targets are scraped."""

    frontend: FrontendSettings = FrontendSettings()
    """Google's proxy that queries Managed Prometheus for Grafana; without Grafana it isn't run."""

    @property
    def project(self) -> str:
        """The project on the platform that requires it; empty on others."""
        return self.project_id or ""


def scraped_by_gke(model: ModelSettings, gke: GkeSettings) -> bool:
    """Tells whether GKE scrapes the model servers of a deployment by itself: vLLM's, and no other's."""
    return gke.automatic_monitoring and model.engine == "vllm"


def scraped_twice(models: tuple[ModelSettings, ...], gke: GkeSettings) -> tuple[str, ...]:
    """Returns the keys that ask for monitors of pods that GKE scrapes already, with their path."""
    return tuple(
        f"models.{place}.{role}"
        for place, model in enumerate(models)
        if scraped_by_gke(model, gke)
        for role, servers in (("decode", model.decode), ("prefill", model.prefill))
        if servers.enabled and servers.model_fields_set
    )
