"""Alertmanager."""

from typing import Annotated

from pydantic import Field

from components.settings.closed import Closed
from components.settings.resources import StorageSettings


class AlertmanagerSettings(Closed):
    """Alertmanager, which groups and sends alerts."""

    enabled: bool = True
    """Run Alertmanager."""

    replicas: Annotated[int, Field(ge=1, le=9)] = 1
    """Members of its cluster."""

    storage: StorageSettings | None = None
    """Persistent volume; unset: silences are lost with the pod."""
