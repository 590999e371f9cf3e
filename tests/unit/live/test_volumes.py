"""Volumes that follow their objects as a kubelet's do."""

from pathlib import Path

from tools.live.volumes import publish


def seen(folder: Path) -> dict[str, bytes]:
    """Returns the files that a container sees."""
    return {
        path.name: path.read_bytes()
        for path in folder.iterdir()
        if not path.name.startswith("..") and path.is_file()
    }


class TestPublish:
    def test_gives_the_files(self, tmp_path: Path) -> None:
        publish(tmp_path, {"a": b"1", "b": b"2"})
        assert seen(tmp_path) == {"a": b"1", "b": b"2"}

    def test_replaces_all_files_at_once_and_leaves_no_old_ones(self, tmp_path: Path) -> None:
        publish(tmp_path, {"a": b"1", "b": b"2"})
        publish(tmp_path, {"a": b"3", "c": b"4"})
        assert seen(tmp_path) == {"a": b"3", "c": b"4"}
        assert len([path for path in tmp_path.iterdir() if path.name.startswith("..")]) == 2

    def test_touches_nothing_when_nothing_has_changed(self, tmp_path: Path) -> None:
        publish(tmp_path, {"a": b"1"})
        before = tmp_path.stat().st_mtime_ns
        publish(tmp_path, {"a": b"1"})
        assert tmp_path.stat().st_mtime_ns == before
