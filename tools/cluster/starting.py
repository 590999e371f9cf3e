"""From whatever is there to a cluster that is ready."""

import sys
import time
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import httpx
import psutil

from tools.cluster import api, kubeconfig, objects, ports, processes
from tools.cluster.credentials import (
    ADMINISTRATOR,
    Credentials,
    Profile,
    ensure_credentials,
    split_pair,
)
from tools.cluster.layout import Layout
from tools.cluster.owner import WATCHDOG, watchdog_arguments
from tools.cluster.parts import (
    PROGRAMS,
    STAGES,
    Part,
    api_server_url,
    control_plane,
    kubeconfig_users,
    part_kubeconfig,
)
from tools.cluster.ports import Ports
from tools.cluster.private_files import last_lines, make_private_folder, write_private
from tools.cluster.processes import Running
from tools.cluster.progress import Progress, Stopwatch
from tools.cluster.stopping import end_in_order
from tools.errors import UserError

_READY_SECONDS: Final = 90.0
"""How long a part may take to become ready; a loaded machine needs much more than an idle one."""

_RECOVER_SECONDS: Final = 20.0
"""How long a part that ran before may be unready until it is started anew."""

_LEAVE_SECONDS: Final = 3.0
"""How long a port may stay taken until it is given up for another."""

_POLL_SECONDS: Final = 0.1
_ATTEMPTS: Final = 3
_LOG_LINES: Final = 5

_GROUPS: Final = (
    ("etcd",),
    ("kube-apiserver",),
    ("kube-controller-manager", "kube-scheduler", "kwok"),
)
"""Parts that start together; each group needs the ones before it."""


@dataclass(frozen=True, kw_only=True)
class Start:
    """What to start, and with what.

    Attributes:
        layout: the cluster's files.
        binaries: the folder of the programs.
        stages: the folder of kwok's stages.
        owner: the process whose end also ends the cluster, if any.
    """

    layout: Layout
    binaries: Path
    stages: Path
    owner: psutil.Process | None


class _PortTaken(Exception):  # noqa: N818 - not an error: the start tries other ports
    """Another program took a port between its choice and its use."""


def require_programs(start: Start) -> None:
    """Check that everything to be run is there.

    Raises:
        UserError: names every missing file and the command that brings it.
    """
    programs = [start.binaries / name for name in PROGRAMS]
    stages = [start.stages / stage for stage in STAGES]
    missing = [str(path) for path in (*programs, *stages) if not path.is_file()]
    if missing:
        raise UserError(
            f"The embedded cluster needs files that are not there: {', '.join(missing)}.",
            "Run `make setup`, which fetches or builds them.",
        )


def bring_up(start: Start, report: Progress) -> bool:
    """Start what does not run or is not healthy; return when the whole cluster is ready.

    Returns:
        Whether anything had to be started.

    Raises:
        UserError: a part ended or did not become ready.
    """
    for folder in start.layout.folders:
        make_private_folder(folder)
    ensure_credentials(Credentials(folder=start.layout.credentials))
    for _ in range(_ATTEMPTS):
        try:
            return _attempt(start, report)
        except _PortTaken as taken:
            report(f"  {taken}; choosing another")
    raise UserError(
        f"Other programs took the chosen ports {_ATTEMPTS} times in a row.",
        "Start the cluster again when fewer programs are starting.",
    )


def _attempt(start: Start, report: Progress) -> bool:
    layout = start.layout
    running = _wanted_ones(start)
    chosen = _choose_ports(layout, running)
    _write_kubeconfigs(layout, chosen)
    _ensure_watchdog(start, running)
    parts = {part.name: part for part in control_plane(layout, chosen, start.stages)}
    wanted = {
        name: processes.fingerprint(start.binaries / name, part.arguments, part.inputs)
        for name, part in parts.items()
    }
    as_wanted = {name for name, one in running.items() if one.fingerprint == wanted.get(name)}
    _end(running, to_begin_anew(as_wanted))
    started = False
    with api.connect(Credentials(folder=layout.credentials)) as client:
        for group in _GROUPS:
            if started:
                _end(running, PROGRAMS)
            members = [
                _Member(start, parts[name], wanted[name], running.pop(name, None), client)
                for name in group
            ]
            for member in members:
                member.launch_if_needed(report)
            for member in members:
                member.wait(report)
            started = started or any(member.launched for member in members)
        _furnish(client, api_server_url(chosen), layout.logs, report, say=started)
    return started


def to_begin_anew(as_wanted: Collection[str]) -> frozenset[str]:
    """The parts to launch: those that don't run as wanted, and all that depend on one of them.

    Clients of a server that was away reconnect ever more rarely; begun anew, they are ready at
    once.

    Args:
        as_wanted: the parts that run with the right program, arguments and files.
    """
    anew: frozenset[str] = frozenset()
    for group in _GROUPS:
        anew |= frozenset(name for name in group if anew or name not in as_wanted)
    return anew


def _end(running: dict[str, Running], names: Iterable[str]) -> None:
    end_in_order([running.pop(name) for name in names if name in running])


def _wanted_ones(start: Start) -> dict[str, Running]:
    """The first process of each part; all others of this cluster are ended."""
    kept: dict[str, Running] = {}
    surplus: list[Running] = []
    for running in processes.find(start.layout.directory):
        if running.part in (*PROGRAMS, WATCHDOG) and running.part not in kept:
            kept[running.part] = running
        else:
            surplus.append(running)
    end_in_order(surplus)
    return kept


def _choose_ports(layout: Layout, running: Mapping[str, Running]) -> Ports:
    last = ports.remembered(layout.ports)
    held = {name for name in last if _part_of(name) in running}
    unheld = [port for name, port in last.items() if name not in held]
    # A killed process leaves its ports a moment after it has gone from the process table.
    _wait_until(lambda: all(ports.is_free(port) for port in unheld), _LEAVE_SECONDS)
    chosen = ports.choose(last, held)
    ports.remember(layout.ports, chosen)
    return chosen


def _part_of(port: str) -> str:
    return port.removesuffix("_peer").replace("_", "-")


def _write_kubeconfigs(layout: Layout, chosen: Ports) -> None:
    credentials = Credentials(folder=layout.credentials)

    def render(profile: Profile) -> str:
        certificate, key = split_pair(credentials.pair(profile).read_bytes())
        return kubeconfig.render(
            server=api_server_url(chosen),
            authority=credentials.authority.read_bytes(),
            certificate=certificate,
            key=key,
        )

    for profile in kubeconfig_users():
        write_private(part_kubeconfig(layout, profile), render(profile))
    write_private(layout.kubeconfig, render(ADMINISTRATOR))


def _ensure_watchdog(start: Start, running: Mapping[str, Running]) -> None:
    current = running.get(WATCHDOG)
    program = Path(sys.executable)
    arguments = (
        watchdog_arguments(start.layout.directory, start.owner) if start.owner is not None else ()
    )
    wanted = processes.fingerprint(program, arguments, ())
    if current is not None and current.fingerprint != wanted:
        end_in_order([current])
        current = None
    if current is None and arguments:
        processes.launch(
            program=program,
            arguments=arguments,
            directory=start.layout.directory,
            part=WATCHDOG,
            fingerprint=wanted,
            log=start.layout.logs / f"{WATCHDOG}.log",
        )


class _Member:
    """One part on its way to being ready."""

    def __init__(
        self,
        start: Start,
        part: Part,
        fingerprint: str,
        running: Running | None,
        client: httpx.Client,
    ) -> None:
        self._start = start
        self._part = part
        self._client = client
        self._program = start.binaries / part.name
        self._log = start.layout.logs / f"{part.name}.log"
        self._fingerprint = fingerprint
        self._running = running
        self._process = None if running is None else running.process
        self._watch = Stopwatch()
        self.launched = False

    def launch_if_needed(self, report: Progress) -> None:
        """Launch the part unless it runs."""
        if self._running is None:
            report(f"  {self._part.name:<24}starting")
            self._launch()

    def wait(self, report: Progress) -> None:
        """Return when the part is ready; one that runs but doesn't respond is started anew."""
        if not self.launched:
            if self._ready_within(_RECOVER_SECONDS):
                report(f"  {self._part.name:<24}already running")
                return
            report(f"  {self._part.name:<24}runs but is not ready; starting it anew")
            self._launch()
        if not self._ready_within(_READY_SECONDS):
            raise self._failure()
        report(f"  {self._part.name:<24}ready after {self._watch.elapsed():.1f} s")

    def _launch(self) -> None:
        if self._running is not None:
            end_in_order([self._running])
        self._watch = Stopwatch()
        self._process = processes.launch(
            program=self._program,
            arguments=self._part.arguments,
            directory=self._start.layout.directory,
            part=self._part.name,
            fingerprint=self._fingerprint,
            log=self._log,
        )
        self.launched = True

    def _alive(self) -> bool:
        return self._process is not None and processes.alive(self._process)

    def _ready_within(self, seconds: float) -> bool:
        return _wait_until(
            lambda: api.healthy(self._client, self._part.health), seconds, going_on=self._alive
        )

    def _failure(self) -> Exception:
        name = self._part.name
        if self._alive():
            what = f"{name} did not become ready within {_READY_SECONDS:.0f} s."
        else:
            taken = [port for port in self._part.ports if not ports.is_free(port)]
            if taken:
                return _PortTaken(f"{name} found port {taken[0]} taken by another program")
            what = f"{name} ended before it was ready."
        tail = "".join(f"\n    {line}" for line in last_lines(self._log, _LOG_LINES))
        return UserError(
            f"{what} The end of its log, {self._log}:{tail}",
            "Start the cluster again; if that doesn't help, `llmd-monitoring cluster reset` makes"
            " an empty one.",
        )


def _furnish(client: httpx.Client, server: str, logs: Path, report: Progress, *, say: bool) -> None:
    """Create nodes, storage class and policy, then wait until a pod could be scheduled."""
    watch = Stopwatch()
    account = f"{server}/api/v1/namespaces/default/serviceaccounts/default"

    def furnished() -> bool:
        return all(
            api.create_missing(client, f"{server}/{path}", manifest)
            for path, manifest in objects.furniture()
        )

    def usable() -> bool:
        nodes = api.get(client, f"{server}/{objects.NODE_PATH}")
        return (
            nodes is not None
            and objects.schedulable(nodes)
            and api.get(client, account) is not None
        )

    if not _wait_until(furnished, _READY_SECONDS):
        raise UserError(
            "The API server answers that it is ready but could not create the nodes within"
            f" {_READY_SECONDS:.0f} s.",
            "Start the cluster again.",
        )
    if not _wait_until(usable, _READY_SECONDS):
        raise UserError(
            f"The nodes {', '.join(objects.NODES)} did not become Ready within"
            f" {_READY_SECONDS:.0f} s.",
            "kwok and kube-controller-manager do that; their logs are in"
            f" {logs}. Start the cluster again.",
        )
    if say:
        report(f"  {'nodes':<24}ready after {watch.elapsed():.1f} s")


def _wait_until(
    condition: Callable[[], bool],
    seconds: float,
    *,
    going_on: Callable[[], bool] = lambda: True,
) -> bool:
    """Poll until the condition holds; give up after this time or when nothing goes on any more."""
    end = time.monotonic() + seconds
    while going_on():
        if condition():
            return True
        if time.monotonic() >= end:
            return False
        time.sleep(_POLL_SECONDS)
    return False
