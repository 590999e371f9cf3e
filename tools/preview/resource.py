"""One thing that a stack makes, whoever makes it: the program, or the chart that it installs."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


@dataclass(frozen=True, kw_only=True)
class Hidden:
    """Takes the place of a secret.

    Attributes:
        digest: Tells two secrets apart, with a key that lasts for one report; never shown.
    """

    digest: str


class Source(StrEnum):
    """Who makes a resource."""

    PROGRAM = "program"
    CHART = "chart"


@dataclass(frozen=True, kw_only=True)
class Resource:
    """One resource, without its secrets.

    Attributes:
        identity: Same before and after a change, other for every other resource.
        token: Pulumi's type token, or `<apiVersion>/<kind>` for an object of the chart.
        kind: What people call it, e.g. `ConfigMap`.
        name: `<namespace>/<name>` of an object, else the logical name.
        source: Who makes it.
        inputs: What is asked for; secrets are `Hidden`.
        protect: Whether the engine refuses to delete it.
        retain: Whether a deletion leaves it in the cluster.
        origins: By input, the identities of the resources whose outputs it is made of.
    """

    identity: str
    token: str
    kind: str
    name: str
    source: Source
    inputs: Mapping[str, Any]
    protect: bool = False
    retain: bool = False
    origins: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def title(self) -> str:
        """Kind and name."""
        return f"{self.kind} {self.name}"


@dataclass(frozen=True, kw_only=True)
class Computed:
    """Takes the place of a value that is known only after an update.

    Attributes:
        origin: Title of the resource that it comes from.
    """

    origin: str
