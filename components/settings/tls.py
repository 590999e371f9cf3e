"""Certificates: lifetimes, names and the protection of the CA."""

from typing import Annotated, Final, Self

from pydantic import Field, model_validator

from components.contradiction import ContradictionError
from components.settings.closed import Closed
from components.settings.values import DnsName, IpAddress

TEN_YEARS_HOURS: Final = 10 * 365 * 24
THIRTY_DAYS_HOURS: Final = 30 * 24


class TlsSettings(Closed):
    """HTTPS for Prometheus and Alertmanager, with a CA of this stack's own."""

    enabled: bool = True
    """Serve HTTPS; `false` gives plain HTTP everywhere."""

    validity_hours: Annotated[int, Field(ge=2)] = TEN_YEARS_HOURS
    """Lifetime of the serving certificate, in hours (87600 are ten years)."""

    early_renewal_hours: Annotated[int, Field(ge=1)] | None = None
    """How long before its end an update renews the serving certificate, in hours; less than `validityHours`;
    unset: 720 (30 days), or a third of the lifetime where that is shorter."""

    ca_validity_hours: Annotated[int, Field(ge=1)] = TEN_YEARS_HOURS
    """Lifetime of the CA certificate, in hours; at least `validityHours`."""

    extra_dns_names: tuple[DnsName, ...] = ()
    """Further DNS names that the certificate is valid for, e.g. of an Ingress."""

    extra_ip_addresses: tuple[IpAddress, ...] = ()
    """Further IP addresses that the certificate is valid for."""

    protect_ca: bool = True
    """Refuse to delete or replace the CA, which every client trusts; set `false` and update before a destroy."""

    @model_validator(mode="after")
    def _lifetimes(self) -> Self:
        if self.early_renewal_hours is not None and self.early_renewal_hours >= self.validity_hours:
            raise ContradictionError(
                f"earlyRenewalHours is {self.early_renewal_hours}, validityHours is {self.validity_hours}",
                allowed="earlyRenewalHours less than validityHours, else every update would renew the certificate",
            )
        if self.ca_validity_hours < self.validity_hours:
            raise ContradictionError(
                f"caValidityHours is {self.ca_validity_hours}, validityHours is {self.validity_hours}",
                allowed="caValidityHours at least validityHours, else the CA ends before the certificates "
                "that it signed",
            )
        return self

    @property
    def renewal_window_hours(self) -> int:
        """Hours before the certificate's end in which an update renews it: `0 < window < validity`."""
        if self.early_renewal_hours is not None:
            return self.early_renewal_hours
        return max(1, min(THIRTY_DAYS_HOURS, self.validity_hours // 3))
