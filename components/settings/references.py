"""Keys of Secrets and ConfigMaps that exist in the cluster."""

from components.settings.closed import Closed
from components.settings.values import DnsName, SecretKey


class SecretKeyReference(Closed):
    """One key of a Secret in the monitoring namespace."""

    name: DnsName
    """Name of the Secret."""

    key: SecretKey
    """Key in the Secret."""


class ConfigMapKeyReference(Closed):
    """One key of a ConfigMap in the monitoring namespace."""

    name: DnsName
    """Name of the ConfigMap."""

    key: SecretKey = "ca.crt"
    """Key in the ConfigMap."""
