"""What a certificate says, and whether others vouch for it."""

import pytest

from components.pem import belongs, is_trusted, read_all, read_served
from tests.issuing import Pair, authority, leaf

ROOT = authority("root")
INTERMEDIATE = authority("intermediate", by=ROOT)
LEAF = leaf("a.example.com", "*.m.svc", "127.0.0.1", by=INTERMEDIATE)
OTHER = authority("other")


class TestServed:
    @pytest.mark.parametrize("host", ["a.example.com", "server.m.svc", "127.0.0.1"])
    def test_covers_its_names_and_addresses(self, host: str) -> None:
        served = read_served(LEAF.certificate)
        assert served is not None
        assert served.covers(host)

    @pytest.mark.parametrize("host", ["b.example.com", "m.svc", "a.server.m.svc", "127.0.0.2"])
    def test_covers_no_others(self, host: str) -> None:
        served = read_served(LEAF.certificate)
        assert served is not None
        assert not served.covers(host)

    @pytest.mark.parametrize("text", ["", "certificate", "-----BEGIN CERTIFICATE-----\nAA\n"])
    def test_is_none_where_there_is_no_certificate(self, text: str) -> None:
        assert read_served(text) is None


def trusted(chain: str, bundle: str) -> bool:
    served = read_served(chain)
    assert served is not None
    return is_trusted(served, read_all(bundle))


class TestTrust:
    def test_goes_from_the_certificate_over_intermediates_to_a_ca(self) -> None:
        assert trusted(LEAF.certificate + INTERMEDIATE.certificate, ROOT.certificate)
        assert trusted(LEAF.certificate, OTHER.certificate + INTERMEDIATE.certificate)

    def test_ends_where_a_link_is_missing(self) -> None:
        assert not trusted(LEAF.certificate, ROOT.certificate)
        assert not trusted(LEAF.certificate + OTHER.certificate, ROOT.certificate)
        assert not trusted(LEAF.certificate + INTERMEDIATE.certificate, OTHER.certificate)
        assert not trusted(LEAF.certificate, "")

    def test_ends_in_a_circle(self) -> None:
        assert not trusted(ROOT.certificate + ROOT.certificate, OTHER.certificate)


class TestKey:
    @pytest.mark.parametrize(("pair", "fits"), [(LEAF, True), (OTHER, False)])
    def test_belongs_to_its_certificate(self, pair: Pair, fits: bool) -> None:
        served = read_served(LEAF.certificate)
        assert served is not None
        assert belongs(served.certificate, pair.key) is fits
