"""One part of the tool chain: found on PATH, else downloaded, else built."""

import hashlib
from dataclasses import dataclass, replace
from pathlib import Path

from tools.errors import UserError
from tools.paths import VENV_DIR
from tools.toolchain.build import build
from tools.toolchain.download import Downloader, NotAvailableError, fetch
from tools.toolchain.installed import candidates, fitting, surroundings, users_path
from tools.toolchain.links import link
from tools.toolchain.pins import Pin
from tools.toolchain.platforms import this_platform
from tools.toolchain.progress import Activity
from tools.toolchain.stamps import Stamp, identity, read_stamp, write_stamp
from tools.toolchain.versions import exactly
from tools.toolchain.workshop import Workshop


@dataclass(frozen=True, kw_only=True)
class Means:
    """What a part may be obtained with.

    Attributes:
        path: The PATH to look for installed programs.
        downloader: For official downloads; None to do without.
    """

    path: str
    downloader: Downloader | None


@dataclass(frozen=True, kw_only=True)
class _Made:
    """Programs that lie ready to be put in place."""

    source: str
    detail: str
    files: dict[str, Path]


def obtain(pin: Pin, workshop: Workshop, means: Means, activity: Activity) -> Stamp:
    """Makes sure that a part's programs are in the workshop's `bin`.

    A fitting program on PATH wins at all times, so one that is installed later replaces what was
    downloaded or built.

    Args:
        pin: Which part, in which version.
        workshop: Where to put it.
        means: What may be used.
        activity: Where to report; stays silent when there is nothing to do.

    Returns:
        How the part was obtained, now or earlier.

    Raises:
        UserError: There is no way left.
    """
    names = tuple(program.name for program in pin.part.programs)
    found = candidates(names, users_path(means.path, without=(workshop.root, VENV_DIR)))
    seen = surroundings(found)
    stamp_path = workshop.stamps / f"{pin.part.name}.json"
    before = read_stamp(stamp_path)
    valid = before if before and before.key == _key(pin) and before.intact() else None
    if valid and valid.surroundings == seen:
        return valid
    fit, why_not = fitting(pin.part.programs, found, pin.part.fits(pin.version))
    if why_not:
        activity.note(f"{why_not}; not used")
    if fit:
        for name, installed in fit.items():
            link(workshop.bin / name, installed.path)
        after = Stamp(
            key=_key(pin),
            source="PATH",
            detail=", ".join(str(installed.path) for installed in fit.values()),
            version=str(min(installed.version for installed in fit.values())),
            files=_identities(workshop, names),
            surroundings=seen,
        )
    elif valid and valid.source != "PATH":
        after = replace(valid, surroundings=seen)
    else:
        after = replace(_make(pin, workshop, means, activity), surroundings=seen)
    for old in set(before.files if before else ()) - set(after.files):
        Path(old).unlink(missing_ok=True)
    write_stamp(stamp_path, after)
    activity.done(f"{after.version} from {after.source} ({after.detail})")
    return after


def _key(pin: Pin) -> str:
    """Changes whenever a part must be made anew: another pin, another way to build."""
    recipe = repr((pin.digest, pin.part.linker_values, pin.part.programs))
    return hashlib.sha256(recipe.encode()).hexdigest()


def _identities(workshop: Workshop, names: tuple[str, ...]) -> dict[str, str]:
    return {str(workshop.bin / name): identity(workshop.bin / name) for name in names}


def _make(pin: Pin, workshop: Workshop, means: Means, activity: Activity) -> Stamp:
    with workshop.temporary(pin.part.name) as folder:
        made = _downloaded(pin, folder, means.downloader, activity) if means.downloader else None
        made = made or _built(pin, folder, activity)
        workshop.bin.mkdir(parents=True, exist_ok=True)
        for name, file in made.files.items():
            file.replace(workshop.bin / name)
    return Stamp(
        key=_key(pin),
        source=made.source,
        detail=made.detail,
        version=str(pin.version),
        files=_identities(workshop, tuple(made.files)),
    )


def _downloaded(pin: Pin, folder: Path, downloader: Downloader, activity: Activity) -> _Made | None:
    downloads = pin.part.downloads(pin.version, this_platform())
    if not downloads:
        return None
    files: dict[str, Path] = {}
    try:
        for number, download in enumerate(downloads):
            place = folder / f"download-{number}"
            place.mkdir()
            files |= fetch(downloader, download, place, activity.now)
    except NotAvailableError as error:
        activity.note(f"no download: {error}")
        return None
    if _wrong(pin, files):
        activity.note(f"the download isn't usable here: {_wrong(pin, files)}")
        return None
    return _Made(source="download", detail=downloads[0].url.rsplit("/", 1)[0], files=files)


def _built(pin: Pin, folder: Path, activity: Activity) -> _Made:
    place = folder / "build"
    place.mkdir()
    files = build(pin, place, activity.now)
    wrong = _wrong(pin, files)
    if wrong:
        raise UserError(
            f"{pin.part.name} was built, but {wrong}.",
            f"Compare the pins with the released ones: git diff -- {pin.folder}",
        )
    module = f"{pin.part.module}@{pin.module_version}"
    return _Made(source="build", detail=module, files=files)


def _wrong(pin: Pin, files: dict[str, Path]) -> str:
    """What is wrong with fresh programs; empty when they run and are of the pinned version."""
    _, why_not = fitting(pin.part.programs, files, exactly(pin.version))
    return why_not
