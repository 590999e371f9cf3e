"""Certificates: lifetimes, names and the protection of the CA."""

from typing import Annotated, Final, Literal, Self

from pydantic import Field, model_validator
from pydantic.alias_generators import to_camel

from components.contradiction import ContradictionError
from components.settings.closed import Closed
from components.settings.values import DnsLabel, DnsName, IpAddress

TEN_YEARS_HOURS: Final = 10 * 365 * 24
THIRTY_DAYS_HOURS: Final = 30 * 24
FIRST_GENERATION: Final = (1,)

_OF_OUR_CA: Final = frozenset({"protect_ca", "rotation", "ca_generations"})
_LIFETIMES: Final = frozenset({"validity_hours", "early_renewal_hours", "ca_validity_hours"})
_UNUSED_BY: Final = {
    "generated": frozenset({"existing_secret", "issuer"}),
    "existingSecret": _OF_OUR_CA | _LIFETIMES | {"issuer"},
    "certManager": _OF_OUR_CA | {"existing_secret"},
}
"""Keys that a source doesn't read: one that is given would be a promise that isn't kept."""


class TrustSettings(Closed):
    """A namespace whose clients query Prometheus."""

    namespace: DnsLabel
    """The namespace; it must exist."""

    secret: bool = False
    """Put the CA into a Secret too, for clients that can't read a ConfigMap."""


class IssuerSettings(Closed):
    """An issuer of cert-manager that exists."""

    name: DnsName
    """Its name."""

    kind: Literal["Issuer", "ClusterIssuer"] = "ClusterIssuer"
    """Its kind; an Issuer must be in the monitoring namespace."""


class TlsSettings(Closed):
    """HTTPS for Prometheus and Alertmanager."""

    enabled: bool = True
    """Serve HTTPS; `false` gives plain HTTP everywhere."""

    source: Literal["generated", "existingSecret", "certManager"] = "generated"
    """Where the serving certificate comes from: a CA of this stack's own (`generated`), a Secret of yours, or
    cert-manager."""

    existing_secret: DnsName | None = None
    """Your Secret in the monitoring namespace: `tls.crt` with intermediates, `tls.key`, and `ca.crt` for clients;
    for `source: existingSecret` alone."""

    issuer: IssuerSettings | None = None
    """Who signs, for `source: certManager` alone; unset: a CA that cert-manager makes, with its key in a Secret of
    the monitoring namespace."""

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
    """Refuse to delete or replace the CA that signs, which every client trusts; set `false` and update before a
    destroy."""

    rotation: Annotated[int, Field(ge=0)] = 0
    """Counts renewals on demand: a higher number gives the serving certificate a new key at the next update."""

    ca_generations: Annotated[
        tuple[Annotated[int, Field(ge=1)], ...], Field(min_length=1, max_length=3)
    ] = FIRST_GENERATION
    """CAs that clients are told to trust, by number; the first one signs. To rotate, update with each of `[1, 2]`,
    `[2, 1]` and `[2]` in turn, and give clients time to read the CA anew in between."""

    trust: tuple[TrustSettings, ...] = ()
    """Further namespaces that get the CA: ConfigMap `prometheus-web-tls-ca`, key `ca.crt`."""

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

    @model_validator(mode="after")
    def _of_the_source(self) -> Self:
        if self.source == "existingSecret" and self.existing_secret is None:
            raise ContradictionError(
                "source is existingSecret and existingSecret is unset", allowed="the Secret's name"
            )
        given = {name for name in self.model_fields_set if _differs(self, name)}
        if foreign := sorted(map(to_camel, given & _UNUSED_BY[self.source])):
            raise ContradictionError(
                f"source {self.source} has no use for {', '.join(foreign)}",
                allowed="keys of that source, see `docs/certificates.md`",
            )
        return self

    @model_validator(mode="after")
    def _distinct(self) -> Self:
        if len(set(self.ca_generations)) < len(self.ca_generations):
            raise ContradictionError(
                f"caGenerations is {list(self.ca_generations)}", allowed="each number once"
            )
        namespaces = [target.namespace for target in self.trust]
        if repeated := sorted({name for name in namespaces if namespaces.count(name) > 1}):
            raise ContradictionError(
                f"trust repeats the namespace {', '.join(repeated)}", allowed="each namespace once"
            )
        return self

    @property
    def secret_name(self) -> str:
        """Name of the Secret with the serving certificate.

        Each source has its own: what one makes would else be taken away from under another at a change.
        """
        if self.source == "existingSecret" and self.existing_secret is not None:
            return self.existing_secret
        if self.source == "certManager":
            return "prometheus-web-tls-issued"
        return "prometheus-web-tls"

    @property
    def renewal_window_hours(self) -> int:
        """Hours before the certificate's end in which an update renews it: `0 < window < validity`."""
        if self.early_renewal_hours is not None:
            return self.early_renewal_hours
        return max(1, min(THIRTY_DAYS_HOURS, self.validity_hours // 3))


def _differs(settings: TlsSettings, name: str) -> bool:
    return bool(getattr(settings, name) != TlsSettings.model_fields[name].default)
