"""The environment variables under which the tools find each other.

The same variables exist twice: for subprocesses started from Python (`environment`) and for a
person's shell (`tools.toolchain.shell`).
"""

import os
from collections.abc import Mapping
from pathlib import Path

from tools.paths import BIN_DIR, PLUGIN_DIR, PULUMI_HOME, STATE_DIR, VENV_DIR


def search_path(base: str) -> str:
    """A PATH that finds our programs and plug-ins first.

    Args:
        base: The PATH to extend. Its order is kept; our folders move to its front.

    Returns:
        The new PATH, each folder once.
    """
    ours = [str(BIN_DIR), str(PLUGIN_DIR), str(VENV_DIR / "bin")]
    others = [folder for folder in base.split(os.pathsep) if folder]
    return os.pathsep.join(dict.fromkeys([*ours, *others]))


def backend_url(state_dir: Path) -> str:
    """The URL of a Pulumi file backend in a folder.

    Args:
        state_dir: An absolute folder.
    """
    return state_dir.as_uri()


def environment(
    base: Mapping[str, str] | None = None,
    *,
    state_dir: Path = STATE_DIR,
    pulumi_home: Path = PULUMI_HOME,
) -> dict[str, str]:
    """The environment for a subprocess that runs Pulumi, Helm or the embedded cluster.

    A backend and a passphrase that the user has set win over ours, as in the shell. Whoever names
    a `state_dir` of their own (a test, say) gets exactly that one, with an empty passphrase.

    Args:
        base: What to extend; the environment of this process when not given.
        state_dir: Folder of the Pulumi file backend.
        pulumi_home: Folder of Pulumi's plug-ins, credentials and workspaces.

    Returns:
        A new dictionary; `base` stays as it is.
    """
    variables = dict(os.environ if base is None else base)
    variables["PATH"] = search_path(variables.get("PATH", os.defpath))
    variables["PULUMI_HOME"] = str(pulumi_home)
    variables["PULUMI_SKIP_UPDATE_CHECK"] = "true"
    # The stand-ins are plug-ins found on PATH; this variable would hide them.
    variables.pop("PULUMI_IGNORE_AMBIENT_PLUGINS", None)
    if state_dir != STATE_DIR:
        variables["PULUMI_BACKEND_URL"] = backend_url(state_dir)
        variables["PULUMI_CONFIG_PASSPHRASE"] = ""
        variables.pop("PULUMI_CONFIG_PASSPHRASE_FILE", None)
        return variables
    variables.setdefault("PULUMI_BACKEND_URL", backend_url(state_dir))
    if "PULUMI_CONFIG_PASSPHRASE_FILE" not in variables:
        variables.setdefault("PULUMI_CONFIG_PASSPHRASE", "")
    return variables


def collecting_seldom(variables: Mapping[str, str]) -> dict[str, str]:
    """The environment for many programs of seconds: those written in Go look for garbage a quarter as often.

    It is a tenth of their time, for memory that they give back at their end. A user's own setting wins.

    Args:
        variables: What to extend; it stays as it is.
    """
    return {"GOGC": "400", **variables}
