"""Runs kubectl, which knows every way of logging in to a cluster."""

import asyncio
import json
import shutil
from dataclasses import dataclass
from typing import Any, Final

from tools.errors import UserError

_TIMEOUT_SECONDS: Final = 30.0


@dataclass(frozen=True, kw_only=True)
class Kubectl:
    """kubectl, in one namespace of one cluster.

    Attributes:
        program: Its path.
        namespace: The namespace.
        context: Context of the kubeconfig; None: its current one.
    """

    program: str
    namespace: str
    context: str | None = None

    def command(self, *arguments: str) -> list[str]:
        """A command line."""
        context = () if self.context is None else ("--context", self.context)
        return [self.program, *context, "--namespace", self.namespace, *arguments]

    async def get(self, *arguments: str) -> dict[str, Any]:
        """What `kubectl get` answers.

        Raises:
            UserError: It fails; its own words are in the message.
        """
        process = await asyncio.create_subprocess_exec(
            *self.command("get", *arguments, "--output", "json"),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        try:
            async with asyncio.timeout(_TIMEOUT_SECONDS):
                out, error = await process.communicate()
        except TimeoutError:
            process.kill()
            await process.wait()
            raise UserError(
                f"kubectl didn't answer within {_TIMEOUT_SECONDS:g} s",
                next_step="Is the cluster of the kubeconfig reachable?",
            ) from None
        if process.returncode:
            raise UserError(f"kubectl can't read the cluster: {error.decode().strip()}")
        content: dict[str, Any] = json.loads(out)
        return content


def kubectl(namespace: str, context: str | None) -> Kubectl:
    """The kubectl on PATH.

    Raises:
        UserError: There is none.
    """
    program = shutil.which("kubectl")
    if program is None:
        raise UserError(
            "--namespace needs kubectl for its port-forward, and there is none on PATH",
            next_step="Install kubectl, or open a port-forward by hand and give its URL.",
        )
    return Kubectl(program=program, namespace=namespace, context=context)
