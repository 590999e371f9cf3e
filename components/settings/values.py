"""Kinds of text and numbers in a stack file: what is allowed, and how the documentation names it."""

import ipaddress
import re
from collections.abc import Callable
from typing import Annotated, Final
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator, Field, WithJsonSchema

from components.names import LABEL_LIMIT
from rules.duration import in_seconds

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
_FOLDER: Final = re.compile(r"[A-Za-z0-9]([-A-Za-z0-9 _.]{0,58}[A-Za-z0-9])?")
_LABEL_NAME: Final = re.compile(r"[a-zA-Z_][a-zA-Z0-9_]*")
_LABEL_WORD: Final = re.compile(r"[a-zA-Z0-9]([-._a-zA-Z0-9]*[a-zA-Z0-9])?")
_PORT_NAME: Final = re.compile(r"(?=.*[a-z])(?!.*--)[a-z0-9]([-a-z0-9]*[a-z0-9])?")
_PORT_NAME_LIMIT: Final = 15
_EPP_RELEASE_LIMIT: Final = 40
"""Where the charts of the EPP cut the release's name to make the EPP's."""
_SECONDS: Final = {"h": 3600.0, "m": 60.0, "s": 1.0, "ms": 0.001}
_LEAST_RETENTION: Final = "2h"
"""How far alerts on a change look back: an hour, over an hour."""
_SLOWEST_SCRAPE_SECONDS: Final = 120
"""A rate needs two samples in its window, and recorded rates have one of five minutes."""


TRACE_ID: Final = "{traceId}"
"""Stands for the id of a trace in its address."""


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
        if not _is_dns_name(value, limit):
            raise ValueError(
                f"a DNS name: at most {limit} characters, labels of at most {LABEL_LIMIT} lower-case "
                "letters, digits and hyphens"
            )
        return value

    return AfterValidator(check)


def _is_dns_name(value: str, limit: int) -> bool:
    return len(value) <= limit and all(
        len(label) <= LABEL_LIMIT and _DNS_LABEL.fullmatch(label) for label in value.split(".")
    )


def _epp_release(value: str) -> str:
    if len(value) > _EPP_RELEASE_LIMIT or not _DNS_LABEL.fullmatch(value):
        raise ValueError(
            f"up to {_EPP_RELEASE_LIMIT} lower-case letters, digits and hyphens, with a letter or digit at both "
            f"ends (this one has {len(value)} characters): the chart cuts the EPP's name there, and names made of "
            "it would no longer match"
        )
    return value


def _port_name(value: str) -> str:
    if len(value) > _PORT_NAME_LIMIT or not _PORT_NAME.fullmatch(value):
        raise ValueError(
            f"the name of a container port: up to {_PORT_NAME_LIMIT} lower-case letters, digits and single "
            "hyphens, a letter among them"
        )
    return value


def _label_key(value: str) -> str:
    prefix, slash, name = value.rpartition("/")
    if not _is_label_word(name) or (slash and not _is_dns_name(prefix, _DNS_NAME_LIMIT)):
        raise ValueError("a Kubernetes label such as team or example.com/team")
    return value


def _label_value(value: str) -> str:
    if value and not _is_label_word(value):
        raise ValueError(
            f"the value of a Kubernetes label: up to {LABEL_LIMIT} letters, digits, hyphens, dots and underscores"
        )
    return value


def _is_label_word(value: str) -> bool:
    return len(value) <= LABEL_LIMIT and bool(_LABEL_WORD.fullmatch(value))


def _scrape_interval(value: str) -> str:
    known = _DURATION.fullmatch(value) and not re.search("[ywd]", value)
    parts = re.findall(r"([0-9]+)(ms|[hms])", value) if known else []
    if (
        not 1
        <= sum(int(number) * _SECONDS[unit] for number, unit in parts)
        <= _SLOWEST_SCRAPE_SECONDS
    ):
        raise ValueError(
            "a duration from 1s to 2m such as 30s; rates over five minutes need at least two scrapes"
        )
    return value


def _retention(value: str) -> str:
    if in_seconds(value) < in_seconds(_LEAST_RETENTION):
        raise ValueError(f"a duration of at least {_LEAST_RETENTION}, which alerts look back")
    return value


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


def _holds_trace_id(url: str) -> str:
    if TRACE_ID not in url:
        raise ValueError(f"a URL with {TRACE_ID} in place of the trace's id")
    return url


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
TraceUrl = Annotated[
    str,
    AfterValidator(_url("https", "http")),
    AfterValidator(_holds_trace_id),
    shown_as("URL: https or http, with {traceId}"),
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
Retention = Annotated[
    Duration,
    AfterValidator(_retention),
    shown_as(f"duration of at least {_LEAST_RETENTION} such as 15d"),
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
ScrapeInterval = Annotated[
    str, AfterValidator(_scrape_interval), shown_as("duration from 1s to 2m")
]
EppReleaseName = Annotated[
    str, AfterValidator(_epp_release), shown_as("DNS label, up to 40 characters")
]
PortName = Annotated[str, AfterValidator(_port_name), shown_as("name of a container port")]
LabelKey = Annotated[str, AfterValidator(_label_key), shown_as("Kubernetes label")]
LabelValue = Annotated[str, AfterValidator(_label_value), shown_as("value of a Kubernetes label")]
FolderName = Annotated[
    str,
    matching(
        _FOLDER,
        "up to 60 letters, digits, spaces, hyphens, dots and underscores, with a letter or digit at both ends",
    ),
    shown_as("name of a folder, up to 60 characters"),
]
LabelName = Annotated[
    str, matching(_LABEL_NAME, "a Prometheus label name: letters, digits and underscores")
]
SecretKey = Annotated[
    str,
    Field(min_length=1, max_length=253, pattern=r"^[-._a-zA-Z0-9]+$"),
    shown_as("key of a Secret or ConfigMap"),
]
