"""A lock of the file backend is stale once its process is gone."""

import json
import os
import subprocess
import sys
from pathlib import Path

from tools.stack.locks import stale_locks


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
