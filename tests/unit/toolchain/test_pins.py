"""The pins are complete: what is built is what go.mod names."""

from pathlib import Path

import pytest

from tools.errors import UserError
from tools.toolchain.parts import PARTS, Part, part_named
from tools.toolchain.pins import pin_of


@pytest.mark.parametrize("part", PARTS, ids=lambda part: part.name)
def test_every_program_is_a_tool_of_its_module(part: Part) -> None:
    go_mod = (pin_of(part).folder / "go.mod").read_text(encoding="utf-8")
    for program in part.programs:
        assert f"{program.package}\n" in go_mod


@pytest.mark.parametrize("part", PARTS, ids=lambda part: part.name)
def test_every_module_has_its_checksums(part: Part) -> None:
    pin = pin_of(part)
    sums = (pin.folder / "go.sum").read_text(encoding="utf-8")
    assert f"{part.module} {pin.module_version} h1:" in sums


def test_kubectl_is_always_of_the_control_planes_version() -> None:
    assert pin_of(part_named("kubectl")).version == pin_of(part_named("kubernetes")).version


def test_another_checksum_is_another_pin(tmp_path: Path) -> None:
    part = PARTS[0]
    source = pin_of(part).folder
    copy = tmp_path / part.name
    copy.mkdir()
    (copy / "go.mod").write_bytes((source / "go.mod").read_bytes())
    (copy / "go.sum").write_bytes((source / "go.sum").read_bytes())
    same = pin_of(part, tmp_path)
    (copy / "go.sum").write_text("", encoding="utf-8")
    assert same.digest == pin_of(part).digest
    assert pin_of(part, tmp_path).digest != same.digest


def test_a_go_mod_without_the_module_is_an_error_with_a_way_out(tmp_path: Path) -> None:
    (tmp_path / "pulumi").mkdir()
    (tmp_path / "pulumi" / "go.mod").write_text("module x\n\ngo 1.26\n", encoding="utf-8")
    with pytest.raises(UserError, match="has no line `require") as caught:
        pin_of(PARTS[0], tmp_path)
    assert "git checkout" in caught.value.next_step
