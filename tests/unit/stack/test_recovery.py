"""What an interrupted update leaves is found in the state and in the backend's lock files."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tools.stack.recovery import (
    RELEASE_TYPE,
    PendingCreate,
    pending_creates,
    refresh_arguments,
    stale_locks,
    touched_releases,
)

SECRET_URN = "urn:pulumi:local::llmd-monitoring::kubernetes:core/v1:Secret::web-tls-secret"
KEY_URN = "urn:pulumi:local::llmd-monitoring::tls:index/privateKey:PrivateKey::ca-key"
RELEASE_URN = f"urn:pulumi:local::llmd-monitoring::{RELEASE_TYPE}::release"


def operation(kind: str, urn: str, inputs: dict[str, Any]) -> dict[str, Any]:
    typ = urn.split("::")[2]
    return {"type": kind, "resource": {"urn": urn, "type": typ, "inputs": inputs}}


def state(*operations: dict[str, Any]) -> dict[str, Any]:
    return {"deployment": {"pending_operations": list(operations)}}


INTERRUPTED = state(
    operation(
        "creating", SECRET_URN, {"metadata": {"name": "prometheus-web-tls", "namespace": "m"}}
    ),
    operation("creating", KEY_URN, {"algorithm": "ECDSA"}),
    operation("updating", RELEASE_URN, {"name": "llmd", "namespace": "m"}),
)


class TestPendingOperations:
    @pytest.mark.parametrize("whole", [{}, {"deployment": None}, state()])
    def test_a_state_at_rest_has_none(self, whole: dict[str, Any]) -> None:
        assert pending_creates(whole) == ()
        assert touched_releases(whole) == ()

    def test_only_creations_have_to_be_looked_up(self) -> None:
        assert [create.urn for create in pending_creates(INTERRUPTED)] == [SECRET_URN, KEY_URN]

    def test_a_release_counts_whatever_was_done_to_it(self) -> None:
        assert touched_releases(INTERRUPTED) == (("m", "llmd"),)


class TestClusterId:
    def test_of_a_namespaced_object(self) -> None:
        assert pending_creates(INTERRUPTED)[0].cluster_id == "m/prometheus-web-tls"

    def test_of_an_object_in_the_clusters_scope(self) -> None:
        create = PendingCreate(
            urn="u",
            type="kubernetes:core/v1:NamespacePatch",
            inputs={"metadata": {"name": "m"}},
        )
        assert create.cluster_id == "m"

    def test_of_a_release(self) -> None:
        create = PendingCreate(
            urn="u", type=RELEASE_TYPE, inputs={"name": "llmd", "namespace": "m"}
        )
        assert create.cluster_id == "m/llmd"

    def test_a_key_exists_nowhere_but_in_the_state(self) -> None:
        assert pending_creates(INTERRUPTED)[1].cluster_id is None


def test_what_may_exist_is_imported_and_the_rest_is_cleared() -> None:
    assert refresh_arguments(pending_creates(INTERRUPTED)) == (
        f"--import-pending-creates={SECRET_URN}",
        "--import-pending-creates=m/prometheus-web-tls",
        "--clear-pending-creates",
    )


class TestLocks:
    def lock(self, state_dir: Path, text: str, stack: str = "local") -> Path:
        folder = state_dir / ".pulumi" / "locks" / "organization" / "llmd-monitoring" / stack
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / "0123.json"
        path.write_text(text, encoding="utf-8")
        return path

    def test_of_a_process_that_ended_is_stale(self, tmp_path: Path) -> None:
        ended = subprocess.Popen([sys.executable, "-c", ""])
        ended.wait()
        lock = self.lock(tmp_path, json.dumps({"pid": ended.pid}))
        assert stale_locks(tmp_path, "local") == (lock,)

    def test_of_another_program_that_got_the_same_process_id_is_stale(self, tmp_path: Path) -> None:
        lock = self.lock(tmp_path, json.dumps({"pid": os.getpid()}))
        assert stale_locks(tmp_path, "local") == (lock,)

    def test_of_a_running_engine_is_not(self, tmp_path: Path) -> None:
        program = tmp_path / "pulumi"
        program.symlink_to("/bin/sleep")
        with subprocess.Popen([str(program), "60"]) as engine:
            self.lock(tmp_path, json.dumps({"pid": engine.pid}))
            found = stale_locks(tmp_path, "local")
            engine.kill()
        assert found == ()

    def test_that_was_written_halfway_is_stale(self, tmp_path: Path) -> None:
        lock = self.lock(tmp_path, '{"pid": 1')
        assert stale_locks(tmp_path, "local") == (lock,)

    def test_of_another_stack_is_left_alone(self, tmp_path: Path) -> None:
        self.lock(tmp_path, "", stack="prod")
        assert stale_locks(tmp_path, "local") == ()

    def test_a_backend_without_locks_has_none(self, tmp_path: Path) -> None:
        assert stale_locks(tmp_path, "local") == ()
