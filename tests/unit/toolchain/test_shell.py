"""`env.sh` in real shells: what activating gives, deactivating takes back."""

import shutil
import subprocess
import venv
from pathlib import Path

import pytest

from tools.toolchain.shell import env_file, with_hook, without_hook

SHELLS = [shell for shell in ("sh", "dash", "bash", "zsh") if shutil.which(shell)]
WATCHED = (
    "PULUMI_HOME",
    "PULUMI_BACKEND_URL",
    "PULUMI_CONFIG_PASSPHRASE",
    "PULUMI_SKIP_UPDATE_CHECK",
    "PULUMI_IGNORE_AMBIENT_PLUGINS",
    "PATH",
)
SHOW = "".join(f'echo "{name}=${{{name}-unset}}"; ' for name in WATCHED)


@pytest.fixture(scope="module")
def activate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A real virtual environment, in a folder with a blank and a quote, whose hook is in place."""
    root = tmp_path_factory.mktemp("it's a repository")
    venv.EnvBuilder(with_pip=False).create(root / ".venv")
    env_sh = root / "env.sh"
    env_sh.write_text(
        env_file(
            folders=(root / "bin", root / "plugins"),
            pulumi_home=root / "pulumi-home",
            state_dir=root / "state",
        ),
        encoding="utf-8",
    )
    script = root / ".venv" / "bin" / "activate"
    script.write_text(with_hook(script.read_text(encoding="utf-8"), env_sh), encoding="utf-8")
    return script


def run(shell: str, script: str, **variables: str) -> list[dict[str, str]]:
    """What the watched variables are, each time that the script shows them."""
    answer = subprocess.run(
        [shell, "-c", f"set -eu; show () {{ {SHOW} echo --; }}; {script}"],
        env={"PATH": "/usr/bin:/bin", **variables},
        capture_output=True,
        text=True,
        check=True,
    )
    assert answer.stderr == ""
    shown = answer.stdout.split("--\n")[:-1]
    return [dict(line.split("=", 1) for line in block.splitlines()) for block in shown]


def sourced(path: Path) -> str:
    return f'. "{path}"'


@pytest.mark.parametrize("shell", SHELLS)
def test_activating_gives_our_variables_and_deactivating_takes_them_back(
    shell: str, activate: Path
) -> None:
    root = activate.parents[2]
    before, inside, after = run(
        shell,
        f"show; {sourced(activate)}; show; deactivate; show",
        PULUMI_IGNORE_AMBIENT_PLUGINS="1",
    )
    assert inside["PULUMI_HOME"] == f"{root}/pulumi-home"
    assert inside["PULUMI_BACKEND_URL"] == (root / "state").as_uri()
    assert inside["PULUMI_CONFIG_PASSPHRASE"] == ""
    assert inside["PULUMI_IGNORE_AMBIENT_PLUGINS"] == "unset"
    assert inside["PATH"].split(":")[:3] == [f"{root}/bin", f"{root}/plugins", str(activate.parent)]
    assert after == before


@pytest.mark.parametrize("shell", SHELLS)
def test_activating_twice_is_activating_once(shell: str, activate: Path) -> None:
    source = sourced(activate)
    before, once, twice, after = run(
        shell, f"show; {source}; show; {source}; show; deactivate; show"
    )
    assert twice == once
    assert after == before


@pytest.mark.parametrize("shell", SHELLS)
def test_settings_of_the_user_stay(shell: str, activate: Path) -> None:
    own = {
        "PULUMI_BACKEND_URL": "s3://states",
        "PULUMI_CONFIG_PASSPHRASE": "own",
        "PULUMI_HOME": "/h",
    }
    before, inside, after = run(shell, f"show; {sourced(activate)}; show; deactivate; show", **own)
    assert inside["PULUMI_BACKEND_URL"] == "s3://states"
    assert inside["PULUMI_CONFIG_PASSPHRASE"] == "own"
    assert after == before


@pytest.mark.parametrize("shell", SHELLS)
def test_a_passphrase_file_of_the_user_is_not_overruled(shell: str, activate: Path) -> None:
    (inside,) = run(shell, f"{sourced(activate)}; show", PULUMI_CONFIG_PASSPHRASE_FILE="/run/p")
    assert inside["PULUMI_CONFIG_PASSPHRASE"] == "unset"


@pytest.mark.parametrize("shell", SHELLS)
def test_without_the_tool_chain_the_virtual_environment_still_works(
    shell: str, tmp_path: Path
) -> None:
    venv.EnvBuilder(with_pip=False).create(tmp_path / "venv")
    script = tmp_path / "venv" / "bin" / "activate"
    text = with_hook(script.read_text(encoding="utf-8"), tmp_path / "removed" / "env.sh")
    script.write_text(text, encoding="utf-8")
    before, _inside, after = run(shell, f"show; {sourced(script)}; show; deactivate; show")
    assert after == before


def test_a_hook_is_put_in_once_and_can_be_taken_out(activate: Path) -> None:
    hooked = activate.read_text(encoding="utf-8")
    assert with_hook(hooked, activate.parents[2] / "env.sh") == hooked
    plain = without_hook(hooked)
    assert "llmd" not in plain
    assert with_hook(plain, activate.parents[2] / "env.sh") == hooked
