import stat
from datetime import UTC, datetime, timedelta
from ipaddress import IPv4Address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.x509.oid import NameOID

from tools.cluster.credentials import (
    ADMINISTRATOR,
    PROFILES,
    SCHEDULER,
    SERVER,
    Credentials,
    Profile,
    ensure_credentials,
    split_pair,
)

NOW = datetime(2030, 1, 1, tzinfo=UTC)


@pytest.fixture
def credentials(tmp_path: Path) -> Credentials:
    made = Credentials(folder=tmp_path)
    ensure_credentials(made, now=NOW)
    return made


def contents(credentials: Credentials) -> dict[str, str]:
    return {path.name: path.read_text() for path in credentials.folder.iterdir()}


def certificate(path: Path) -> x509.Certificate:
    return x509.load_pem_x509_certificate(path.read_bytes())


def test_every_file_is_private(credentials: Credentials) -> None:
    modes = {stat.S_IMODE(path.stat().st_mode) for path in credentials.folder.iterdir()}
    assert modes == {0o600}


def test_files_are_kept_as_long_as_they_fit(credentials: Credentials) -> None:
    before = contents(credentials)
    ensure_credentials(credentials, now=NOW + timedelta(days=3000))
    assert contents(credentials) == before


def test_modes_that_were_opened_are_closed_again(credentials: Credentials) -> None:
    credentials.pair(ADMINISTRATOR).chmod(0o644)
    ensure_credentials(credentials, now=NOW)
    assert stat.S_IMODE(credentials.pair(ADMINISTRATOR).stat().st_mode) == 0o600


@pytest.mark.parametrize("profile", PROFILES, ids=lambda profile: profile.name)
def test_certificates_are_issued_by_the_authority(
    credentials: Credentials, profile: Profile
) -> None:
    certificate(credentials.pair(profile)).verify_directly_issued_by(
        certificate(credentials.authority)
    )


def test_administrator_is_in_the_group_that_may_do_everything(credentials: Credentials) -> None:
    subject = certificate(credentials.pair(ADMINISTRATOR)).subject
    assert [group.value for group in subject.get_attributes_for_oid(NameOID.ORGANIZATION_NAME)] == [
        "system:masters"
    ]


def test_scheduler_has_no_rights_but_its_own(credentials: Credentials) -> None:
    subject = certificate(credentials.pair(SCHEDULER)).subject
    assert subject.rfc4514_string() == "CN=system:kube-scheduler"


def test_servers_are_known_by_address_and_name(credentials: Credentials) -> None:
    extensions = certificate(credentials.pair(SERVER)).extensions
    names = extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert IPv4Address("127.0.0.1") in names.get_values_for_type(x509.IPAddress)
    assert "localhost" in names.get_values_for_type(x509.DNSName)


@pytest.mark.parametrize("damage", ["", "no PEM", "-----BEGIN CERTIFICATE-----\nAAAA\n"])
def test_damaged_pair_is_replaced_alone(credentials: Credentials, damage: str) -> None:
    before = contents(credentials)
    credentials.pair(ADMINISTRATOR).write_text(damage)
    ensure_credentials(credentials, now=NOW)
    after = contents(credentials)
    changed = {name for name in before if before[name] != after[name]}
    assert changed == {"administrator.pem"}
    certificate(credentials.pair(ADMINISTRATOR)).verify_directly_issued_by(
        certificate(credentials.authority)
    )


def test_certificate_with_a_foreign_key_is_replaced(credentials: Credentials) -> None:
    first, _ = split_pair(credentials.pair(ADMINISTRATOR).read_bytes())
    _, other_key = split_pair(credentials.pair(SCHEDULER).read_bytes())
    mixed = first + other_key
    credentials.pair(ADMINISTRATOR).write_bytes(mixed)
    ensure_credentials(credentials, now=NOW)
    assert credentials.pair(ADMINISTRATOR).read_bytes() != mixed


def test_certificate_of_another_profile_is_replaced(credentials: Credentials) -> None:
    credentials.pair(SCHEDULER).write_bytes(credentials.pair(ADMINISTRATOR).read_bytes())
    ensure_credentials(credentials, now=NOW)
    subject = certificate(credentials.pair(SCHEDULER)).subject
    assert subject.rfc4514_string() == "CN=system:kube-scheduler"


def test_everything_but_the_service_account_key_is_renewed_before_its_end(
    credentials: Credentials,
) -> None:
    before = contents(credentials)
    later = certificate(credentials.authority).not_valid_after_utc - timedelta(days=29)
    ensure_credentials(credentials, now=later)
    after = contents(credentials)
    assert {name for name in before if before[name] == after[name]} == {"service-account.pem"}
    for profile in PROFILES:
        assert certificate(credentials.pair(profile)).not_valid_after_utc > later


def test_lost_authority_renews_the_certificates(credentials: Credentials) -> None:
    credentials.authority_pair.unlink()
    ensure_credentials(credentials, now=NOW)
    for profile in PROFILES:
        certificate(credentials.pair(profile)).verify_directly_issued_by(
            certificate(credentials.authority)
        )
