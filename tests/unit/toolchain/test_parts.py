"""What is published for which machine."""

import pytest

from tools.errors import UserError
from tools.toolchain.parts import PARTS, part_named
from tools.toolchain.pins import pin_of
from tools.toolchain.platforms import Platform, this_platform

PLATFORMS = [
    Platform(system=system, processor=processor)
    for system in ("linux", "darwin")
    for processor in ("amd64", "arm64")
]


def urls(part: str, platform: Platform) -> list[str]:
    pin = pin_of(part_named(part))
    return [download.url for download in pin.part.downloads(pin.version, platform)]


@pytest.mark.parametrize("platform", PLATFORMS, ids=str)
def test_a_download_is_of_the_pinned_version_and_carries_its_programs(platform: Platform) -> None:
    for part in PARTS:
        pin = pin_of(part)
        downloads = part.downloads(pin.version, platform)
        for download in downloads:
            assert download.url.startswith("https://")
            assert download.checksum_url.startswith("https://")
            assert str(pin.version) in download.url
            assert platform.system in download.url
        carried = {name for download in downloads for name in download.executables}
        assert not downloads or carried >= {program.name for program in part.programs}


def test_pulumi_calls_an_amd64_machine_x64() -> None:
    linux, mac = PLATFORMS[0], PLATFORMS[3]
    assert urls("pulumi", linux)[0].endswith("-linux-x64.tar.gz")
    assert urls("pulumi", mac)[0].endswith("-darwin-arm64.tar.gz")


def test_the_control_plane_is_published_for_linux_alone() -> None:
    assert [len(urls("kubernetes", platform)) for platform in PLATFORMS] == [3, 3, 0, 0]


def test_kubectl_is_published_for_every_machine() -> None:
    assert [len(urls("kubectl", platform)) for platform in PLATFORMS] == [1, 1, 1, 1]


def test_kwok_publishes_no_checksums_so_it_is_built() -> None:
    assert [urls("kwok", platform) for platform in PLATFORMS] == [[], [], [], []]


def test_another_machine_is_refused_with_what_there_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("platform.machine", lambda: "riscv64")
    with pytest.raises(UserError, match="linux and darwin on amd64 and arm64; this machine is"):
        this_platform()


@pytest.mark.parametrize(
    ("machine", "processor"),
    [("x86_64", "amd64"), ("AMD64", "amd64"), ("aarch64", "arm64"), ("arm64", "arm64")],
)
def test_a_processor_is_named_as_go_names_it(
    monkeypatch: pytest.MonkeyPatch, machine: str, processor: str
) -> None:
    monkeypatch.setattr("platform.machine", lambda: machine)
    assert this_platform().processor == processor
