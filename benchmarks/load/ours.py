"""Runs `llmd-monitoring load`."""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Final

import yaml

from benchmarks.load.figures import QUANTILES, Figures
from benchmarks.load.server import Server
from tools import paths

NAME: Final = "llmd-monitoring load"
PROMPT_WORDS: Final = 64
OUTPUT_TOKENS: Final = 16


def attack(server: Server, *, rate: float, seconds: float) -> Figures:
    """Sends at a constant rate.

    The CPU time is that of all its processes, their start included, as it is counted of others.
    """
    scenario = {
        "description": "A benchmark",
        "durationSeconds": seconds,
        "maxInFlight": 20_000,
        "arrivals": {"constant": {"rate": rate}},
        "requests": [
            {
                "stream": False,
                "promptTokens": {"constant": PROMPT_WORDS},
                "outputTokens": {"constant": OUTPUT_TOKENS},
            }
        ],
    }
    begun = server.cpu_seconds()
    with tempfile.TemporaryDirectory() as folder:
        file, report = Path(folder, "scenario.yaml"), Path(folder, "report.json")
        file.write_text(yaml.safe_dump(scenario), encoding="utf-8")
        command = [sys.executable, "-m", "tools.cli", "load", server.url]
        options = ["--scenario", str(file), "--seed", "1", "--json", str(report)]
        process = subprocess.Popen([*command, *options], cwd=paths.REPO, stdout=subprocess.DEVNULL)
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            raise subprocess.CalledProcessError(process.returncode, process.args)
        content = json.loads(report.read_text(encoding="utf-8"))
    sent = sum(point["sent"] for point in content["points"]) * content["intervalSeconds"]
    measured = server.measured()
    return Figures(
        tool=NAME,
        wanted=rate,
        requests=round(sent),
        # What was sent in all of the time; the last one is due one gap before its end.
        seconds=(sent - 1) / content["rate"]["sent"],
        ok=content["ok"],
        received=sum(measured["received"].values()),
        quantiles={name: content["endToEnd"][name] for name in QUANTILES},
        truth=measured["endToEnd"],
        cpu_seconds=used.ru_utime + used.ru_stime,
        server_cpu_seconds=server.cpu_seconds() - begun,
    )
