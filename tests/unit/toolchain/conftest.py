"""Small real things to try the tool chain on: programs, a web server, a Go module."""

import hashlib
import io
import tarfile
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from tools.toolchain.parts import Download, Part, Program
from tools.toolchain.pins import Pin
from tools.toolchain.platforms import Platform
from tools.toolchain.versions import Version, same_major
from tools.toolchain.workshop import Workshop


@dataclass
class Told:
    """An activity that remembers what it was told."""

    lines: list[str] = field(default_factory=list)

    def now(self, what: str) -> None:
        self.lines.append(what)

    def note(self, what: str) -> None:
        self.lines.append(what)

    def done(self, result: str) -> None:
        self.lines.append(result)


def write_program(path: Path, version: str) -> Path:
    """An executable that tells a version."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\necho '{path.name} version {version}'\n", encoding="utf-8")
    path.chmod(0o755)
    return path


def archive_with(name: str, text: str) -> bytes:
    """A .tar.gz that holds one executable in a folder."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w:gz") as tar:
        member = tarfile.TarInfo(f"some-folder/{name}")
        member.size = len(text.encode())
        tar.addfile(member, io.BytesIO(text.encode()))
    return out.getvalue()


@dataclass
class Site:
    """A web server on loopback; `files` are what it serves, `asked` what it was asked for."""

    address: str
    files: dict[str, bytes] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    def publish(self, name: str, content: bytes, *, sha256: str | None = None) -> None:
        """Serves a file and, beside it, its checksum (or another one)."""
        self.files[f"/{name}"] = content
        checksum = sha256 or hashlib.sha256(content).hexdigest()
        self.files[f"/{name}.sha256"] = f"{checksum}  {name}\n".encode()

    def download(self, name: str, *executables: str) -> Download:
        url = f"{self.address}/{name}"
        return Download(url=url, checksum_url=f"{url}.sha256", executables=executables)


@pytest.fixture
def site() -> Iterator[Site]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            served.asked.append(self.path)
            content = served.files.get(self.path)
            self.send_response(200 if content is not None else 404)
            self.send_header("Content-Length", str(len(content or b"")))
            self.end_headers()
            self.wfile.write(content or b"")

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            """Keeps the test's output clean."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        served = Site(address=f"http://127.0.0.1:{server.server_port}")
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        yield served
        server.shutdown()


@pytest.fixture
def workshop(tmp_path: Path) -> Workshop:
    return Workshop(
        root=tmp_path / "tools", modules=tmp_path / "modules", chart_crds=tmp_path / "crds"
    )


@dataclass(frozen=True, kw_only=True)
class GoModule:
    """The source of a tiny program `hello`, version 1.2.3, without dependencies."""

    folder: Path

    def write(self, body: str = "") -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        (self.folder / "go.mod").write_text(
            "module example.test/hello\n\ngo 1.21\n",
            encoding="utf-8",
        )
        (self.folder / "main.go").write_text(
            'package main\n\nvar version = "0.0.0"\n\n'
            f'func main() {{ {body}; println("hello", version) }}\n',
            encoding="utf-8",
        )


@pytest.fixture
def module(workshop: Workshop) -> GoModule:
    """A Go module that can be built offline; its pin is 1.2.3."""
    module = GoModule(folder=workshop.modules / "hello")
    module.write()
    return module


MakePin = Callable[..., Pin]


@pytest.fixture
def pin(module: GoModule, workshop: Workshop) -> MakePin:
    """Makes the pin of `hello`, for the downloads that are given."""

    def make(*downloads: Download) -> Pin:
        def published(_version: Version, _platform: Platform) -> tuple[Download, ...]:
            return downloads

        part = Part(
            name="hello",
            module="example.test/hello",
            programs=(Program(name="hello", package="example.test/hello"),),
            fits=same_major,
            linker_values=("main.version={version}",),
            downloads=published,
        )
        return Pin(
            part=part,
            module_version="v1.2.3",
            version=Version(1, 2, 3),
            go=Version(1, 21, 0),
            folder=module.folder,
            digest="a",
        )

    return make


@pytest.fixture
def own_path(tmp_path: Path) -> Path:
    """A folder for the user's PATH."""
    folder = tmp_path / "users-bin"
    folder.mkdir()
    return folder
