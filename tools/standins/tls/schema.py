"""The four resources: their inputs, defaults and rules.

Names, types and defaults are those of pulumi-tls's `schema.json`; which changes replace a resource,
and the bounds of numbers, are those of terraform-provider-tls.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from ipaddress import ip_address
from typing import Final

from tools.standins.protocol.requests import CheckFailure
from tools.standins.protocol.values import UNKNOWN, Properties, Secret, Value, reveal
from tools.standins.tls.uses import ALLOWED_USES


class Type(StrEnum):
    """What an input may be, in words for a message."""

    STRING = "a string"
    INTEGER = "a whole number"
    BOOLEAN = "true or false"
    STRINGS = "a list of strings"
    SUBJECT = "an object"


@dataclass(frozen=True, kw_only=True)
class Field:
    """One input.

    Attributes:
        type: What it may be.
        required: Whether it has to be given.
        default: The value in the outputs when it isn't given; None for no value.
        secret: Whether it is secret in the outputs.
        allowed: The possible values of the string, or of each string of a list; empty for any.
        least: The smallest possible number.
        replaces: Whether a change makes a new resource.
    """

    type: Type
    required: bool = False
    default: Value = None
    secret: bool = False
    allowed: tuple[str, ...] = ()
    least: int | None = None
    replaces: bool = True


ALGORITHMS: Final = ("RSA", "ECDSA", "ED25519")
CURVES: Final = ("P224", "P256", "P384", "P521")

SUBJECT_STRINGS: Final = (
    "commonName",
    "country",
    "emailAddress",
    "locality",
    "organization",
    "organizationalUnit",
    "postalCode",
    "province",
    "serialNumber",
)
STREETS: Final = "streetAddresses"

_SUBJECT_FIELDS: Final = {
    **{name: Field(type=Type.STRING) for name in SUBJECT_STRINGS},
    STREETS: Field(type=Type.STRINGS),
}

_NAMES: Final = {
    "subject": Field(type=Type.SUBJECT),
    "dnsNames": Field(type=Type.STRINGS),
    "ipAddresses": Field(type=Type.STRINGS),
    "uris": Field(type=Type.STRINGS),
}

_CERTIFICATE: Final = {
    "validityPeriodHours": Field(type=Type.INTEGER, required=True, least=0),
    "allowedUses": Field(type=Type.STRINGS, required=True, allowed=ALLOWED_USES),
    "earlyRenewalHours": Field(type=Type.INTEGER, default=0, least=0, replaces=False),
    "isCaCertificate": Field(type=Type.BOOLEAN, default=False),
    "maxPathLength": Field(type=Type.INTEGER, default=-1, least=-1),
    "setSubjectKeyId": Field(type=Type.BOOLEAN, default=False),
}

_CERTIFICATE_OUTPUTS: Final = frozenset({"certPem", "validityStartTime", "validityEndTime"})

_KEY: Final = Field(type=Type.STRING, required=True, secret=True)


@dataclass(frozen=True, kw_only=True)
class Resource:
    """One resource.

    Attributes:
        fields: Its inputs.
        computed: Outputs that are known only once it exists.
        renews: Whether it is a certificate, which expires.
    """

    fields: Mapping[str, Field]
    computed: frozenset[str]
    renews: bool = False


PRIVATE_KEY: Final = "tls:index/privateKey:PrivateKey"
CERT_REQUEST: Final = "tls:index/certRequest:CertRequest"
SELF_SIGNED_CERT: Final = "tls:index/selfSignedCert:SelfSignedCert"
LOCALLY_SIGNED_CERT: Final = "tls:index/locallySignedCert:LocallySignedCert"

RESOURCES: Final[Mapping[str, Resource]] = {
    PRIVATE_KEY: Resource(
        fields={
            "algorithm": Field(type=Type.STRING, required=True, allowed=ALGORITHMS),
            "ecdsaCurve": Field(type=Type.STRING, default="P224", allowed=CURVES),
            "rsaBits": Field(type=Type.INTEGER, default=2048),
        },
        computed=frozenset(
            {
                "privateKeyPem",
                "privateKeyPemPkcs8",
                "privateKeyOpenssh",
                "publicKeyPem",
                "publicKeyOpenssh",
                "publicKeyFingerprintMd5",
                "publicKeyFingerprintSha256",
            }
        ),
    ),
    CERT_REQUEST: Resource(
        fields={"privateKeyPem": _KEY, **_NAMES},
        computed=frozenset({"certRequestPem", "keyAlgorithm"}),
    ),
    SELF_SIGNED_CERT: Resource(
        fields={
            "privateKeyPem": _KEY,
            **_NAMES,
            **_CERTIFICATE,
            "setAuthorityKeyId": Field(type=Type.BOOLEAN, default=False),
        },
        computed=_CERTIFICATE_OUTPUTS | {"keyAlgorithm"},
        renews=True,
    ),
    LOCALLY_SIGNED_CERT: Resource(
        fields={
            "caPrivateKeyPem": _KEY,
            "caCertPem": Field(type=Type.STRING, required=True),
            "certRequestPem": Field(type=Type.STRING, required=True),
            **_CERTIFICATE,
        },
        computed=_CERTIFICATE_OUTPUTS | {"caKeyAlgorithm"},
        renews=True,
    ),
}
"""By type token."""


def is_bookkeeping(key: str) -> bool:
    """Whether an input is the bridge's own note (`__defaults`), found in official state."""
    return key.startswith("__")


def with_defaults(resource: Resource, inputs: Mapping[str, Value]) -> Properties:
    """The inputs as they appear among the outputs: defaults filled in, secrets marked."""
    complete: Properties = {}
    for name, field in resource.fields.items():
        value = inputs.get(name)
        value = field.default if value is None else value
        if value is not None:
            complete[name] = Secret(reveal(value)) if field.secret else value
    return complete


def failures(resource: Resource, inputs: Mapping[str, Value]) -> list[CheckFailure]:
    """Everything that is wrong with the inputs; values still unknown are taken for right."""
    return [
        *_object_failures(resource.fields, reveal(dict(inputs)), ""),
        *_address_failures(reveal(inputs.get("ipAddresses"))),
    ]


def _object_failures(
    fields: Mapping[str, Field], value: Mapping[str, Value], prefix: str
) -> Iterator[CheckFailure]:
    for key in value:
        if key not in fields and not is_bookkeeping(key):
            allowed = ", ".join(sorted(fields))
            yield CheckFailure(
                property=prefix + key,
                reason=f"the stand-in for Pulumi's tls plug-in knows no such input; it knows {allowed}",
            )
    for name, field in fields.items():
        given = value.get(name)
        if given is not None:
            yield from _field_failures(field, given, prefix + name)
        elif field.required:
            yield CheckFailure(
                property=prefix + name, reason=f"is missing; it must be {field.type}"
            )


def _field_failures(field: Field, value: Value, path: str) -> Iterator[CheckFailure]:
    if value is UNKNOWN:
        return
    if not _is(field.type, value):
        shown = "another value" if field.secret else repr(value)
        yield CheckFailure(property=path, reason=f"must be {field.type}, got {shown}")
        return
    match field.type:
        case Type.SUBJECT:
            yield from _object_failures(_SUBJECT_FIELDS, value, f"{path}.")
        case Type.STRINGS:
            for index, item in enumerate(value):
                single = Field(type=Type.STRING, allowed=field.allowed)
                yield from _field_failures(single, item, f"{path}[{index}]")
        case Type.STRING if field.allowed and value not in field.allowed:
            allowed = ", ".join(field.allowed)
            yield CheckFailure(property=path, reason=f"must be one of {allowed}, got {value!r}")
        case Type.INTEGER if field.least is not None and value < field.least:
            yield CheckFailure(property=path, reason=f"must be at least {field.least}, got {value}")


def _is(kind: Type, value: Value) -> bool:
    match kind:
        case Type.STRING:
            return isinstance(value, str)
        case Type.INTEGER:
            return isinstance(value, int) and not isinstance(value, bool)
        case Type.BOOLEAN:
            return isinstance(value, bool)
        case Type.STRINGS:
            return isinstance(value, list)
        case Type.SUBJECT:
            return isinstance(value, dict)


def _address_failures(addresses: Value) -> Iterator[CheckFailure]:
    for index, address in enumerate(addresses if isinstance(addresses, list) else []):
        if not isinstance(address, str):
            continue
        try:
            ip_address(address)
        except ValueError:
            yield CheckFailure(
                property=f"ipAddresses[{index}]", reason=f"must be an IP address, got {address!r}"
            )
