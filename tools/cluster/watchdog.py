"""Stops a cluster when the process that wanted it is gone, however it ended.

Run as `python -m tools.cluster.watchdog DIRECTORY OWNER_PID OWNER_START`.
"""

import sys
from pathlib import Path

from tools.cluster.embedded import EmbeddedCluster
from tools.cluster.owner import find_owner, wait_for_end


def main(directory: Path, pid: int, started: float) -> None:
    """Wait for the owner's end, then stop the cluster."""
    owner = find_owner(pid, started)
    if owner is not None:
        wait_for_end(owner)
    EmbeddedCluster(directory).stop()


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3]))
