"""Which of Pulumi's plug-ins run here: the official ones or our stand-ins."""

import shutil
from collections.abc import Mapping
from pathlib import Path

from tools.toolchain.plugins import PLUGINS, stand_in_script


def stand_ins(environ: Mapping[str, str]) -> tuple[str, ...]:
    """The executables for which a stand-in serves, for an engine with these variables."""
    found = {
        plugin.executable: shutil.which(plugin.executable, path=environ.get("PATH"))
        for plugin in PLUGINS
    }
    return tuple(
        plugin.executable
        for plugin in PLUGINS
        if (path := found[plugin.executable])
        and Path(path).read_bytes() == stand_in_script(plugin).encode()
    )
