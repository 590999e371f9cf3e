"""Grafana: its login and its volume."""

from typing import Self

from pydantic import SecretStr, model_validator

from components.contradiction import ContradictionError
from components.settings.closed import Closed
from components.settings.resources import StorageSettings
from components.settings.values import DnsName, SecretKey


class GrafanaAdminSecret(Closed):
    """An existing Secret with Grafana's first login."""

    name: DnsName
    """Name of the Secret in the monitoring namespace."""

    user_key: SecretKey = "admin-user"
    """Key of the user name."""

    password_key: SecretKey = "admin-password"  # noqa: S105 - the name of a key, not a password
    """Key of the password."""


class GrafanaSettings(Closed):
    """Grafana with its datasources."""

    enabled: bool = True
    """Run Grafana."""

    admin_password: SecretStr | None = None
    """Password of `admin`, an encrypted value (`pulumi config set --secret --path ...`); unset: a random one
    that the chart makes and keeps."""

    admin_secret: GrafanaAdminSecret | None = None
    """A Secret of yours that holds the login; excludes `adminPassword`."""

    persistence: StorageSettings | None = None
    """Persistent volume for users and hand-made dashboards; unset: they are lost with the pod."""

    @model_validator(mode="after")
    def _one_login(self) -> Self:
        if self.admin_password is not None and self.admin_secret is not None:
            raise ContradictionError(
                "both adminPassword and adminSecret are set", allowed="one of them, or none"
            )
        if self.admin_password is not None and not self.admin_password.get_secret_value():
            raise ContradictionError(
                "adminPassword is empty", allowed="a password, or leave it unset for a random one"
            )
        return self
