"""Which object a file of a container comes from."""

from typing import Any

import pytest

from tools.doctor.mounted import Mounted, Source, mounted_at, source_of

POD: dict[str, Any] = {
    "volumes": [
        {"name": "ca", "configMap": {"name": "authority"}},
        {
            "name": "renamed",
            "secret": {"secretName": "web-tls", "items": [{"key": "ca.crt", "path": "root.pem"}]},
        },
        {"name": "scratch", "emptyDir": {}},
    ]
}
CONTAINER: dict[str, Any] = {
    "volumeMounts": [
        {"name": "ca", "mountPath": "/etc/ca/"},
        {"name": "ca", "mountPath": "/etc/one.crt", "subPath": "ca.crt"},
        {"name": "renamed", "mountPath": "/etc/tls"},
        {"name": "scratch", "mountPath": "/scratch"},
        {"name": "made-by-an-admission-hook", "mountPath": "/var/run"},
    ]
}


class TestFile:
    @pytest.mark.parametrize(
        ("path", "source"),
        [
            ("/etc/ca/ca.crt", Source(kind="ConfigMap", name="authority", key="ca.crt")),
            ("/etc/one.crt", Source(kind="ConfigMap", name="authority", key="ca.crt")),
            ("/etc/tls/root.pem", Source(kind="Secret", name="web-tls", key="ca.crt")),
        ],
    )
    def test_comes_from_a_key(self, path: str, source: Source) -> None:
        assert source_of(POD, CONTAINER, path) == source

    @pytest.mark.parametrize(
        "path", ["", "/scratch/ca.crt", "/var/run/ca.crt", "/etc/other/ca.crt", "/etc/ca"]
    )
    def test_of_something_else_comes_from_none(self, path: str) -> None:
        assert source_of(POD, CONTAINER, path) is None


class TestFolder:
    def test_shows_an_object(self) -> None:
        (mounted,) = mounted_at(POD, CONTAINER, "/etc/ca")
        assert mounted == Mounted(kind="ConfigMap", name="authority")

    def test_without_one_shows_none(self) -> None:
        assert list(mounted_at(POD, CONTAINER, "/custom/ca")) == []
