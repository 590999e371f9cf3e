from pathlib import Path

from benchmarks.plugins import stand_ins
from tools.toolchain.plugins import PLUGINS, stand_in_script


def test_a_stand_in_is_told_from_an_official_plugin(tmp_path: Path) -> None:
    language, *providers = PLUGINS
    (tmp_path / language.executable).write_text(stand_in_script(language))
    for plugin in providers:
        (tmp_path / plugin.executable).write_bytes(b"\x7fELF")
    for plugin in PLUGINS:
        (tmp_path / plugin.executable).chmod(0o755)
    assert stand_ins({"PATH": str(tmp_path)}) == (language.executable,)


def test_without_plugins_on_the_path_the_official_ones_serve(tmp_path: Path) -> None:
    assert stand_ins({"PATH": str(tmp_path)}) == ()
