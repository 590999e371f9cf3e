"""What a workload takes of the cluster: CPU, memory and disk."""

from components.settings.closed import Closed
from components.settings.values import DnsName, Quantity


class StorageSettings(Closed):
    """A PersistentVolumeClaim."""

    size: Quantity
    """Requested size, e.g. `50Gi`."""

    storage_class: DnsName | None = None
    """StorageClass; unset: the cluster's default."""


class ResourceAmounts(Closed):
    """Amounts of CPU and memory; an unset one is left open."""

    cpu: Quantity | None = None
    """CPU, e.g. `500m` or `2`."""

    memory: Quantity | None = None
    """Memory, e.g. `4Gi`."""


class ResourceSettings(Closed):
    """Requests and limits of a container."""

    requests: ResourceAmounts
    """What the scheduler reserves."""

    limits: ResourceAmounts
    """What the container may use at most."""
