"""The explicit providers; none is ever taken from the environment."""

from pathlib import Path

import pulumi
import pulumi_kubernetes as k8s
import pulumi_tls as tls

from components.settings import KubernetesSettings


def cluster_provider(kubernetes: KubernetesSettings) -> k8s.Provider:
    """Returns the provider of the cluster that the settings name.

    ConfigMaps and Secrets are updated in place: by default the provider would delete and remake them, and
    a dashboard or the serving certificate would be gone for a moment.
    """
    return k8s.Provider(
        "cluster",
        # Unset, the SDK would write the path in $KUBECONFIG to the state, a difference on each machine;
        # empty means the same file, found by the provider itself.
        kubeconfig=_portable(kubernetes.kubeconfig),
        context=kubernetes.context,
        enable_server_side_apply=True,
        enable_config_map_mutable=True,
        enable_secret_mutable=True,
    )


def _portable(kubeconfig: str | None) -> str:
    if kubeconfig is None:
        return ""
    return str(Path(kubeconfig).expanduser())


def tls_provider() -> tls.Provider:
    """Returns the provider that makes keys and certificates; it needs no configuration."""
    return tls.Provider("pki")


def installation_options(*providers: pulumi.ProviderResource) -> pulumi.ResourceOptions:
    """Returns the options of a top-level component; its children inherit the providers."""
    return pulumi.ResourceOptions(providers=list(providers))
