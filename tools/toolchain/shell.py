"""The same environment for a person's shell: `.tools/env.sh`, and the hook that sources it.

Plain POSIX shell, for sh, dash, bash and zsh. What `deactivate` ends, it gives back.
"""

import shlex
from pathlib import Path
from typing import Final

from tools.toolchain.environment import backend_url

_BEGIN: Final = "# >>> llmd-monitoring >>>"
_END: Final = "# <<< llmd-monitoring <<<"
_LEAVE: Final = "llmd_monitoring_leave"


def env_file(*, folders: tuple[Path, ...], pulumi_home: Path, state_dir: Path) -> str:
    """The text of `env.sh`.

    Args:
        folders: What to put in front of PATH, in this order.
        pulumi_home: Pulumi's own folder.
        state_dir: Folder of the file backend, for those who have named no backend.
    """
    backend = shlex.quote(backend_url(state_dir))
    places = " ".join(shlex.quote(str(folder)) for folder in reversed(folders))
    return f"""\
# Written by `llmd-monitoring tools bootstrap`; .venv/bin/activate sources it.

{_LEAVE} () {{
    {_restore("PULUMI_HOME")}
    {_restore("PULUMI_SKIP_UPDATE_CHECK")}
    {_restore("PULUMI_IGNORE_AMBIENT_PLUGINS")}
    {_restore("PULUMI_BACKEND_URL")}
    {_restore("PULUMI_CONFIG_PASSPHRASE")}
    unset -f {_LEAVE}
}}

for _LLMD_FOLDER in {places}; do
    case ":$PATH:" in
        *":$_LLMD_FOLDER:"*) ;;
        *) PATH="$_LLMD_FOLDER:$PATH" ;;
    esac
done
unset _LLMD_FOLDER
export PATH

{_remember("PULUMI_HOME")}
PULUMI_HOME={shlex.quote(str(pulumi_home))}
export PULUMI_HOME

{_remember("PULUMI_SKIP_UPDATE_CHECK")}
PULUMI_SKIP_UPDATE_CHECK=true
export PULUMI_SKIP_UPDATE_CHECK

# It would hide the plug-ins on PATH.
{_remember("PULUMI_IGNORE_AMBIENT_PLUGINS")}
unset PULUMI_IGNORE_AMBIENT_PLUGINS

# A backend and a passphrase of your own win.
if [ -z "${{PULUMI_BACKEND_URL+set}}" ]; then
    {_remember("PULUMI_BACKEND_URL")}
    PULUMI_BACKEND_URL={backend}
    export PULUMI_BACKEND_URL
fi
if [ -z "${{PULUMI_CONFIG_PASSPHRASE+set}}${{PULUMI_CONFIG_PASSPHRASE_FILE+set}}" ]; then
    {_remember("PULUMI_CONFIG_PASSPHRASE")}
    PULUMI_CONFIG_PASSPHRASE=""
    export PULUMI_CONFIG_PASSPHRASE
fi
"""


def _remember(name: str) -> str:
    """Keeps what a variable was before us, once: `value:...`, or `none` when it was unset."""
    saved = f"_LLMD_OLD_{name}"
    return f'{saved}="${{{saved}:-${{{name}+value:}}${{{name}-none}}}}"'


def _restore(name: str) -> str:
    """Gives a variable back what it was, when we changed it."""
    saved = f"_LLMD_OLD_{name}"
    return (
        f'case "${{{saved}:-}}" in "") ;; none) unset {name} ;; '
        f'*) {name}="${{{saved}#value:}}"; export {name} ;; esac; unset {saved}'
    )


def with_hook(activate: str, env_sh: Path) -> str:
    """A virtual environment's `activate` that also sources `env.sh`.

    Args:
        activate: The text as `venv` wrote it, with or without an older hook.
        env_sh: What to source.

    Returns:
        The text with exactly one hook.
    """
    path = shlex.quote(str(env_sh))
    give_back = (
        f"    {_BEGIN}\n"
        f"    if command -v {_LEAVE} > /dev/null 2>&1; then {_LEAVE}; fi\n"
        f"    {_END}\n"
    )
    source = f"{_BEGIN}\nif [ -r {path} ]; then . {path}; fi\n{_END}\n"
    head, opening, body = without_hook(activate).partition("deactivate () {\n")
    return f"{head}{opening}{give_back if opening else ''}{body}{source}"


def without_hook(activate: str) -> str:
    """The text of `activate` as `venv` wrote it."""
    kept: list[str] = []
    inside = False
    for line in activate.splitlines(keepends=True):
        if line.strip() == _BEGIN:
            inside = True
        if not inside:
            kept.append(line)
        if line.strip() == _END:
            inside = False
    return "".join(kept)
