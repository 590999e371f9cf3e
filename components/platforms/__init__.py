"""Kinds of clusters. Each is a module with one function, `install`, that assembles components."""

from components.outputs import MonitoringOutputs
from components.settings import Settings


def install(settings: Settings) -> MonitoringOutputs:
    """Installs the monitoring stack as the settings' platform does; the modules of others aren't even read."""
    match settings.platform:
        case "generic":
            from components.platforms import generic  # noqa: PLC0415

            return generic.install(settings)
        case "openshift":
            from components.platforms import openshift  # noqa: PLC0415

            return openshift.install(settings)
        case "gke":
            from components.platforms import gke  # noqa: PLC0415

            return gke.install(settings)
