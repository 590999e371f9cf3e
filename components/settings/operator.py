"""The Prometheus operator."""

from components.settings.closed import Closed


class OperatorSettings(Closed):
    """The Prometheus operator."""

    admission_webhooks: bool = True
    """Refuse broken rules when they are applied."""
