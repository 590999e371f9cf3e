"""Runs cases through `promtool test rules`, with the rules as they are installed."""

import json
import re
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import yaml

from rules.mentions import mentions
from rules.rule import Alert, Group, Recording, group_object
from tools.paths import BIN_DIR

PROMTOOL = BIN_DIR / "promtool"
STEP_SECONDS = 30
STEPS = 240


@dataclass(frozen=True, kw_only=True)
class Question:
    """What a query must answer at a time.

    Attributes:
        at: Time since the start, such as `10m`.
        ask: The query; its answer is rounded to four digits, which takes the name of a series away.
        answer: Labels of each expected series, `{}` or `{a="b"}`, and its value.
    """

    at: str
    ask: str
    answer: Mapping[str, float]


@dataclass(frozen=True, kw_only=True)
class Case:
    """Raw series, and what the rules make of them.

    Attributes:
        series: Each series and its values in promtool's notation, a value every 30 s.
        questions: What must hold.
        step_seconds: Seconds between values.
    """

    series: Mapping[str, str]
    questions: Sequence[Question]
    step_seconds: int = STEP_SECONDS


def counting(per_second: float, *, start: float = 0, steps: int = STEPS) -> str:
    """A counter that grows evenly."""
    return f"{start:g}+{per_second * STEP_SECONDS:g}x{steps}"


def holding(value: float, *, steps: int = STEPS) -> str:
    """A gauge that stays."""
    return f"{value:g}x{steps}"


def series(metric: str, /, **labels: str) -> str:
    """A series in the notation of tests."""
    return f"{metric}{{{', '.join(f'{key}={json.dumps(value)}' for key, value in labels.items())}}}"


def labels(**values: str) -> str:
    """A set of labels as `Question.answer` wants it."""
    return series("", **values)


def check(
    folder: Path,
    groups: Sequence[Group],
    cases: Sequence[Case],
    evaluation_seconds: int = STEP_SECONDS,
) -> None:
    """Lets promtool judge cases.

    Raises:
        AssertionError: A case doesn't hold; the text is promtool's.
    """
    groups = needed(groups, [question.ask for case in cases for question in case.questions])
    rule_file = _written(folder / "rules.yaml", {"groups": [group_object(g) for g in groups]})
    tests = {
        "rule_files": [rule_file.name],
        "evaluation_interval": f"{evaluation_seconds}s",
        "group_eval_order": [group.name for group in groups],
        "tests": [_test(case) for case in cases],
    }
    test_file = _written(folder / "test.yaml", tests)
    done = _promtool("test", "rules", str(test_file))
    assert done.returncode == 0, done.stdout + done.stderr


def check_rules(folder: Path, groups: Sequence[Group]) -> str:
    """Lets promtool read rules, with all its lints, and returns what it says.

    Raises:
        AssertionError: It refuses them.
    """
    rule_file = _written(folder / "rules.yaml", {"groups": [group_object(g) for g in groups]})
    done = _promtool("check", "rules", "--lint=all", "--lint-fatal", str(rule_file))
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def needed(groups: Sequence[Group], asked: Sequence[str]) -> tuple[Group, ...]:
    """The rules behind some queries, and those behind them; evaluating the others would only take time."""
    wanted = {name for query in asked for name in mentions(query).names}
    alerts = {alert for query in asked for alert in re.findall(r'alertname="(\w+)"', query)}
    while True:
        kept = tuple(
            replace(
                group, rules=tuple(rule for rule in group.rules if _name(rule) in wanted | alerts)
            )
            for group in groups
        )
        behind = {
            name for group in kept for rule in group.rules for name in mentions(rule.expr).names
        }
        if behind <= wanted:
            return tuple(group for group in kept if group.rules)
        wanted |= behind


def _name(rule: Recording | Alert) -> str:
    return rule.record if isinstance(rule, Recording) else rule.alert


def _test(case: Case) -> dict[str, Any]:
    return {
        "interval": f"{case.step_seconds}s",
        "input_series": [
            {"series": name, "values": values} for name, values in case.series.items()
        ],
        "promql_expr_test": [
            {
                "expr": f"round({question.ask}, 0.0001)",
                "eval_time": question.at,
                "exp_samples": [
                    {"labels": name, "value": value} for name, value in question.answer.items()
                ],
            }
            for question in case.questions
        ],
    }


def _written(path: Path, content: object) -> Path:
    path.write_text(yaml.safe_dump(content, sort_keys=False, width=1000), encoding="utf-8")
    return path


def _promtool(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(PROMTOOL), *arguments], check=False, capture_output=True, text=True, timeout=300
    )
