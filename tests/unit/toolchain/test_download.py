"""Downloads are believed only with the checksum that their maker publishes."""

import hashlib
import io
import socket
import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.toolchain.conftest import Site, archive_with
from tools.toolchain.download import Downloader, NotAvailableError, fetch, published_checksum
from tools.toolchain.parts import Download

SHA = st.binary(max_size=20).map(lambda content: hashlib.sha256(content).hexdigest())


def ignore(_what: str) -> None:
    """Nobody waits."""


def test_a_program_comes_out_of_a_verified_archive(site: Site, tmp_path: Path) -> None:
    site.publish("hello.tar.gz", archive_with("hello", "#!/bin/sh\n"))
    files = fetch(Downloader(), site.download("hello.tar.gz", "hello"), tmp_path, ignore)
    assert files["hello"].read_text(encoding="utf-8") == "#!/bin/sh\n"
    assert files["hello"].stat().st_mode & 0o777 == 0o755


def test_a_program_comes_out_of_a_zip_archive(site: Site, tmp_path: Path) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("folder/hello", "#!/bin/sh\n")
    site.publish("hello.zip", out.getvalue())
    files = fetch(Downloader(), site.download("hello.zip", "hello"), tmp_path, ignore)
    assert files["hello"].read_text(encoding="utf-8") == "#!/bin/sh\n"


def test_a_bare_program_with_a_bare_checksum_will_do(site: Site, tmp_path: Path) -> None:
    content = b"#!/bin/sh\n"
    site.files["/hello"] = content
    site.files["/hello.sha256"] = hashlib.sha256(content).hexdigest().encode()
    files = fetch(Downloader(), site.download("hello", "hello"), tmp_path, ignore)
    assert files["hello"].read_bytes() == content


def test_a_corrupted_download_is_refused_and_nothing_is_left(site: Site, tmp_path: Path) -> None:
    site.publish("hello.tar.gz", archive_with("hello", "evil"), sha256="0" * 64)
    with pytest.raises(NotAvailableError, match=r"refused http.*hello\.tar\.gz: its SHA-256 is"):
        fetch(Downloader(), site.download("hello.tar.gz", "hello"), tmp_path, ignore)
    assert list(tmp_path.iterdir()) == []


def test_a_download_without_a_checksum_is_not_even_begun(site: Site, tmp_path: Path) -> None:
    site.publish("hello.tar.gz", archive_with("hello", ""))
    site.files["/hello.tar.gz.sha256"] = b"f" * 64 + b"  another.tar.gz\n"
    with pytest.raises(NotAvailableError, match="holds no SHA-256"):
        fetch(Downloader(), site.download("hello.tar.gz", "hello"), tmp_path, ignore)
    assert "/hello.tar.gz" not in site.asked


def test_an_archive_without_the_program_is_refused(site: Site, tmp_path: Path) -> None:
    site.publish("hello.tar.gz", archive_with("other", ""))
    with pytest.raises(NotAvailableError, match="holds no hello"):
        fetch(Downloader(), site.download("hello.tar.gz", "hello"), tmp_path, ignore)


def test_a_file_that_is_missing_is_said_with_its_address(site: Site, tmp_path: Path) -> None:
    with pytest.raises(NotAvailableError, match=r"nothing\.sha256 answered 404"):
        fetch(Downloader(), site.download("nothing", "nothing"), tmp_path, ignore)


def test_a_host_that_did_not_answer_is_not_asked_again(tmp_path: Path) -> None:
    with socket.socket() as reserved:
        reserved.bind(("127.0.0.1", 0))
        closed = f"http://127.0.0.1:{reserved.getsockname()[1]}"
        downloader = Downloader()
        download = Download(url=f"{closed}/a", checksum_url=f"{closed}/a.sha256", executables=())
        with pytest.raises(NotAvailableError, match=r"^127\.0\.0\.1:\d+: "):
            fetch(downloader, download, tmp_path, ignore)
        with pytest.raises(NotAvailableError, match="didn't answer before"):
            fetch(downloader, download, tmp_path, ignore)
        assert not downloader.reachable(closed)


def test_a_host_that_answers_whatever_is_reachable(site: Site) -> None:
    assert Downloader().reachable(f"{site.address}/nothing")


def test_a_host_without_an_address_is_not_available(tmp_path: Path) -> None:
    with pytest.raises(NotAvailableError, match=r"no-such-host\.invalid"):
        Downloader().text("https://no-such-host.invalid/")


@given(st.dictionaries(st.from_regex(r"[a-z][a-z0-9.-]{0,12}", fullmatch=True), SHA, min_size=1))
def test_the_checksum_of_each_listed_file_is_found(listed: dict[str, str]) -> None:
    for pattern in ("{} {}", "{}  {}", "{} *{}", "{}  ./{}"):
        text = "\n".join(pattern.format(sha, name) for name, sha in listed.items())
        assert {name: published_checksum(text, name) for name in listed} == listed
        assert published_checksum(text, "A-file-that-is-not-listed") is None


@given(st.text(max_size=100))
def test_a_page_that_is_no_list_gives_no_checksum(text: str) -> None:
    assert published_checksum("<html>" + text.replace("\n", " "), "hello") is None
