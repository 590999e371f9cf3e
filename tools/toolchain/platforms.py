"""The operating system and processor that programs are fetched for, in the words of Go."""

import platform
import sys
from dataclasses import dataclass

from tools.errors import UserError

_PROCESSORS = {"x86_64": "amd64", "amd64": "amd64", "aarch64": "arm64", "arm64": "arm64"}


@dataclass(frozen=True, kw_only=True)
class Platform:
    """What Go calls GOOS and GOARCH."""

    system: str
    processor: str


def this_platform() -> Platform:
    """The machine that this runs on.

    Raises:
        UserError: The tool chain is made for neither this system nor this processor.
    """
    processor = _PROCESSORS.get(platform.machine().lower())
    if sys.platform not in {"linux", "darwin"} or processor is None:
        raise UserError(
            f"The tool chain is made for linux and darwin on amd64 and arm64; this machine is "
            f"{sys.platform} on {platform.machine()}.",
            "On Windows, use the Linux subsystem (WSL 2).",
        )
    return Platform(system=sys.platform, processor=processor)
