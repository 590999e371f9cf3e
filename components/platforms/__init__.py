"""Kinds of clusters. Each is a module with one function that assembles components."""

from collections.abc import Callable, Mapping
from typing import Final

from components.outputs import MonitoringOutputs
from components.platforms import generic, openshift
from components.settings import Settings

Install = Callable[[Settings], MonitoringOutputs]

PLATFORMS: Final[Mapping[str, Install]] = {
    "generic": generic.install,
    "openshift": openshift.install,
}
"""How each value of the setting `platform` is installed."""
