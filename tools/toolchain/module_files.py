"""Files that come inside a Go module: the operator's CRDs and kwok's stages.

Nothing is built for them: Go fetches the module and verifies it against go.sum.
"""

import json
import os
import shutil
import subprocess
import tarfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Final

from tools.errors import UserError
from tools.toolchain.build import failure, go_environment, require_go
from tools.toolchain.download import Downloader, NotAvailableError
from tools.toolchain.pins import Pin
from tools.toolchain.progress import Activity
from tools.toolchain.stamps import Stamp, identity, read_stamp, write_stamp
from tools.toolchain.workshop import Workshop


@dataclass(frozen=True, kw_only=True)
class ModuleFiles:
    """YAML files of a module.

    Attributes:
        name: What they are.
        part: The part whose module holds them.
        folders: Folders of the module; the files directly inside are taken.
        archive: Where the same version is published as an archive.
        targets: The folders that get a copy each, and hold nothing else.
    """

    name: str
    part: str
    folders: tuple[str, ...]
    archive: str
    targets: Callable[[Workshop], tuple[Path, ...]]


MODULE_FILES: Final = (
    ModuleFiles(
        name="crds",
        part="prometheus-operator",
        folders=("example/prometheus-operator-crd",),
        archive="https://github.com/prometheus-operator/prometheus-operator/archive/refs/tags/{version}.tar.gz",
        targets=lambda workshop: (workshop.crds, workshop.chart_crds),
    ),
    ModuleFiles(
        name="kwok-stages",
        part="kwok",
        folders=(
            "kustomize/stage/node/fast",
            "kustomize/stage/node/heartbeat",
            "kustomize/stage/pod/fast",
        ),
        archive="https://github.com/kubernetes-sigs/kwok/archive/refs/tags/{version}.tar.gz",
        targets=lambda workshop: (workshop.kwok_stages,),
    ),
)


def provide_files(
    wanted: ModuleFiles,
    pin: Pin,
    workshop: Workshop,
    downloader: Downloader | None,
    activity: Activity,
) -> Stamp:
    """Puts a module's files where they are needed, unless they are there already.

    Args:
        wanted: Which files.
        pin: The pin of their module.
        workshop: Where to put them.
        downloader: For the published archive, when there is no Go; None to do without.
        activity: Where to report; stays silent when there is nothing to do.

    Returns:
        How they were obtained, now or earlier.

    Raises:
        UserError: They can't be had.
    """
    stamp_path = workshop.stamps / f"{wanted.name}.json"
    stamp = read_stamp(stamp_path)
    targets = wanted.targets(workshop)
    # A folder that was moved or copied brings the stamp of where it was along.
    here = stamp is not None and {Path(name).parent for name in stamp.files} == set(targets)
    if stamp is not None and here and stamp.key == pin.digest and stamp.intact():
        return stamp
    activity.now("fetching")
    with workshop.temporary(wanted.name) as folder:
        if shutil.which("go") is not None:
            source, detail = "Go module", _from_module(wanted, pin, folder)
        else:
            source, detail = "download", _from_archive(wanted, pin, folder, downloader)
        names = sorted(path.name for path in folder.glob("*.yaml"))
        if not names:
            raise UserError(f"{detail} holds no YAML files in {', '.join(wanted.folders)}.")
        placed = [_place(folder / name, target) for target in targets for name in names]
    for target in targets:
        for old in set(target.glob("*.yaml")) - set(placed):
            old.unlink()
    stamp = Stamp(
        key=pin.digest,
        source=source,
        detail=detail,
        version=str(pin.version),
        files={str(path): identity(path) for path in placed},
    )
    write_stamp(stamp_path, stamp)
    activity.done(f"{len(names)} files of {stamp.version} from {source} ({detail})")
    return stamp


def _place(file: Path, target: Path) -> Path:
    """Copies a file, whole or not at all: the temporary name is never read as YAML."""
    target.mkdir(parents=True, exist_ok=True)
    half = target / f".{file.name}.new"
    shutil.copyfile(file, half)
    return half.replace(target / file.name)


def _is_wanted(name: str) -> bool:
    return name.endswith(".yaml") and name != "kustomization.yaml"


def _from_module(wanted: ModuleFiles, pin: Pin, folder: Path) -> str:
    go = require_go(pin.go)
    module = f"{pin.part.module}@{pin.module_version}"
    command = [go, "mod", "download", "-json", module]
    answer = subprocess.run(
        command,
        cwd=pin.folder,
        env=go_environment(os.environ),
        capture_output=True,
        text=True,
        check=False,
    )
    if answer.returncode != 0:
        raise failure(pin.part.name, command, (answer.stdout + answer.stderr).splitlines())
    root = Path(json.loads(answer.stdout)["Dir"])
    for source in wanted.folders:
        for file in (root / source).iterdir():
            if _is_wanted(file.name):
                shutil.copyfile(file, folder / file.name)
    return module


def _from_archive(
    wanted: ModuleFiles, pin: Pin, folder: Path, downloader: Downloader | None
) -> str:
    url = wanted.archive.format(version=pin.module_version)
    archive = folder / "archive.tar.gz"
    no_way = "Install Go (https://go.dev/dl/), or make github.com reachable."
    if downloader is None:
        raise UserError(f"The {wanted.name} can't be had offline: Go isn't on PATH.", no_way)
    try:
        downloader.file(url, archive, lambda _done, _total: None)
    except NotAvailableError as error:
        raise UserError(
            f"The {wanted.name} can't be had: Go isn't on PATH, and {url} can't be fetched "
            f"({error}).",
            no_way,
        ) from error
    with tarfile.open(archive) as tar:
        for member in tar:
            # The first folder of such an archive is the repository's name and version.
            inside = PurePosixPath(*PurePosixPath(member.name).parts[1:])
            stream = tar.extractfile(member) if member.isfile() else None
            if stream and str(inside.parent) in wanted.folders and _is_wanted(inside.name):
                (folder / inside.name).write_bytes(stream.read())
    return url
