"""Faults that people have run into, each put into a live installation and taken out again."""

import base64
import copy
import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from components.settings import Settings
from tests.polling import eventually
from tools.doctor.examination import examine
from tools.doctor.finding import Finding, Severity

Object = dict[str, Any]
Change = Callable[[Object], None]


@dataclass(frozen=True, kw_only=True)
class Fault:
    """One fault.

    Attributes:
        name: What somebody did, in words.
        path: Path of the object on the API server; of the collection where one is added.
        change: Changes the object in place; `None` deletes it.
        added: The object to add instead of changing one.
        found: Words that one finding must have, in its place or its problem.
    """

    name: str
    path: str
    found: tuple[str, ...]
    change: Change | None = None
    added: Object | None = None


@contextmanager
def injected(client: httpx.Client, fault: Fault) -> Iterator[None]:
    """Puts a fault in, and restores what was there."""
    before = put_in(client, fault)
    yield
    if fault.added is not None:
        path = f"{fault.path}/{fault.added['metadata']['name']}"
        client.delete(path, params={"gracePeriodSeconds": 0}).raise_for_status()
    elif fault.change is None:
        collection = fault.path.rpartition("/")[0]
        client.post(collection, json=before).raise_for_status()
    else:
        _put(client, fault.path, before)


def faults_in(settings: Mapping[str, Any]) -> list[Finding]:
    """Returns what the doctor finds wrong, without notes; no finding may hold a secret."""
    found = examine(Settings.model_validate(settings))
    for finding in found:
        assert finding.why
        assert finding.mend
        assert "canary" not in str(finding)
        assert "PRIVATE KEY" not in str(finding)
    return [finding for finding in found if finding.severity > Severity.NOTE]


def put_in(client: httpx.Client, fault: Fault, *, propagation: str = "Orphan") -> Object:
    """Puts a fault in; returns what was there, which is nothing where an object is added.

    Args:
        client: Client of the cluster.
        fault: What somebody does.
        propagation: What becomes of the objects that a deleted one owns; orphans can be given back to it.
    """
    if fault.added is not None:
        client.post(fault.path, json=fault.added).raise_for_status()
        return {}
    response = client.get(fault.path)
    response.raise_for_status()
    before = _bare(response.json())
    if fault.change is None:
        client.delete(fault.path, params={"propagationPolicy": propagation}).raise_for_status()
        # The garbage collector releases what an object owns before the object goes.
        eventually(
            lambda: client.get(fault.path).status_code == httpx.codes.NOT_FOUND,
            f"the end of {fault.path}",
        )
        return before
    changed = copy.deepcopy(before)
    fault.change(changed)
    _put(client, fault.path, changed)
    return before


def _put(client: httpx.Client, path: str, thing: Object) -> None:
    """Replaces an object; for a custom resource the version that is replaced must be named.

    A controller may write a workload's status meanwhile.
    """

    def replaced_this_time() -> bool:
        version = client.get(path).json()["metadata"]["resourceVersion"]
        named = {**thing, "metadata": {**thing["metadata"], "resourceVersion": version}}
        response = client.put(path, json=named)
        if response.status_code == httpx.codes.CONFLICT:
            return False
        response.raise_for_status()
        return True

    eventually(replaced_this_time, f"the replacement of {path}")


def _bare(thing: Object) -> Object:
    for key in ("resourceVersion", "uid", "managedFields", "creationTimestamp", "generation"):
        thing["metadata"].pop(key, None)
    return thing


def data(**values: str | None) -> Change:
    """A change of a Secret's or ConfigMap's data; `_` in a key stands for `.`."""

    def change(thing: Object) -> None:
        for key, value in values.items():
            name = key.replace("_", ".")
            if value is None:
                del thing["data"][name]
            elif thing["kind"] == "Secret":
                thing["data"][name] = base64.b64encode(value.encode()).decode()
            else:
                thing["data"][name] = value

    return change


def replaced(old: str, new: str) -> Change:
    """A change of text in all values of a ConfigMap."""

    def change(thing: Object) -> None:
        for key, value in thing["data"].items():
            assert old in value
            thing["data"][key] = value.replace(old, new)

    return change


def rewritten(old: str, new: str, *, below: str = "spec") -> Change:
    """A change of text in the JSON below a field."""

    def change(thing: Object) -> None:
        text = json.dumps(thing[below])
        assert old in text
        thing[below] = json.loads(text.replace(old, new))

    return change


def spec(**values: Any) -> Change:  # noqa: ANN401 - fields of any kind
    """A change of fields below `spec`; `None` removes one."""

    def change(thing: Object) -> None:
        for key, value in values.items():
            if value is None:
                del thing["spec"][key]
            else:
                thing["spec"][key] = value

    return change


def endpoint(**values: Any) -> Change:  # noqa: ANN401 - fields of any kind
    """A change of the first endpoint of a monitor."""

    def change(thing: Object) -> None:
        field = "endpoints" if "endpoints" in thing["spec"] else "podMetricsEndpoints"
        thing["spec"][field][0].update(values)

    return change


def labelled(**labels: str) -> Change:
    """A change of labels."""

    def change(thing: Object) -> None:
        thing["metadata"]["labels"].update(labels)

    return change


@dataclass(frozen=True, kw_only=True)
class Pair:
    """A certificate and its key, both PEM."""

    certificate: str
    key: str


def certificate(names: list[str], *, days: int = 365, authority: Pair | None = None) -> Pair:
    """Returns a serving certificate for some names, signed by an authority or by itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "somebody else")])
    now = datetime.now(UTC)
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=400))
        .not_valid_after(now + timedelta(days=days))
        .add_extension(
            x509.SubjectAlternativeName([x509.DNSName(n) for n in names]), critical=False
        )
        .add_extension(x509.BasicConstraints(ca=authority is None, path_length=None), critical=True)
    )
    return Pair(
        certificate=_signed(builder, subject, key, authority)
        .public_bytes(serialization.Encoding.PEM)
        .decode(),
        key=key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        ).decode(),
    )


def _signed(
    builder: x509.CertificateBuilder,
    subject: x509.Name,
    key: ec.EllipticCurvePrivateKey,
    authority: Pair | None,
) -> x509.Certificate:
    if authority is None:
        return builder.issuer_name(subject).sign(key, hashes.SHA256())
    issuer = x509.load_pem_x509_certificate(authority.certificate.encode())
    signing = serialization.load_pem_private_key(authority.key.encode(), password=None)
    assert isinstance(signing, ec.EllipticCurvePrivateKey)
    identifier = x509.AuthorityKeyIdentifier.from_issuer_public_key(signing.public_key())
    return (
        builder.issuer_name(issuer.subject)
        .add_extension(identifier, critical=False)
        .sign(signing, hashes.SHA256())
    )
