"""The page in a real browser: it filters, searches, shows both sides, and fits a phone."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from tools.browser.devtools import Page, opened
from tools.browser.finding import Browser, find_browser
from tools.preview.comparing.change import Change, Operation
from tools.preview.comparing.fields import Field
from tools.preview.report import Report, Stack
from tools.preview.reporting.page import page
from tools.preview.resource import Resource, Source

VISIBLE = (
    "[...document.querySelectorAll('.change')].filter((c) => c.offsetParent)"
    ".map((c) => c.querySelector('code').textContent)"
)
TOO_WIDE = (
    "[...document.querySelectorAll('body *')]"
    ".filter((e) => e.getBoundingClientRect().right > WIDTH && !e.closest('.summary table'))"
    ".map((e) => e.outerHTML.slice(0, 100)).concat(innerWidth > WIDTH ? ['the page'] : [])"
)
LONG = (
    "https://llmd-kube-prometheus-stack-prometheus.llm-d-monitoring.svc.cluster.local:9090/"
    + "x" * 200
)


def change(operation: Operation, name: str, *fields: Field) -> Change:
    resource = Resource(
        identity=name,
        token="kubernetes:core/v1:ConfigMap",
        kind="ConfigMap",
        name=name,
        source=Source.PROGRAM,
        inputs={"data": {"key": name}},
    )
    return Change(operation=operation, resource=resource, fields=fields)


REPORT = Report(
    base="main (0123456789ab)",
    head="working tree",
    stacks=(
        Stack(
            name="dev",
            changes=(
                change(Operation.DELETE, "m/going"),
                change(
                    Operation.UPDATE,
                    "m/retention",
                    Field(path=("spec", "retention"), before="7d", after="30d"),
                    Field(path=("data", "url" * 60), before=LONG, after=f"{LONG}/other"),
                ),
            ),
        ),
        Stack(name="prod", changes=(change(Operation.CREATE, "m/coming"),)),
        Stack(name="broken", error="its settings have mistakes: " + "tls." * 100),
    ),
)


@pytest.fixture(scope="module")
def browser() -> Browser:
    found = find_browser()
    if found is None:
        pytest.skip("there is no Chromium: `llmd-monitoring tools browser` gets one")
    return found


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    written = tmp_path_factory.mktemp("report") / "preview.html"
    written.write_text(page(REPORT), encoding="utf-8")
    return written


Look = Callable[[Callable[[Page], Awaitable[Any]]], Any]


@pytest.fixture
def look(browser: Browser, file: Path) -> Look:
    """Opens the page anew, and does something with it."""

    def run(what: Callable[[Page], Awaitable[Any]]) -> Any:  # noqa: ANN401 - whatever is asked for
        async def opening() -> Any:  # noqa: ANN401
            async with opened(browser, file) as shown:
                await shown.resize(1200, 900)
                found = await what(shown)
                assert shown.errors == []
                return found

        return asyncio.run(opening())

    return run


async def typed(shown: Page, text: str) -> None:
    await shown.evaluate("document.getElementById('search').focus()")
    await shown.call("Input.insertText", text=text)


async def clicked(shown: Page, selector: str) -> None:
    """Clicks where the element is, as a hand does."""
    place = await shown.evaluate(
        f"(() => {{ const e = document.querySelector({selector!r}); e.scrollIntoView();"
        " const r = e.getBoundingClientRect(); return [r.x + r.width / 2, r.y + r.height / 2]; })()"
    )
    for event in ("mousePressed", "mouseReleased"):
        await shown.call(
            "Input.dispatchMouseEvent",
            type=event, x=place[0], y=place[1], button="left", clickCount=1,
        )  # fmt: skip


class TestPage:
    def test_shows_every_change_and_no_detail_at_first(self, look: Look) -> None:
        async def what(shown: Page) -> Any:  # noqa: ANN401
            return [
                await shown.evaluate(VISIBLE),
                await shown.evaluate("document.querySelectorAll('.change[open]').length"),
                await shown.evaluate("document.getElementById('found').textContent"),
            ]

        names = [f"ConfigMap m/{name}" for name in ("going", "retention", "coming")]
        assert look(what) == [names, 0, "3 of 3 shown"]

    def test_searches_names_and_values(self, look: Look) -> None:
        async def what(shown: Page) -> Any:  # noqa: ANN401
            await typed(shown, "30D retent")
            return await shown.evaluate(VISIBLE)

        assert look(what) == ["ConfigMap m/retention"]

    def test_filters_by_operation(self, look: Look) -> None:
        async def what(shown: Page) -> Any:  # noqa: ANN401
            await clicked(shown, ".operation[value=delete]")
            return await shown.evaluate(VISIBLE)

        assert look(what) == ["ConfigMap m/retention", "ConfigMap m/coming"]

    def test_filters_by_stack(self, look: Look) -> None:
        async def what(shown: Page) -> Any:  # noqa: ANN401
            await shown.evaluate(
                "(() => { const s = document.getElementById('stack'); s.value = 'stack-2';"
                " s.dispatchEvent(new Event('input', {bubbles: true})); })()"
            )
            return await shown.evaluate(VISIBLE)

        assert look(what) == ["ConfigMap m/coming"]

    def test_unfolds_a_change(self, look: Look) -> None:
        async def what(shown: Page) -> Any:  # noqa: ANN401
            await clicked(shown, "[data-operation=update] summary")
            return await shown.evaluate(
                "document.querySelector('[data-operation=update]').innerText"
            )

        assert "30d" in look(what)

    def test_shows_both_sides_beside_each_other(self, look: Look) -> None:
        place = "(s) => document.querySelector(`[data-operation=update] td.${s}`).getBoundingClientRect()"

        async def what(shown: Page) -> Any:  # noqa: ANN401
            await clicked(shown, "#open")
            below = await shown.evaluate(f"({place})('come').y > ({place})('gone').y")
            await clicked(shown, "#sides")
            beside = await shown.evaluate(
                f"({place})('come').y === ({place})('gone').y && ({place})('come').x > ({place})('gone').x"
            )
            return below, beside

        assert look(what) == (True, True)

    @pytest.mark.parametrize("width", [320, 390])
    def test_fits_a_phone(self, look: Look, width: int) -> None:
        async def what(shown: Page) -> Any:  # noqa: ANN401
            await shown.resize(width, 800, phone=True)
            await shown.evaluate("document.getElementById('open').click()")
            return await shown.evaluate(TOO_WIDE.replace("WIDTH", str(width)))

        assert look(what) == []

    def test_can_be_photographed(self, look: Look) -> None:
        async def what(shown: Page) -> Any:  # noqa: ANN401
            return await shown.screenshot()

        assert look(what).startswith(b"\x89PNG")
