"""`llmd-monitoring up` and `down`, and the preview of one stack by the engine."""

import os
from collections.abc import Mapping
from typing import Annotated, Any, Final

import typer
from rich.console import Console

from tools import paths
from tools.cluster.embedded import EmbeddedCluster
from tools.stack import leftovers, summary
from tools.stack.definitions import upgrade_definitions
from tools.stack.engine import Engine
from tools.stack.orphans import mark
from tools.stack.recovery import recover
from tools.stack.torn_writes import remove_torn_writes
from tools.stack.turn import turn
from tools.toolchain.environment import environment

LOCAL: Final = "local"
NAMESPACE: Final = "llm-d-monitoring"

_LOCK_FILE: Final = paths.CLUSTER_DIR / "stack.lock"
_OWN_SETTINGS: Final = (
    "PULUMI_BACKEND_URL",
    "PULUMI_CONFIG_PASSPHRASE",
    "PULUMI_CONFIG_PASSPHRASE_FILE",
    "KUBECONFIG",
)

_console = Console(highlight=False, soft_wrap=True)


def up(
    stack: Annotated[
        str, typer.Option(help="Which stack; any other than `local` lives on a cluster of yours.")
    ] = LOCAL,
    yes: Annotated[
        bool, typer.Option("--yes", help="Update a stack other than `local`; else it is shown.")
    ] = False,
) -> None:
    """Start the embedded cluster, install the `local` stack on it, and show what was made.

    What was changed by hand since is undone, in the program's own objects and in those of its charts. With
    --stack another stack is brought to what its program says, in your own backend and on your own cluster.
    """
    if stack == LOCAL:
        _up_local()
        return
    engine = Engine(project=paths.REPO, stack=stack, environment=environment())
    if not yes:
        engine.show("preview", "--refresh")
        _say(
            "Nothing was changed; --yes does it. Drift of the charts' objects: llmd-monitoring drift."
        )
        return
    _converge(engine, engine.export())


def _up_local() -> None:
    with turn(_LOCK_FILE, _say) as held:
        cluster = EmbeddedCluster()
        cluster.start(_say)
        engine = _local_engine(held)
        engine.select()
        with cluster.connect() as client:
            state = recover(engine, paths.STATE_DIR, cluster.kubeconfig, client, _say)
            upgrade_definitions(client, paths.CHART_CRD_DIR, _say)
            _converge(engine, state)
            summary.show(_console, client, NAMESPACE, engine.outputs())


def preview_stack(stack: str, *, diff: bool) -> None:
    """Shows what an update of a stack would change; nothing is changed.

    Args:
        stack: Name of the stack.
        diff: Show each field that would change.
    """
    options = ("--diff",) if diff else ()
    if stack != LOCAL:
        # Another stack lives in the user's own backend and on the user's own cluster.
        Engine(project=paths.REPO, stack=stack, environment=environment()).show("preview", *options)
        return
    with turn(_LOCK_FILE, _say) as held:
        EmbeddedCluster().start(_say)
        engine = _local_engine(held)
        engine.select()
        engine.show("preview", *options)


def down() -> None:
    """Remove what `up` installed, and stop the embedded cluster; other objects on it stay."""
    cluster = EmbeddedCluster()
    if not cluster.kubeconfig.exists():
        cluster.stop(_say)
        _say("There is no embedded cluster.")
        return
    with turn(_LOCK_FILE, _say) as held:
        cluster.start(_say)
        engine = _local_engine(held)
        engine.select()
        with cluster.connect() as client:
            recover(engine, paths.STATE_DIR, cluster.kubeconfig, client, _say)
            engine.show("destroy", "--yes", "--skip-preview", "--suppress-permalink=true")
            for kept in leftovers.sweep(client, NAMESPACE):
                _say(f"Left as it is: {kept}.")
        cluster.stop(_say)
    _say("The embedded cluster is stopped; `make clean` removes its folder and the tools.")


def _converge(engine: Engine, state: Mapping[str, Any]) -> None:
    # They import the SDK and the Kubernetes client, which no other command should wait for.
    from tools.doctor.examination import patient  # noqa: PLC0415
    from tools.stack.converging import converge  # noqa: PLC0415

    settings = patient(paths.REPO / "stacks", engine.stack, None, None, None)
    converge(engine, settings.kubernetes, state, _say)


def _local_engine(held: int) -> Engine:
    """The local stack has a backend and a passphrase of its own, whatever the shell is set to."""
    paths.STATE_DIR.mkdir(mode=0o700, parents=True, exist_ok=True)
    # Here, and not in `recover`: the engine can't even select a stack whose state it can't read.
    if remove_torn_writes(paths.STATE_DIR):
        _say(
            "An earlier command was killed while it wrote the state; removing what it didn't finish."
        )
    return Engine(
        project=paths.REPO,
        stack=LOCAL,
        environment={
            **local_variables(os.environ),
            **mark(_LOCK_FILE),
        },
        held=(held,),
    )


def local_variables(variables: Mapping[str, str]) -> dict[str, str]:
    """Returns the variables of a command on the local stack."""
    kept = {key: value for key, value in variables.items() if key not in _OWN_SETTINGS}
    return environment(kept)


def _say(line: str) -> None:
    _console.print(line, markup=False)
