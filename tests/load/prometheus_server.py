"""A real Prometheus over TLS, with a certificate that a CA of its own signed."""

import datetime as dt
import ipaddress
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import yaml
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.load.sending import free_port
from tools.load.session import trusting
from tools.paths import BIN_DIR

READY_SECONDS = 60


@dataclass(frozen=True, kw_only=True)
class Server:
    """Where it is, and the file of its CA."""

    url: str
    ca: Path


@contextmanager
def scraping(target: str, folder: Path) -> Iterator[Server]:
    """Scrapes one target each second; see `wait_for_first_scrape`."""
    port = free_port()
    ca = certificate(folder)
    web = {"tls_server_config": {"cert_file": "tls.crt", "key_file": "tls.key"}}
    (folder / "web.yaml").write_text(yaml.safe_dump(web))
    static = [{"targets": [target.removeprefix("http://")]}]
    jobs = [{"job_name": "servers", "static_configs": static}]
    content = {"global": {"scrape_interval": "1s"}, "scrape_configs": jobs}
    (folder / "prometheus.yaml").write_text(yaml.safe_dump(content))
    command = [
        str(BIN_DIR / "prometheus"),
        "--config.file=prometheus.yaml",
        "--web.config.file=web.yaml",
        f"--web.listen-address=127.0.0.1:{port}",
        "--storage.tsdb.path=data",
        "--log.level=error",
    ]
    with subprocess.Popen(command, cwd=folder) as process:
        try:
            yield Server(url=f"https://127.0.0.1:{port}", ca=ca)
        finally:
            process.terminate()


def wait_for_first_scrape(server: Server, query: str = "up == 1") -> None:
    """Waits until the target is up, or another query has an answer."""
    deadline = time.monotonic() + READY_SECONDS
    with httpx.Client(verify=trusting(server.ca), trust_env=False) as client:
        while time.monotonic() < deadline:
            try:
                answer = client.get(f"{server.url}/api/v1/query", params={"query": query})
                if answer.is_success and answer.json()["data"]["result"]:
                    return
            except httpx.TransportError:
                pass
            time.sleep(0.2)
    raise AssertionError("Prometheus didn't scrape its target")


def certificate(folder: Path) -> Path:
    """Writes `tls.crt` and `tls.key`; gives the file of the authority that vouches for them."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "a test")])
    now = dt.datetime.now(dt.UTC)
    signed = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(hours=1))
        .not_valid_after(now + dt.timedelta(hours=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]),
            critical=False,
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem = signed.public_bytes(serialization.Encoding.PEM)
    private = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    (folder / "tls.crt").write_bytes(pem)
    (folder / "tls.key").write_bytes(private)
    return folder / "tls.crt"
