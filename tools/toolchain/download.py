"""Fetches what the makers of a program publish, and believes only their checksums."""

import hashlib
import shutil
import socket
import tarfile
import threading
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import IO, Final
from urllib.parse import urlsplit
from urllib.request import getproxies

import httpx

from tools.toolchain.parts import Download

_CONNECT_SECONDS: Final = 3.0
_READ_SECONDS: Final = 20.0
_CHUNK_BYTES: Final = 1 << 16


class NotAvailableError(Exception):
    """A file can't be had from its official address; there may be another way."""


class Downloader:
    """Fetches files, and doesn't knock twice at a host that didn't answer."""

    def __init__(self) -> None:
        self._client = httpx.Client(
            follow_redirects=True, timeout=httpx.Timeout(_READ_SECONDS, connect=_CONNECT_SECONDS)
        )
        self._unreachable: set[str] = set()

    def close(self) -> None:
        """Gives the connections back."""
        self._client.close()

    def reachable(self, url: str) -> bool:
        """Whether the host of a URL answers at all."""
        try:
            self._open(url, lambda _response: None)
        except NotAvailableError:
            return urlsplit(url).netloc not in self._unreachable
        return True

    def text(self, url: str) -> str:
        """Reads a small text.

        Raises:
            NotAvailableError: The host doesn't answer or has no such file.
        """
        parts: list[str] = []
        self._open(url, lambda response: parts.extend(response.iter_text()))
        return "".join(parts)

    def file(self, url: str, target: Path, told: Callable[[int, int | None], None]) -> str:
        """Reads a file.

        Args:
            url: Where it lies.
            target: Where to write it.
            told: Called with the bytes so far and, when known, their final number.

        Returns:
            The SHA-256 of what was read.

        Raises:
            NotAvailableError: The host doesn't answer, has no such file or broke off.
        """
        digest = hashlib.sha256()

        def save(response: httpx.Response) -> None:
            length = response.headers.get("content-length")
            total = int(length) if length is not None else None
            with target.open("wb") as out:
                for chunk in response.iter_bytes(_CHUNK_BYTES):
                    out.write(chunk)
                    digest.update(chunk)
                    told(out.tell(), total)

        self._open(url, save)
        return digest.hexdigest()

    def _open(self, url: str, use: Callable[[httpx.Response], None]) -> None:
        host = urlsplit(url).netloc
        if host in self._unreachable:
            raise NotAvailableError(f"{host} didn't answer before")
        if not _resolves(host):
            self._unreachable.add(host)
            raise NotAvailableError(f"the name {host} can't be resolved")
        try:
            with self._client.stream("GET", url) as response:
                if not response.is_success:
                    raise NotAvailableError(f"{url} answered {response.status_code}")
                use(response)
        except httpx.TransportError as error:
            self._unreachable.add(host)
            raise NotAvailableError(f"{host}: {error or type(error).__name__}") from error
        except httpx.HTTPError as error:
            raise NotAvailableError(f"{url}: {error}") from error


def _resolves(host: str) -> bool:
    """Whether a name has an address, within the time-out that a connection gets.

    The system's resolver knows no time-out of ours, so it is left behind when it takes longer.
    A proxy resolves names itself.
    """
    if getproxies():
        return True
    answered: list[bool] = []

    def resolve() -> None:
        try:
            socket.getaddrinfo(host.rpartition("@")[2].split(":")[0], None)
        except OSError:
            return
        answered.append(True)

    thread = threading.Thread(target=resolve, daemon=True)
    thread.start()
    thread.join(_CONNECT_SECONDS)
    return bool(answered)


def published_checksum(text: str, file_name: str) -> str | None:
    """The SHA-256 of a file in a published list.

    Args:
        text: Lines of `<sha256>  <file>`, or one bare `<sha256>`.
        file_name: The file to look for.

    Returns:
        64 hexadecimal digits, None when the list doesn't name the file.
    """
    for line in text.splitlines():
        words = line.split()
        bare = len(words) == 1
        if words and _is_sha256(words[0]) and (bare or words[-1].lstrip("*./") == file_name):
            return words[0].lower()
    return None


def _is_sha256(word: str) -> bool:
    return len(word) == hashlib.sha256().digest_size * 2 and all(
        letter in "0123456789abcdef" for letter in word.lower()
    )


def fetch(
    downloader: Downloader,
    download: Download,
    folder: Path,
    told: Callable[[str], None],
) -> dict[str, Path]:
    """Fetches a published file, verifies it and takes the programs out of it.

    Args:
        downloader: Who fetches.
        download: What to fetch.
        folder: An empty folder for the file and the programs.
        told: Called with what is going on.

    Returns:
        The programs by name.

    Raises:
        NotAvailableError: It can't be had, or isn't what its maker published.
    """
    name = download.url.rsplit("/", 1)[-1]
    expected = published_checksum(downloader.text(download.checksum_url), name)
    if expected is None:
        raise NotAvailableError(f"{download.checksum_url} holds no SHA-256 of {name}")
    archive = folder / name
    actual = downloader.file(
        download.url,
        archive,
        lambda done, total: told(f"downloading {name}, {_share(done, total)}"),
    )
    if actual != expected:
        archive.unlink()
        raise NotAvailableError(
            f"refused {download.url}: its SHA-256 is {actual}, published is {expected}"
        )
    return _unpack(archive, download.executables, folder)


def _share(done: int, total: int | None) -> str:
    megabytes = done / 1_000_000
    return f"{megabytes:.0f} MB" if total is None else f"{megabytes:.0f} of {total / 1e6:.0f} MB"


def _unpack(archive: Path, executables: tuple[str, ...], folder: Path) -> dict[str, Path]:
    unpacked = folder / "unpacked"
    unpacked.mkdir()
    if archive.name.endswith(".tar.gz"):
        with tarfile.open(archive) as tar:
            for member in tar:
                stream = tar.extractfile(member) if member.isfile() else None
                if stream is not None:
                    _place(stream, Path(member.name).name, executables, unpacked)
    elif archive.suffix == ".zip":
        with zipfile.ZipFile(archive) as zipped:
            for name in zipped.namelist():
                with zipped.open(name) as stream:
                    _place(stream, Path(name).name, executables, unpacked)
    else:
        with archive.open("rb") as stream:
            _place(stream, archive.name, executables, unpacked)
    missing = [name for name in executables if not (unpacked / name).exists()]
    if missing:
        raise NotAvailableError(f"{archive.name} holds no {', '.join(missing)}")
    return {name: unpacked / name for name in executables}


def _place(stream: IO[bytes], name: str, executables: tuple[str, ...], folder: Path) -> None:
    if name not in executables:
        return
    target = folder / name
    with target.open("wb") as out:
        shutil.copyfileobj(stream, out)
    target.chmod(0o755)
