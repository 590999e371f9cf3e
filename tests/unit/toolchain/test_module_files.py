"""CRDs and stages come out of the pinned modules, or out of the same published version."""

import io
import re
import tarfile
from dataclasses import replace
from pathlib import Path

import pytest

from tests.unit.toolchain.conftest import Site, Told
from tools.errors import UserError
from tools.toolchain.download import Downloader
from tools.toolchain.module_files import MODULE_FILES, ModuleFiles, provide_files
from tools.toolchain.parts import MODULES, part_named
from tools.toolchain.pins import Pin, pin_of
from tools.toolchain.workshop import Workshop

CRDS, STAGES = MODULE_FILES


@pytest.fixture
def place(workshop: Workshop) -> Workshop:
    return replace(workshop, modules=MODULES)


def pinned(files: ModuleFiles) -> Pin:
    return pin_of(part_named(files.part))


def kinds(folder: Path) -> set[str]:
    """The kinds of all documents; PyYAML can't read the bare `=` in some CRDs."""
    texts = [path.read_text(encoding="utf-8") for path in folder.iterdir()]
    return {kind for text in texts for kind in re.findall(r"^kind: (\S+)$", text, re.MULTILINE)}


def test_the_operator_s_crds_are_put_beside_the_programs_and_into_the_chart(
    place: Workshop,
) -> None:
    provide_files(CRDS, pinned(CRDS), place, None, Told())
    names = {path.name for path in place.crds.iterdir()}
    assert "monitoring.coreos.com_prometheuses.yaml" in names
    assert "monitoring.coreos.com_podmonitors.yaml" in names
    assert kinds(place.crds) == {"CustomResourceDefinition"}
    assert {path.name for path in place.chart_crds.iterdir()} == names


def test_kwok_s_stages_are_stages_only(place: Workshop) -> None:
    provide_files(STAGES, pinned(STAGES), place, None, Told())
    assert kinds(place.kwok_stages) == {"Stage"}
    assert {path.name for path in place.kwok_stages.iterdir()} >= {
        "node-initialize.yaml",
        "node-heartbeat.yaml",
        "pod-ready.yaml",
        "pod-complete.yaml",
        "pod-delete.yaml",
    }


def test_the_second_time_nothing_is_done(place: Workshop) -> None:
    first = provide_files(STAGES, pinned(STAGES), place, None, Told())
    told = Told()
    assert provide_files(STAGES, pinned(STAGES), place, None, told) == first
    assert told.lines == []


def test_a_lost_or_changed_file_is_restored_and_a_foreign_one_removed(place: Workshop) -> None:
    provide_files(STAGES, pinned(STAGES), place, None, Told())
    stage = place.kwok_stages / "pod-ready.yaml"
    original = stage.read_text(encoding="utf-8")
    stage.write_text("kind: Broken\n", encoding="utf-8")
    (place.kwok_stages / "of-an-older-version.yaml").touch()
    provide_files(STAGES, pinned(STAGES), place, None, Told())
    assert stage.read_text(encoding="utf-8") == original
    assert not (place.kwok_stages / "of-an-older-version.yaml").exists()


def published(files: dict[str, str]) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w:gz") as tar:
        for name, text in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(text)
            tar.addfile(member, io.BytesIO(text.encode()))
    return out.getvalue()


def test_a_copy_of_the_folder_gets_the_files_of_its_own(place: Workshop, tmp_path: Path) -> None:
    provide_files(CRDS, pinned(CRDS), place, None, Told())
    copy = replace(place, chart_crds=tmp_path / "copy" / "crds")
    provide_files(CRDS, pinned(CRDS), copy, None, Told())
    assert {p.name for p in copy.chart_crds.iterdir()} == {p.name for p in place.crds.iterdir()}


def test_without_go_the_published_archive_of_the_same_version_is_taken(
    monkeypatch: pytest.MonkeyPatch, place: Workshop, site: Site
) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    version = pinned(STAGES).module_version
    site.files[f"/{version}.tar.gz"] = published(
        {
            "kwok-1/kustomize/stage/pod/fast/pod-ready.yaml": "kind: Stage\n",
            "kwok-1/kustomize/stage/pod/fast/kustomization.yaml": "kind: Kustomization\n",
            "kwok-1/kustomize/stage/pod/chaos/other.yaml": "kind: Stage\n",
            "kwok-1/kustomize/stage/pod/fast/../../../../evil.yaml": "kind: Evil\n",
        }
    )
    files = replace(STAGES, archive=site.address + "/{version}.tar.gz")
    stamp = provide_files(files, pinned(STAGES), place, Downloader(), Told())
    assert stamp.source == "download"
    assert [path.name for path in place.kwok_stages.iterdir()] == ["pod-ready.yaml"]


def test_without_go_and_without_the_archive_the_error_names_both_ways_out(
    monkeypatch: pytest.MonkeyPatch, place: Workshop, site: Site
) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    files = replace(CRDS, archive=site.address + "/{version}.tar.gz")
    with pytest.raises(UserError, match="crds can't be had: Go isn't on PATH") as caught:
        provide_files(files, pinned(CRDS), place, Downloader(), Told())
    assert "https://go.dev/dl/" in caught.value.next_step
    assert "github.com" in caught.value.next_step
    assert not place.crds.exists()
