"""Values for llm-d's charts, right for the platform of a stack."""

from collections.abc import Mapping

from components.llmd_values import Scraper, Values, llmd_values
from components.scope import scope_labels
from components.settings import Settings


def helm_values(settings: Settings) -> Mapping[str, Mapping[str, Values]]:
    """Returns the values by namespace and folder of their file."""
    return llmd_values(settings.models, scraper(settings))


def scraper(settings: Settings) -> Scraper:
    """Returns who scrapes on the platform of a stack."""
    if settings.platform == "gke":
        return Scraper(kind="managed-prometheus", autopilot=settings.gke.autopilot)
    return Scraper(labels=scope_labels(settings))
