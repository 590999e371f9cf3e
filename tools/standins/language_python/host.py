"""The LanguageRuntime service: what the engine asks of a language host."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from typing_extensions import override

from tools.standins.language_python import interpreter as interpreters
from tools.standins.language_python import inventory, plugins, program
from tools.standins.language_python.interpreter import Interpreter, RuntimeOptionError
from tools.standins.language_python.launcher import Launcher
from tools.standins.language_python.plugin_process import PluginProcess
from tools.standins.protocol.stubs import Message, empty_pb2, grpc, plugin_pb2

# The stubs module has to come first: it keeps the rest of the SDK from being loaded.
from pulumi.runtime.proto import language_pb2, language_pb2_grpc  # isort: skip

_ASK_VERSION: Final = "import platform; print(platform.python_version())"


class LanguageHost(language_pb2_grpc.LanguageRuntimeServicer):
    """Answers the engine; every program runs in a process of its own.

    Args:
        engine: The engine's address, empty until the handshake when it wasn't on the command line.
    """

    def __init__(self, engine: str) -> None:
        self._engine = engine
        self._launcher = Launcher()

    def close(self) -> None:
        """End running programs."""
        self._launcher.close()

    @override
    def Handshake(self, request: Message, context: Message) -> Message:
        """Learn the engine's address."""
        self._engine = request.engine_address or self._engine
        return language_pb2.LanguageHandshakeResponse()

    @override
    def GetPluginInfo(self, request: Message, context: Message) -> Message:
        """The version of the SDK that the host serves."""
        return plugin_pb2.PluginInfo(version=sdk_version())

    @override
    def GetRequiredPackages(self, request: Message, context: Message) -> Message:
        """The provider plug-ins for what is installed; a run usually follows, so get ready."""
        chosen = _chosen(request.info, context)
        self._launcher.prepare(chosen)
        packages = plugins.required(_installed(chosen), found=plugins.is_on_path)
        return language_pb2.GetRequiredPackagesResponse(packages=packages)

    @override
    def GetRequiredPlugins(self, request: Message, context: Message) -> Message:
        """Superseded by `GetRequiredPackages`; engines fall back to this one."""
        return language_pb2.GetRequiredPluginsResponse()

    @override
    def GetProgramDependencies(self, request: Message, context: Message) -> Message:
        """The installed packages; direct ones are those that no other package needs."""
        packages = _installed(_chosen(request.info, context))
        indirect = set() if request.transitiveDependencies else inventory.needed(packages)
        return language_pb2.GetProgramDependenciesResponse(
            dependencies=[
                language_pb2.DependencyInfo(name=found.name, version=found.version)
                for found in packages
                if found.name not in indirect
            ]
        )

    @override
    def About(self, request: Message, context: Message) -> Message:
        """Which interpreter runs the program."""
        chosen = _chosen(request.info, context)
        return language_pb2.AboutResponse(
            executable=str(chosen.executable), version=_python_version(chosen)
        )

    @override
    def InstallDependencies(self, request: Message, context: Message) -> Iterator[Message]:
        """Check that there is an interpreter; say that nothing is installed."""
        chosen = _chosen(request.info, context)
        message = (
            f"Nothing installed: the stand-in language host leaves the packages of "
            f"{chosen.executable} to the project's own set-up.\n"
        )
        yield language_pb2.InstallDependenciesResponse(stdout=message.encode())

    @override
    def RuntimeOptionsPrompts(self, request: Message, context: Message) -> Message:
        """No questions: an empty `runtime.options` works."""
        return language_pb2.RuntimeOptionsResponse()

    @override
    def Run(self, request: Message, context: Message) -> Message:
        """Execute the program."""
        chosen = _chosen(request.info, context)
        if request.attach_debugger:
            context.abort(
                grpc.StatusCode.UNIMPLEMENTED,
                "the stand-in language host can't attach a debugger; "
                "install Pulumi's own language host for that",
            )
        process = self._launcher.take(chosen)
        # The engine's death, or its change of mind, ends the request before the program.
        context.add_callback(process.interrupt)
        return _answer(process.run(_run(request, self._engine)))

    @override
    def RunPlugin(self, request: Message, context: Message) -> Iterator[Message]:
        """Execute a plug-in that is written in Python; the engine runs policy packs by this."""
        process = PluginProcess(
            _chosen(request.info, context),
            Path(request.info.program_directory),
            list(request.args),
            directory=Path(request.pwd),
            environ=dict(each.split("=", 1) for each in request.env),
        )
        context.add_callback(process.end)
        for stream, piece in process.output():
            if stream == "stdout":
                yield language_pb2.RunPluginResponse(stdout=piece)
            else:
                yield language_pb2.RunPluginResponse(stderr=piece)
        yield language_pb2.RunPluginResponse(exitcode=process.wait())

    @override
    def Cancel(self, request: Message, context: Message) -> Message:
        """Interrupt running programs."""
        self._launcher.cancel()
        return empty_pb2.Empty()


def register(host: LanguageHost, server: Message) -> None:
    """Make a gRPC server answer with this host."""
    language_pb2_grpc.add_LanguageRuntimeServicer_to_server(host, server)


def sdk_version() -> str:
    """The version of the SDK beside the host."""
    return next(found.version for found in inventory.installed() if found.name == "pulumi")


def _chosen(info: Message, context: Message) -> Interpreter:
    try:
        return interpreters.choose(dict(info.options), root=Path(info.root_directory or os.curdir))
    except RuntimeOptionError as error:
        context.abort(grpc.StatusCode.FAILED_PRECONDITION, str(error))
        raise


def _installed(chosen: Interpreter) -> list[inventory.Package]:
    if chosen.is_current:
        return inventory.installed()
    return inventory.parse(_output(chosen, inventory.__file__))


def _python_version(chosen: Interpreter) -> str:
    if chosen.is_current:
        return ".".join(map(str, sys.version_info[:3]))
    return _output(chosen, "-c", _ASK_VERSION).strip()


def _output(chosen: Interpreter, *arguments: str) -> str:
    return subprocess.run(
        [str(chosen.executable), *arguments],
        env=chosen.environ(os.environ),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        check=True,
        text=True,
    ).stdout


def _run(request: Message, engine: str) -> program.Run:
    return {
        "project": request.project,
        "stack": request.stack,
        "organization": request.organization or "organization",
        "root_directory": request.info.root_directory,
        "directory": request.pwd or request.info.program_directory,
        "entry_point": request.info.entry_point or ".",
        "args": list(request.args),
        "config": dict(request.config),
        "config_secret_keys": list(request.configSecretKeys),
        "dry_run": request.dryRun,
        "parallel": request.parallel,
        "monitor": request.monitor_address,
        "engine": engine,
    }


def _answer(code: int) -> Message:
    if code == 0:
        return language_pb2.RunResponse()
    if code == program.EXIT_ERROR_SHOWN:
        return language_pb2.RunResponse(bail=True)
    if code < 0:
        return language_pb2.RunResponse(error=f"program was ended by signal {-code}")
    return language_pb2.RunResponse(error=f"program exited with non-zero exit code: {code}")
