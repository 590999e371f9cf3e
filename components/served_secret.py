"""A Secret with a serving certificate that somebody else makes and renews."""

import base64
from collections.abc import Mapping

import pulumi

from components.kubernetes_object import found_object
from components.trust_bundle import CA_KEY


class ServedSecret(pulumi.ComponentResource):
    """Reads the Secret; the serving key isn't taken out of it.

    Args:
        name: Logical name.
        secret: `namespace/name` of the Secret, once it exists.
        opts: Options of a top-level component.
    """

    ca_pem: pulumi.Output[str]
    """Certificates of the CAs that clients verify it with, public."""

    def __init__(
        self, name: str, secret: pulumi.Input[str], opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("llmd-monitoring:index:ServedSecret", name, None, opts)
        found = found_object(
            f"{name}-secret", "v1", "Secret", secret, pulumi.ResourceOptions(parent=self)
        )
        data: pulumi.Output[Mapping[str, str]] = pulumi.get(found, "data")
        self.ca_pem = pulumi.Output.unsecret(
            pulumi.Output.all(data, secret).apply(lambda both: _authorities(*both))
        )
        self.register_outputs({"caPem": self.ca_pem})


def _authorities(data: Mapping[str, str], secret: str) -> str:
    """Returns the CA certificates of a Secret's data.

    Raises:
        pulumi.RunError: It has none.
    """
    encoded = data.get(CA_KEY)
    if not encoded:
        raise pulumi.RunError(
            f"Secret {secret} has no {CA_KEY}, so no client could verify Prometheus. Issuers that serve public "
            "certificates leave it out; next: take an issuer with a CA of its own."
        )
    return base64.b64decode(encoded).decode()
