"""The command line, as people use it."""

import os
import re
import signal
import subprocess
import time
from html.parser import HTMLParser
from pathlib import Path

import httpx
import pytest

from tests.load.command_line import WAIT, command, reported, run
from tools.paths import REPO


class Page(HTMLParser):
    """What a page loads, and its text."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.loads: list[str] = []
        self.plots = 0
        self.text = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.loads += [value or "" for name, value in attrs if name in {"src", "href"}]
        self.loads += [tag] if tag in {"script", "link", "img", "iframe"} else []
        self.plots += ("role", "img") in attrs

    def handle_data(self, data: str) -> None:
        self.text += data


class TestLoad:
    def test_reports_as_table_json_and_page(self, server: str, tmp_path: Path) -> None:
        as_json, as_page = tmp_path / "report.json", tmp_path / "report.html"
        files = ("--json", str(as_json), "--html", str(as_page))
        done = run(f"{server}/v1", "--duration", "3", "--rate", "30", "--seed", "7", *files)
        assert done.returncode == 0, done.stderr
        report = reported(as_json)
        stats = httpx.get(f"{server}/stats").json()
        assert report["seed"] == 7
        assert report["models"] == ["emulated"]
        assert report["requests"] == report["ok"] + report["failed"] + report["malformed"]
        assert report["ok"] > 0
        assert report["failed"] == 0
        whole = sum(stats["received"].values()) + stats["lost"].get("broken_body", 0)
        assert report["requests"] == whole
        assert f"{report['requests']}: {report['ok']} ok, 0 failed" in done.stdout
        page = Page(as_page.read_text())
        assert page.loads == []
        assert page.plots == 5
        for title in ("Throughput", "Time to first token", "Time between tokens"):
            assert title in page.text

    def test_repeats_a_run_of_the_same_seed(self, server: str, tmp_path: Path) -> None:
        results = []
        for name in ("first", "second"):
            file = tmp_path / f"{name}.json"
            options = ("-s", "errors", "--duration", "2", "--rate", "50", "--seed", "3")
            run(server, *options, "--json", str(file))
            kinds: dict[str, int] = {}
            for line in reported(file)["results"]:
                kinds[line["kind"]] = kinds.get(line["kind"], 0) + line["count"]
            results.append(kinds)
        assert results[0] == results[1]
        assert len(results[0]) > 10

    def test_several_processes_share_the_load(self, server: str, tmp_path: Path) -> None:
        scenario, file = tmp_path / "fast.yaml", tmp_path / "report.json"
        scenario.write_text(
            "description: a test\ndurationSeconds: 1\n"
            "arrivals: {bursts: {rate: 5, burstRate: 1600, everySeconds: 1, burstSeconds: 0.1}}\n"
            "requests: [{stream: false}]\n"
        )
        done = run(server, "-s", str(scenario), "--json", str(file))
        assert done.returncode == 0, done.stderr
        report = reported(file)
        if (os.cpu_count() or 1) > 1:
            assert report["cost"]["processes"] == 2
        assert report["results"] == [{"kind": "chat", "result": "ok", "count": 165}]

    def test_tells_how_far_it_is_in_plain_lines(self, server: str) -> None:
        done = run(server, "--duration", "6", "--rate", "5")
        assert re.search(r"time 5/6 s, rate [\d.]+/s, in flight \d+, end to end p50", done.stdout)
        assert "\x1b" not in done.stdout

    def test_ctrl_c_ends_it_with_a_report(self, server: str, tmp_path: Path) -> None:
        file = tmp_path / "report.json"
        with subprocess.Popen(
            command(server, "-s", "soak", "--rate", "40", "--json", str(file)),
            cwd=REPO,
            stdout=subprocess.PIPE,
            text=True,
        ) as process:
            assert process.stdout is not None
            for line in process.stdout:
                if line.startswith("time "):
                    break
            process.send_signal(signal.SIGINT)
            rest = process.stdout.read()
            assert process.wait(WAIT) == 130
        report = reported(file)
        assert report["interrupted"] is True
        assert 0 < report["sendingSeconds"] < 60
        assert report["ok"] > 0
        assert "The run was ended early." in rest

    def test_leaves_no_process_when_it_is_killed(self, server: str) -> None:
        with subprocess.Popen(
            command(server, "-s", "soak", "--rate", "50"),
            cwd=REPO,
            stdout=subprocess.PIPE,
            text=True,
        ) as process:
            assert process.stdout is not None
            for line in process.stdout:
                if line.startswith("time "):
                    break
            process.kill()
        assert _settled(server)

    def test_lists_the_scenarios(self) -> None:
        done = run("--list")
        for name in ("smoke", "errors", "saturate", "prefix", "pd", "soak"):
            assert re.search(rf"^{name} ", done.stdout, re.MULTILINE)

    def test_key_goes_to_the_server_and_nowhere_else(self, server: str, tmp_path: Path) -> None:
        as_json, as_page = tmp_path / "report.json", tmp_path / "report.html"
        files = ("--json", str(as_json), "--html", str(as_page))
        done = run(server, "--duration", "1", *files, LLMD_LOAD_API_KEY="open-sesame")
        assert done.returncode == 0, done.stderr
        told = done.stdout + done.stderr + as_json.read_text() + as_page.read_text()
        assert "open-sesame" not in told


def _settled(server: str) -> dict[str, int]:
    """What the server has received once that no longer changes."""
    seen: dict[str, int] = {}
    for _ in range(20):
        now: dict[str, int] = httpx.get(f"{server}/stats").json()["received"]
        if now == seen:
            return now
        seen = now
        time.sleep(1)
    raise AssertionError(f"it still gets requests: {seen}")


class TestMistakes:
    @pytest.mark.parametrize(
        ("arguments", "told"),
        [
            ((), "neither a URL nor --namespace is given; allowed: one of them"),
            (("http://localhost", "-n", "llm"), "both a URL and --namespace is given"),
            (("http://localhost", "--gateway", "gw"), "--gateway is given without --namespace"),
            (("http://localhost", "--ca", "ca.crt"), "--ca is given without --verify"),
            (("nonsense",), "'nonsense' isn't the URL of a server"),
            (("http://localhost", "-s", "nope"), "there is no scenario 'nope'"),
            (("http://localhost", "-s", "./nope.yaml"), "can't be read"),
            (("http://localhost", "--rate", "1", "--concurrency", "2"), "both --rate and"),
            (("https://api.example.com",), "this load must be confirmed"),
            (("http://localhost", "--duration", "7200"), "this load must be confirmed"),
            (("http://127.0.0.1:9",), "/v1/models doesn't answer"),
            (("http://localhost", "--json", "/nowhere/r.json"), "can't be written to"),
            (("https://localhost", "--target-ca", "/nowhere"), "the CA file /nowhere can't be"),
        ],
    )
    def test_are_one_clear_error_each(self, arguments: tuple[str, ...], told: str) -> None:
        done = run(*arguments)
        assert done.returncode == 1
        assert done.stderr.startswith("Error: ")
        assert told in done.stderr
        assert "Traceback" not in done.stderr
