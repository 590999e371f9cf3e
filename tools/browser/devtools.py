"""One page in a headless Chromium, by the DevTools protocol."""

import asyncio
import base64
import os
import re
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import aiohttp

from tools.browser.finding import Browser

_OPTIONS: Final = (
    "--headless",
    "--no-sandbox",
    "--no-zygote",
    "--disable-gpu",
    "--hide-scrollbars",
    "--no-proxy-server",
    "--remote-debugging-port=0",
)
"""It opens one local page of ours, which loads nothing; in containers there is no sandbox."""

_LISTENING: Final = re.compile(rb"DevTools listening on (ws://\S+)")
_SECONDS: Final = 30.0


class BrowserError(Exception):
    """The browser doesn't start, or an expression fails; the message is its own."""


@dataclass(kw_only=True)
class Page:
    """An open page.

    Attributes:
        socket: Connection to the browser.
        session: The page's, within the connection.
        errors: What the page's own script has thrown.
    """

    socket: aiohttp.ClientWebSocketResponse
    session: str = ""
    errors: list[str] = field(default_factory=list)
    _number: int = 0

    async def call(self, method: str, **parameters: object) -> dict[str, Any]:
        """Calls a method of the protocol and returns its result.

        Raises:
            BrowserError: It fails.
        """
        self._number += 1
        number = self._number
        session = {"sessionId": self.session} if self.session else {}
        await self.socket.send_json(
            {"id": number, "method": method, "params": parameters, **session}
        )
        while True:
            answer = await self.socket.receive_json(timeout=_SECONDS)
            if answer.get("method") == "Runtime.exceptionThrown":
                self.errors.append(str(answer["params"]["exceptionDetails"]))
            if answer.get("id") == number:
                break
        if "error" in answer:
            raise BrowserError(f"{method}: {answer['error']}")
        result: dict[str, Any] = answer["result"]
        return result

    async def evaluate(self, expression: str) -> Any:  # noqa: ANN401 - any JSON
        """Returns the value of an expression in the page.

        Raises:
            BrowserError: It throws.
        """
        result = await self.call("Runtime.evaluate", expression=expression, returnByValue=True)
        if "exceptionDetails" in result:
            raise BrowserError(f"{expression}: {result['exceptionDetails']}")
        return result["result"].get("value")

    async def resize(self, width: int, height: int, *, phone: bool = False) -> None:
        """Gives the page a size, in CSS pixels; a phone heeds the page's viewport."""
        await self.call(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=height,
            deviceScaleFactor=1,
            mobile=phone,
        )

    async def screenshot(self) -> bytes:
        """Returns what is in sight, as PNG."""
        result = await self.call("Page.captureScreenshot", format="png")
        return base64.b64decode(result["data"])


@asynccontextmanager
async def opened(browser: Browser, file: Path) -> AsyncIterator[Page]:
    """Opens a file; the browser is gone afterwards.

    Raises:
        BrowserError: The browser doesn't start.
    """
    with tempfile.TemporaryDirectory(prefix="llmd-browser-", ignore_cleanup_errors=True) as home:
        process = await asyncio.create_subprocess_exec(
            str(browser.program),
            *_OPTIONS,
            f"--user-data-dir={home}/profile",
            "about:blank",
            env=browser.environment(os.environ, Path(home)),
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.PIPE,
        )
        try:
            address = await asyncio.wait_for(_address(process), _SECONDS)
            async with (
                aiohttp.ClientSession() as client,
                client.ws_connect(address, max_msg_size=0) as socket,
            ):
                page = Page(socket=socket)
                await _load(page, file)
                yield page
        finally:
            if process.returncode is None:
                process.kill()
            await process.wait()


async def _address(process: asyncio.subprocess.Process) -> str:
    told = b""
    assert process.stderr is not None  # noqa: S101 - it is a pipe
    while line := await process.stderr.readline():
        told += line
        if found := _LISTENING.search(line):
            return found[1].decode()
    raise BrowserError(f"the browser ended at once: {told.decode(errors='replace')[-600:]}")


async def _load(page: Page, file: Path) -> None:
    target = await page.call("Target.createTarget", url="about:blank")
    attached = await page.call("Target.attachToTarget", targetId=target["targetId"], flatten=True)
    page.session = str(attached["sessionId"])
    await page.call("Runtime.enable")
    await page.call("Page.navigate", url=file.resolve().as_uri())
    deadline = asyncio.get_running_loop().time() + _SECONDS
    loaded = "location.protocol === 'file:' && document.readyState === 'complete'"
    while not await page.evaluate(loaded):
        if asyncio.get_running_loop().time() > deadline:
            raise BrowserError(f"{file} isn't loaded after {_SECONDS:.0f} seconds")
        await asyncio.sleep(0.05)
