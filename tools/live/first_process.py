"""The first process in the namespaces: it makes the pods' addresses local and lives as long as whoever started it."""

import signal
import subprocess
import sys

from tools.cluster.parts import POD_NETWORK


def main() -> None:
    """Prepares the network, says so on standard output, and waits for the end of standard input."""
    subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
    subprocess.run(["ip", "route", "add", "local", POD_NETWORK, "dev", "lo"], check=True)
    # Orphans become children of the first process, which must not let them become zombies.
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    sys.stdin.read()


if __name__ == "__main__":
    main()
