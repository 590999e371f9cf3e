"""Start and stop end in the same state wherever they begin."""

import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psutil
import pytest

from tests.embedded.api import Api, connect
from tests.polling import eventually
from tools.cluster import processes, starting
from tools.cluster.embedded import EmbeddedCluster
from tools.cluster.parts import PROGRAMS
from tools.cluster.ports import Ports, remembered

COMMAND = (sys.executable, "-c", "from tools.cli import main; main()", "cluster")


def run(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    """Run the command line with its output in pipes, until nobody holds them open any more."""
    return subprocess.run(
        [*COMMAND, *map(str, arguments)], capture_output=True, text=True, check=False, timeout=120
    )


def pids(cluster: EmbeddedCluster) -> dict[str, int]:
    return {running.part: running.process.pid for running in processes.find(cluster.directory)}


def mark(cluster: EmbeddedCluster, name: str) -> None:
    """Put an object into the cluster."""
    with connect(cluster.kubeconfig) as connected:
        Api.of(connected).core.create_namespaced_config_map(
            "default", {"metadata": {"name": name}, "data": {"key": "kept"}}
        )


def marked(cluster: EmbeddedCluster, name: str) -> bool:
    """Whether the object is there with its content."""
    with connect(cluster.kubeconfig) as connected:
        maps = Api.of(connected).core.list_namespaced_config_map("default").items
    return any(one.metadata.name == name and one.data == {"key": "kept"} for one in maps)


def runs_a_pod(cluster: EmbeddedCluster, name: str) -> bool:
    """Whether a new pod becomes ready, for which every part is needed."""
    with connect(cluster.kubeconfig) as connected:
        api = Api.of(connected)
        body = {
            "metadata": {"name": name},
            "spec": {"containers": [{"name": "main", "image": "example.org/nothing:1"}]},
        }
        api.core.create_namespaced_pod("default", body)
        eventually(
            lambda: api.core.read_namespaced_pod(name, "default").status.phase == "Running",
            f"pod {name}",
        )
    return True


@pytest.fixture
def started(own_cluster: EmbeddedCluster) -> EmbeddedCluster:
    own_cluster.start(print)
    return own_cluster


def test_start_of_a_running_cluster_changes_nothing(started: EmbeddedCluster) -> None:
    before, kubeconfig = pids(started), started.kubeconfig.read_text()
    answer = run("start", "--directory", started.directory)
    assert answer.returncode == 0, answer.stderr
    assert "It was running already." in answer.stdout
    assert pids(started) == before
    assert started.kubeconfig.read_text() == kubeconfig


def test_status_tells_what_runs(started: EmbeddedCluster) -> None:
    answer = run("status", "--directory", started.directory)
    assert answer.returncode == 0, answer.stdout
    for part, pid in pids(started).items():
        assert f"pid {pid}" in answer.stdout
        assert part in PROGRAMS


@pytest.mark.parametrize("part", PROGRAMS)
def test_start_heals_a_killed_part_and_keeps_the_data(started: EmbeddedCluster, part: str) -> None:
    mark(started, f"before-{part}")
    psutil.Process(pids(started)[part]).kill()
    eventually(lambda: part not in pids(started), f"the end of {part}")
    assert started.start(print)
    assert started.status().running
    assert marked(started, f"before-{part}")
    assert runs_a_pod(started, f"after-{part}")


def test_start_replaces_a_part_that_does_not_respond(
    started: EmbeddedCluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(starting, "_RECOVER_SECONDS", 0.5)
    stuck = pids(started)["kwok"]
    psutil.Process(stuck).suspend()
    assert started.start(print)
    assert pids(started)["kwok"] != stuck
    assert runs_a_pod(started, "after-stuck")


def test_cluster_keeps_its_address_and_data_over_a_stop(started: EmbeddedCluster) -> None:
    mark(started, "before-stop")
    kubeconfig = started.kubeconfig.read_text()
    assert started.stop()
    assert processes.find(started.directory) == ()
    assert run("status", "--directory", started.directory).returncode == 1
    started.start()
    assert started.kubeconfig.read_text() == kubeconfig
    assert marked(started, "before-stop")


def test_stolen_ports_are_replaced(
    started: EmbeddedCluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(starting, "_LEAVE_SECONDS", 0.5)
    mark(started, "before-theft")
    started.stop()
    old = Ports(**remembered(started.directory / "ports.json"))
    with socket.socket() as api_thief, socket.socket() as peer_thief:
        for thief, port in ((api_thief, old.kube_apiserver), (peer_thief, old.etcd_peer)):
            thief.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            thief.bind(("127.0.0.1", port))
            thief.listen()
        started.start()
        new = Ports(**remembered(started.directory / "ports.json"))
        assert new.etcd == old.etcd
        assert {new.kube_apiserver, new.etcd_peer}.isdisjoint({old.kube_apiserver, old.etcd_peer})
        assert marked(started, "before-theft")


def test_lost_credentials_are_renewed(started: EmbeddedCluster) -> None:
    mark(started, "before-renewal")
    before = pids(started)
    for name in ("ca.pem", "administrator.pem"):
        (started.directory / "credentials" / name).unlink()
    assert [part.word for part in started.status().parts] == ["not ready"] * len(PROGRAMS)
    assert started.start(print)
    assert set(pids(started).values()).isdisjoint(before.values())
    assert marked(started, "before-renewal")


def test_stop_leaves_other_processes_alone(started: EmbeddedCluster, tmp_path: Path) -> None:
    # One names the cluster's files in its command line, one is a part of another cluster.
    log = started.directory / "logs" / "etcd.log"
    with (
        subprocess.Popen(["tail", "-f", str(log)], stdout=subprocess.DEVNULL) as reader,
        subprocess.Popen(
            ["sleep", "600"],
            env={processes.CLUSTER_MARK: str(tmp_path), processes.PART_MARK: "etcd"},
        ) as stranger,
    ):
        try:
            assert started.stop()
            assert processes.find(started.directory) == ()
            assert reader.poll() is None
            assert stranger.poll() is None
        finally:
            reader.kill()
            stranger.kill()


def test_stop_of_a_stopped_cluster_succeeds(directory: Path) -> None:
    answer = run("stop", "--directory", directory)
    assert answer.returncode == 0
    assert "was not running" in answer.stdout
    assert not directory.exists()


def test_stop_finds_a_cluster_whose_folder_was_deleted(directory: Path) -> None:
    stray = processes.launch(
        program=Path("/bin/sleep"),
        arguments=["600"],
        directory=directory.parent,
        part="etcd",
        fingerprint="",
        log=directory.parent / "log",
    )
    with subprocess.Popen(
        ["/bin/sleep", "600"],
        env={processes.CLUSTER_MARK: str(directory), processes.PART_MARK: "etcd"},
    ) as part:
        assert EmbeddedCluster(directory).stop()
        assert part.wait(10) == -signal.SIGTERM
    assert processes.alive(stray)
    processes.end([stray], grace_seconds=5)


@pytest.fixture
def interrupted(directory: Path) -> Iterator[subprocess.Popen[str]]:
    """A start under way, its output in a pipe."""
    with subprocess.Popen(
        [*COMMAND, "start", "--directory", str(directory)],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as child:
        yield child
        child.kill()


@pytest.mark.parametrize("progress", ["Embedded cluster in", "etcd"])
def test_killed_start_converges_when_repeated_twice_at_once(
    directory: Path, interrupted: subprocess.Popen[str], progress: str
) -> None:
    assert interrupted.stdout is not None
    while progress not in interrupted.stdout.readline():
        assert interrupted.poll() is None
    # Somewhere within the next step, not at its very beginning.
    time.sleep(0.3)
    interrupted.kill()
    # Nobody but the killed command ever held the pipe, so reading it to its end returns.
    interrupted.communicate(timeout=30)
    cluster = EmbeddedCluster(directory)
    with ThreadPoolExecutor() as threads:
        # The command returns although its output goes to pipes and the cluster lives on.
        other = threads.submit(run, "start", "--directory", directory)
        cluster.start()
        assert other.result().returncode == 0, other.result().stderr
    assert cluster.status().running
    assert sorted(running.part for running in processes.find(cluster.directory)) == sorted(PROGRAMS)


def test_cluster_ends_with_its_owner(started: EmbeddedCluster) -> None:
    with subprocess.Popen(["/bin/sleep", "600"]) as owner:
        EmbeddedCluster(started.directory, owner_pid=owner.pid).start()
        assert len(processes.find(started.directory)) == len(PROGRAMS) + 1
        owner.kill()
    eventually(lambda: not processes.find(started.directory), "the watchdog to stop everything")


def test_reset_deletes_what_belongs_to_the_cluster_and_nothing_else(
    started: EmbeddedCluster,
) -> None:
    directory = started.directory
    mark(started, "before-reset")
    (directory / "state").mkdir()
    (directory / "state" / "stack.json").write_text("{}")
    (directory / "notes.txt").write_text("mine")
    assert run("reset", "--directory", directory).returncode == 0
    assert processes.find(directory) == ()
    assert {path.name for path in directory.iterdir()} == {
        "logs",
        "lock",
        "notes.txt",
        "ports.json",
    }
    started.start()
    assert not marked(started, "before-reset")
