"""Pulumi's own log of each command, which our Pulumi home goes without.

Pulumi writes every property of every resource into it, several times over, whether anybody reads it or not. On this
project that is two fifths of the engine's time, and up to half a gigabyte on disk. There is no switch for it, but
Pulumi does without it where a file stands in the place of its folder.
"""

import shutil
from pathlib import Path
from typing import Final

from tools.toolchain.files import write_text

_TEXT: Final = """\
This file keeps Pulumi from writing a log of each command, which takes two fifths of its time.
`pulumi --logtostderr -v=9 ...` shows one; `pulumi logs` needs this file removed, until the next set-up.
"""


def go_without_logs(pulumi_home: Path) -> None:
    """Puts a file where Pulumi would make a folder of logs; earlier logs go.

    Args:
        pulumi_home: A Pulumi home that is ours.
    """
    # With the mode that Pulumi would give it, for it keeps credentials there.
    pulumi_home.mkdir(mode=0o700, parents=True, exist_ok=True)
    logs = pulumi_home / "logs"
    if logs.is_dir() and not logs.is_symlink():
        shutil.rmtree(logs)
    write_text(logs, _TEXT)
