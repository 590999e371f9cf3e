from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tools.cluster.layout import Layout
from tools.cluster.parts import PROGRAMS, Part, control_plane
from tools.cluster.ports import Ports

PORTS = Ports(
    etcd=21001,
    etcd_peer=21002,
    kube_apiserver=21003,
    kube_controller_manager=21004,
    kube_scheduler=21005,
    kwok=21006,
)
LAYOUT = Layout(directory=Path("/home/me/.cluster"))
PARTS = control_plane(LAYOUT, PORTS, Path("/stages"))


def options(name: str) -> dict[str, str]:
    (part,) = (part for part in PARTS if part.name == name)
    return dict(argument.removeprefix("--").split("=", 1) for argument in part.arguments)


def test_parts_are_the_programs_in_the_order_of_starting() -> None:
    assert tuple(part.name for part in PARTS) == PROGRAMS


@pytest.mark.parametrize("part", PARTS, ids=lambda part: part.name)
def test_every_address_is_on_loopback(part: Part) -> None:
    assert urlsplit(part.health).hostname == "127.0.0.1"
    assert urlsplit(part.health).port in part.ports
    listening = [value for value in part.arguments if "listen-" in value or "bind-" in value]
    assert all("127.0.0.1" in value for value in listening)


@pytest.mark.parametrize("part", PARTS, ids=lambda part: part.name)
def test_files_on_the_command_line_are_inputs(part: Part) -> None:
    named = {Path(argument.partition("=")[2]) for argument in part.arguments if "=/" in argument}
    assert named - {LAYOUT.data} <= set(part.inputs)


def test_no_two_parts_share_a_port() -> None:
    ports = [port for part in PARTS for port in part.ports]
    assert sorted(ports) == [21001, 21002, 21003, 21004, 21005, 21006]


def test_etcd_wants_certificates_of_clients_and_members() -> None:
    etcd = options("etcd")
    assert (etcd["client-cert-auth"], etcd["peer-client-cert-auth"]) == ("true", "true")


def test_api_server_authorizes_with_rbac_and_knows_no_anonymous_user() -> None:
    api_server = options("kube-apiserver")
    assert api_server["authorization-mode"] == "Node,RBAC"
    assert api_server["anonymous-auth"] == "false"
    assert "disable-admission-plugins" not in api_server


@pytest.mark.parametrize("name", ["kube-controller-manager", "kube-scheduler"])
def test_controllers_compete_for_no_lease(name: str) -> None:
    assert options(name)["leader-elect"] == "false"
