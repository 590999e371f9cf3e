"""Kinds of text and numbers in a stack file: what is allowed, and how the documentation names it."""

import ipaddress
import re
from collections.abc import Callable
from typing import Annotated, Final
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator, Field, WithJsonSchema

from components.names import LABEL_LIMIT

_DNS_LABEL: Final = re.compile(r"[a-z0-9]([-a-z0-9]*[a-z0-9])?")
_DNS_NAME_LIMIT: Final = 253
_CLUSTER_DOMAIN_LIMIT: Final = 140
"""Leaves room for the longest name before it, `<26>-alertmanager.<63>.svc.`, in a DNS name."""
_HELM_RELEASE_LIMIT: Final = 53
_EXACT_VERSION: Final = re.compile(r"v?[0-9]+\.[0-9]+\.[0-9]+(-[0-9A-Za-z.-]+)?(\+[0-9A-Za-z.-]+)?")
_DURATION: Final = re.compile(
    r"(?=[0-9])([0-9]+y)?([0-9]+w)?([0-9]+d)?([0-9]+h)?([0-9]+m)?([0-9]+s)?([0-9]+ms)?"
)
_QUANTITY: Final = re.compile(r"[0-9]+(\.[0-9]+)?(m|k|Ki|M|Mi|G|Gi|T|Ti|P|Pi|E|Ei)?")
_SIZE: Final = re.compile(r"[0-9]+(B|KB|MB|GB|TB|PB|EB)")
_LABEL_NAME: Final = re.compile(r"[a-zA-Z_][a-zA-Z0-9_]*")


def matching(pattern: re.Pattern[str], allowed: str) -> AfterValidator:
    """Admits text that matches a pattern as a whole; `allowed` says in words what that is."""

    def check(value: str) -> str:
        if not pattern.fullmatch(value):
            raise ValueError(allowed)
        return value

    return AfterValidator(check)


def shown_as(text: str) -> WithJsonSchema:
    """Says in the schema, and so in `docs/settings.md`, what kind of text a value is."""
    return WithJsonSchema({"type": "string", "format": text})


def _dns_label(limit: int) -> AfterValidator:
    def check(value: str) -> str:
        if len(value) > limit or not _DNS_LABEL.fullmatch(value):
            raise ValueError(
                f"up to {limit} lower-case letters, digits and hyphens, with a letter or digit at both ends "
                f"(this one has {len(value)} characters)"
            )
        return value

    return AfterValidator(check)


def _dns_name(limit: int) -> AfterValidator:
    def check(value: str) -> str:
        labels = value.split(".")
        if len(value) > limit or not all(
            len(label) <= LABEL_LIMIT and _DNS_LABEL.fullmatch(label) for label in labels
        ):
            raise ValueError(
                f"a DNS name: at most {limit} characters, labels of at most {LABEL_LIMIT} lower-case "
                "letters, digits and hyphens"
            )
        return value

    return AfterValidator(check)


def _ip_address(value: str) -> str:
    # A zone such as %eth0 means something on one machine only; no certificate holds it.
    try:
        if "%" not in value:
            return str(ipaddress.ip_address(value))
    except ValueError:
        pass
    raise ValueError("an IPv4 or IPv6 address, e.g. 10.0.0.1")


def _url(*schemes: str) -> Callable[[str], str]:
    starts = " or ".join(f"{scheme}://" for scheme in schemes)

    def check(value: str) -> str:
        try:
            parts = urlsplit(value)
            well_formed = parts.scheme in schemes and bool(parts.hostname) and parts.port != 0
        except ValueError:
            # Its text repeats the host.
            well_formed = False
        if not well_formed or not value.isprintable() or " " in value:
            raise ValueError(f"a URL that starts with {starts}")
        if parts.username is not None or parts.password is not None:
            raise ValueError("a URL without user and password; credentials go into a Secret")
        return value

    return check


def _number_as_text(value: object) -> object:
    """YAML reads `cpu: 2` as a number; Kubernetes reads both forms alike."""
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return str(value) if is_number else value


DnsLabel = Annotated[str, _dns_label(LABEL_LIMIT), shown_as("DNS label, up to 63 characters")]
DnsName = Annotated[str, _dns_name(_DNS_NAME_LIMIT), shown_as("DNS name")]
ClusterDomain = Annotated[
    str, _dns_name(_CLUSTER_DOMAIN_LIMIT), shown_as("DNS name, up to 140 characters")
]
ReleaseName = Annotated[
    str, _dns_label(_HELM_RELEASE_LIMIT), shown_as("DNS label, up to 53 characters")
]
IpAddress = Annotated[str, AfterValidator(_ip_address), shown_as("IP address")]
ChartUrl = Annotated[
    str, AfterValidator(_url("https", "http", "oci")), shown_as("URL: https, http or oci")
]
StoreUrl = Annotated[str, AfterValidator(_url("https", "http")), shown_as("URL: https or http")]
ExactVersion = Annotated[
    str,
    matching(_EXACT_VERSION, "one exact version such as 88.5.3, no range"),
    shown_as("exact version"),
]
Duration = Annotated[
    str,
    matching(_DURATION, "a Prometheus duration such as 15d, 12h or 1h30m"),
    shown_as("duration such as 12h"),
]
Quantity = Annotated[
    str,
    BeforeValidator(_number_as_text),
    matching(_QUANTITY, "a Kubernetes quantity such as 500m, 2, 512Mi or 50Gi"),
    shown_as("Kubernetes quantity"),
]
DiskSize = Annotated[
    str,
    matching(_SIZE, "a size with its unit such as 500MB or 45GB"),
    shown_as("size such as 45GB"),
]
LabelName = Annotated[
    str, matching(_LABEL_NAME, "a Prometheus label name: letters, digits and underscores")
]
SecretKey = Annotated[
    str,
    Field(min_length=1, max_length=253, pattern=r"^[-._a-zA-Z0-9]+$"),
    shown_as("key of a Secret or ConfigMap"),
]
