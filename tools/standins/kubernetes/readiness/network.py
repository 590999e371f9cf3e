"""Services and Ingresses: able to receive traffic."""

from tools.standins.kubernetes.kind import Object, name_of, namespace_of
from tools.standins.kubernetes.readiness.verdict import READY, Related, Verdict, waiting


def judge_service(service: Object, related: Related) -> Verdict:
    """Ready when no pod behind it is still starting and a load balancer has an address.

    Services without a selector, without cluster address and those that are names only wait for no
    pods.
    """
    spec = service.get("spec") or {}
    if spec.get("type") == "LoadBalancer" and not _balancer_addresses(service):
        return waiting(
            "Waiting for a load balancer to assign an address",
            "Service was not allocated an IP address; does the cluster provide load balancers?",
        )
    if (
        spec.get("type") == "ExternalName"
        or spec.get("clusterIP") == "None"
        or not spec.get("selector")
    ):
        return READY
    slices = related.endpoint_slices(namespace_of(service), name_of(service))
    if not slices:
        return waiting(
            "Finding Pods to direct traffic to",
            "Service does not target any Pods: none is ready, or `.spec.selector` matches none",
        )
    endpoints = [endpoint for one in slices for endpoint in one.get("endpoints") or []]
    starting = [endpoint for endpoint in endpoints if _is_starting(endpoint)]
    if starting:
        told = f"{len(starting)} of {len(endpoints)} Pods behind the Service are not ready"
        return waiting(f"Waiting for Pods: {told}", told)
    return READY


def judge_ingress(ingress: Object, _related: Related) -> Verdict:
    """Ready when an ingress controller has given it an address."""
    if _balancer_addresses(ingress):
        return READY
    return waiting(
        "Waiting for an ingress controller to assign an address",
        "Ingress .status.loadBalancer has no address: does an ingress controller serve its class?",
    )


def _is_starting(endpoint: Object) -> bool:
    """A pod that is not ready because it ends, after a scale-down for example, isn't starting."""
    state = endpoint.get("conditions") or {}
    return state.get("ready") is False and state.get("terminating") is not True


def _balancer_addresses(obj: Object) -> list[object]:
    return ((obj.get("status") or {}).get("loadBalancer") or {}).get("ingress") or []
