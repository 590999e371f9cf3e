"""What Prometheus scrapes of a deployment."""

from collections import Counter

from tests.live.deployments import LlmD
from tests.live.world import World


def healthy(world: World, deployment: LlmD) -> Counter[str]:
    """Returns the workloads of a deployment's healthy targets."""
    return Counter(
        target["labels"]["pod"].rsplit("-", 2)[0]
        for target in world.prometheus.targets()
        if target["labels"]["namespace"] == deployment.namespace and target["health"] == "up"
    )
