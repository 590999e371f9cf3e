"""A part is found on PATH, else downloaded, else built; and only once."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.unit.toolchain.conftest import (
    GoModule,
    MakePin,
    Site,
    Told,
    archive_with,
    write_program,
)
from tools.errors import UserError
from tools.paths import REPO
from tools.toolchain.download import Downloader
from tools.toolchain.obtain import Means, obtain
from tools.toolchain.workshop import Workshop

PROGRAM = "#!/bin/sh\necho hello 1.2.3\n"


def means(own_path: Path, *, online: bool = True) -> Means:
    return Means(path=str(own_path), downloader=Downloader() if online else None)


def test_a_fitting_program_on_path_is_linked(
    pin: MakePin, workshop: Workshop, own_path: Path
) -> None:
    installed = write_program(own_path / "hello", "1.5.0")
    stamp = obtain(pin(), workshop, means(own_path), Told())
    assert (stamp.source, stamp.version) == ("PATH", "1.5.0")
    assert (workshop.bin / "hello").readlink() == installed


def test_without_one_the_official_download_is_taken(
    pin: MakePin, workshop: Workshop, own_path: Path, site: Site
) -> None:
    site.publish("hello.tar.gz", archive_with("hello", PROGRAM))
    stamp = obtain(pin(site.download("hello.tar.gz", "hello")), workshop, means(own_path), Told())
    assert (stamp.source, stamp.version) == ("download", "1.2.3")
    assert (workshop.bin / "hello").read_text(encoding="utf-8") == PROGRAM


def test_a_program_of_another_version_is_not_used_and_the_reason_is_told(
    pin: MakePin, workshop: Workshop, own_path: Path
) -> None:
    write_program(own_path / "hello", "2.0.0")
    told = Told()
    assert obtain(pin(), workshop, means(own_path), told).source == "build"
    assert any("hello is 2.0.0, needed is >= 1.2.3" in line for line in told.lines)


@pytest.mark.parametrize(
    ("content", "sha256", "reason"),
    [
        (archive_with("hello", PROGRAM), "0" * 64, "refused"),
        (archive_with("hello", "#!/bin/sh\necho hello 9.9.9\n"), None, "is 9.9.9"),
        (archive_with("hello", "\x7fELF"), None, "doesn't tell its version"),
        (archive_with("other", PROGRAM), None, "holds no hello"),
    ],
    ids=["corrupted", "another version", "for another machine", "another program"],
)
def test_a_bad_download_is_refused_and_the_program_is_built(
    *,
    pin: MakePin,
    workshop: Workshop,
    own_path: Path,
    site: Site,
    content: bytes,
    sha256: str | None,
    reason: str,
) -> None:
    site.publish("hello.tar.gz", content, sha256=sha256)
    told = Told()
    stamp = obtain(pin(site.download("hello.tar.gz", "hello")), workshop, means(own_path), told)
    assert stamp.source == "build"
    assert any(reason in line for line in told.lines)
    assert [path.name for path in workshop.bin.iterdir()] == ["hello"]
    assert list((workshop.root / "tmp").iterdir()) == []


def test_offline_no_site_is_asked(
    pin: MakePin, workshop: Workshop, own_path: Path, site: Site
) -> None:
    site.publish("hello.tar.gz", archive_with("hello", PROGRAM))
    download = site.download("hello.tar.gz", "hello")
    assert obtain(pin(download), workshop, means(own_path, online=False), Told()).source == "build"
    assert site.asked == []


def test_the_second_time_nothing_is_done_and_nothing_is_said(
    pin: MakePin, module: GoModule, workshop: Workshop, own_path: Path, site: Site
) -> None:
    download = site.download("missing.tar.gz", "hello")
    first = obtain(pin(download), workshop, means(own_path), Told())
    before = (workshop.bin / "hello").stat()
    site.asked.clear()
    module.write("this would not compile")
    told = Told()
    assert obtain(pin(download), workshop, means(own_path), told) == first
    assert (told.lines, site.asked) == ([], [])
    assert (workshop.bin / "hello").stat() == before


def test_a_program_that_is_lost_is_made_again(
    pin: MakePin, workshop: Workshop, own_path: Path
) -> None:
    obtain(pin(), workshop, means(own_path), Told())
    (workshop.bin / "hello").unlink()
    obtain(pin(), workshop, means(own_path), Told())
    assert (workshop.bin / "hello").exists()


def test_a_fitting_program_that_is_installed_later_replaces_ours(
    pin: MakePin, workshop: Workshop, own_path: Path
) -> None:
    assert obtain(pin(), workshop, means(own_path), Told()).source == "build"
    installed = write_program(own_path / "hello", "1.4.0")
    assert obtain(pin(), workshop, means(own_path), Told()).source == "PATH"
    assert (workshop.bin / "hello").readlink() == installed
    installed.unlink()
    assert obtain(pin(), workshop, means(own_path), Told()).source == "build"
    assert not (workshop.bin / "hello").is_symlink()


def test_a_program_that_does_not_fit_is_looked_at_once(
    pin: MakePin, module: GoModule, workshop: Workshop, own_path: Path
) -> None:
    obtain(pin(), workshop, means(own_path), Told())
    write_program(own_path / "hello", "0.1.0")
    module.write("this would not compile")
    looked, silent = Told(), Told()
    assert obtain(pin(), workshop, means(own_path), looked).source == "build"
    assert obtain(pin(), workshop, means(own_path), silent).source == "build"
    assert any("hello is 0.1.0" in line for line in looked.lines)
    assert silent.lines == []


def test_a_build_of_another_version_than_pinned_is_an_error(
    pin: MakePin, module: GoModule, workshop: Workshop, own_path: Path
) -> None:
    module.write('version = "7.7.7"')
    with pytest.raises(UserError, match=r"hello was built, but .* is 7\.7\.7"):
        obtain(pin(), workshop, means(own_path), Told())
    assert not (workshop.bin / "hello").exists()


def test_a_build_that_is_killed_leaves_nothing_and_goes_on_later(
    pin: MakePin, module: GoModule, workshop: Workshop, own_path: Path, tmp_path: Path
) -> None:
    """The compiler is replaced by one that waits, so that the kill hits the middle of a build."""
    slow = tmp_path / "slow-go" / "go"
    slow.parent.mkdir()
    reached = tmp_path / "reached"
    os.mkfifo(reached)
    slow.write_text(
        '#!/bin/sh\nif [ "$1" = build ]; then echo > "$REACHED"; exec sleep 600; fi\n'
        "echo go1.99.0; echo local\n",
        encoding="utf-8",
    )
    slow.chmod(0o755)
    script = (
        "import sys; from pathlib import Path\n"
        "from tests.unit.toolchain.conftest import Told\n"
        "from tools.toolchain.obtain import Means, obtain\n"
        "from tools.toolchain.parts import Part, Program\n"
        "from tools.toolchain.pins import Pin\n"
        "from tools.toolchain.versions import Version, same_major\n"
        "from tools.toolchain.workshop import Workshop\n"
        "root = Path(sys.argv[1])\n"
        "part = Part(name='hello', module='example.test/hello', fits=same_major,\n"
        "    programs=(Program(name='hello', package='example.test/hello'),))\n"
        "pin = Pin(part=part, module_version='v1.2.3', version=Version(1, 2, 3),\n"
        "    go=Version(1, 21, 0), folder=root / 'modules' / 'hello', digest='a')\n"
        "obtain(pin, Workshop(root=root / 'tools', modules=root / 'modules'),\n"
        "    Means(path='', downloader=None), Told())\n"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", script, str(tmp_path)],
        cwd=REPO,
        env={**os.environ, "PATH": f"{slow.parent}:/usr/bin:/bin", "REACHED": str(reached)},
        start_new_session=True,
    )
    reached.read_text(encoding="utf-8")
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    assert not workshop.bin.exists()
    assert list((workshop.root / "tmp").iterdir()) != []

    workshop.remove_leftovers()
    assert obtain(pin(), workshop, means(own_path), Told()).source == "build"
    assert [path.name for path in workshop.bin.iterdir()] == ["hello"]
    assert list((workshop.root / "tmp").iterdir()) == []
