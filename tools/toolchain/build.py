"""Builds pinned Go modules with the user's Go."""

import os
import re
import shutil
import subprocess
from collections import deque
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

from tools.errors import UserError
from tools.toolchain.pins import Pin
from tools.toolchain.versions import Version

_LAST_LINES: Final = 12
_FETCHES_TOOLCHAINS: Final = Version(1, 21, 0)
"""From this version on, Go fetches the newer Go that a go.mod asks for by itself.
https://go.dev/doc/toolchain"""

_NETWORK_TROUBLE: Final = (
    r"dial tcp|proxyconnect|no such host|connection refused|i/o timeout|TLS handshake"
    r"|module lookup disabled|40[37] Forbidden|Proxy Auth|unrecognized import path"
)
_ADVICE: Final = (
    (r"no space left on device|disk quota exceeded", "Free some disk space (a build needs 6 GB)."),
    (
        _NETWORK_TROUBLE,
        "Go couldn't fetch a module: check the network, GOPROXY (`go env GOPROXY`) and HTTPS_PROXY.",
    ),
    (r"requires go >= |invalid go version", "Install a newer Go: https://go.dev/dl/"),
    (
        r"missing go\.sum entry|checksum mismatch",
        "Restore the pins: git checkout -- tools/toolchain",
    ),
    (r"signal: killed|cannot allocate memory", "Memory ran out: close programs and try again."),
)


def go_environment(base: Mapping[str, str]) -> dict[str, str]:
    """The environment of `go`: the user's proxy, caches and tool chain, and our way to build."""
    return {
        **base,
        "CGO_ENABLED": "0",
        "GOFLAGS": "-mod=readonly -buildvcs=false",
        "GOWORK": "off",
        "GO111MODULE": "on",
    }


def require_go(needed: Version) -> str:
    """Finds the user's Go.

    Args:
        needed: The Go version that a go.mod asks for.

    Returns:
        The path of `go`.

    Raises:
        UserError: There is none, or it is too old and won't fetch a newer one by itself.
    """
    go = shutil.which("go")
    if go is None:
        raise UserError(
            f"Go isn't on PATH; Go >= {needed} is needed to build what can't be downloaded.",
            "Install it: https://go.dev/dl/",
        )
    answer = subprocess.run(
        [go, "env", "GOVERSION", "GOTOOLCHAIN"],
        capture_output=True,
        text=True,
        check=False,
        cwd="/",
    )
    lines = [*answer.stdout.split("\n"), "", ""]
    version = Version.first_in(lines[0].removeprefix("go"))
    if version is None:
        raise UserError(
            f"{go} doesn't tell its version: {answer.stderr.strip() or answer.stdout.strip()}",
            "Install Go anew: https://go.dev/dl/",
        )
    fetches = version >= _FETCHES_TOOLCHAINS and lines[1] not in {"local", "path"}
    if version < needed and not fetches:
        raise UserError(
            f"{go} is Go {version}; needed is Go >= {needed}.",
            "Install a newer one (https://go.dev/dl/), or let it fetch one: GOTOOLCHAIN=auto",
        )
    return go


def executable_name(package: str) -> str:
    """How `go build` calls the program of a package: its last folder that is no version."""
    folders = package.split("/")
    return folders[-2] if re.fullmatch(r"v\d+", folders[-1]) else folders[-1]


def build(pin: Pin, folder: Path, told: Callable[[str], None]) -> dict[str, Path]:
    """Builds the programs of a part.

    Args:
        pin: What to build.
        folder: An empty folder for the programs.
        told: Called with what is going on.

    Returns:
        The programs by name.

    Raises:
        UserError: Go is missing or too old, or the build failed.
    """
    go = require_go(pin.go)
    values = " ".join(f"-X {value.format(version=pin.version)}" for value in pin.part.linker_values)
    packages = [program.package for program in pin.part.programs]
    command = [go, "build", "-v", "-trimpath", "-ldflags", f"-s -w {values}".strip()]
    if pin.part.build_tags:
        command += ["-tags", ",".join(pin.part.build_tags)]
    told("building")
    _run([*command, "-o", f"{folder}/", *packages], pin.folder, told)
    return {
        program.name: folder / executable_name(program.package) for program in pin.part.programs
    }


def _run(command: list[str], folder: Path, told: Callable[[str], None]) -> None:
    last: deque[str] = deque(maxlen=_LAST_LINES)
    compiled = 0
    with subprocess.Popen(
        command,
        cwd=folder,
        env=go_environment(os.environ),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        errors="replace",
    ) as process:
        try:
            for line in process.stderr or ():
                last.append(line.rstrip())
                if line.startswith("go: downloading"):
                    told(line.strip().removeprefix("go: "))
                elif " " not in line.strip():
                    compiled += 1
                    told(f"building, {compiled} packages compiled")
        except BaseException:
            process.terminate()
            raise
    if process.returncode != 0:
        raise failure(folder.name, command, list(last))


def failure(part: str, command: list[str], last_lines: list[str]) -> UserError:
    """What to tell about a failed build.

    Args:
        part: Which part was being built.
        command: What was run.
        last_lines: The end of what Go said.
    """
    said = "\n".join(f"  {line}" for line in last_lines if line) or "  (nothing)"
    advice = next(
        (text for pattern, text in _ADVICE if re.search(pattern, said)),
        "Run the command above in tools/toolchain/modules/" + part + " to see everything.",
    )
    shown = " ".join(command[:3])
    return UserError(
        f"Building {part} failed (`{shown} ...`). The last lines of Go:\n{said}", advice
    )
