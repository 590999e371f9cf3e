"""Comparing what was sent with what a real Prometheus counted."""

import asyncio
import json
from pathlib import Path

import pytest

from tests.load.prometheus_server import Server, scraping, wait_for_first_scrape
from tests.load.sending import free_port, scenario, send_to
from tools.errors import UserError
from tools.load.emulator.server import Emulator
from tools.load.measuring.tally import Tally
from tools.load.scenario.model import Scenario
from tools.load.session import trusting
from tools.load.verifying.prometheus import Access
from tools.load.verifying.verdict import Verdict
from tools.load.verifying.verification import Verification

PANELS = {
    "served": 'sum(rate(vllm:request_success_total{model_name=~"$model"}[$__rate_interval]))',
    "scraped": 'up{job="$job"}',
    "missing": 'sum(no_such_series{pod=~"$pod"})',
}


def dashboards(folder: Path) -> Path:
    folder.mkdir()
    entries = [{"title": title, "targets": [{"expr": expr}]} for title, expr in PANELS.items()]
    (folder / "board.json").write_text(json.dumps({"title": "board", "panels": entries}))
    return folder


def verified(
    plan: Scenario, folder: Path, *, settle_seconds: float = 20, forgetting: int = 0
) -> tuple[Verdict, Tally]:
    """Sends to an emulated server that a real Prometheus scrapes; `forgetting` requests aren't told of."""
    emulator, boards, port = Emulator(), dashboards(folder / "dashboards"), free_port()

    async def run(server: Server) -> tuple[Verdict, Tally]:
        verification = Verification(
            access=Access(url=server.url, tls=trusting(server.ca)),
            dashboards=boards,
            settle_seconds=settle_seconds,
        )
        async with emulator.serving(port) as url:
            await asyncio.to_thread(wait_for_first_scrape, server)
            before = await asyncio.to_thread(verification.before)
            tally = await send_to(url, plan)
            emulator.measures.end_to_end[:forgetting] = []
            return await verification.verdict(before, tally, lambda _: None), tally

    with scraping(f"http://127.0.0.1:{port}", folder) as server:
        return asyncio.run(run(server))


class TestVerification:
    def test_agrees_with_what_was_counted(self, tmp_path: Path) -> None:
        plan = scenario(malformed={"share": 0.4, "kinds": {"malformed_json": 1}})
        verdict, tally = verified(plan, tmp_path)
        lines = {line.what: line for line in verdict.compared}
        ok = tally.results["chat", "ok"]
        assert verdict.agrees
        assert lines["requests served"].counted == lines["requests served"].sent == ok > 0
        assert lines["requests refused (4xx)"].counted == 40 - ok > 0
        assert lines["output tokens"].counted == tally.output_tokens

    def test_lists_panels_that_stayed_empty(self, tmp_path: Path) -> None:
        (board,) = verified(scenario(durationSeconds=3), tmp_path)[0].dashboards
        assert (board.title, board.panels, board.empty) == ("board", 3, ("missing",))

    def test_finds_what_was_not_counted(self, tmp_path: Path) -> None:
        verdict, _ = verified(scenario(), tmp_path, settle_seconds=3, forgetting=5)
        lines = {line.what: line for line in verdict.compared}
        assert not verdict.agrees
        assert lines["requests served"].agrees is False
        assert lines["requests served"].counted == 35

    def test_does_not_trust_another_certificate(self, tmp_path: Path) -> None:
        with scraping("http://127.0.0.1:1", tmp_path) as server:
            wait_for_first_scrape(server, "up == 0")
            with pytest.raises(UserError, match=r"doesn't answer: .*certificate verify failed"):
                Verification(access=Access(url=server.url)).before()

    def test_without_prometheus_is_one_clear_error(self) -> None:
        with pytest.raises(UserError, match=r"Prometheus at http://127\.0\.0\.1:9 doesn't answer"):
            Verification(access=Access(url="http://127.0.0.1:9")).before()
